/* `test --live` with tests/table/live.yaml: what the table reads of Medusa's answers is in them, on every version. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KIEL, medusaAddress, newCustomer, placedOrder, readyCart, savedAddress } from "./checkout-support.mjs";
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

/** Options of a cart that can be ordered, with every member of its metadata that the table reads. */
function fullCart() {
  const provider = store.fixtures.paymentProviders.system;
  const paymentMethod = { id: provider, name: provider, type: "OTHER", description: "By invoice" };
  const more = {
    billing_address: medusaAddress(KIEL),
    promo_codes: ["TEN"],
    metadata: { notes: "Ring twice", paymentMethod, paymentSessionId: "payses_1", guestCheckout: false },
  };
  return { variantId: store.fixtures.products.sixVariants.variants[0].id, quantity: 2, more };
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
    cart: (await readyCart(store, { token, ...fullCart() })).id,
    order: (await placedOrder(store, { token, ...fullCart() })).id,
    guests_order: (await placedOrder(store, fullCart())).id,
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
