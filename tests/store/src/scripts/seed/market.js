/* Regions, taxes, the sales channel with its keys, and the stock location. */
const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils");
const {
  createApiKeysWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  createStockLocationsWorkflow,
  createTaxRegionsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  linkSalesChannelsToStockLocationWorkflow,
  updateStoresWorkflow,
} = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

// Medusa names a provider pp_<its identifier>_<the id in medusa-config.js>.
const PAYMENT_PROVIDERS = {
  system: "pp_system_default",
  declining: "pp_declining_test",
  redirecting: "pp_redirecting_test",
  redirectingThenAuthorized: "pp_redirecting-authorized_test",
  failing: "pp_failing_test",
};

async function seedMarket(container) {
  const salesChannel = await createSalesChannel(container);
  await configureStore(container, salesChannel);
  const regions = await createRegions(container);
  await createTaxes(container);
  const keys = await createKeys(container, salesChannel);
  const stockLocation = await createStockLocation(container, "Warehouse", ["manual_manual", "carrier_test"]);
  await run(linkSalesChannelsToStockLocationWorkflow, container, { id: stockLocation.id, add: [salesChannel.id] });
  return { salesChannel, regions, keys, stockLocation, paymentProviders: PAYMENT_PROVIDERS };
}

async function createSalesChannel(container) {
  const [{ id }] = await run(createSalesChannelsWorkflow, container, { salesChannelsData: [{ name: "Web shop" }] });
  return { id };
}

async function configureStore(container, salesChannel) {
  const [store] = await container.resolve(Modules.STORE).listStores();
  await run(updateStoresWorkflow, container, {
    selector: { id: store.id },
    update: {
      name: "Test store",
      default_sales_channel_id: salesChannel.id,
      supported_currencies: [{ currency_code: "eur", is_default: true }, { currency_code: "usd" }],
    },
  });
}

async function createRegions(container) {
  const [eur, usd, austria] = await run(createRegionsWorkflow, container, {
    regions: [
      {
        name: "Europe",
        currency_code: "eur",
        countries: ["de", "fr"],
        payment_providers: Object.values(PAYMENT_PROVIDERS),
      },
      {
        name: "United States",
        currency_code: "usd",
        countries: ["us"],
        payment_providers: [PAYMENT_PROVIDERS.system],
      },
      {
        name: "Austria",
        currency_code: "eur",
        countries: ["at"],
        payment_providers: [PAYMENT_PROVIDERS.system],
      },
    ],
  });
  const region = ({ id, currency_code }) => ({ id, currency: currency_code.toUpperCase() });
  return { eur: region(eur), usd: region(usd), austria: region(austria) };
}

// Prices are without tax everywhere. Germany alone has a rate: 19 % come on top of what ships there.
async function createTaxes(container) {
  await run(createTaxRegionsWorkflow, container, [
    {
      country_code: "de",
      provider_id: "tp_system",
      default_tax_rate: { name: "Umsatzsteuer", code: "DE19", rate: 19 },
    },
    { country_code: "fr", provider_id: "tp_system" },
    { country_code: "us", provider_id: "tp_system" },
    { country_code: "at", provider_id: "tp_system" },
  ]);
}

async function createKeys(container, salesChannel) {
  const create = (title, type) =>
    run(createApiKeysWorkflow, container, { api_keys: [{ title, type, created_by: "seed" }] });
  const [publishable] = await create("Storefront", "publishable");
  const [secret] = await create("Gateway", "secret");
  await run(linkSalesChannelsToApiKeyWorkflow, container, { id: publishable.id, add: [salesChannel.id] });
  return { publishable: publishable.token, secret: secret.token };
}

/** A stock location from which these fulfillment providers deliver: {id}. */
async function createStockLocation(container, name, providers) {
  const [location] = await run(createStockLocationsWorkflow, container, {
    locations: [{ name, address: { address_1: "Hafenstr. 1", city: "Hamburg", country_code: "DE" } }],
  });
  const link = container.resolve(ContainerRegistrationKeys.LINK);
  for (const provider of providers) {
    await link.create({
      [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
      [Modules.FULFILLMENT]: { fulfillment_provider_id: provider },
    });
  }
  return { id: location.id };
}

module.exports = { createStockLocation, seedMarket };
