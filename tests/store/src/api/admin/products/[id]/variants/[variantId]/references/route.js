/*
 * GET /admin/products/:id/variants/:variantId/references?referenceType=&limit=&offset=
 *
 * The spare parts, replacements and services that belong to a variant, as O2S's plugin for Medusa
 * (@o2s/medusa-plugin-assets-services 1.0.1) answers them: few fields of each target, a limit of 10 unless a positive
 * one is given, and an empty list for a variant that does not exist. A reference is kept in the metadata of its source
 * variant here: {id, type, variant_id}.
 */
const { ContainerRegistrationKeys } = require("@medusajs/framework/utils");

const DEFAULT_LIMIT = 10;
const PRODUCT_FIELDS = ["id", "title", "thumbnail", "description"];
const TARGET_FIELDS = ["id", "title", "sku", "ean", ...PRODUCT_FIELDS.map((name) => `product.${name}`)];

async function GET(req, res) {
  const { referenceType } = req.query;
  const limit = Number(req.query.limit) || DEFAULT_LIMIT;
  const offset = Number(req.query.offset) || 0;
  const query = req.scope.resolve(ContainerRegistrationKeys.QUERY);
  const source = req.params.variantId;

  const all = await referencesOf(query, source);
  const references = all.filter(({ type }) => !referenceType || type === referenceType);
  const page = references.slice(offset, offset + limit);
  const targets = await targetVariants(query, page);

  res.json({
    productReferences: page.map((reference) => present(reference, source, targets)),
    count: references.length,
    limit,
    offset,
  });
}

async function referencesOf(query, id) {
  const { data } = await query.graph({ entity: "product_variant", fields: ["id", "metadata"], filters: { id } });
  return data[0]?.metadata?.references ?? [];
}

async function targetVariants(query, references) {
  const { data } = await query.graph({
    entity: "product_variant",
    fields: TARGET_FIELDS,
    filters: { id: references.map((reference) => reference.variant_id) },
  });
  return new Map(data.map((variant) => [variant.id, variant]));
}

function present(reference, source, targets) {
  return {
    id: reference.id,
    source_product_variant_id: source,
    target_product_variant_id: reference.variant_id,
    reference_type: reference.type,
    targetProduct: { ...targets.get(reference.variant_id) },
  };
}

module.exports = { GET };
