#!/usr/bin/env node
/*
 * What does the one-shot checkout cost beside what Medusa itself needs for it?
 *
 *   O2S_MEDUSA=build/o2s-medusa node tests/bench/complete.mjs [--pairs N]
 *
 * By turns a cart is made an order by `POST /checkout/:cartId/complete` through nginx and the gateway, and another one
 * like it by the five changes that Medusa needs for that (addresses, shipping method, payment collection, payment
 * session, completion), sent straight to Medusa one after the other on one open connection, with the same fields asked
 * for. The exit status is 1 if the median through the gateway is more than GOAL times that of the changes alone, or if
 * the gateway makes more than MOST_CALLS calls.
 */
import { parseArgs } from "node:util";
import { startGateway } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { openStore } from "../e2e/store.mjs";
import { openClient } from "./client.mjs";
import { median } from "./statistics.mjs";

const GOAL = 1.15;
const MOST_CALLS = 8;
const LEAST_PAIRS = 15;
const WARM_UP = 4;

const ADDRESS = { country: "DE", streetName: "Weg", streetNumber: "1", city: "Kiel", postalCode: "24103" };
const MEDUSA_ADDRESS = { country_code: "de", address_1: "Weg", address_2: "1", city: "Kiel", postal_code: "24103" };

let orders = 0;
const nextEmail = () => `bench-${process.pid}-${Date.now()}-${++orders}@example.com`;

async function newCart(store) {
  const { products, regions } = store.fixtures;
  const items = [{ variant_id: products.plain[0].variants[0].id, quantity: 1 }];
  const { cart } = await store.medusa("POST", "/store/carts", { body: { region_id: regions.eur.id, items } });
  return cart.id;
}

async function throughGateway({ store, gateway }, id) {
  const { shippingOptions, paymentProviders } = store.fixtures;
  const { status, text } = await send(gateway.port, "POST", `/checkout/${id}/complete`, {
    body: {
      shippingAddress: ADDRESS,
      billingAddress: ADDRESS,
      shippingMethodId: shippingOptions.standard.id,
      paymentProviderId: paymentProviders.system,
      returnUrl: "https://shop.example.com/thanks",
      email: nextEmail(),
    },
  });
  if (status !== 201) throw new Error(`The gateway answered ${status}: ${text}`);
}

async function bySteps({ store, post, orderFields }, id) {
  const { shippingOptions, paymentProviders } = store.fixtures;
  const provider = paymentProviders.system;
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
}

/** Posts JSON to Medusa on a connection that stays open. */
function poster(store) {
  const request = openClient(store.url, { headers: { "x-publishable-api-key": store.publishableKey } });
  return async (path, body) => (await request("POST", path, { body })).body;
}

/** Milliseconds that a checkout of a new cart takes. */
async function timed(context, checkout) {
  const id = await newCart(context.store);
  const start = performance.now();
  await checkout(context, id);
  return performance.now() - start;
}

/** What the gateway asks of Medusa for one checkout: how often, and for which fields of the order. */
async function observe(context) {
  const id = await newCart(context.store);
  const since = context.store.lastCall();
  await throughGateway(context, id);
  const calls = await context.store.calls(since);
  const { searchParams } = new URL(calls.at(-1).url, context.store.url);
  return { calls: calls.length, orderFields: encodeURIComponent(searchParams.get("fields")) };
}

async function measure(context, pairs) {
  const { calls, orderFields } = await observe(context);
  const all = { ...context, orderFields };
  const times = { gateway: [], medusa: [] };
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const turns = [
      ["gateway", throughGateway],
      ["medusa", bySteps],
    ];
    // Whoever comes second finds the store warmer.
    if (pair % 2) turns.reverse();
    for (const [who, checkout] of turns) {
      const time = await timed(all, checkout);
      if (pair >= 0) times[who].push(time);
    }
  }
  return { calls, gateway: median(times.gateway), medusa: median(times.medusa) };
}

async function main() {
  const { values } = parseArgs({ options: { pairs: { type: "string", default: String(LEAST_PAIRS) } } });
  const pairs = Math.max(LEAST_PAIRS, Number(values.pairs));
  const store = await openStore();
  try {
    const gateway = await startGateway({ store, env: { LOG_LEVEL: "info" } });
    try {
      const result = await measure({ store, gateway, post: poster(store) }, pairs);
      const ratio = result.gateway / result.medusa;
      const good = ratio <= GOAL && result.calls <= MOST_CALLS;
      console.log(`POST /checkout/:cartId/complete, medians of ${pairs}:`);
      console.log(
        `  through the gateway      ${result.gateway.toFixed(0)} ms, ${result.calls} calls (at most ${MOST_CALLS})`,
      );
      console.log(`  Medusa's changes alone   ${result.medusa.toFixed(0)} ms`);
      console.log(`  ratio                    ${ratio.toFixed(3)} (at most ${GOAL})`);
      console.log(good ? "good" : "MISSED");
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
