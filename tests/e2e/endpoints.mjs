/*
 * Every endpoint that asks Medusa something, as requests that succeed: for tests that put each of them into the same
 * kind of trouble. An endpoint whose calls depend on what is asked is there once for each way it can go.
 */
import { KIEL, LYON, completion, newCustomer, placedOrder, readyCart, savedAddress } from "./checkout-support.mjs";

const RETURN = "https://shop.example.com/thanks";

/** What is shared by all: made once, and not changed by any request below. */
async function makeShared(store) {
  const customer = await newCustomer(store);
  const order = await placedOrder(store, { token: customer.token });
  const guestsOrder = await placedOrder(store);
  const saved = await savedAddress(store, customer, KIEL);
  return { store, customer, order, guestsOrder, saved, fixtures: store.fixtures };
}

const withItem = { lacks: "shipping address" };

async function cartWithItem({ store }, options) {
  const { id } = await readyCart(store, { ...withItem, ...options });
  const { cart } = await store.medusa("GET", `/store/carts/${id}?fields=id,items.id`, { token: options?.token });
  return { id, item: cart.items[0].id };
}

async function promotedCart({ store }) {
  const { id } = await readyCart(store, withItem);
  await store.medusa("POST", `/store/carts/${id}/promotions`, { body: { promo_codes: ["TEN"] } });
  return id;
}

const payment = ({ fixtures }) => ({ providerId: fixtures.paymentProviders.system, returnUrl: RETURN });

/*
 * name: [route as in the table, how many calls it makes, function that makes {path, body, token}]
 * What a request changes is its own.
 */
const ENDPOINTS = {
  "products, filtered": ["GET /products", 3, () => ({ path: "/products?limit=2&type=VIRTUAL&category=services" })],
  products: ["GET /products", 1, () => ({ path: "/products?limit=2" })],
  "products by price": ["GET /products", 2, () => ({ path: "/products?limit=2&sort=price_DESC" })],
  "a product by id": [
    "GET /products/{id}",
    1,
    ({ fixtures }) => ({ path: `/products/${fixtures.products.sixVariants.id}` }),
  ],
  "a product by handle": [
    "GET /products/{id}",
    1,
    ({ fixtures }) => ({ path: `/products/${fixtures.products.sixVariants.handle}` }),
  ],
  "related products": [
    "GET /products/{id}/variants/{variantId}/related-products",
    2,
    ({ customer: { token }, fixtures }) => {
      const { id, variants } = fixtures.products.withReferences;
      return { path: `/products/${id}/variants/${variants[0].id}/related-products`, token };
    },
  ],

  "a new cart": ["POST /carts", 1, () => ({ path: "/carts", body: { currency: "EUR" } })],
  "a guest's cart": [
    "GET /carts/{cartId}",
    1,
    async (shared) => ({ path: `/carts/${(await cartWithItem(shared)).id}` }),
  ],
  "a customer's cart": [
    "GET /carts/{cartId}",
    2,
    async ({ store, customer: { token } }) => ({ path: `/carts/${(await readyCart(store, { token })).id}`, token }),
  ],
  "changing a cart": [
    "PATCH /carts/{cartId}",
    2,
    async (shared) => ({ path: `/carts/${(await cartWithItem(shared)).id}`, body: { notes: "n" } }),
  ],
  "a first item": [
    "POST /carts/items",
    2,
    () => ({ path: "/carts/items", body: { sku: "BARE-1", quantity: 1, currency: "EUR" } }),
  ],
  "another item": [
    "POST /carts/items",
    4,
    async (shared) => {
      const { token } = shared.customer;
      const { id: cartId } = await cartWithItem(shared, { token });
      return { path: "/carts/items", body: { cartId, sku: "BARE-1", quantity: 1 }, token };
    },
  ],
  "changing an item": [
    "PATCH /carts/{cartId}/items/{itemId}",
    2,
    async (shared) => {
      const { id, item } = await cartWithItem(shared);
      return { path: `/carts/${id}/items/${item}`, body: { quantity: 2 } };
    },
  ],
  "removing an item": [
    "DELETE /carts/{cartId}/items/{itemId}",
    2,
    async (shared) => {
      const { id, item } = await cartWithItem(shared);
      return { path: `/carts/${id}/items/${item}` };
    },
  ],
  "applying a promotion": [
    "POST /carts/{cartId}/promotions",
    2,
    async (shared) => ({ path: `/carts/${(await cartWithItem(shared)).id}/promotions`, body: { code: "TEN" } }),
  ],
  "removing a promotion": [
    "DELETE /carts/{cartId}/promotions/{code}",
    2,
    async (shared) => ({ path: `/carts/${await promotedCart(shared)}/promotions/TEN` }),
  ],

  "setting addresses": [
    "POST /checkout/{cartId}/addresses",
    2,
    async (shared) => ({
      path: `/checkout/${(await cartWithItem(shared)).id}/addresses`,
      body: { shippingAddress: KIEL, billingAddress: LYON },
    }),
  ],
  "setting saved addresses": [
    "POST /checkout/{cartId}/addresses",
    3,
    async (shared) => {
      const { token } = shared.customer;
      const { id } = await cartWithItem(shared, { token });
      return { path: `/checkout/${id}/addresses`, body: { shippingAddressId: shared.saved.id }, token };
    },
  ],
  "choosing a shipping option": [
    "POST /checkout/{cartId}/shipping-method",
    2,
    async (shared) => ({
      path: `/checkout/${(await cartWithItem(shared)).id}/shipping-method`,
      body: { shippingOptionId: shared.fixtures.shippingOptions.standard.id },
    }),
  ],
  "choosing a payment": [
    "POST /checkout/{cartId}/payment",
    4,
    async (shared) => ({ path: `/checkout/${(await cartWithItem(shared)).id}/payment`, body: payment(shared) }),
  ],
  "shipping options": [
    "GET /checkout/{cartId}/shipping-options",
    4,
    async (shared) => ({ path: `/checkout/${(await cartWithItem(shared)).id}/shipping-options` }),
  ],
  "a summary": [
    "GET /checkout/{cartId}/summary",
    2,
    async ({ store, customer: { token } }) => ({
      path: `/checkout/${(await readyCart(store, { token })).id}/summary`,
      token,
    }),
  ],
  "placing an order": [
    "POST /checkout/{cartId}/place-order",
    3,
    async ({ store }) => {
      const { id, email } = await readyCart(store);
      return { path: `/checkout/${id}/place-order`, body: { email: `x.${email}` } };
    },
  ],
  "a checkout in one": [
    "POST /checkout/{cartId}/complete",
    7,
    async (shared) => {
      const { store, customer, saved } = shared;
      const { id } = await cartWithItem(shared, { token: customer.token });
      const body = completion(store, { shippingAddress: undefined, shippingAddressId: saved.id });
      return { path: `/checkout/${id}/complete`, body, token: customer.token };
    },
  ],

  orders: ["GET /orders", 1, ({ customer: { token } }) => ({ path: "/orders?limit=5&status=pending", token })],
  "orders by date": ["GET /orders", 2, ({ customer: { token } }) => ({ path: "/orders?dateFrom=2025-01-01", token })],
  "orders by payment status": [
    "GET /orders",
    2,
    ({ customer: { token } }) => ({ path: "/orders?paymentStatus=PENDING", token }),
  ],
  "orders by date and payment status": [
    "GET /orders",
    3,
    ({ customer: { token } }) => ({ path: "/orders?paymentStatus=PENDING&dateFrom=2025-01-01", token }),
  ],
  "an order": ["GET /orders/{id}", 2, ({ order, customer: { token } }) => ({ path: `/orders/${order.id}`, token })],
  "a guest's order": [
    "GET /orders/{id}",
    3,
    ({ guestsOrder, customer: { token } }) => ({ path: `/orders/${guestsOrder.id}`, token }),
  ],

  addresses: ["GET /customers/addresses", 1, ({ customer: { token } }) => ({ path: "/customers/addresses", token })],
  "an address": [
    "GET /customers/addresses/{id}",
    1,
    ({ saved, customer: { token } }) => ({ path: `/customers/addresses/${saved.id}`, token }),
  ],
  "saving an address": [
    "POST /customers/addresses",
    1,
    async ({ store }) => ({
      path: "/customers/addresses",
      body: { address: KIEL, label: "Home" },
      token: (await newCustomer(store)).token,
    }),
  ],
  "changing an address": [
    "PATCH /customers/addresses/{id}",
    1,
    async ({ store }) => {
      const owner = await newCustomer(store);
      const { id } = await savedAddress(store, owner, KIEL);
      return { path: `/customers/addresses/${id}`, body: { label: "Office" }, token: owner.token };
    },
  ],
  "removing an address": [
    "DELETE /customers/addresses/{id}",
    1,
    async ({ store }) => {
      const owner = await newCustomer(store);
      const { id } = await savedAddress(store, owner, KIEL);
      return { path: `/customers/addresses/${id}`, token: owner.token };
    },
  ],
  "a default address": [
    "POST /customers/addresses/{id}/default",
    1,
    async ({ store }) => {
      const owner = await newCustomer(store);
      const { id } = await savedAddress(store, owner, KIEL);
      return { path: `/customers/addresses/${id}/default`, token: owner.token };
    },
  ],

  "payment providers": [
    "GET /payments/providers",
    1,
    ({ fixtures }) => ({ path: `/payments/providers?regionId=${fixtures.regions.eur.id}` }),
  ],
  "a payment session": [
    "POST /payments/sessions",
    3,
    async (shared) => ({
      path: "/payments/sessions",
      body: { cartId: (await cartWithItem(shared)).id, ...payment(shared) },
    }),
  ],
};

/** The endpoints that Medusa has nothing for: no call, and 501 whatever happens. */
export const UNSERVED = [
  ["GET", "/carts"],
  ["GET", "/carts/current"],
  ["DELETE", "/carts/cart_01"],
  ["GET", "/payments/sessions/payses_01"],
  ["PATCH", "/payments/sessions/payses_01"],
  ["DELETE", "/payments/sessions/payses_01"],
];

/**
 * gives a list of
 *   name     what it is
 *   route    as in the table: "GET /carts/{cartId}"
 *   method, status   of the request, and of its success
 *   calls    how many calls to Medusa it makes
 *   make()   a request that has not been made before: {path, body, token}; what it needs in the store is made, past
 *            the gateway
 */
export async function openEndpoints(store) {
  const shared = await makeShared(store);
  return Object.entries(ENDPOINTS).map(([name, [route, calls, make]]) => {
    const [method] = route.split(" ");
    return { name, route, method, status: method === "POST" ? 201 : 200, calls, make: async () => make(shared) };
  });
}
