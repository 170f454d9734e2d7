/*
 * What if the connection to Medusa breaks in the middle of an order? Whichever call it hits, and whether Medusa has
 * got it or not: the same request, sent again, succeeds, and there is one order. What changes something is never sent
 * twice for one request, since nobody knows whether it has been done already.
 */
import { after, describe, test } from "node:test";
import assert from "node:assert/strict";
import { assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import {
  KIEL,
  completion,
  filledCart,
  newCustomer,
  ordersOf,
  readyCart,
  savedAddress,
  uniqueEmail,
} from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { startCutter } from "./cutter.mjs";

const { store, gateway: direct, start } = await openContext();
const cutter = await startCutter(store.url);
after(() => cutter.stop());
// One worker, so that it has a connection open from the call before, as a busy one has.
const gateway = await start({ workers: 1, env: { MEDUSAJS_BASE_URL: cutter.url } });

const MOST_CALLS = 12;
const MOMENTS = { after: "when Medusa has done it", before: "before Medusa gets it" };

// Each makes {path, body, token, email}: a request that orders something, and where to look for the order.
const REQUESTS = {
  "a guest's complete": async () => {
    const email = uniqueEmail();
    const { id } = await filledCart(direct);
    return { path: `/checkout/${id}/complete`, body: completion(store, { email }), email };
  },
  "a customer's complete, with a saved address": async () => {
    const { email, token } = await newCustomer(store);
    const { id: shippingAddressId } = await savedAddress(store, { token }, KIEL);
    const { id } = await filledCart(direct, { token });
    const body = completion(store, { shippingAddress: undefined, shippingAddressId });
    return { path: `/checkout/${id}/complete`, body, token, email };
  },
  "a guest's place-order": async () => {
    const email = uniqueEmail();
    const { id } = await readyCart(store, { email: null });
    return { path: `/checkout/${id}/place-order`, body: { email }, email };
  },
};

function assertNothingTwice(answer, what) {
  const changes = cutter.calls().filter((line) => !line.startsWith("GET "));
  const twice = changes.filter((line, index) => changes.indexOf(line) !== index);
  assertThat(answer, twice.length === 0, `${what}: nothing but GET sent twice, not ${twice.join(", ")}`);
}

async function assertOneOrder(answer, email, what) {
  assertEqual(answer, await ordersOf(store, email), [answer.body?.order?.id], `${what}: the orders in Medusa`);
}

/** Sends the request with its n-th call cut, and then again: whether there was such a call. */
async function interrupt(makeRequest, number, moment) {
  const { path, body, token, email } = await makeRequest();
  cutter.plan(number, moment);
  const first = await gateway.post(path, body, { token });
  const cut = cutter.cut();
  const what = cut ? `Call ${number}, ${cut}, cut` : "No call cut";
  assertNothingTwice(first, what);
  if (!cut) {
    assertStatus(first, 201);
    await assertOneOrder(first, email, what);
    return false;
  }
  // What only reads may be read again, and then nobody notices.
  if (first.status !== 201 || !cut.startsWith("GET ")) assertFailure(first, 502);

  cutter.plan();
  const second = await gateway.post(path, body, { token });
  assertThat(second, second.status === 201, `${what}: the same request to succeed now`);
  assertNothingTwice(second, `${what}, and the request sent again`);
  await assertOneOrder(second, email, what);
  return true;
}

for (const [name, makeRequest] of Object.entries(REQUESTS)) {
  describe(name, () => {
    for (const [moment, what] of Object.entries(MOMENTS)) {
      // The customer's differs in what is read at the beginning, for which one moment is enough.
      if (name.includes("customer") && moment === "before") continue;
      test(`any call's connection cut ${what}`, async () => {
        let number = 1;
        while (await interrupt(makeRequest, number, moment)) number += 1;
        const least = name.includes("place-order") ? 3 : 6;
        assert.ok(number > least, `Expected at least ${least} calls to be cut, not ${number - 1}`);
        assert.ok(number <= MOST_CALLS, `Expected no more than ${MOST_CALLS} calls`);
      });
    }
  });
}
