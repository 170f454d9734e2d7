/*
 * Every amount in the answers about carts and orders is the amount that Medusa itself reports with its default fields,
 * digit by digit; and what Medusa reports is what unit prices, quantities, discounts and tax rates make. With
 * O2S_AMOUNTS, what was compared is appended to that file.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  cartAmounts,
  listAmounts,
  medusaCart,
  medusaOrder,
  openComparison,
  optionAmounts,
  orderAmounts,
  parseExact,
  placedAmounts,
  recordAmounts,
  summaryAmounts,
} from "./amounts.mjs";
import { assertStatus } from "./assertions.mjs";
import { KIEL, LYON, isLostCompletion, newCustomer, openContextWithOrders, uniqueEmail } from "./checkout-support.mjs";
import { TABLE } from "./harness.mjs";

const { store, gateway: mainGateway, start } = await openContextWithOrders();
const { features, paymentProviders, products, regions, shippingOptions, shops } = store.fixtures;
const { special } = shops;
const LEAST = 500;
const MOST_ATTEMPTS = 5;
const RETURN = "https://shop.example.com/thanks";

const specialGateway = await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: special.publishableKey } });
const MAIN = { gateway: mainGateway, publishableKey: store.publishableKey };
const SPECIAL = { gateway: specialGateway, publishableKey: special.publishableKey };

const comparison = openComparison();
after(() => recordAmounts(comparison));

function assertSame(route, answer, expected, with_ = comparison) {
  assert.deepEqual(with_.compare(route, answer.text, expected), []);
}

const exactly = (path, options) => store.medusa("GET", path, { ...options, parse: parseExact });

// What Medusa reports, with the fields that it chooses itself.
async function cartOf({ publishableKey }, id, token) {
  const cart = await medusaCart(store, id, { token, publishableKey });
  assertArithmetic(cart);
  return cart;
}

async function ordersOf({ publishableKey }, id, token) {
  const fromStore = await medusaOrder(store, id, "store", { token, publishableKey });
  const fromAdmin = await medusaOrder(store, id);
  for (const order of [fromStore, fromAdmin]) assertArithmetic(order);
  return [fromStore, fromAdmin];
}

const sum = (list, number) => list.reduce((total, entry) => total + number(entry), 0);

/** What an item or a shipping method costs, from its price, its discounts and its tax rates. */
function costOf({ adjustments = [], tax_lines = [] }, net) {
  const discounted = net - sum(adjustments, ({ amount }) => Number(amount));
  return discounted * (1 + sum(tax_lines, ({ rate }) => Number(rate)) / 100);
}

/** Medusa's totals are what its parts make; a binary floating point number has some 16 digits. */
function assertArithmetic({ id, items, shipping_methods, total, item_subtotal, credit_lines }) {
  const itemNet = ({ unit_price, quantity }) => Number(unit_price) * Number(quantity);
  const near = (actual, expected, what) =>
    assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, expected), `${id}, ${what}: ${actual}, not ${expected}`);
  for (const item of items) near(Number(item.total), costOf(item, itemNet(item)), `total of ${item.id}`);
  near(Number(item_subtotal), sum(items, itemNet), "item_subtotal");
  const shipping = sum(shipping_methods ?? [], (method) => costOf(method, Number(method.amount)));
  // A refund makes credit lines, which Medusa takes off the total.
  const credit = sum(credit_lines ?? [], ({ amount }) => Number(amount));
  near(Number(total), sum(items, (item) => costOf(item, itemNet(item))) + shipping - credit, "total");
}

const variant = (product, index = 0) => product.variants[index].id;
const ANYWHERE = { streetName: "Main St 1", city: "Town", postalCode: "10001" };
const [NEW_YORK, VIENNA] = ["US", "AT"].map((country) => ({ ...ANYWHERE, country }));
const GERMANY = { region: regions.eur, address: KIEL };
const FRANCE = { region: regions.eur, address: LYON };
const { standard, express, calculated } = shippingOptions;

/*
 * Carts that become orders. `items`: [variant, quantity]; `codes` of promotions; `shipping`: options, one after the
 * other; `unshipped`: nothing ships there. The default shop is the main one. A guest orders with place-order, a customer
 * with complete; or with place-order too, if there is nothing to ship.
 */
const CARTS = {
  "one item, with tax": { ...GERMANY, items: [[products.bare, 1]], shipping: [standard] },
  "one item, without tax": { ...FRANCE, items: [[products.bare, 3]], shipping: [standard] },
  "prices with decimals, with tax": { ...GERMANY, items: [[products.manyDecimals, 7]], shipping: [standard] },
  "a percentage off": {
    ...GERMANY,
    items: [
      [products.manyDecimals, 3],
      [products.bare, 2],
    ],
    codes: ["TEN"],
    shipping: [express],
  },
  "a fixed amount off, divided among items": {
    ...GERMANY,
    items: [
      [products.manyDecimals, 11],
      [products.plain[6], 3],
      [products.umlautSku, 1],
    ],
    codes: ["FIVE"],
    shipping: [standard],
  },
  "both discounts": {
    ...GERMANY,
    items: [
      [products.manyDecimals, 13],
      [products.plain[4], 7],
    ],
    codes: ["TEN", "FIVE"],
    shipping: [standard],
  },
  "a price list, a tier, and a discount": {
    ...GERMANY,
    items: [
      [products.onSale, 1],
      [products.tiered, 9],
      [products.sixVariants, 2],
    ],
    codes: ["TEN"],
    shipping: [standard],
  },
  "a tier that is reached": { ...FRANCE, items: [[products.tiered, 12]], codes: ["FIVE"], shipping: [standard] },
  "calculated shipping": { ...GERMANY, items: [[products.bare, 5]], codes: ["FIVE"], shipping: [calculated] },
  "another shipping option after the first": {
    ...GERMANY,
    items: [[products.manyDecimals, 2]],
    shipping: [calculated, express],
  },
  "a service and a thing": {
    ...GERMANY,
    items: [
      [products.virtual, 2],
      [products.plain[2], 1],
    ],
    shipping: [standard],
  },
  "dollars": { region: regions.usd, address: NEW_YORK, items: [[products.usdOnly, 3]], unshipped: true },
  "another region of the same currency": {
    region: regions.austria,
    address: VIENNA,
    shop: SPECIAL,
    items: [
      [special.products.regionPrice, 3],
      [special.products.digital, 1],
    ],
    unshipped: true,
  },
  "digital goods alone": { ...GERMANY, shop: SPECIAL, items: [[special.products.digital, 3]], shipping: [] },
  "region price, sale price": {
    ...GERMANY,
    shop: SPECIAL,
    items: [
      [special.products.regionPrice, 3],
      [special.products.regionPriceOnly, 1],
      [special.products.salePrice, 2],
    ],
    codes: ["TEN"],
    shipping: [special.shippingOptions.parcel],
  },
  "two shipping methods": {
    needs: "shippingMethodPerProfile",
    ...GERMANY,
    shop: SPECIAL,
    items: [
      [special.products.parcel, 1],
      [special.products.bulky, 2],
    ],
    codes: ["FIVE"],
    shipping: [special.shippingOptions.parcel, special.shippingOptions.freight],
  },
};

/** A client of a shop, with a caller's token; each success is checked against Medusa's cart. */
function openBuyer(shop, token) {
  const request = async (method, path, body) => {
    const answer = await shop.gateway.request(method, path, { body, token });
    assertStatus(answer, method === "POST" ? 201 : 200);
    return answer;
  };
  return {
    request,
    async cart(method, path, body) {
      const answer = await request(method, path, body);
      assertSame(`${method} ${path}`, answer, cartAmounts(await cartOf(shop, answer.body.id, token)));
      return answer.body;
    },
  };
}

async function fill(buyer, { region, items, codes = [] }) {
  const [[first, quantity], ...others] = items;
  const start = { currency: region.currency, regionId: region.id, variantId: variant(first), quantity: 1 };
  const cart = await buyer.cart("POST", "/carts/items", start);
  for (const [product, number] of others)
    await buyer.cart("POST", "/carts/items", { cartId: cart.id, variantId: variant(product), quantity: number });
  await buyer.cart("PATCH", `/carts/${cart.id}/items/${cart.items.data[0].id}`, { quantity });
  for (const code of codes) await buyer.cart("POST", `/carts/${cart.id}/promotions`, { code });
  return cart.id;
}

async function compareOptions(shop, buyer, id, token) {
  const path = `/store/shipping-options?cart_id=${id}`;
  const { shipping_options: options } = await exactly(path, { token, publishableKey: shop.publishableKey });
  const { currency_code } = await cartOf(shop, id, token);
  const priced = await Promise.all(options.map((option) => withPrice(shop, option, id)));
  const answer = await buyer.request("GET", `/checkout/${id}/shipping-options`);
  assertSame("shipping-options", answer, optionAmounts(priced.filter(Boolean), currency_code));
}

// An option whose price cannot be calculated is left out.
async function withPrice({ publishableKey }, option, cart_id) {
  if (option.price_type !== "calculated") return option;
  const request = { publishableKey, body: { cart_id, data: {} }, parse: parseExact };
  const path = `/store/shipping-options/${option.id}/calculate`;
  return store.medusa("POST", path, request).then(
    ({ shipping_option: priced }) => priced,
    () => undefined,
  );
}

async function compareOrder(shop, route, answer, token) {
  const { id } = answer.body.order;
  for (const order of await ordersOf(shop, id, token)) {
    assertSame(route, answer, placedAmounts(order));
    const alone = await shop.gateway.get(`/orders/${id}`, { token });
    assertStatus(alone, 200);
    assertSame("GET /orders/:id", alone, orderAmounts(order));
    // An answer of `complete` has it from the payments, the order by itself from the order.
    assert.deepEqual([answer.body.order.paymentStatus, alone.body.paymentStatus], ["PENDING", "PENDING"]);
  }
}

async function placeInSteps(shop, buyer, spec, token) {
  const id = await fill(buyer, spec);
  const checkout = `/checkout/${id}`;
  const email = token ? undefined : uniqueEmail();
  const addresses = { shippingAddress: spec.address, billingAddress: spec.address, email };
  await buyer.cart("POST", `${checkout}/addresses`, addresses);
  await compareOptions(shop, buyer, id, token);
  for (const option of spec.shipping)
    await buyer.cart("POST", `${checkout}/shipping-method`, { shippingOptionId: option.id });
  await buyer.request("POST", `${checkout}/payment`, { providerId: paymentProviders.system, returnUrl: RETURN });
  await buyer.cart("GET", `/carts/${id}`);
  const summary = await buyer.request("GET", `${checkout}/summary`);
  assertSame("summary", summary, summaryAmounts(await cartOf(shop, id, token)));
  return orderedOf("place-order", await shop.gateway.post(`${checkout}/place-order`, {}, { token }));
}

async function placeAtOnce(shop, buyer, spec, token) {
  const id = await fill(buyer, spec);
  const [last] = spec.shipping.slice(-1);
  for (const option of spec.shipping.slice(0, -1))
    await buyer.cart("POST", `/checkout/${id}/shipping-method`, { shippingOptionId: option.id });
  const body = {
    shippingAddress: spec.address,
    billingAddress: spec.address,
    shippingMethodId: last.id,
    paymentProviderId: paymentProviders.system,
    returnUrl: RETURN,
    email: token ? undefined : uniqueEmail(),
  };
  return orderedOf("complete", await shop.gateway.post(`/checkout/${id}/complete`, body, { token }));
}

function orderedOf(route, answer) {
  if (isLostCompletion(store, answer.status)) return undefined;
  assertStatus(answer, 201);
  return { route, answer };
}

async function placeAndCompare(place, shop, spec, token) {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const placed = await place(shop, openBuyer(shop, token), spec, token);
    if (placed) return compareOrder(shop, placed.route, placed.answer, token);
  }
  throw new Error(`no order in ${MOST_ATTEMPTS} attempts`);
}

let customer;
before(async () => {
  customer = await newCustomer(store);
});

for (const [what, spec] of Object.entries(CARTS)) {
  const lacking = spec.needs && !features[spec.needs];
  describe(what, { skip: lacking && "this Medusa keeps one shipping method" }, () => {
    const shop = spec.shop ?? MAIN;
    if (spec.unshipped) {
      test("a cart", async () => {
        const buyer = openBuyer(shop);
        const id = await fill(buyer, spec);
        await buyer.cart("POST", `/checkout/${id}/addresses`, { shippingAddress: spec.address });
        await buyer.cart("GET", `/carts/${id}`);
      });
      return;
    }
    test("ordered by a guest, in steps", () => placeAndCompare(placeInSteps, shop, spec));
    const place = spec.shipping.length ? placeAtOnce : placeInSteps;
    test("ordered by a customer", () => placeAndCompare(place, shop, spec, customer.token));
  });
}

describe("a cart that changes", () => {
  test("items and promotions that come and go", async () => {
    const buyer = openBuyer(MAIN);
    const spec = { ...GERMANY, items: [[products.manyDecimals, 9], [products.tiered, 10]], codes: ["TEN", "FIVE"] };
    const id = await fill(buyer, spec);
    await buyer.cart("DELETE", `/carts/${id}/promotions/TEN`);
    const cart = await buyer.cart("POST", "/carts/items", { cartId: id, variantId: variant(products.tiered), quantity: 2 });
    await buyer.cart("PATCH", `/carts/${id}`, { regionId: regions.austria.id });
    await buyer.cart("DELETE", `/carts/${id}/items/${cart.items.data[0].id}`);
    await buyer.cart("DELETE", `/carts/${id}/promotions/FIVE`);
  });

  test("an empty one", () => openBuyer(MAIN).cart("POST", "/carts", { currency: "EUR" }));
});

const LISTS = [
  "",
  "?limit=100",
  "?limit=7&offset=13&sort=createdAt_ASC",
  "?status=completed",
  "?limit=100&dateFrom=2025-01-01",
  "?dateFrom=2025-03-10&dateTo=2025-04&sort=updatedAt_ASC",
  "?limit=100&paymentStatus=CAPTURED",
  "?limit=100&paymentStatus=REFUNDED&dateFrom=2025-01",
  "?limit=100&sort=total_DESC",
  "?limit=20&offset=5&sort=subtotal_ASC&dateTo=2026",
];

describe("lists of orders", () => {
  // Medusa's orders do not change meanwhile.
  const known = { store: [], admin: [] };
  before(async () => {
    for (const { id } of store.fixtures.orders) {
      const [fromStore, fromAdmin] = await ordersOf(MAIN, id, store.alice);
      known.store.push(fromStore);
      known.admin.push(fromAdmin);
    }
  });

  for (const query of LISTS) {
    test(`GET /orders${query}`, async () => {
      const answer = await mainGateway.get(`/orders${query}`, { token: store.alice });
      assertStatus(answer, 200);
      const ids = answer.body.data.map(({ id }) => id);
      assert.notEqual(ids.length, 0);
      for (const orders of Object.values(known))
        assertSame("GET /orders", answer, listAmounts(orders.filter(({ id }) => ids.includes(id))));
    });
  }

  test("GET /orders/:id of each", async () => {
    for (const [index, { id }] of store.fixtures.orders.entries()) {
      const answer = await mainGateway.get(`/orders/${id}`, { token: store.alice });
      for (const orders of Object.values(known)) assertSame("GET /orders/:id", answer, orderAmounts(orders[index]));
    }
  });
});

// Up to there Medusa computes an order without its items unless items.detail.quantity is requested.
const isOld = store.version.split(".")[1] <= 17;
test("an order without its items would be found", { skip: !isOld && "this Medusa resolves items.quantity" }, async () => {
  const table = readFileSync(TABLE, "utf8");
  const edited = table.replace("order.items: [items.quantity, items.detail.quantity]", "order.items: items.quantity");
  assert.notEqual(edited, table);
  const gateway = await start({ table: edited });
  const [{ id }] = store.fixtures.orders;
  const answer = await gateway.get(`/orders/${id}`, { token: store.alice });
  const [order] = await ordersOf(MAIN, id, store.alice);
  const differences = openComparison().compare("GET /orders/:id", answer.text, orderAmounts(order));
  for (const member of ["total", "subtotal", "tax"])
    assert.ok(differences.some((line) => line.includes(` ${member}: `)), `${member} differs: ${differences}`);
});

test(`at least ${LEAST} amounts were compared, and none differs`, () => {
  const { compared } = comparison.counts();
  console.log(`${compared} amounts compared`);
  assert.ok(compared >= LEAST, `${compared} amounts`);
  assert.deepEqual(comparison.differences, []);
});
