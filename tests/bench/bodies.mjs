/*
 * What Medusa answers, recorded from the seeded store: the very calls that the gateway makes, and for products also the
 * one that the Node.js integration of O2S makes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "../e2e/harness.mjs";
import { newCart } from "../e2e/carts.mjs";

export const PAGE = 20;
/** How many products there are in the answers that show growth. */
export const SIZES = [PAGE, 100, 500];

/** The folders of the two recordings of products. */
export const ASKED = "asked";
export const WHOLE = "whole";

// What that integration asks for in a list of products.
const WHOLE_FIELDS = [
  "*variants",
  "*variants.prices",
  "*variants.options",
  "*categories",
  "*tags",
  "*images",
  "+variants.inventory_quantity",
  "+variants.manage_inventory",
  "+variants.allow_backorder",
];

// So that a page holds the same products whenever it is recorded.
const NEWEST_FIRST = "-created_at";

const SHIRTS = 5;
const SHIRT_SIZES = ["S", "M", "L", "XL"];

/**
 * Records into `folder`, unless that was done before:
 *   asked/cart.json, asked/products-N.json   answers to what the gateway asks, for each N of SIZES
 *   whole/products-20.json                   with the fields of the Node.js integration
 */
export async function recordBodies(folder, openStore) {
  if (existsSync(join(folder, "complete"))) return;
  for (const name of [ASKED, WHOLE]) mkdirSync(join(folder, name), { recursive: true });
  const store = await openStore();
  await addShirts(store);
  const gateway = await startGateway({ store, env: { LOG_LEVEL: "info" } });
  try {
    const save = (name, body) => writeFileSync(join(folder, name), body);
    save(`${ASKED}/cart.json`, await answerTo(store, gateway, `/carts/${await fullCart(store, gateway)}`));
    const products = await answerTo(store, gateway, `/products?limit=${PAGE}&sort=${NEWEST_FIRST}`);
    for (const size of SIZES) save(`${ASKED}/products-${size}.json`, repeated(products, size));
    const whole = new URLSearchParams({ limit: PAGE, order: NEWEST_FIRST, fields: WHOLE_FIELDS.join() });
    save(`${WHOLE}/products-${PAGE}.json`, await textOf(store, `/store/products?${whole}`));
    save("complete", "");
  } finally {
    await gateway.stop();
  }
}

/** Bytes of a recorded answer. */
export function sizeOf(folder, name) {
  return readFileSync(join(folder, name)).length;
}

// All but one of the seeded products have a single variant; with these among them a page is as large as a shop's is.
async function addShirts({ fixtures, medusa }) {
  for (let number = 1; number <= SHIRTS; number++) {
    const image = `https://images.example.com/shirt-${number}.jpg`;
    const body = {
      title: `Shirt ${number}`,
      subtitle: "Poplin",
      handle: `bench-shirt-${number}`,
      description: "A shirt for work and after it.",
      status: "published",
      thumbnail: image,
      images: [{ url: image }],
      type_id: fixtures.productTypes.PHYSICAL,
      categories: [{ id: fixtures.categories.shirts.id }],
      sales_channels: [{ id: fixtures.salesChannel.id }],
      options: [{ title: "Size", values: SHIRT_SIZES }],
      variants: SHIRT_SIZES.map((size) => ({
        title: size,
        sku: `BENCH-SHIRT-${number}-${size}`,
        manage_inventory: false,
        options: { Size: size },
        prices: [
          { currency_code: "eur", amount: 30 + number },
          { currency_code: "usd", amount: 33 + number },
        ],
      })),
    };
    await medusa("POST", "/admin/products", { body });
  }
}

// A cart as it is before it is ordered.
async function fullCart(store, gateway) {
  const { products, shippingOptions, paymentProviders, promotions } = store.fixtures;
  const items = [products.sixVariants, products.umlautSku, products.onSale, products.tiered].map(({ variants }) => [
    variants[0].id,
    2,
  ]);
  const { id } = await newCart(gateway, { items });
  const address = { country: "DE", streetName: "Weg", streetNumber: "1", city: "Kiel", postalCode: "24103" };
  const person = { firstName: "Jo", lastName: "Doe", phone: "+49 431 1" };
  const body = {
    shippingAddress: { ...person, ...address },
    billingAddress: { ...person, ...address },
    email: "jo@example.com",
    notes: "Please ring twice.",
  };
  await created(gateway, `/checkout/${id}/addresses`, body);
  await created(gateway, `/checkout/${id}/shipping-method`, { shippingOptionId: shippingOptions.standard.id });
  await created(gateway, `/checkout/${id}/payment`, {
    providerId: paymentProviders.system,
    returnUrl: "https://shop.example.com/thanks",
  });
  await created(gateway, `/carts/${id}/promotions`, { code: promotions.TEN.code });
  return id;
}

async function created(gateway, path, body) {
  const { status, text } = await gateway.post(path, body);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

/** What Medusa says to the one call that the gateway makes for this path. */
async function answerTo(store, gateway, path) {
  const { status, text, calls } = await gateway.get(path);
  if (status !== 200 || calls.length !== 1) throw new Error(`GET ${path}: ${status}, ${calls.length} calls ${text}`);
  return textOf(store, calls[0].url);
}

async function textOf(store, path) {
  const response = await fetch(store.url + path, { headers: { "x-publishable-api-key": store.publishableKey } });
  const text = await response.text();
  if (!response.ok) throw new Error(`Medusa, GET ${path}: ${response.status} ${text}`);
  return text;
}

/** The page over and over until it has `size` products, each round with ids of its own that are just as long. */
function repeated(page, size) {
  const { products, ...rest } = JSON.parse(page);
  if (products.length !== PAGE) throw new Error(`The store gave ${products.length} products instead of ${PAGE}`);
  const rounds = Array.from({ length: size / PAGE }, (_, round) => {
    const mark = round.toString(36).toUpperCase().padStart(3, "0");
    const text = JSON.stringify(products);
    return JSON.parse(round ? text.replaceAll(/"([a-z]+_01[0-9A-Z]{21})[0-9A-Z]{3}"/g, `"$1${mark}"`) : text);
  });
  return JSON.stringify({ ...rest, products: rounds.flat(), count: Math.max(rest.count, size), limit: size });
}
