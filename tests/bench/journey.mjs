/*
 * Every operation of the API that Medusa can serve, each once, in an order in which each finds what it needs: a guest
 * and a customer from a list of products to an order.
 */

const ADDRESS = {
  firstName: "Jo",
  lastName: "Doe",
  country: "DE",
  streetName: "Weg",
  streetNumber: "1",
  city: "Kiel",
  postalCode: "24103",
};
const RETURN_URL = "https://shop.example.com/thanks";

/** `ask(name, method, path, {body, token})` makes a request and gives the answer's body. */
export async function travel(store, ask) {
  await lookAtProducts(store, ask);
  await changeCart(store, ask);
  const order = await checkOut(store, ask);
  await ask("GET /orders/:id, a guest's", "GET", `/orders/${order}`);
  await payAndComplete(store, ask);
  await lookAtOrders(store, ask);
  await keepAddresses(store, ask);
}

async function lookAtProducts({ fixtures: { products } }, ask) {
  const { id, variants } = products.withReferences;
  await ask("GET /products", "GET", "/products?limit=20");
  await ask("GET /products/:id", "GET", `/products/${products.sixVariants.id}`);
  const path = `/products/${id}/variants/${variants[0].id}/related-products?type=SPARE_PART&limit=10`;
  await ask("GET /products/:id/variants/:variantId/related-products", "GET", path);
}

async function changeCart({ fixtures: { products, promotions }, alice: token }, ask) {
  const [one, other] = products.plain.map(({ variants }) => variants[0]);
  const { id } = await ask("POST /carts", "POST", "/carts", { body: { currency: "EUR" } });
  const item = { cartId: id, variantId: one.id, quantity: 2 };
  await ask("POST /carts/items, by variant", "POST", "/carts/items", { body: item });
  const bySku = { cartId: id, sku: other.sku, quantity: 1 };
  const cart = await ask("POST /carts/items, by SKU", "POST", "/carts/items", { body: bySku });
  await ask("GET /carts/:id", "GET", `/carts/${id}`);
  await ask("PATCH /carts/:id", "PATCH", `/carts/${id}`, { body: { notes: "Please ring twice." } });
  const itemPath = `/carts/${id}/items/${cart.items.data[0].id}`;
  await ask("PATCH /carts/:cartId/items/:itemId", "PATCH", itemPath, { body: { quantity: 3 } });
  const code = promotions.TEN.code;
  await ask("POST /carts/:cartId/promotions", "POST", `/carts/${id}/promotions`, { body: { code } });
  await ask("DELETE /carts/:cartId/promotions/:code", "DELETE", `/carts/${id}/promotions/${code}`);
  await ask("DELETE /carts/:cartId/items/:itemId", "DELETE", itemPath);
  const own = await ask(null, "POST", "/carts/items", { token, body: { ...item, cartId: undefined, currency: "EUR" } });
  await ask("GET /carts/:id, with a token", "GET", `/carts/${own.id}`, { token });
}

async function newCart({ fixtures: { products } }, ask, name, token) {
  const body = { variantId: products.plain[0].variants[0].id, quantity: 1, currency: "EUR" };
  return (await ask(name, "POST", "/carts/items", { token, body })).id;
}

async function checkOut(store, ask) {
  const { shippingOptions, paymentProviders } = store.fixtures;
  const checkout = `/checkout/${await newCart(store, ask, "POST /carts/items, a new cart")}`;
  const post = (name, body) => ask(`POST /checkout/:cartId/${name}`, "POST", `${checkout}/${name}`, { body });
  await post("addresses", { shippingAddress: ADDRESS, billingAddress: ADDRESS, email: "jo@example.com" });
  await ask("GET /checkout/:cartId/shipping-options", "GET", `${checkout}/shipping-options`);
  await post("shipping-method", { shippingOptionId: shippingOptions.standard.id });
  await post("payment", { providerId: paymentProviders.system, returnUrl: RETURN_URL });
  await ask("GET /checkout/:cartId/summary", "GET", `${checkout}/summary`);
  return (await post("place-order", {})).order.id;
}

async function payAndComplete(store, ask) {
  const { shippingOptions, paymentProviders, regions, customers } = store.fixtures;
  const provider = paymentProviders.system;
  await ask("GET /payments/providers", "GET", `/payments/providers?regionId=${regions.eur.id}`);
  const cartId = await newCart(store, ask, null);
  const session = { cartId, providerId: provider, returnUrl: RETURN_URL };
  await ask("POST /payments/sessions", "POST", "/payments/sessions", { body: session });
  const body = {
    shippingMethodId: shippingOptions.standard.id,
    paymentProviderId: provider,
    returnUrl: RETURN_URL,
  };
  const complete = "POST /checkout/:cartId/complete";
  await ask(complete, "POST", `/checkout/${await newCart(store, ask, null)}/complete`, {
    body: { ...body, shippingAddress: ADDRESS, billingAddress: ADDRESS, email: "jo@example.com" },
  });
  const own = await newCart(store, ask, null, store.alice);
  const home = customers.alice.addresses.home;
  await ask(`${complete}, with saved addresses`, "POST", `/checkout/${own}/complete`, {
    token: store.alice,
    body: { ...body, shippingAddressId: home, billingAddressId: home },
  });
}

async function lookAtOrders({ alice: token }, ask) {
  const list = await ask("GET /orders", "GET", "/orders?limit=10", { token });
  await ask("GET /orders, by date", "GET", "/orders?limit=10&dateFrom=2025-01-01", { token });
  await ask("GET /orders, by payment status", "GET", "/orders?limit=10&paymentStatus=PENDING", { token });
  await ask("GET /orders/:id", "GET", `/orders/${list.data[0].id}`, { token });
}

async function keepAddresses({ alice: token }, ask) {
  const addresses = "/customers/addresses";
  await ask(`GET ${addresses}`, "GET", addresses, { token });
  const { id } = await ask(`POST ${addresses}`, "POST", addresses, { token, body: { address: ADDRESS } });
  const path = `${addresses}/${id}`;
  await ask(`GET ${addresses}/:id`, "GET", path, { token });
  await ask(`PATCH ${addresses}/:id`, "PATCH", path, { token, body: { label: "Work" } });
  await ask(`POST ${addresses}/:id/default`, "POST", `${path}/default`, { token });
  await ask(`DELETE ${addresses}/:id`, "DELETE", path, { token });
}
