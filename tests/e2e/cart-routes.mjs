/* The endpoints that read or change a cart or an order, each as a request for a cart or order of the test's choice. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { KIEL, medusaAddress, uniqueEmail } from "./checkout-support.mjs";
import { openEndpoints } from "./endpoints.mjs";
import { TABLE } from "./harness.mjs";

/** The routes of the table that name a cart, in the path or in the body, or one order, and that Medusa is called for. */
export function tableRoutes() {
  const table = readFileSync(TABLE, "utf8");
  const blocks = [...table.matchAll(/^ {2}((?:GET|POST|PUT|PATCH|DELETE) \/\S*):\n((?: {4}.*\n|\n)+)/gm)];
  const schemas = [...table.matchAll(/^ {2}(\w+):\n((?: {4}.*\n)+)/gm)];
  const named = schemas.filter(([, , text]) => /^ {6}cartId:/m.test(text)).map(([, name]) => name);
  const takesCart = (text) => named.includes(/^ {4}body: (\w+)/m.exec(text)?.[1]);
  return blocks
    .filter(([, , text]) => !/^ {4}answer: 501/m.test(text))
    .filter(([, route, text]) => /\{cartId\}|^GET \/orders\/\{/.test(route) || takesCart(text))
    .map(([, route]) => route);
}

/**
 * gives a list of
 *   name, route, method, status   as in endpoints.mjs
 *   ends                whether the cart is an order afterwards
 *   request(cart)       {path, body} for this cart: {id, item, order}
 * It holds every route of tableRoutes(), which is asserted.
 */
export async function openCartRoutes(store) {
  const routes = new Set(tableRoutes());
  const endpoints = (await openEndpoints(store)).filter(({ route }) => routes.has(route));
  const list = [];
  for (const { make, ...endpoint } of endpoints) {
    const template = await make();
    if (!/cart_|order_/.test(template.path) && !template.body?.cartId) continue;
    const ends = /\/(place-order|complete)$/.test(template.path);
    list.push({ ...endpoint, ends, request: (cart) => aimed(template, cart) });
  }
  assert.deepEqual([...new Set(list.map(({ route }) => route))].sort(), [...routes].sort());
  return list;
}

// The same request, for another cart. What only its own customer has, an address book, is written out.
function aimed({ path, body }, { id, item, order }) {
  const aim = (text) =>
    text.replace(/cart_\w+/, id).replace(/cali_\w+/, item ?? "cali_01UNKNOWN").replace(/order_\w+/, order ?? "$&");
  const { shippingAddressId, email, ...rest } = body ?? {};
  const given = {
    ...rest,
    ...(rest.cartId && { cartId: id }),
    ...(shippingAddressId && { shippingAddress: KIEL }),
    ...(email && { email: uniqueEmail() }),
  };
  return { path: aim(path), body: body && given };
}

/**
 * A cart with ten pieces of "Bare" and the promotion TEN, to which nothing but an e-mail address lacks to be ordered,
 * made past the gateway: {id, item, spare}, `spare` being another item.
 * `token`: whose it is; `email`: a guest's.
 */
export async function promotedCart(store, { token, email } = {}) {
  const { bare, sixVariants } = store.fixtures.products;
  const provider = store.fixtures.paymentProviders.system;
  const ask = (path, body) => store.medusa("POST", path, { token, body });
  const { cart } = await ask("/store/carts?fields=id,items.id,items.variant_id", {
    region_id: store.fixtures.regions.eur.id,
    items: [
      { variant_id: bare.variants[0].id, quantity: 10 },
      { variant_id: sixVariants.variants[0].id, quantity: 1 },
    ],
    email,
    shipping_address: medusaAddress(KIEL),
    billing_address: medusaAddress(KIEL),
    promo_codes: ["TEN"],
    metadata: { paymentMethod: { id: provider, name: provider, type: "OTHER" } },
  });
  await ask(`/store/carts/${cart.id}/shipping-methods`, { option_id: store.fixtures.shippingOptions.standard.id });
  const { payment_collection } = await ask("/store/payment-collections", { cart_id: cart.id });
  await ask(`/store/payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: provider });
  const itemOf = ({ variants }) => cart.items.find(({ variant_id }) => variant_id === variants[0].id).id;
  return { id: cart.id, item: itemOf(bare), spare: itemOf(sixVariants) };
}
