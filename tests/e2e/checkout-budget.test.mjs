/*
 * How often Medusa is asked by checkout, orders, customer addresses and payments: the calls that are needed, no more,
 * and those that do not wait for one another under way at the same time.
 */
import { before, describe, test } from "node:test";
import { assertStatus, assertSteps } from "./assertions.mjs";
import {
  KIEL,
  LYON,
  completion,
  filledCart,
  newCustomer,
  placedOrder,
  readyCart,
  savedAddress,
  uniqueEmail,
} from "./checkout-support.mjs";
import { openContext } from "./context.mjs";

const { store, gateway } = await openContext();
const { paymentProviders, regions, shippingOptions } = store.fixtures;
const RETURN = "https://shop.example.com/thanks";
const ME = "GET /store/customers/me";
const BOOK = "/store/customers/me/addresses";
const COLLECTION = "POST /store/payment-collections";
const SESSION = "POST /store/payment-collections/{collection}/payment-sessions";
const calculation = ({ id }) => `POST /store/shipping-options/${id}/calculate`;

let customer;
let saved;
let order;
let guestsOrder;
before(async () => {
  customer = await newCustomer(store);
  saved = await savedAddress(store, customer, KIEL);
  order = await placedOrder(store, { token: customer.token });
  guestsOrder = await placedOrder(store);
});

const filled = (token) => filledCart(gateway, { token });
const ready = (token) => readyCart(store, { token });
// A cart that is an order stays as it is.
const ordered = (token) => ({ id: (token ? order : guestsOrder).cartId });
const post = (id, step, body) => ["POST", `/checkout/${id}/${step}`, body];
const changes = (id) => [`POST /store/carts/${id}`, `POST /store/carts/${id}/shipping-methods`, COLLECTION, SESSION];
const finishes = (id) => `POST /store/carts/${id}/complete`;

/*
 * What a cart is to be like, and a function of it that gives a request and the calls it makes, a list for those that go
 * out together. `look` is the call for the cart, with the one for the caller's own id if there is a token.
 */
const CHECKOUT = {
  addresses: [
    filled,
    (id, look) => [
      post(id, "addresses", { shippingAddress: KIEL, sameAsBillingAddress: false, notes: "n", email: uniqueEmail() }),
      look,
      `POST /store/carts/${id}`,
    ],
  ],
  "shipping-method": [
    filled,
    (id, look) => [
      post(id, "shipping-method", { shippingOptionId: shippingOptions.standard.id }),
      look,
      `POST /store/carts/${id}/shipping-methods`,
    ],
  ],
  payment: [
    filled,
    (id, look) => [
      post(id, "payment", { providerId: paymentProviders.system, returnUrl: RETURN }),
      look,
      COLLECTION,
      SESSION,
      `POST /store/carts/${id}`,
    ],
  ],
  "shipping-options": [
    filled,
    (id, look) => [
      ["GET", `/checkout/${id}/shipping-options`],
      [...look, "GET /store/shipping-options"],
      [calculation(shippingOptions.calculated), calculation(shippingOptions.failing)],
    ],
  ],
  summary: [ready, (id, look) => [["GET", `/checkout/${id}/summary`], look]],
  "place-order": [ready, (id, look) => [post(id, "place-order", {}), look, finishes(id)]],
  "place-order with another email": [
    ready,
    (id, look) => [post(id, "place-order", { email: uniqueEmail() }), look, `POST /store/carts/${id}`, finishes(id)],
  ],
  "place-order of an order": [ordered, (id, look) => [post(id, "place-order", {}), look, finishes(id)]],
  complete: [
    filled,
    (id, look) => [
      post(id, "complete", completion(store, { email: uniqueEmail(), notes: "n" })),
      look,
      ...changes(id),
      finishes(id),
    ],
  ],
  "complete of an order": [
    ordered,
    (id, look) => [post(id, "complete", completion(store, { email: uniqueEmail() })), look, finishes(id)],
  ],
  "a payment session": [
    filled,
    (cartId, look) => [
      ["POST", "/payments/sessions", { cartId, providerId: paymentProviders.system, returnUrl: RETURN }],
      look,
      COLLECTION,
      SESSION,
    ],
  ],
};

const SAVED = {
  "saved addresses": (id, look) => [
    post(id, "addresses", { shippingAddressId: saved.id, billingAddressId: saved.id }),
    look,
    `POST /store/carts/${id}`,
  ],
  "complete with saved addresses": (id, look) => [
    post(id, "complete", completion(store, { shippingAddress: undefined, shippingAddressId: saved.id })),
    look,
    ...changes(id),
    finishes(id),
  ],
};

const CUSTOMERS = {
  orders: () => [["GET", "/orders?status=pending&limit=5&sort=createdAt_ASC"], "GET /store/orders"],
  "orders by date": () => [["GET", "/orders?dateFrom=2025-01-01&status=pending"], ME, "GET /admin/orders"],
  "orders by payment status": () => [
    ["GET", "/orders?paymentStatus=pending"],
    "GET /store/orders",
    "GET /store/orders",
  ],
  "orders by a payment status that none has": () => [["GET", "/orders?paymentStatus=REFUNDED"], "GET /store/orders"],
  "orders by total": () => [["GET", "/orders?sort=total_DESC"], "GET /store/orders", "GET /store/orders"],
  "orders by subtotal and date": () => [
    ["GET", "/orders?sort=subtotal_ASC&dateFrom=2025-01-01"],
    ME,
    "GET /admin/orders",
    "GET /store/orders",
  ],
  "orders by a status that Medusa has not": () => [["GET", "/orders?status=SHIPPED"], ME],
  "orders by payment status and date": () => [
    ["GET", "/orders?paymentStatus=pending&dateFrom=2025-01-01"],
    ME,
    "GET /admin/orders",
    "GET /store/orders",
  ],
  "an order": () => [
    ["GET", `/orders/${order.id}`],
    [`GET /store/orders/${order.id}`, ME],
  ],
  addresses: () => [["GET", "/customers/addresses?limit=1&offset=0"], `GET ${BOOK}`],
  "an address": () => [["GET", `/customers/addresses/${saved.id}`], `GET ${BOOK}/${saved.id}`],
  "a new address": () => [
    ["POST", "/customers/addresses", { address: LYON, label: "Home", isDefault: true }],
    `POST ${BOOK}`,
  ],
  "an address changed": () => [
    ["PATCH", `/customers/addresses/${saved.id}`, { label: "Work", isDefault: true, address: { city: "Plön" } }],
    `POST ${BOOK}/${saved.id}`,
  ],
  "the default address": () => [["POST", `/customers/addresses/${saved.id}/default`], `POST ${BOOK}/${saved.id}`],
};

const ANYBODY = {
  providers: () => [["GET", `/payments/providers?regionId=${regions.eur.id}`], "GET /store/payment-providers"],
};

const NOTHING = { GET: undefined, PATCH: { metadata: {} }, DELETE: undefined };

// With the id of the payment collection, which only Medusa knows, left out.
function named(answer) {
  const lines = answer.calls.map((call) => ({ ...call, line: call.line.replace(/pay_col_\w+/, "{collection}") }));
  return { ...answer, calls: lines };
}

async function assertBudget([method, path, body], steps, token, status = method === "POST" ? 201 : 200) {
  const answer = named(await gateway.request(method, path, { body, token }));
  assertStatus(answer, status);
  assertSteps(answer, steps);
}

for (const [who, tokenOf] of [
  ["a guest", () => undefined],
  ["a customer", () => customer.token],
]) {
  describe(who, () => {
    const look = (id) => [`GET /store/carts/${id}`, ...(tokenOf() ? [ME] : [])];

    for (const [what, [cart, calls]] of Object.entries(CHECKOUT)) {
      test(what, async () => {
        const { id } = await cart(tokenOf());
        const [request, ...steps] = calls(id, look(id));
        await assertBudget(request, steps, tokenOf());
      });
    }

    for (const [what, calls] of Object.entries(ANYBODY)) {
      test(what, async () => {
        const [request, ...steps] = calls();
        await assertBudget(request, steps, tokenOf());
      });
    }

    for (const [method, body] of Object.entries(NOTHING)) {
      test(`${method} of a payment session`, () =>
        assertBudget([method, "/payments/sessions/payses_01", body], [], tokenOf(), 501));
    }
  });
}

describe("a customer with an address book and orders", () => {
  for (const [what, calls] of Object.entries(SAVED)) {
    test(what, async () => {
      const { id } = await filled(customer.token);
      const [request, ...steps] = calls(id, [`GET /store/carts/${id}`, ME]);
      await assertBudget(request, steps, customer.token);
    });
  }

  for (const [what, calls] of Object.entries(CUSTOMERS)) {
    test(what, async () => {
      const [request, ...steps] = calls();
      await assertBudget(request, steps, customer.token);
    });
  }

  test("an address less", async () => {
    const { id } = await savedAddress(store, customer, LYON);
    await assertBudget(["DELETE", `/customers/addresses/${id}`], [`DELETE ${BOOK}/${id}`], customer.token);
  });
});

test("a guest's order, asked for without a token and by a customer", async () => {
  const { id } = guestsOrder;
  const owner = `GET /admin/orders/${id}`;
  await assertBudget(["GET", `/orders/${id}`], [`GET /store/orders/${id}`, owner]);
  await assertBudget(["GET", `/orders/${id}`], [[`GET /store/orders/${id}`, ME], owner], customer.token);
});

test("another customer's order", async () => {
  const { id } = order;
  const steps = [[`GET /store/orders/${id}`, ME], `GET /admin/orders/${id}`];
  await assertBudget(["GET", `/orders/${id}`], steps, store.bob, 401);
});
