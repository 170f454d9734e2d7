/* Carts in the states that tests begin with, made through the gateway. */
import { assertAnswer } from "./assertions.mjs";
import * as shapes from "./shapes.mjs";

/**
 * A new cart. `items`: [variant id, quantity] each; `token`: whose it is; the rest as in POST /carts.
 * gives the cart as answered last
 */
export async function newCart(gateway, { items = [], token, ...rest } = {}) {
  const post = async (path, body) => assertAnswer(await gateway.post(path, body, { token }), 201, shapes.cart);
  const [first, ...others] = items.map(([variantId, quantity]) => ({ variantId, quantity }));
  const body = { currency: "EUR", ...rest };
  // The first item makes the cart, unless the cart has metadata, which would be the item's too.
  const early = first && !body.metadata;
  let cart = early ? await post("/carts/items", { ...body, ...first }) : await post("/carts", body);
  for (const item of early ? others : items.length ? [first, ...others] : []) {
    cart = await post("/carts/items", { cartId: cart.id, ...item });
  }
  return cart;
}

/** The cart as Medusa has it, and not its dates. */
export async function stored(store, id, token) {
  const { cart } = await store.medusa("GET", `/store/carts/${id}`, { token });
  const { updated_at: _, ...rest } = cart;
  return {
    ...rest,
    items: cart.items.map(({ updated_at: _, ...item }) => item).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
