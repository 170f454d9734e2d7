#!/usr/bin/env node
/*
 * What do the one-shot checkout and the reading of a cart cost beside what Medusa itself needs for them?
 *
 *   O2S_MEDUSA=build/o2s-medusa node tests/bench/complete.mjs [--pairs N] [--reads N]
 *
 * By turns a cart is made an order by `POST /checkout/:cartId/complete` through nginx and the gateway, and another one
 * like it by the five changes that Medusa needs for that (addresses, shipping method, payment collection, payment
 * session, completion), sent straight to Medusa one after the other on one open connection, with the same fields asked
 * for. And by turns a customer reads a cart by `GET /carts/:cartId`, and the two calls of that request are sent
 * straight to Medusa at the same time, on two open connections; the slower one counts.
 *
 * What counts is the ratio within a pair, and the median over the pairs; the range in which half of the pairs are shows
 * how far it is to be trusted. The exit status is 1 if the median is above a goal, or if the gateway makes more calls
 * than it may.
 */
import { parseArgs } from "node:util";
import { startGateway } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { openClient } from "./client.mjs";
import { median, percentile } from "./statistics.mjs";

const GOAL = 1.05;
const LEAST_PAIRS = 15;
const WARM_UP = 4;

const ADDRESS = { country: "DE", streetName: "Weg", streetNumber: "1", city: "Kiel", postalCode: "24103" };
const MEDUSA_ADDRESS = { country_code: "de", address_1: "Weg", address_2: "1", city: "Kiel", postal_code: "24103" };

let orders = 0;
const nextEmail = () => `bench-${process.pid}-${Date.now()}-${++orders}@example.com`;

async function newCart(store, token) {
  const { products, regions } = store.fixtures;
  const chosen = products.plain.slice(0, token ? 3 : 1).map(({ variants }) => variants[0]);
  const items = chosen.map(({ id }) => ({ variant_id: id, quantity: 1 }));
  const { cart } = await store.medusa("POST", "/store/carts", { token, body: { region_id: regions.eur.id, items } });
  return cart.id;
}

/** A client of Medusa on a connection that stays open. */
function openMedusa(store, token) {
  const authorization = token && { authorization: `Bearer ${token}` };
  return openClient(store.url, { headers: { "x-publishable-api-key": store.publishableKey, ...authorization } });
}

/** The calls that a request through the gateway makes, as Medusa's access log has them. `request` takes headers. */
async function callsOf(store, request) {
  const id = `bench-${process.pid}-${performance.now()}`;
  const since = store.lastCall();
  await request({ "x-request-id": id });
  return (await store.calls(since)).filter(({ headers }) => headers.requestId === id);
}

/** The one-shot checkout: gives {name, mostCalls, calls, prepare(), gateway(cart id), medusa(cart id)}. */
async function checkout({ store, ask }) {
  const { shippingOptions, paymentProviders } = store.fixtures;
  const provider = paymentProviders.system;
  const medusa = openMedusa(store);
  const post = async (path, body) => (await medusa("POST", path, { body })).body;
  const gateway = (id, headers) =>
    ask("POST", `/checkout/${id}/complete`, {
      ...{ expected: 201, headers },
      body: {
        shippingAddress: ADDRESS,
        billingAddress: ADDRESS,
        shippingMethodId: shippingOptions.standard.id,
        paymentProviderId: provider,
        returnUrl: "https://shop.example.com/thanks",
        email: nextEmail(),
      },
    });
  const first = await newCart(store);
  const calls = await callsOf(store, (headers) => gateway(first, headers));
  const { searchParams } = new URL(calls.at(-1).url, store.url);
  const orderFields = encodeURIComponent(searchParams.get("fields"));
  return {
    ...{ name: "POST /checkout/:cartId/complete", bare: "Medusa's changes alone", mostCalls: 6, calls: calls.length },
    prepare: () => newCart(store),
    gateway,
    medusa: async (id) => {
      await post(`/store/carts/${id}?fields=id`, {
        shipping_address: MEDUSA_ADDRESS,
        billing_address: MEDUSA_ADDRESS,
        email: nextEmail(),
        metadata: { paymentMethod: { id: provider, name: provider, type: "OTHER" } },
      });
      await post(`/store/carts/${id}/shipping-methods?fields=id`, { option_id: shippingOptions.standard.id });
      const { payment_collection } = await post("/store/payment-collections?fields=id", { cart_id: id });
      const sessions = `/store/payment-collections/${payment_collection.id}/payment-sessions`;
      await post(`${sessions}?fields=id,*payment_sessions`, { provider_id: provider });
      const { type } = await post(`/store/carts/${id}/complete?fields=${orderFields}`, {});
      if (type !== "order") throw new Error("Medusa did not make an order of the cart");
    },
  };
}

/** The reading of a customer's cart: as checkout(). */
async function cart({ store, ask }) {
  const token = store.alice;
  const id = await newCart(store, token);
  const gateway = (headers) =>
    ask("GET", `/carts/${id}`, { headers: { authorization: `Bearer ${token}`, ...headers } });
  const calls = await callsOf(store, gateway);
  const clients = calls.map(() => openMedusa(store, token));
  return {
    ...{ name: "GET /carts/:cartId, a customer's", bare: "its calls alone, at the same time" },
    ...{ mostCalls: 2, calls: calls.length },
    prepare: () => id,
    gateway: () => gateway(),
    medusa: () => Promise.all(calls.map(({ method, url }, i) => clients[i](method, url))),
  };
}

/** Milliseconds that something takes. */
async function timed(act, subject) {
  const start = performance.now();
  await act(subject);
  return performance.now() - start;
}

async function measure({ prepare, gateway, medusa }, pairs) {
  const times = { gateway: [], medusa: [] };
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const turns = Object.entries({ gateway, medusa });
    // The second of a pair finds the store warmer.
    if (pair % 2) turns.reverse();
    for (const [who, act] of turns) {
      const time = await timed(act, await prepare());
      if (pair >= 0) times[who].push(time);
    }
  }
  const ratios = times.gateway.map((time, i) => time / times.medusa[i]);
  return { gateway: median(times.gateway), medusa: median(times.medusa), ratios };
}

/** Prints what was measured; whether it is as it should be. */
function report({ name, bare, calls, mostCalls }, { gateway, medusa, ratios }) {
  const ratio = median(ratios);
  const half = [25, 75].map((percent) => percentile(ratios, percent).toFixed(3));
  const good = ratio <= GOAL && calls <= mostCalls;
  console.log(`${name}, medians of ${ratios.length} pairs:
  through the gateway  ${gateway.toFixed(1)} ms, ${calls} calls (at most ${mostCalls})
  ${bare}  ${medusa.toFixed(1)} ms
  ratio  ${ratio.toFixed(3)} (at most ${GOAL}); half of the pairs: ${half.join(" to ")}
${good ? "good" : "MISSED"}
`);
  return good;
}

async function main() {
  const { values } = parseArgs({
    options: { pairs: { type: "string", default: "40" }, reads: { type: "string", default: "200" } },
  });
  const [pairs, reads] = [values.pairs, values.reads].map((value) => Math.max(LEAST_PAIRS, Number(value)));
  const store = await openStore();
  try {
    const gateway = await startGateway({ store, env: { LOG_LEVEL: "info" } });
    try {
      const context = { store, ask: openClient(`http://127.0.0.1:${gateway.port}`) };
      let good = true;
      for (const [subject, count] of [
        [cart, reads],
        [checkout, pairs],
      ]) {
        const what = await subject(context);
        good = report(what, await measure(what, count)) && good;
      }
      return good ? 0 : 1;
    } finally {
      await gateway.stop();
    }
  } finally {
    await store.stop();
  }
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
