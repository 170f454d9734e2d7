/*
 * Who may check out a cart, open a payment for it, or read an order: each route asked by its owner, by nobody, and by
 * somebody else.
 */
import { before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { assertAnswer, assertEqual, assertFailure, assertNoMutation } from "./assertions.mjs";
import { stored } from "./carts.mjs";
import * as shapes from "./checkout-shapes.mjs";
import {
  KIEL,
  LYON,
  completion,
  isLostCompletion,
  newCustomer,
  placedOrder,
  readyCart,
  uniqueEmail,
} from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { routesOfTable } from "./table.mjs";

const { store, gateway } = await openContext();
const { paymentProviders, shippingOptions } = store.fixtures;
const RETURN = "https://shop.example.com/thanks";

// Each a function of a cart's id that gives [method, path, body, shape]; `ends`: the cart is an order afterwards; `needs`: what cart.
const CART_ROUTES = {
  "POST /checkout/{cartId}/addresses": {
    request: (id) => [
      "POST",
      `/checkout/${id}/addresses`,
      { shippingAddress: LYON, billingAddress: KIEL },
      shapes.cart,
    ],
  },
  "POST /checkout/{cartId}/shipping-method": {
    request: (id) => [
      "POST",
      `/checkout/${id}/shipping-method`,
      { shippingOptionId: shippingOptions.express.id },
      shapes.cart,
    ],
  },
  "POST /checkout/{cartId}/payment": {
    request: (id) => [
      "POST",
      `/checkout/${id}/payment`,
      { providerId: paymentProviders.system, returnUrl: RETURN },
      shapes.paymentSession,
    ],
  },
  "GET /checkout/{cartId}/shipping-options": {
    request: (id) => ["GET", `/checkout/${id}/shipping-options`, undefined, shapes.shippingOptions],
  },
  "GET /checkout/{cartId}/summary": {
    request: (id) => ["GET", `/checkout/${id}/summary`, undefined, shapes.summary],
  },
  "POST /payments/sessions": {
    request: (cartId) => [
      "POST",
      "/payments/sessions",
      { cartId, providerId: paymentProviders.redirecting, returnUrl: RETURN },
      shapes.paymentSession,
    ],
  },
  "POST /checkout/{cartId}/place-order": {
    request: (id) => ["POST", `/checkout/${id}/place-order`, { email: uniqueEmail() }, shapes.placed],
    ends: true,
  },
  "POST /checkout/{cartId}/complete": {
    request: (id) => ["POST", `/checkout/${id}/complete`, completion(store, { email: uniqueEmail() }), shapes.placed],
    ends: true,
    needs: { lacks: "shipping address" },
  },
};
// Looked at further below, and in the tests of orders and customers: these answer only what is the caller's own.
const OTHERS = [
  "GET /orders/{id}",
  "GET /orders",
  "GET /customers/addresses",
  "GET /customers/addresses/{id}",
  "POST /customers/addresses",
  "PATCH /customers/addresses/{id}",
  "DELETE /customers/addresses/{id}",
  "POST /customers/addresses/{id}/default",
  // These know no owner.
  "GET /payments/providers",
  "GET /payments/sessions/{id}",
  "PATCH /payments/sessions/{id}",
  "DELETE /payments/sessions/{id}",
];

test("every such route of the table is looked at", () => {
  const routes = routesOfTable().map(({ method, path }) => `${method} ${path}`);
  const found = routes.filter((name) => / \/(checkout|orders|customers|payments)\b/.test(name));
  assert.deepEqual(found.sort(), [...Object.keys(CART_ROUTES), ...OTHERS].sort());
});

let owner;
let stranger;
before(async () => {
  [owner, stranger] = [await newCustomer(store), await newCustomer(store)];
});

const REFUSALS = {
  "without a token": [() => undefined, "Authentication required to access this resource"],
  "with another customer's token": [() => stranger.token, "Unauthorized to access this resource"],
  "with a forged token": [() => store.token(owner.email, { secret: "guessed" }), /./],
  "with an expired token": [() => store.token(owner.email, { expiresIn: -10 }), /./],
};

describe("a cart", () => {
  const shared = {};
  const OWNERS = { customer: () => ({ token: owner.token }), guest: () => ({}), nobody: () => ({ email: null }) };
  const newCart = (whose, needs) => readyCart(store, { ...OWNERS[whose](), ...needs });
  const cartOf = async (whose, { ends, needs }) => {
    if (ends) return (await newCart(whose, needs)).id;
    return (shared[whose] ??= await newCart(whose)).id;
  };

  async function assertOpen(route, whose, token, attempts = 5) {
    const [method, path, body, shape] = route.request(await cartOf(whose, route));
    const answer = await gateway.request(method, path, { body, token });
    if (route.ends && isLostCompletion(store, answer.status) && attempts > 1)
      return assertOpen(route, whose, token, attempts - 1);
    assertAnswer(answer, method === "POST" ? 201 : 200, shape);
  }

  for (const [name, route] of Object.entries(CART_ROUTES)) {
    describe(name, () => {
      for (const [how, [token, message]] of Object.entries(REFUSALS)) {
        test(`a customer's is closed ${how}`, async () => {
          const id = await cartOf("customer", {});
          const before = await stored(store, id, owner.token);
          const [method, path, body] = route.request(id);
          const answer = await gateway.request(method, path, { body, token: token() });
          assertFailure(answer, 401, message);
          assertNoMutation(answer);
          assertEqual(answer, await stored(store, id, owner.token), before, "the cart in Medusa");
        });
      }

      test("a customer's is open to the customer", () => assertOpen(route, "customer", owner.token));
      test("a guest's is open without a token", () => assertOpen(route, "guest"));
      test("a guest's is open to a customer who has its id", () => assertOpen(route, "guest", stranger.token));
      test("nobody's is open without a token", () => assertOpen(route, "nobody"));
    });
  }
});

describe("an order", () => {
  const orders = {};
  before(async () => {
    orders.customer = await placedOrder(store, { token: owner.token });
    orders.guest = await placedOrder(store);
  });

  for (const [how, [token, message]] of Object.entries(REFUSALS)) {
    test(`a customer's is closed ${how}`, async () => {
      assertFailure(await gateway.get(`/orders/${orders.customer.id}`, { token: token() }), 401, message);
    });
  }

  for (const [what, whose, token] of [
    ["a customer's is open to the customer", "customer", () => owner.token],
    ["a guest's is open without a token", "guest", () => undefined],
    ["a guest's is open to a customer who has its id", "guest", () => stranger.token],
  ]) {
    test(what, async () => {
      const answer = await gateway.get(`/orders/${orders[whose].id}`, { token: token() });
      assertEqual(answer, assertAnswer(answer, 200, shapes.order).id, orders[whose].id, "id");
    });
  }
});
