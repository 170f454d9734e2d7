/*
 * Fills an empty database with the store that the tests and the demo know, and writes the ids of what it made,
 * by readable names, as JSON to the file named by STORE_FIXTURES. Run by `medusa exec`.
 */
const { writeFileSync } = require("node:fs");
const { seedMarket } = require("./seed/market");
const { seedShipping } = require("./seed/shipping");
const { seedCatalogue } = require("./seed/catalogue");
const { seedReferences } = require("./seed/references");
const { seedPrices } = require("./seed/prices");
const { seedPromotions } = require("./seed/promotions");
const { seedTranslations } = require("./seed/translations");
const { seedCustomers } = require("./seed/customers");
const { seedShops } = require("./seed/shops");

async function seed({ container }) {
  const market = await seedMarket(container);
  const shipping = await seedShipping(container, market);
  const catalogue = await seedCatalogue(container, market, shipping);
  await seedReferences(container, catalogue.products);
  const shops = await seedShops(container, market, shipping, catalogue);
  const { salePrice } = shops.special.products;
  const { priceLists } = await seedPrices(container, { ...catalogue.products, salePrice });
  const { promotions } = await seedPromotions(container);
  await seedTranslations(container, catalogue);
  const { customers } = await seedCustomers(container);

  const { regions, salesChannel, stockLocation, keys, paymentProviders } = market;
  const { shippingOptions } = shipping;
  const { productTypes, categories, products } = catalogue;
  const fixtures = {
    ...{ keys, regions, salesChannel, stockLocation, paymentProviders, shippingOptions },
    ...{ productTypes, categories, products, priceLists, promotions, customers, shops },
    ...{ features: featuresOf(process.env.STORE_VERSION) },
  };
  writeFileSync(process.env.STORE_FIXTURES, `${JSON.stringify(fixtures, null, 2)}\n`);
}

// What not every supported version of Medusa can do.
function featuresOf(version) {
  const [major, minor] = version.split(".").map(Number);
  const since = (wanted) => major > 2 || minor >= wanted;
  return { translation: true, shippingMethodPerProfile: since(17), reliableCompletion: since(15) };
}

module.exports = { default: seed };
