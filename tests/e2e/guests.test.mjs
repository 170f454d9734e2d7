/*
 * Guests who enter the e-mail address of an account keep their cart and their order, nobody else gets into the carts
 * and orders of that account, and no answer says whether an address has an account.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { assertEqual, assertFailure, assertNoMutation, assertStatus, assertThat } from "./assertions.mjs";
import { openCartRoutes, promotedCart } from "./cart-routes.mjs";
import { stored } from "./carts.mjs";
import {
  KIEL,
  LYON,
  completion,
  newCustomer,
  openContextWithOrders,
  placedOrder,
  uniqueEmail,
} from "./checkout-support.mjs";
import { send } from "./http.mjs";

const { store, gateway } = await openContextWithOrders();
const { paymentProviders, shippingOptions } = store.fixtures;
// For tests with carts of their own that do not look at what Medusa is called for.
const AT_ONCE = { concurrency: 4 };
const RETURN = "https://shop.example.com/thanks";

// The customer whose address is entered, and another customer.
let owner;
let third;
let routes;
before(async () => {
  [owner, third] = [await newCustomer(store), await newCustomer(store)];
  routes = await openCartRoutes(store);
});

const ask = (method, path, body, token) => gateway.request(method, path, { body, token });
/** As ask(), but what Medusa is called for is not looked up: many can be under way at once. */
async function askPlain(method, path, body, token, headers) {
  const answer = await send(gateway.port, method, path, { body, token, headers });
  return { ...answer, asked: `${method} ${path}`, calls: [], told: "" };
}
const get = (id, token) => gateway.get(`/carts/${id}`, { token });
const change = (id, body, token) => gateway.patch(`/carts/${id}`, body, { token });
const place = (id, body, token) => gateway.post(`/checkout/${id}/place-order`, body, { token });
const payment = { providerId: paymentProviders.system, returnUrl: RETURN };

/** What Medusa has of a cart's owner: {metadata, customer_id, account}. */
async function known(id) {
  const headers = { "x-publishable-api-key": store.publishableKey };
  const response = await fetch(`${store.url}/store/carts/${id}?fields=id,metadata,customer_id,*customer`, { headers });
  const { cart } = await response.json();
  return { metadata: cart.metadata, customer_id: cart.customer_id, account: cart.customer?.has_account };
}

const markOf = async (id) => (await known(id)).metadata?.guestCheckout;

// A cart that a guest attached to the owner's account by entering the owner's address.
async function markedCart(email = owner.email) {
  const cart = await promotedCart(store);
  const answer = await askPlain("PATCH", `/carts/${cart.id}`, { email });
  assertStatus(answer, 200);
  const { metadata, customer_id } = await known(cart.id);
  if (email === owner.email) assertEqual(answer, customer_id, owner.id, "whose cart it is in Medusa");
  assertEqual(answer, metadata.guestCheckout, true, "the mark in Medusa");
  return cart;
}

function assertClosed(answer, message) {
  assertFailure(answer, 401, message);
  assertNoMutation(answer);
}

const assertOpen = (answer) => assertStatus(answer, answer.asked.startsWith("POST") ? 201 : 200);

// An answer without what differs between any two carts.
function comparable({ asked, status, text }) {
  const body = text
    .replace(/\b(cart|cali|ordli|order|casm|ordsm|payses|cuaddr|caaddr|ordaddr)_[0-9A-Z]{26}/g, "$1_")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "DATE")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid")
    .replace(/[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/g, "UUID");
  const request = asked.replace(/\b(cart|cali|order)_[0-9A-Z]{26}/g, "$1_");
  return { request, status, body: body && sorted(JSON.parse(body)) };
}

// Items come in no order of their own.
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, sorted(entry)]));
}

// Each writes an e-mail address to a cart; `ends`: the cart is an order then; `whole`: the other requests follow.
const WRITES = {
  "PATCH /carts/{cartId}": { write: (id, email) => ["PATCH", `/carts/${id}`, { email }], whole: true },
  "POST /checkout/{cartId}/addresses": {
    // The address that the cart has: another one's taxes would make Medusa drop the payment session.
    write: (id, email) => ["POST", `/checkout/${id}/addresses`, { shippingAddress: KIEL, email }],
  },
  "POST /checkout/{cartId}/place-order": {
    write: (id, email) => ["POST", `/checkout/${id}/place-order`, { email }],
    ends: true,
  },
  "POST /checkout/{cartId}/complete": {
    write: (id, email) => ["POST", `/checkout/${id}/complete`, completion(store, { email })],
    ends: true,
  },
};

/** What a guest does with a cart, from the e-mail address to the order: the answers, in order. */
async function journey({ write, ends, whole }, email, token) {
  const { id, item, spare } = await promotedCart(store);
  const answers = [];
  const go = async (method, path, body) => {
    const answer = await askPlain(method, path, body, token);
    assertOpen(answer);
    answers.push(answer);
    return answer;
  };
  const written = await go(...write(id, email));
  if (whole) {
    await go("GET", `/carts/${id}`);
    await go("POST", "/carts/items", { cartId: id, sku: "BARE-1", quantity: 1 });
    await go("PATCH", `/carts/${id}/items/${item}`, { quantity: 3 });
    await go("DELETE", `/carts/${id}/items/${spare}`);
    await go("DELETE", `/carts/${id}/promotions/TEN`);
    await go("POST", `/carts/${id}/promotions`, { code: "FIVE" });
    await go("POST", `/checkout/${id}/addresses`, { billingAddress: KIEL, sameAsBillingAddress: true, notes: "n" });
    await go("GET", `/checkout/${id}/shipping-options`);
    await go("POST", `/checkout/${id}/shipping-method`, { shippingOptionId: shippingOptions.express.id });
    await go("POST", `/checkout/${id}/payment`, payment);
    await go("POST", "/payments/sessions", { cartId: id, ...payment });
    await go("GET", `/checkout/${id}/summary`);
    await go("PATCH", `/carts/${id}`, { notes: "later" });
  }
  const { order } = ends ? written.body : (await go("POST", `/checkout/${id}/place-order`, {})).body;
  await go("GET", `/orders/${order.id}`);
  await go("POST", `/checkout/${id}/place-order`, {});
  await go("POST", `/checkout/${id}/complete`, completion(store, { email }));
  await go("GET", `/carts/${id}`);
  return { id, order: order.id, answers };
}

describe("a guest keeps cart and order, and no answer says whether an e-mail address has an account", AT_ONCE, () => {
  for (const [route, way] of Object.entries(WRITES)) {
    for (const [letters, spell] of Object.entries({
      "as it is": (email) => email,
      "in upper case": (email) => email.toUpperCase(),
    })) {
      for (const [who, tokenOf] of [
        ["without a token", () => undefined],
        ["with a third customer's token", () => third.token],
      ]) {
        // Whose token it is does not change how an address is read.
        if (letters !== "as it is" && who !== "without a token") continue;
        test(`${route}, the address ${letters}, ${who}`, async () => {
          const registered = await newCustomer(store);
          const [with_, without] = await Promise.all([
            journey(way, spell(registered.email), tokenOf()),
            journey(way, spell(uniqueEmail("customer")), tokenOf()),
          ]);
          const [last] = with_.answers.slice(-1);
          assertEqual(last, (await known(with_.id)).customer_id, registered.id, "whose cart it is in Medusa");
          assertEqual(last, (await known(without.id)).account, false, "whether the other address has an account");
          with_.answers.forEach((answer, index) => {
            assertThat(answer, !answer.text.includes("customerId"), "no customerId");
            assertThat(answer, !answer.text.includes("guestCheckout"), "no mark");
            const other = comparable(without.answers[index]);
            assertEqual(answer, comparable(answer), other, "the answer, compared with an address without account");
          });
          // Only whoever the account belongs to learns of it.
          for (const path of [`/carts/${with_.id}`, `/orders/${with_.order}`]) {
            const answer = await askPlain("GET", path, undefined, registered.token);
            assertStatus(answer, 200);
            assertEqual(answer, answer.body.customerId, registered.id, "customerId to the customer");
          }
        });
      }
    }
  }

  test("the customer with a saved address enters another account's address", async () => {
    const [registered, { token, email }] = [await newCustomer(store), await newCustomer(store)];
    await store.medusa("POST", "/store/customers/me/addresses", {
      token,
      body: { address_1: "Weg 1", city: "Kiel", country_code: "de", postal_code: "24103" },
    });
    const { addresses } = await store.medusa("GET", "/store/customers/me/addresses", { token });
    const { id } = await promotedCart(store);
    const body = { shippingAddressId: addresses[0].id, billingAddressId: addresses[0].id, email: registered.email };
    const answer = await ask("POST", `/checkout/${id}/addresses`, body, token);
    assertOpen(answer);
    assertEqual(answer, [await markOf(id), answer.body.customerId], [true, undefined], "mark and customerId");
    const placed = await place(id, {}, token);
    assertOpen(placed);
    assertOpen(await gateway.get(`/orders/${placed.body.order.id}`));
    const own = await promotedCart(store);
    const written = await ask("POST", `/checkout/${own.id}/addresses`, { ...body, email }, token);
    assertEqual(written, [await markOf(own.id), written.body.customerId !== undefined], [undefined, true], "of the own");
  });
});

// Medusa reads U+212A, the Kelvin sign, as the letter k, and keeps it only in the address of an account.
test("letters that are not ASCII are refused, in every route that writes an address", async () => {
  const { id } = await promotedCart(store);
  for (const email of ["\u212Aate@example.com", "JÖRG@example.com", "jörg@example.com"]) {
    for (const { write } of Object.values(WRITES)) {
      const answer = await ask(...write(id, email));
      assertFailure(answer, 400, "email must be an e-mail address");
      assertNoMutation(answer);
    }
  }
});

describe("the customer's own carts and orders stay closed to everybody else", () => {
  let cart;
  before(async () => {
    // A guest has a cart and an order under the same address.
    await journey(WRITES["PATCH /carts/{cartId}"], owner.email);
    cart = await promotedCart(store, { token: owner.token });
    cart.order = (await placedOrder(store, { token: owner.token })).id;
  });

  const REFUSALS = {
    "without a token": [() => undefined, /^Authentication required/],
    "with another customer's token": [() => third.token, "Unauthorized to access this resource"],
    "with a forged token": [() => store.token(owner.email, { secret: "guessed" }), /./],
  };
  for (const [how, [token, message]] of Object.entries(REFUSALS)) {
    test(`on every route ${how}`, async () => {
      const before = await stored(store, cart.id, owner.token);
      for (const { method, request } of routes) {
        const { path, body } = request(cart);
        assertClosed(await ask(method, path, body, token()), message);
      }
      assert.deepEqual(await stored(store, cart.id, owner.token), before);
    });
  }

  test("and their saved addresses", async () => {
    const [saved] = (
      await store.medusa("POST", "/store/customers/me/addresses?fields=id,*addresses", {
        token: owner.token,
        body: { address_1: "Weg 1", city: "Kiel", country_code: "de", postal_code: "24103" },
      })
    ).customer.addresses;
    const { id } = await markedCart();
    for (const [token, status] of [
      [undefined, 401],
      [third.token, 404],
    ]) {
      for (const field of ["shippingAddressId", "billingAddressId"]) {
        const answer = await ask("POST", `/checkout/${id}/addresses`, { [field]: saved.id }, token);
        assertFailure(answer, status);
        assertNoMutation(answer);
      }
    }
  });
});

describe("the mark, route by route", () => {
  // Those of the owner's writes that remove it.
  const REMOVE = [
    "PATCH /carts/{cartId}",
    "POST /checkout/{cartId}/addresses",
    "POST /checkout/{cartId}/payment",
    "POST /checkout/{cartId}/place-order",
    "POST /checkout/{cartId}/complete",
  ];
  const carts = () => routes.filter(({ route }) => !route.includes("/orders/"));

  for (const [who, tokenOf] of [
    ["a guest leaves it", () => undefined],
    ["a third customer leaves it", () => third.token],
  ]) {
    test(`${who} on each, and the route is open`, async () => {
      let cart;
      for (const { method, ends, route, request } of carts()) {
        if (!cart || ends || route.includes("items") || route.includes("promotions")) cart = await markedCart();
        const { path, body } = request(cart);
        const answer = await ask(method, path, body, tokenOf());
        assertOpen(answer);
        assertThat(answer, !answer.text.includes("guestCheckout"), "no mark in the answer");
        assertEqual(answer, await markOf(cart.id), true, "the mark");
        const { order } = answer.body;
        if (ends) assertOpen(await gateway.get(`/orders/${order.id}`));
      }
    });
  }

  test("the owner removes it by PATCH, addresses, payment, place-order and complete, and by nothing else", async () => {
    for (const { method, ends, route, request } of carts()) {
      const cart = await markedCart();
      const { path, body } = request(cart);
      const answer = await ask(method, path, body, owner.token);
      assertOpen(answer);
      assertThat(answer, !answer.text.includes("guestCheckout"), "no mark in the answer");
      assertEqual(answer, await markOf(cart.id), REMOVE.includes(route) ? undefined : true, `the mark after ${route}`);
      if (!REMOVE.includes(route)) continue;
      assertClosed(await get(cart.id), "Authentication required to access this resource");
      assertClosed(await get(cart.id, third.token), "Unauthorized to access this resource");
      if (!ends) continue;
      const path_ = `/orders/${answer.body.order.id}`;
      assertClosed(await gateway.get(path_), "Authentication required to access this resource");
      assertClosed(await gateway.get(path_, { token: third.token }), "Unauthorized to access this resource");
      assertOpen(await gateway.get(path_, { token: owner.token }));
    }
  });

  test("place-order makes a call for it only if there is a mark to set or to remove", async () => {
    const writes = ({ calls }, { id }) => calls.filter(({ line }) => line === `POST /store/carts/${id}`).length;
    const marked = await markedCart();
    const guests = await place(marked.id, {});
    assertOpen(guests);
    assertEqual(guests, writes(guests, marked), 0, "calls of a guest");
    const removed = await markedCart();
    const owners = await place(removed.id, {}, owner.token);
    assertOpen(owners);
    assertEqual(owners, writes(owners, removed), 1, "calls of the owner");
    const own = await promotedCart(store, { token: owner.token });
    const plain = await place(own.id, {}, owner.token);
    assertOpen(plain);
    assertEqual(plain, writes(plain, own), 0, "calls for a cart without the mark");
  });
});

describe("the mark can be neither forged nor removed by a client", AT_ONCE, () => {
  const FORGED = [
    { guestCheckout: true },
    { guestCheckout: "true" },
    { guestCheckout: 1 },
    { guestCheckout: [true] },
    { guestCheckout: { guestCheckout: true } },
    { nested: { guestCheckout: true } },
    { __proto__: null, ["__proto__"]: { guestCheckout: true } },
    '{"guestCheckout":false,"guestCheckout":true}',
    '{"\\u0067uestCheckout":true}',
  ];
  const REMOVED = [
    { guestCheckout: "" },
    { guestCheckout: null },
    { guestCheckout: false },
    { guestCheckout: {} },
    null,
    '{"guestCheckout":null,"guestCheckout":""}',
  ];
  const bodyOf = (metadata, more) => {
    const text = typeof metadata === "string" ? metadata : JSON.stringify(metadata);
    return JSON.stringify({ ...more, metadata: "METADATA" }).replace('"METADATA"', text);
  };
  const show = (metadata) => (typeof metadata === "string" ? metadata : JSON.stringify(metadata));
  const write = (method, path, metadata, { more, token } = {}) =>
    askPlain(method, path, bodyOf(metadata, more), token, { "content-type": "application/json" });

  // Of a request that makes a cart, or changes that one.
  const REQUESTS = {
    "POST /carts": (metadata, _, token) => write("POST", "/carts", metadata, { more: { currency: "EUR" }, token }),
    "POST /carts/items, a new cart": (metadata, _, token) =>
      write("POST", "/carts/items", metadata, { more: { currency: "EUR", sku: "BARE-1", quantity: 1 }, token }),
    "POST /carts/items": (metadata, cartId, token) =>
      write("POST", "/carts/items", metadata, { more: { cartId, sku: "BARE-1", quantity: 1 }, token }),
    "PATCH /carts/{cartId}": (metadata, id, token) => write("PATCH", `/carts/${id}`, metadata, { token }),
    "POST /checkout/{cartId}/addresses": (metadata, id, token) =>
      write("POST", `/checkout/${id}/addresses`, metadata, { more: { shippingAddress: LYON }, token }),
    "POST /checkout/{cartId}/payment": (metadata, id, token) =>
      write("POST", `/checkout/${id}/payment`, metadata, { more: payment, token }),
    "POST /payments/sessions": (metadata, cartId, token) =>
      write("POST", "/payments/sessions", metadata, { more: { cartId, ...payment }, token }),
    "POST /checkout/{cartId}/complete": (metadata, id, token) =>
      write("POST", `/checkout/${id}/complete`, metadata, { more: completion(store), token }),
  };

  for (const [name, request] of Object.entries(REQUESTS)) {
    test(`${name}: not forged`, async () => {
      const shared = name.endsWith("complete") ? undefined : await promotedCart(store, { token: owner.token });
      for (const metadata of FORGED) {
        const own = shared ?? (await promotedCart(store, { token: owner.token }));
        const answer = await request(metadata, own.id, owner.token);
        assertOpen(answer);
        const id = name.startsWith("POST /carts") ? answer.body.id : own.id;
        const shown = JSON.stringify(answer.body.metadata ?? {});
        assertThat(answer, !/^\{"guestCheckout"/.test(shown), `no mark in the answer to ${show(metadata)}`);
        assertEqual(answer, await markOf(id), undefined, `the mark in Medusa after ${show(metadata)}`);
        const paths = [`/carts/${id}`, ...(answer.body.order ? [`/orders/${answer.body.order.id}`] : [])];
        for (const path of paths) {
          assertFailure(await askPlain("GET", path), 401, "Authentication required to access this resource");
        }
      }
    });

    // A new cart has none to remove.
    if (name === "POST /carts" || name.endsWith("new cart")) continue;
    test(`${name}: not removed`, async () => {
      const shared = name.endsWith("complete") ? undefined : await markedCart();
      for (const metadata of REMOVED) {
        const cart = shared ?? (await markedCart());
        const answer = await request(metadata, cart.id);
        assertOpen(answer);
        assertEqual(answer, await markOf(cart.id), true, `the mark in Medusa after ${show(metadata)}`);
        const paths = [`/carts/${cart.id}`, ...(answer.body.order ? [`/orders/${answer.body.order.id}`] : [])];
        for (const path of paths) assertOpen(await askPlain("GET", path));
      }
    });
  }

  test("metadata: null empties an unmarked cart's, and is not sent for a marked one", async () => {
    const plain = await gateway.post("/carts", { currency: "EUR", metadata: { a: 1 } });
    assertEqual(plain, plain.body.metadata, { a: 1 }, "metadata");
    const emptied = await change(plain.body.id, { metadata: null });
    assertEqual(emptied, [emptied.body.metadata, (await known(plain.body.id)).metadata ?? {}], [{}, {}], "metadata");
    const { id } = await markedCart();
    await change(id, { metadata: { a: 1 } });
    const kept = await change(id, { metadata: null });
    assertEqual(kept, kept.body.metadata.a, 1, "a member of the marked cart's metadata");
  });
});

describe("sequences of requests", () => {
  test("the address is changed several times: the cart stays the guest's, and closed to nobody", async () => {
    const other = await newCustomer(store);
    for (const emails of [
      [uniqueEmail(), owner.email, other.email, uniqueEmail()],
      [owner.email, uniqueEmail(), owner.email.toUpperCase()],
    ]) {
      const { id } = await promotedCart(store);
      for (const email of emails) {
        const answer = await change(id, { email });
        assertOpen(answer);
        assertEqual(answer, [answer.body.email, answer.body.customerId], [email.toLowerCase(), undefined], "the cart");
        assertEqual(answer, await markOf(id), true, "the mark");
      }
      const placed = await place(id, {});
      assertOpen(placed);
      assertEqual(placed, placed.body.order.email, emails.at(-1).toLowerCase(), "email");
      assertOpen(await gateway.get(`/orders/${placed.body.order.id}`));
    }
  });

  test("a customer's cart does not become a guest's by another address", async () => {
    for (const email of [uniqueEmail(), third.email]) {
      const { id } = await promotedCart(store, { token: owner.token });
      const answer = await change(id, { email }, owner.token);
      assertOpen(answer);
      assertEqual(answer, [answer.body.email, answer.body.customerId], [email, owner.id], "the cart");
      assertEqual(answer, await markOf(id), undefined, "the mark");
      assertClosed(await get(id), "Authentication required to access this resource");
      assertClosed(await get(id, third.token), "Unauthorized to access this resource");
      const placed = await place(id, { email: uniqueEmail() }, owner.token);
      assertOpen(placed);
      const path = `/orders/${placed.body.order.id}`;
      assertClosed(await gateway.get(path), "Authentication required to access this resource");
      assertClosed(await gateway.get(path, { token: third.token }), "Unauthorized to access this resource");
    }
  });

  test("customers who enter their own address get the cart for themselves, a marked one too", async () => {
    const upper = owner.email.toUpperCase();
    for (const [make, email] of [
      [() => promotedCart(store), owner.email],
      [() => promotedCart(store), upper],
      [() => markedCart(), owner.email],
      [() => markedCart(), upper],
    ]) {
      const { id } = await make();
      const answer = await change(id, { email }, owner.token);
      assertOpen(answer);
      assertEqual(answer, answer.body.customerId, owner.id, "customerId");
      assertEqual(answer, await markOf(id), undefined, "the mark");
      assertClosed(await get(id), "Authentication required to access this resource");
      assertClosed(await get(id, third.token), "Unauthorized to access this resource");
    }
  });

  test("the owner of a marked cart who enters another address has it for themselves", async () => {
    const { id } = await markedCart();
    const answer = await change(id, { email: uniqueEmail() }, owner.token);
    assertOpen(answer);
    assertEqual(answer, await markOf(id), undefined, "the mark");
    assertClosed(await get(id), "Authentication required to access this resource");
  });

  test("a customer's own address on a cart that a guest without account has had: it stays the guest's", async () => {
    const { id } = await promotedCart(store);
    assertOpen(await change(id, { email: uniqueEmail() }));
    const answer = await change(id, { email: third.email }, third.token);
    assertOpen(answer);
    assertOpen(await get(id));
    assertEqual(answer, (await known(id)).account, false, "the account of the cart's customer in Medusa");
  });

  test("a marked cart that is transferred to another customer is closed by that customer's next change", async () => {
    const { id } = await markedCart(uniqueEmail());
    await store.medusa("POST", `/store/carts/${id}/customer`, { token: third.token, body: {} });
    const seen = await get(id);
    assertOpen(seen);
    assertEqual(seen, seen.body.customerId, undefined, "customerId");
    const others = await change(id, { notes: "n" }, owner.token);
    assertOpen(others);
    assertEqual(others, await markOf(id), true, "the mark after a change by somebody else");
    const answer = await change(id, { notes: "mine" }, third.token);
    assertOpen(answer);
    assertEqual(answer, answer.body.customerId, third.id, "customerId");
    assertEqual(answer, await markOf(id), undefined, "the mark");
    assertClosed(await get(id), "Authentication required to access this resource");
    assertClosed(await get(id, owner.token), "Unauthorized to access this resource");
    assertClosed(await change(id, { email: owner.email }), "Authentication required to access this resource");
  });

  test("an order of a guest that the store has without the mark stays closed, one with it is open", async () => {
    const { unmarked, marked } = store.fixtures.guestOrders;
    assertClosed(await gateway.get(`/orders/${unmarked.id}`), "Authentication required to access this resource");
    assertClosed(await gateway.get(`/orders/${unmarked.id}`, { token: third.token }), "Unauthorized to access this resource");
    const answer = await gateway.get(`/orders/${marked.id}`);
    assertOpen(answer);
    assertEqual(answer, answer.body.customerId, undefined, "customerId");
  });

  test("a failed change leaves neither a mark nor an address", async () => {
    const { id } = await promotedCart(store);
    const answer = await change(id, { email: owner.email, regionId: "reg_01UNKNOWN" });
    assertThat(answer, answer.status >= 400, "a failure");
    const { metadata, customer_id } = await known(id);
    assertEqual(answer, [metadata.guestCheckout, customer_id], [undefined, null], "mark and customer in Medusa");
    assertOpen(await get(id));
  });
});
