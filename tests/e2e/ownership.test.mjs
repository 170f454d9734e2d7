/*
 * Who may touch a cart: each route that reads or changes one, asked by its owner, by nobody, and by somebody else.
 */
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { assertAnswer, assertEqual, assertFailure, assertNoMutation, assertStatus } from "./assertions.mjs";
import { newCart, stored } from "./carts.mjs";
import { openContext } from "./context.mjs";
import * as shapes from "./shapes.mjs";
import { json, startStandIn } from "./standin.mjs";
import { routesOfTable } from "./table.mjs";

const { store, gateway, start } = await openContext();
const { products, customers } = store.fixtures;
const shirt = products.sixVariants.variants[0];
const bare = products.bare.variants[0];

// Each a function of a cart with one item and the promotion TEN.
const ROUTES = {
  "GET /carts/{cartId}": ({ id }) => ["GET", `/carts/${id}`],
  "PATCH /carts/{cartId}": ({ id }) => ["PATCH", `/carts/${id}`, { notes: "changed", email: "changed@example.com" }],
  "POST /carts/items": ({ id }) => ["POST", "/carts/items", { cartId: id, sku: shirt.sku, quantity: 1 }],
  "PATCH /carts/{cartId}/items/{itemId}": ({ id, item }) => ["PATCH", `/carts/${id}/items/${item}`, { quantity: 7 }],
  "DELETE /carts/{cartId}/items/{itemId}": ({ id, item }) => ["DELETE", `/carts/${id}/items/${item}`],
  "POST /carts/{cartId}/promotions": ({ id }) => ["POST", `/carts/${id}/promotions`, { code: "FIVE" }],
  "DELETE /carts/{cartId}/promotions/{code}": ({ id }) => ["DELETE", `/carts/${id}/promotions/TEN`],
};
// These know no cart.
const OTHERS = ["POST /carts", "GET /carts", "GET /carts/current", "DELETE /carts/{cartId}"];

async function cartOf(token) {
  const { id, items } = await newCart(gateway, { token, items: [[bare.id, 10]] });
  await store.medusa("POST", `/store/carts/${id}/promotions`, { token, body: { promo_codes: ["TEN"] } });
  return { id, item: items.data[0].id };
}

function ask([method, path, body], token) {
  return gateway.request(method, path, { body, token });
}

const succeeds = (answer) => assertAnswer(answer, answer.asked.startsWith("POST") ? 201 : 200, shapes.cart);

test("every carts route of the table is looked at here", () => {
  const routes = routesOfTable().map(({ method, path }) => `${method} ${path}`);
  const found = routes.filter((name) => name.includes(" /carts"));
  assert.deepEqual(found.sort(), [...Object.keys(ROUTES), ...OTHERS].sort());
});

for (const [route, request] of Object.entries(ROUTES)) {
  describe(route, () => {
    let cart;
    before(async () => {
      cart = await cartOf(store.alice);
    });

    const refusals = {
      "without a token": [undefined, "Authentication required to access this resource"],
      "with another customer's token": [store.bob, "Unauthorized to access this resource"],
    };
    for (const [who, [token, message]] of Object.entries(refusals)) {
      test(`a customer's cart is closed ${who}`, async () => {
        const before = await stored(store, cart.id, store.alice);
        const answer = await ask(request(cart), token);
        assertFailure(answer, 401, message);
        assertNoMutation(answer);
        assertEqual(answer, await stored(store, cart.id, store.alice), before, "the cart in Medusa");
      });
    }

    test("a customer's cart is closed to a bad token", async () => {
      const before = await stored(store, cart.id, store.alice);
      const forged = store.token(customers.alice.email, { secret: "guessed" });
      const expired = store.token(customers.alice.email, { expiresIn: -10 });
      for (const token of [forged, expired]) {
        const answer = await ask(request(cart), token);
        assertFailure(answer, 401);
        assertNoMutation(answer);
        assertEqual(answer, await stored(store, cart.id, store.alice), before, "the cart in Medusa");
      }
    });

    test("a customer's cart is open to the customer", async () => {
      const answer = await ask(request(cart), store.alice);
      assertEqual(answer, succeeds(answer).customerId, customers.alice.id, "customerId");
    });

    test("a cart of nobody is open to whoever has its id", async () => {
      succeeds(await ask(request(await cartOf())));
      succeeds(await ask(request(await cartOf()), store.bob));
    });

    test("a guest's cart is open to whoever has its id", async () => {
      const guests = await cartOf();
      const { cart: known } = await store.medusa("POST", `/store/carts/${guests.id}?fields=%2Bcustomer_id`, {
        body: { email: `guest-${guests.id}@example.com` },
      });
      assert.ok(known.customer_id, "the guest is a customer of Medusa's, without account");
      succeeds(await ask(request(guests)));
    });
  });
}

// Medusa itself takes an item's id for enough.
describe("by way of a cart of one's own, another customer's item", () => {
  const ways = {
    "is not changed": [404, ({ id }, { item }) => ["PATCH", `/carts/${id}/items/${item}`, { quantity: 7 }]],
    "is not set to 0": [404, ({ id }, { item }) => ["PATCH", `/carts/${id}/items/${item}`, { quantity: 0 }]],
    // To remove an item that the cart does not have succeeds.
    "is not removed": [200, ({ id }, { item }) => ["DELETE", `/carts/${id}/items/${item}`]],
  };
  for (const [what, [status, request]] of Object.entries(ways)) {
    for (const [who, token] of Object.entries({ "another customer": store.bob, nobody: undefined })) {
      test(`${what} by ${who}`, async () => {
        const [own, alices] = [await cartOf(token), await cartOf(store.alice)];
        const before = await stored(store, alices.id, store.alice);
        const answer = await ask(request(own, alices), token);
        assertEqual(answer, await stored(store, alices.id, store.alice), before, "the cart in Medusa");
        assertNoMutation(answer);
        if (status === 404) assertFailure(answer, status);
        else assertEqual(answer, succeeds(answer).id, own.id, "the cart answered");
      });
    }
  }
});

// As if a member were misspelt in the table, or no longer sent by Medusa.
describe("an answer that does not say whose it is opens nothing", () => {
  const amounts = Object.fromEntries(
    ["total", "item_subtotal", "shipping_total", "shipping_subtotal", "discount_total", "tax_total"].map((name) => [name, 0]),
  );
  const times = { created_at: "2026-01-31T12:00:00.000Z", updated_at: "2026-01-31T12:00:00.000Z" };
  const thing = { currency_code: "eur", region_id: "reg_1", items: [], ...times, ...amounts };
  const owned = { customer_id: "cus_1" };
  const registered = { customer: { has_account: true } };
  const guest = { customer: { has_account: false } };
  let standIn;
  let front;
  let members;
  before(async () => {
    standIn = await startStandIn((request, response) => {
      const one = { id: "1", ...thing, ...members };
      json(response, 200, request.url.includes("/orders/") ? { order: one } : { cart: one });
    });
    front = await start({ env: { MEDUSAJS_BASE_URL: standIn.url } });
  });
  after(() => standIn.stop());

  const answers = [
    ["without customer_id", registered, 502, /customer_id/],
    ["without customer", owned, 502, /customer/],
    ["with a customer that is null", { ...owned, customer: null }, 401, /Authentication required/],
    ["with a customer of which nothing is known", { ...owned, customer: {} }, 401, /Authentication required/],
    ["with a registered customer", { ...owned, ...registered }, 401, /Authentication required/],
  ];
  for (const path of ["/carts/1", "/orders/1"]) {
    for (const [what, given, status, message] of answers)
      test(`GET ${path} ${what}: ${status}`, async () => {
        members = given;
        assertFailure(await front.get(path), status, message);
      });
    for (const [what, given] of [["of a guest", { ...owned, ...guest }], ["of nobody", { customer_id: null }]])
      test(`GET ${path} ${what}: 200`, async () => {
        members = given;
        assertStatus(await front.get(path), 200);
      });
  }

  for (const [what, given, status] of answers)
    test(`a cart ${what} is not changed: ${status}`, async () => {
      members = given;
      standIn.requests.length = 0;
      assertFailure(await front.patch("/carts/1", { notes: "changed" }), status);
      assert.deepEqual(standIn.requests.map(({ method }) => method), ["GET"]);
    });
});
