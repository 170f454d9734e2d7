/* Two shipping options at a flat price and two with calculated ones, of which one fails. */
const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils");
const { createShippingOptionsWorkflow, createShippingProfilesWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

const MANUAL = "manual_manual";
const CARRIER = "carrier_test";
const SHOWN_TO_SHOPPERS = [
  { attribute: "enabled_in_store", value: "true", operator: "eq" },
  { attribute: "is_return", value: "false", operator: "eq" },
];

async function seedShipping(container, { stockLocation, regions }) {
  const profile = await createProfile(container, "Default", "default");
  const zone = await createServiceZone(container, stockLocation, "Delivery");
  const option = (name, label, description, rest) => ({
    name,
    service_zone_id: zone.id,
    shipping_profile_id: profile.id,
    type: { label, description, code: label.toLowerCase() },
    rules: SHOWN_TO_SHOPPERS,
    ...rest,
  });
  const flat = (eur, usd) => ({
    price_type: "flat",
    provider_id: MANUAL,
    prices: [
      { currency_code: "eur", amount: eur },
      { currency_code: "usd", amount: usd },
      { region_id: regions.eur.id, amount: eur },
    ],
  });
  const calculated = (id) => ({ price_type: "calculated", provider_id: CARRIER, data: { id } });

  // One after the other: Medusa lists them by their ids, and ids of the same millisecond are in no order.
  const created = [];
  for (const data of [
    option("Standard", "Standard", "Three to five days", flat(4.9, 6)),
    option("Express", "Express", "Tomorrow", flat(14.5, 18)),
    option("By piece", "Carrier", "Priced by the number of pieces", calculated("per-piece")),
    option("Broken carrier", "Broken", "Never has a price", calculated("broken")),
  ]) {
    created.push(...(await run(createShippingOptionsWorkflow, container, [data])));
  }
  const [standard, express, perPiece, broken] = created;
  const ids = { standard, express, calculated: perPiece, failing: broken };
  const shippingOptions = Object.fromEntries(
    Object.entries(ids).map(([key, { id, name, price_type }]) => [key, { id, name, priceType: price_type }]),
  );
  return { profile, shippingOptions };
}

async function createProfile(container, name, type) {
  const [profile] = await run(createShippingProfilesWorkflow, container, { data: [{ name, type }] });
  return profile;
}

/** An option at `amount` EUR for products of `profile`, as a fixture. */
async function createFlatOption(container, { name, zone, profile, amount }) {
  const [option] = await run(createShippingOptionsWorkflow, container, [
    {
      name,
      service_zone_id: zone.id,
      shipping_profile_id: profile.id,
      type: { label: name, description: name, code: name.toLowerCase() },
      rules: SHOWN_TO_SHOPPERS,
      price_type: "flat",
      provider_id: MANUAL,
      prices: [{ currency_code: "eur", amount }],
    },
  ]);
  return { id: option.id, name, priceType: option.price_type };
}

/** Where a stock location delivers to. The names of zones are unique, too. */
async function createServiceZone(container, stockLocation, name) {
  const set = await container.resolve(Modules.FULFILLMENT).createFulfillmentSets({
    name,
    type: "shipping",
    service_zones: [
      {
        name: `${name}, everywhere`,
        geo_zones: ["de", "fr", "us", "at"].map((country_code) => ({ type: "country", country_code })),
      },
    ],
  });
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: stockLocation.id },
    [Modules.FULFILLMENT]: { fulfillment_set_id: set.id },
  });
  return set.service_zones[0];
}

module.exports = { createFlatOption, createProfile, createServiceZone, seedShipping };
