/*
 * The examples of the O2S documentation's page "Usage" of the Medusa.js integration, word for word. The ids in it are
 * replaced by those of a store, and the token by a customer's; nothing else is.
 */
import { before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { assertAnswer, assertEqual, assertThat } from "./assertions.mjs";
import * as shapes from "./checkout-shapes.mjs";
import { newCustomer, placedOrder } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { product, productList, relatedProducts } from "./shapes.mjs";

const { store, gateway } = await openContext();
const { products, paymentProviders, regions } = store.fixtures;
const drill = products.withReferences;

let token;
let order;
let guestsCart;
before(async () => {
  const customer = await newCustomer(store);
  token = customer.token;
  order = await placedOrder(store, { token });
  await store.medusa("POST", `/admin/orders/${order.id}/complete`, { body: {} });
  guestsCart = (await store.medusa("POST", "/store/carts", { body: { region_id: regions.eur.id } })).cart;
});

const EXAMPLES = [
  {
    title: "List Products",
    example: `
GET /products?limit=20&offset=0
Authorization: Bearer {token}`,
    status: 200,
    shape: productList,
    check: (answer) => assertThat(answer, answer.body.data.length >= 19, "a page of products"),
  },
  {
    title: "Get Product",
    example: `
GET /products/prod_01ABC123
Authorization: Bearer {token}`,
    ids: () => ({ prod_01ABC123: drill.id }),
    status: 200,
    shape: product,
    check: (answer) => assertEqual(answer, answer.body.id, drill.id, "id"),
  },
  {
    title: "Get Related Products",
    example: `
GET /products/prod_01ABC123/variants/var_01XYZ789/related-products
Authorization: Bearer {token}`,
    ids: () => ({ prod_01ABC123: drill.id, var_01XYZ789: drill.variants[0].id }),
    status: 200,
    shape: relatedProducts,
    check: (answer) => assertThat(answer, answer.body.data.length > 0, "related products"),
  },
  {
    title: "List Orders",
    example: `
GET /orders?limit=20&status=completed
Authorization: Bearer {token}`,
    status: 200,
    shape: shapes.orders,
    check: (answer) =>
      assertEqual(
        answer,
        answer.body.data.map(({ id }) => id),
        [order.id],
        "the orders",
      ),
  },
  {
    title: "Get Order",
    example: `
GET /orders/order_01ABC123
Authorization: Bearer {token}`,
    ids: () => ({ order_01ABC123: order.id }),
    status: 200,
    shape: shapes.order,
    check: (answer) => assertEqual(answer, answer.body.id, order.id, "id"),
  },
  {
    title: "Create Cart",
    example: `
POST /carts
Content-Type: application/json
{
"currency": "EUR",
"regionId": "reg_01ABC123",
"metadata": {}
}`,
    ids: () => ({ reg_01ABC123: regions.eur.id }),
    status: 201,
    shape: shapes.cart,
    check: (answer) => assertEqual(answer, answer.body.regionId, regions.eur.id, "regionId"),
  },
  {
    title: "Get Cart",
    example: `
GET /carts/cart_01ABC123
Authorization: Bearer {token}`,
    ids: () => ({ cart_01ABC123: guestsCart.id }),
    status: 200,
    shape: shapes.cart,
    check: (answer) => assertEqual(answer, answer.body.id, guestsCart.id, "id"),
  },
  {
    title: "Add Cart Item",
    example: `
POST /carts/items
Content-Type: application/json
{
"cartId": "cart_01ABC123",
"sku": "var_01XYZ789",
"quantity": 2
}`,
    ids: () => ({ cart_01ABC123: guestsCart.id, var_01XYZ789: drill.variants[0].id }),
    status: 201,
    shape: shapes.cart,
    check: (answer) => {
      const items = answer.body.items.data.map(({ sku, quantity }) => [sku, quantity]);
      assertEqual(answer, items, [["DRILL-18V", 2]], "the items");
    },
  },
  {
    title: "List Payment Providers",
    example: `
GET /payments/providers?regionId=reg_01ABC123
Authorization: Bearer {token}`,
    ids: () => ({ reg_01ABC123: regions.eur.id }),
    status: 200,
    shape: shapes.paymentProviders,
    check: (answer) => assertEqual(answer, answer.body.total, Object.keys(paymentProviders).length, "total"),
  },
  {
    title: "Create Payment Session",
    example: `
POST /payments/sessions
Content-Type: application/json
Authorization: Bearer {token}
{
"cartId": "cart_01ABC123",
"providerId": "pp_stripe",
"returnUrl": "https://example.com/checkout/success",
"cancelUrl": "https://example.com/checkout/cancel"
}`,
    ids: () => ({ cart_01ABC123: guestsCart.id, pp_stripe: paymentProviders.redirecting }),
    status: 201,
    shape: shapes.paymentSession,
    check: (answer) => assertEqual(answer, answer.body.redirectUrl, "https://pay.example.com/session/1", "redirectUrl"),
  },
];

/** An example as a request: {method, path, headers, body}. */
function read(example, ids) {
  const filled = Object.entries(ids).reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `Expected ${from} in the example`);
    return text.replaceAll(from, to);
  }, example.trim());
  const [, head, body] = /^([^{}]*(?:\{token\})?)\s*(\{[^]*)?$/.exec(filled);
  const [line, ...fields] = head.trim().split("\n");
  const [method, path] = line.split(" ");
  const headers = fields.map((field) => field.replace("{token}", token).split(": "));
  return { method, path, headers: Object.fromEntries(headers), body };
}

describe("the examples", () => {
  for (const { title, example, ids = () => ({}), status, shape, check } of EXAMPLES) {
    test(title, async () => {
      const { method, path, headers, body } = read(example, ids());
      const answer = await gateway.request(method, path, { headers, body });
      assertAnswer(answer, status, shape);
      check(answer);
    });
  }
});

// "For checkout completion, provide an email (in addresses or place-order body)": without a token at all.
describe("guest checkout, in the order of the page's table", () => {
  const email = `usage-${process.pid}-${Date.now()}@example.com`;
  const address = { country: "DE", streetName: "Weg", streetNumber: "1", city: "Kiel", postalCode: "24103" };
  const { standard } = store.fixtures.shippingOptions;
  let id;

  const STEPS = [
    ["POST", "addresses", { shippingAddress: address, billingAddress: address, email }, shapes.cart],
    ["GET", "shipping-options", undefined, shapes.shippingOptions],
    ["POST", "shipping-method", { shippingOptionId: standard.id }, shapes.cart],
    [
      "POST",
      "payment",
      { providerId: paymentProviders.system, returnUrl: "https://example.com" },
      shapes.paymentSession,
    ],
    ["GET", "summary", undefined, shapes.summary],
    ["POST", "place-order", { email }, shapes.placed],
  ];

  test("a cart", async () => {
    const item = { sku: drill.variants[0].sku, quantity: 1, currency: "EUR", regionId: regions.eur.id };
    const answer = await gateway.post("/carts/items", item);
    id = assertAnswer(answer, 201, shapes.cart).id;
  });

  for (const [method, step, body, shape] of STEPS) {
    test(`${method} /checkout/:cartId/${step}`, async () => {
      const answer = await gateway.request(method, `/checkout/${id}/${step}`, { body });
      assertAnswer(answer, method === "POST" ? 201 : 200, shape);
    });
  }
});
