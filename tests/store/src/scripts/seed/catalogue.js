/* Types, categories, tags and the products themselves, with their stock. */
const { ContainerRegistrationKeys } = require("@medusajs/framework/utils");
const {
  createInventoryLevelsWorkflow,
  createProductCategoriesWorkflow,
  createProductTagsWorkflow,
  createProductTypesWorkflow,
  createProductsWorkflow,
} = require("@medusajs/medusa/core-flows");
const { special, plain } = require("./products");
const { run } = require("./run");

// A category's handle, its name, the handle of the one it is in, and what else Medusa knows of it.
const CATEGORIES = [
  ["internal", "Internal", null, { is_internal: true }],
  ["inactive", "Inactive", null, { is_active: false }],
  ["clothing", "Clothing"],
  ["shirts", "Shirts", "clothing"],
  ["mugs", "Mugs & Cups"],
  ["accessories", "Accessories"],
  ["tools", "Tools"],
  ["spare-parts", "Spare parts", "tools"],
  ["services", "Services"],
  ["empty", "Empty"],
];
const TYPES = ["PHYSICAL", "VIRTUAL", "UNUSED", "BUNDLE"];
const TAGS = ["New", "Cotton", "Tool"];
const FIRST_CREATED_AT = Date.UTC(2025, 0, 1, 12);
const MINUTE = 60_000;

async function seedCatalogue(container, { salesChannel, stockLocation }, { profile }) {
  const ids = {
    types: await createTypes(container),
    categories: await createCategories(container),
    tags: await createTags(container),
  };
  const specs = [...Object.values(special), ...plain];
  const { fixtures, created } = await createProducts(container, specs, {
    ids,
    salesChannelId: salesChannel.id,
    profiles: { default: profile.id },
  });
  await stockUp(container, specs, stockLocation);

  const names = Object.keys(special);
  const products = Object.fromEntries(names.map((name, index) => [name, fixtures[index]]));
  products.plain = fixtures.slice(names.length);
  return { ids, productTypes: ids.types, categories: categoryFixtures(ids.categories), products, created };
}

/**
 * Creates the products of one sales channel, in the order of `specs` (see products.js and shop-products.js).
 * `ids`: of types, categories and tags by name; `profiles`: ids of shipping profiles by name.
 */
async function createProducts(container, specs, { ids, salesChannelId, profiles }) {
  const created = await run(createProductsWorkflow, container, {
    products: specs.map((spec) => productInput(spec, ids, { salesChannelId, profiles })),
  });
  const inOrder = specs.map((spec) => created.find((product) => product.handle === spec.handle));
  await dateProducts(container, inOrder);
  return { created, fixtures: inOrder.map((product, index) => productFixture(product, specs[index])) };
}

async function createTypes(container) {
  const types = await run(createProductTypesWorkflow, container, { product_types: TYPES.map((value) => ({ value })) });
  return Object.fromEntries(types.map(({ value, id }) => [value, id]));
}

async function createTags(container) {
  const tags = await run(createProductTagsWorkflow, container, { product_tags: TAGS.map((value) => ({ value })) });
  return Object.fromEntries(tags.map(({ value, id }) => [value, id]));
}

async function createCategories(container) {
  const ids = {};
  for (const [handle, name, parent, more] of CATEGORIES) {
    const [category] = await run(createProductCategoriesWorkflow, container, {
      product_categories: [{ name, handle, is_active: true, parent_category_id: parent ? ids[parent] : null, ...more }],
    });
    ids[handle] = category.id;
  }
  return ids;
}

function categoryFixtures(ids) {
  return Object.fromEntries(CATEGORIES.map(([handle, name]) => [handle, { id: ids[handle], name, handle }]));
}

function productInput(spec, ids, { salesChannelId, profiles }) {
  const { category = [], tags = [], type = "PHYSICAL", images = [], variants, options, ...rest } = spec;
  const { profile = "default", ...texts } = rest;
  return {
    ...texts,
    status: "published",
    type_id: type ? ids.types[type] : undefined,
    category_ids: [category].flat().map((handle) => ids.categories[handle]),
    tag_ids: tags.map((tag) => ids.tags[tag]),
    images: images.map((url) => ({ url })),
    options: options ?? [{ title: "Edition", values: ["Standard"] }],
    variants: variants.map(variantInput),
    sales_channels: [{ id: salesChannelId }],
    shipping_profile_id: profile ? profiles[profile] : undefined,
  };
}

function variantInput({ stock, ...variant }) {
  return {
    title: "Standard",
    options: { Edition: "Standard" },
    manage_inventory: stock !== undefined,
    ...variant,
  };
}

async function stockUp(container, specs, stockLocation) {
  const stockOf = new Map(specs.flatMap(({ variants }) => variants.map(({ sku, stock }) => [sku, stock])));
  const query = container.resolve(ContainerRegistrationKeys.QUERY);
  const { data: items } = await query.graph({ entity: "inventory_item", fields: ["id", "sku"] });
  await run(createInventoryLevelsWorkflow, container, {
    inventory_levels: items.map(({ id, sku }) => ({
      inventory_item_id: id,
      location_id: stockLocation.id,
      stocked_quantity: stockOf.get(sku),
    })),
  });
}

// Products made in one go have all but the same date; a minute apart, sorting by date has one right answer.
async function dateProducts(container, products) {
  const sql = container.resolve(ContainerRegistrationKeys.PG_CONNECTION);
  for (const [index, { id }] of products.entries()) {
    const date = new Date(FIRST_CREATED_AT + index * MINUTE);
    await sql("product").where({ id }).update({ created_at: date, updated_at: date });
  }
}

// The variants in the order of the spec, by their SKUs: no product has two without.
function productFixture({ id, handle, title, variants }, spec) {
  const inOrder = spec.variants.map(({ sku }) => variants.find((variant) => (variant.sku ?? null) === (sku ?? null)));
  return { id, handle, title, variants: inOrder.map((variant) => ({ id: variant.id, sku: variant.sku ?? null })) };
}

module.exports = { createProducts, seedCatalogue };
