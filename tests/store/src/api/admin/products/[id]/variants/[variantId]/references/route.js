/*
 * GET /admin/products/:id/variants/:variantId/references?referenceType=&limit=&offset=
 *
 * The spare parts, replacements and services that belong to a variant. A reference is kept in the metadata of
 * its source variant: {id, type, variant_id}.
 */
const { ContainerRegistrationKeys, MedusaError } = require("@medusajs/framework/utils");

const DEFAULT_LIMIT = 20;
const TARGET_FIELDS = [
  ...["id", "title", "sku", "ean", "product_id", "metadata", "prices.*"],
  ...["id", "title", "subtitle", "description", "handle", "thumbnail", "images.*"].map((name) => `product.${name}`),
  ...["type.*", "categories.*", "tags.*"].map((name) => `product.${name}`),
];

async function GET(req, res) {
  const limit = countOf(req.query, "limit", DEFAULT_LIMIT);
  const offset = countOf(req.query, "offset", 0);
  const query = req.scope.resolve(ContainerRegistrationKeys.QUERY);
  const source = await sourceVariant(query, req.params);

  const wanted = req.query.referenceType;
  const references = (source.metadata?.references ?? []).filter(({ type }) => !wanted || type === wanted);
  const page = references.slice(offset, offset + limit);
  const targets = await targetVariants(query, page);

  res.json({
    productReferences: page.map((reference) => present(reference, source, targets)),
    count: references.length,
    limit,
    offset,
  });
}

function countOf(query, name, otherwise) {
  const text = query[name] ?? String(otherwise);
  if (!/^\d{1,6}$/.test(text)) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, `Invalid request: ${name} must be a whole number`);
  }
  return Number(text);
}

async function sourceVariant(query, { id, variantId }) {
  const { data } = await query.graph({
    entity: "product_variant",
    fields: ["id", "metadata"],
    filters: { id: variantId, product_id: id },
  });
  if (data.length === 0) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, `Product ${id} has no variant ${variantId}`);
  }
  return data[0];
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
    referenceType: reference.type,
    reference_type: reference.type,
    source_product_variant_id: source.id,
    target_product_variant_id: reference.variant_id,
    targetProduct: targets.get(reference.variant_id),
  };
}

module.exports = { GET };
