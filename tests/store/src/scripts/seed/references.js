/* The drill's spare parts, replacements and services, for the references endpoint. */
const { updateProductVariantsWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

async function seedReferences(container, products) {
  const first = (product) => product.variants[0].id;
  const typed = (type, targets) => targets.map((target) => ({ type, variant_id: first(target) }));
  const references = [
    // One of the targets has no SKU.
    ...typed("SPARE_PART", [products.tiered, products.umlautSku, products.noSku, ...products.plain.slice(0, 9)]),
    ...typed("REPLACEMENT", [products.sixVariants, products.usdOnly]),
    ...typed("COMPATIBLE_SERVICE", [products.virtual, products.virtualTwo]),
  ].map((reference, index) => ({ id: `ref_${String(index + 1).padStart(2, "0")}`, ...reference }));

  await run(updateProductVariantsWorkflow, container, {
    selector: { id: first(products.withReferences) },
    update: { metadata: { references } },
  });
}

module.exports = { seedReferences };
