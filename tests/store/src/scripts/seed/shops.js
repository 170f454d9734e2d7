/*
 * Shops beside the main one: sales channels with a publishable key each, and one key of two channels. Products are
 * listed by the channels of the key that asks, so what is in these shops does not appear in the main one.
 */
const {
  createApiKeysWorkflow,
  createSalesChannelsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
} = require("@medusajs/medusa/core-flows");
const { createProducts } = require("./catalogue");
const { createStockLocation } = require("./market");
const { run } = require("./run");
const { createFlatOption, createProfile, createServiceZone } = require("./shipping");
const { mixed, special, untyped } = require("./shop-products");

async function seedShops(container, market, shipping, catalogue) {
  const context = { container, market, shipping, catalogue };
  const specialShop = await seedSpecial(context);
  return {
    special: specialShop,
    untyped: await seedPlain(context, "Shop of untyped products", untyped),
    mixed: await seedMixed(context),
    twoChannels: await createTwoChannels(container, [market.salesChannel.id, specialShop.salesChannelId]),
  };
}

async function createShop(container, name, stockLocation) {
  const [{ id }] = await run(createSalesChannelsWorkflow, container, { salesChannelsData: [{ name }] });
  await run(linkSalesChannelsToStockLocationWorkflow, container, { id: stockLocation.id, add: [id] });
  return { publishableKey: await createKey(container, name, [id]), salesChannelId: id };
}

async function createKey(container, title, channels) {
  const api_keys = [{ title, type: "publishable", created_by: "seed" }];
  const [key] = await run(createApiKeysWorkflow, container, { api_keys });
  await run(linkSalesChannelsToApiKeyWorkflow, container, { id: key.id, add: channels });
  return key.token;
}

async function createTwoChannels(container, salesChannelIds) {
  return { publishableKey: await createKey(container, "Two channels", salesChannelIds), salesChannelIds };
}

// Its stock location is its own, so the main shop is not offered its shipping options.
async function seedSpecial({ container, market, shipping, catalogue }) {
  const stockLocation = await createStockLocation(container, "Second warehouse", ["manual_manual"]);
  const shop = await createShop(container, "Shop of special cases", stockLocation);
  const zone = await createServiceZone(container, stockLocation, "Delivery from the second warehouse");
  const bulky = await createProfile(container, "Bulky", "bulky");
  const parcel = await createFlatOption(container, { name: "Parcel", zone, profile: shipping.profile, amount: 5 });
  const freight = await createFlatOption(container, { name: "Freight", zone, profile: bulky, amount: 25 });

  const specs = special(market.regions);
  const { fixtures } = await createProducts(container, Object.values(specs), {
    ids: catalogue.ids,
    salesChannelId: shop.salesChannelId,
    profiles: { default: shipping.profile.id, bulky: bulky.id },
  });
  const products = Object.fromEntries(Object.keys(specs).map((name, index) => [name, fixtures[index]]));
  return { ...shop, stockLocation, shippingOptions: { parcel, freight }, products };
}

async function seedPlain({ container, market, shipping, catalogue }, name, specs) {
  const shop = await createShop(container, name, market.stockLocation);
  const { fixtures } = await createProducts(container, specs, {
    ids: catalogue.ids,
    salesChannelId: shop.salesChannelId,
    profiles: { default: shipping.profile.id },
  });
  return { ...shop, count: specs.length, products: fixtures };
}

async function seedMixed(context) {
  const shop = await seedPlain(context, "Shop of products with and without a type", mixed);
  const count = (wanted) => mixed.filter(({ type }) => type === wanted).length;
  return { ...shop, counts: { VIRTUAL: count("VIRTUAL"), PHYSICAL: count("PHYSICAL"), untyped: count(null) } };
}

module.exports = { seedShops };
