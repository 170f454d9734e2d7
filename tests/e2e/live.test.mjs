/* `test --live` with tests/table/live.yaml: what the table reads of Medusa's answers is in them, on every version. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KIEL, isLostCompletion, medusaAddress, newCustomer, savedAddress } from "./checkout-support.mjs";
import { TABLE, gatewayEnvironment, runProgram } from "./harness.mjs";
import { openStore } from "./store.mjs";

const CASES = fileURLToPath(new URL("../table/live.yaml", import.meta.url));

/** What Medusa gives in some answers only, and the table has something else for. */
const SOMETIMES = [
  // Only of variants whose stock Medusa manages; a list may have none. That of the one product is looked for.
  "products[].variants[].inventory_quantity",
  // Only of options whose prices Medusa calculates without being asked to.
  "shipping_options[].calculated_price.calculated_amount_without_tax",
  // A list of orders has their payment_status in its place.
  "orders[].payment_collections",
];

const store = await openStore();
const env = gatewayEnvironment(store);
const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-live-"));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await store.stop();
});
const names = await namesOfStore();

/** A cart that can be ordered, with every member of its metadata that the table reads: its id. */
async function fullCart(options) {
  const { fixtures, medusa } = store;
  const provider = fixtures.paymentProviders.system;
  const address = medusaAddress(KIEL);
  const paymentMethod = { id: provider, name: provider, type: "OTHER", description: "By invoice" };
  const body = {
    region_id: fixtures.regions.eur.id,
    email: options.token ? undefined : "guest-live@example.com",
    items: [{ variant_id: fixtures.products.sixVariants.variants[0].id, quantity: 2 }],
    shipping_address: address,
    billing_address: address,
    promo_codes: ["TEN"],
    metadata: { notes: "Ring twice", paymentMethod, paymentSessionId: "payses_1", guestCheckout: false },
  };
  const { cart } = await medusa("POST", "/store/carts", { ...options, body });
  const option_id = fixtures.shippingOptions.standard.id;
  await medusa("POST", `/store/carts/${cart.id}/shipping-methods`, { ...options, body: { option_id } });
  const made = await medusa("POST", "/store/payment-collections", { ...options, body: { cart_id: cart.id } });
  const sessions = `/store/payment-collections/${made.payment_collection.id}/payment-sessions`;
  await medusa("POST", sessions, { ...options, body: { provider_id: provider } });
  return cart.id;
}

async function fullOrder(options, attempts = 5) {
  const cart = await fullCart(options);
  try {
    const { order } = await store.medusa("POST", `/store/carts/${cart}/complete`, { ...options, body: {} });
    return order.id;
  } catch (error) {
    if (!isLostCompletion(store, / 409 /.test(error.message) ? 409 : undefined) || attempts <= 1) throw error;
    return fullOrder(options, attempts - 1);
  }
}

/** The values of the section `set` of the cases; of a new customer, as other tests count the orders of those that are there. */
async function namesOfStore() {
  const { products, regions } = store.fixtures;
  const { sixVariants, withReferences } = products;
  const customer = await newCustomer(store);
  const { token } = customer;
  return {
    token,
    product: sixVariants.id,
    category: "shirts",
    handle: sixVariants.handle,
    slug: sixVariants.variants[0].sku.toLowerCase(),
    parent: withReferences.id,
    parent_variant: withReferences.variants[0].id,
    cart: await fullCart({ token }),
    order: await fullOrder({ token }),
    guests_order: await fullOrder({}),
    address: (await savedAddress(store, customer, KIEL)).id,
    region: regions.eur.id,
  };
}

/** Runs the cases: {stdout, lacking}, `lacking` being the paths of all members that are reported as absent. */
function runLive(table, settings = names) {
  const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const { stdout, stderr } = runProgram(["-f", table, "test", "--live", ...set, CASES], { env });
  assert.equal(stderr, "");
  const lines = [...stdout.matchAll(/ the answer lacks (.*)$/gm)];
  return { stdout, lacking: lines.flatMap(([, paths]) => paths.split(", ").map((path) => path.split(";")[0])) };
}

const withoutSometimes = (paths) => [...new Set(paths)].filter((path) => !SOMETIMES.includes(path)).sort();

test("Medusa answers all that the shipped table reads", () => {
  const { stdout, lacking } = runLive(TABLE);
  assert.match(stdout, /^\d\d GET calls of 21 cases, \d with differences$/m);
  assert.doesNotMatch(stdout, /in place of/, "a status that is not the case's");
  assert.deepEqual(withoutSometimes(lacking), [], stdout);
});

test("an order that is not there is a status in place of another", () => {
  const { stdout } = runLive(TABLE, { ...names, order: "order_none" });
  assert.match(stdout, /^ {2}GET store\/orders\/order_none: 404 in place of 200, \d+ ms$/m);
});

// Medusa 2.13 leaves out the quantities of the items of a single order unless their details are asked for too.
test("a table that does not ask for what an old Medusa needs is reported there", () => {
  const table = join(folder, "routes.yaml");
  const rules = "{order.items: null, orders.items: null}";
  writeFileSync(table, `extends: ${TABLE}\nchange: {upstreams: {store: {fields: {with: ${rules}}}}}\n`);
  const { stdout, lacking } = runLive(table);
  const expected = store.version === "2.13.4" ? ["order.items[].quantity"] : [];
  assert.deepEqual(withoutSometimes(lacking), expected, stdout);
});
