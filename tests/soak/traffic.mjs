/* What callers do: look around, order, and send nonsense. Each of these is one turn, which takes its time. */
import { converse, pairs, stream, TYPES, variablesOf, wholeRequest } from "../deploy/fastcgi.mjs";
import { cartAmounts, listAmounts, medusaCart, medusaOrder, placedAmounts } from "../e2e/amounts.mjs";
import { completion } from "../e2e/checkout-support.mjs";
import { sendBytes } from "../e2e/raw.mjs";

const MIB = 1024 * 1024;
const OK = [200];
const CREATED = [201];
const MOST_CARTS = 20;
// Of buyers: who go away with a full cart, and who press the button twice.
const LEFT_BEHIND = 0.1;
const ORDERED_AGAIN = 0.2;

/** A read. `carts`: ids of some that are there. */
export async function read({ client, store, random, carts, comparison }) {
  const cart = carts.length ? random.pick(carts) : undefined;
  const [kind, path, options] = random.pick([
    ["list of products", `/products?limit=${1 + random.below(20)}&offset=${random.below(30)}`],
    ["list of products", "/products?limit=12&category=shirts&sort=name_ASC"],
    ["product", "/products/t-shirt"],
    ["product", `/products/${store.fixtures.products.withReferences.id}`],
    ["list of orders", "/orders?limit=5", { token: store.alice }],
    ["payment providers", `/payments/providers?regionId=${store.fixtures.regions.eur.id}`],
    ...(cart ? [["cart", `/carts/${cart}`], ["shipping options", `/checkout/${cart}/shipping-options`]] : []),
  ]);
  const answer = await client.once(kind, OK, "GET", path, options);
  if (kind === "list of orders" && answer.status === 200) await compareList(store, comparison, answer);
}

// Alice's orders do not change: each is read from Medusa once.
const known = new Map();

async function compareList(store, comparison, { body, text }) {
  for (const { id } of body.data) if (!known.has(id)) known.set(id, await medusaOrder(store, id));
  comparison.compare("GET /orders", text, listAmounts(body.data.map(({ id }) => known.get(id))));
}

/** Compares the amounts in an answer to a buyer, whose cart nobody else changes, with Medusa's. */
async function compareAmounts(store, comparison, kind, { body, text }) {
  if (body.order) comparison.compare(kind, text, placedAmounts(await medusaOrder(store, body.order.id)));
  else if (body.items) comparison.compare(kind, text, cartAmounts(await medusaCart(store, body.id)));
}

/**
 * A buyer's whole way, or a part of it: a cart, and what it needs, in steps or with the order at once. Each request is
 * sent until it is answered. `book`: Map of an e-mail address to the order that it was told of, or null.
 */
export async function shop({ client, store, random, carts, book, email, comparison }) {
  const { products } = store.fixtures;
  const step = async (kind, path, body) => {
    const answer = await client.surely(kind, CREATED, "POST", path, { body });
    if (answer) await compareAmounts(store, comparison, kind, answer);
    return answer?.body;
  };
  const variantId = random.pick([products.bare, ...products.plain.slice(0, 9)]).variants[0].id;
  const cart = await step("new cart", "/carts/items", { currency: "EUR", variantId, quantity: 1 + random.below(3) });
  if (!cart) return;
  carts.push(cart.id);
  if (carts.length > MOST_CARTS) carts.shift();
  book.set(email, null);
  if (random.chance(LEFT_BEHIND)) return;
  const checkout = `/checkout/${cart.id}`;
  const body = completion(store, { email });
  const inSteps = random.chance(0.5);
  if (inSteps && !(await prepare(step, checkout, body))) return;
  const answer = inSteps ? await placeOrder(step, checkout) : await step("complete", `${checkout}/complete`, body);
  if (!answer) return;
  book.set(email, answer.order.id);
  const again = random.chance(ORDERED_AGAIN) ? await placeOrder(step, checkout) : answer;
  if (again?.order.id !== answer.order.id)
    client.violations.push(`place order, again: ${again?.order.id} in place of ${answer.order.id}`);
}

const placeOrder = (step, checkout) => step("place order", `${checkout}/place-order`, {});

async function prepare(step, checkout, { email, shippingAddress, billingAddress, shippingMethodId, ...payment }) {
  const { paymentProviderId: providerId, returnUrl } = payment;
  return (
    (await step("addresses", `${checkout}/addresses`, { shippingAddress, billingAddress, email })) &&
    (await step("shipping method", `${checkout}/shipping-method`, { shippingOptionId: shippingMethodId })) &&
    (await step("payment", `${checkout}/payment`, { providerId, returnUrl }))
  );
}

const JSON_TYPE = { "content-type": "application/json" };

/** A request that is refused. */
export async function annoy({ client, random }) {
  const [statuses, method, path, options] = random.pick([
    [[400], "POST", "/carts", { body: "{", headers: JSON_TYPE }],
    [[415], "POST", "/carts", { body: "{}", headers: { "content-type": "text/plain" } }],
    [[413], "POST", "/carts", { body: " ".repeat(MIB + 1), headers: JSON_TYPE }],
    [[400], "POST", "/carts/items", { body: { sku: "x", currency: "EUR", quantity: 0 } }],
    [[400], "GET", "/products?limit=x"],
    [[400], "GET", "/products?limit=1&limit=2"],
    [[400], "GET", "/carts/%ff"],
    [[400], "GET", "/products", { headers: { "x-currency": "??" } }],
    [[401], "GET", "/customers/addresses"],
    [[401], "GET", "/orders", { token: "nonsense" }],
    [[404], "GET", "/nothing"],
    [[404], "GET", "/carts/cart_01UNKNOWN"],
    [[405], "PUT", "/carts"],
    [[501], "GET", "/carts"],
  ]);
  await client.once("refused request", statuses, method, path, options);
}

/** Bytes that are no request, to the web server or past it to a worker. */
export async function garble({ client, random, port, socket }) {
  const noise = Buffer.from(Array.from({ length: 1 + random.below(3000) }, () => random.below(256)));
  if (random.chance(0.5)) {
    const { status } = await sendBytes(port, noise, { hangUp: true });
    client.countOne("noise to the web server", status);
    if (![0, 400, 405, 414].includes(status)) client.violations.push(`noise was answered ${status}`);
    return;
  }
  const request = wholeRequest(variablesOf("GET", "/healthz"));
  const bytes = random.pick([
    noise,
    request.subarray(0, random.below(request.length - 1) + 1),
    Buffer.concat([request.subarray(0, 16), noise]),
    Buffer.concat([request.subarray(0, 16), stream(TYPES.PARAMS, noise.subarray(0, 900)), stream(TYPES.STDIN, "")]),
    Buffer.concat([request.subarray(0, 16), stream(TYPES.STDIN, pairs({ a: "b" }))]),
  ]);
  const { records } = await converse(socket, bytes, { hangUp: true });
  client.countOne("noise to a worker", records.length ? "answered" : "closed");
}
