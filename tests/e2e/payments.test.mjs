import { after, before, describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertNoMutation, assertThat } from "./assertions.mjs";
import { stored } from "./carts.mjs";
import * as shapes from "./checkout-shapes.mjs";
import { newCustomer, readyCart } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { json, startStandIn } from "./standin.mjs";

const { store, gateway, start } = await openContext();
const { paymentProviders, regions } = store.fixtures;
const RETURN = "https://shop.example.com/thanks";

const open = (cartId, providerId, token, more = {}) =>
  gateway.post("/payments/sessions", { cartId, providerId, returnUrl: RETURN, ...more }, { token });
const unpaid = (options) => readyCart(store, { lacks: "shipping address", ...options });

describe("GET /payments/providers", () => {
  const provider = (id) => ({ id, name: id, type: id, isEnabled: true, requiresRedirect: false, config: {} });

  for (const [what, region, ids] of [
    ["of Europe", regions.eur.id, Object.values(paymentProviders)],
    ["of the United States", regions.usd.id, [paymentProviders.system]],
    ["of a region that is none", "reg_01UNKNOWN", []],
  ]) {
    test(what, async () => {
      for (const token of [undefined, store.alice]) {
        const answer = await gateway.get(`/payments/providers?regionId=${region}`, { token });
        const { data, total } = assertAnswer(answer, 200, shapes.paymentProviders);
        const sorted = [...data].sort((a, b) => (a.id < b.id ? -1 : 1));
        assertEqual(answer, sorted, [...ids].sort().map(provider), "the providers");
        assertEqual(answer, total, ids.length, "total");
      }
    });
  }

  for (const query of ["", "?regionId="]) {
    test(`without a region: ${query || "nothing"}`, async () => {
      const answer = await gateway.get(`/payments/providers${query}`);
      assertFailure(answer, 400, /\bregionId\b/);
      assertCalls(answer, []);
    });
  }

  test("which of them redirect", async (t) => {
    const ids = ["pp_stripe_stripe", "pp_stripe-ideal_stripe", "pp_paypal_paypal", "pp_system_default"];
    const standIn = await startStandIn((_, response) =>
      json(response, 200, { payment_providers: ids.map((id) => ({ id, is_enabled: true })) }),
    );
    t.after(() => standIn.stop());
    const before = await start({ env: { MEDUSAJS_BASE_URL: standIn.url } });
    const answer = await before.get("/payments/providers?regionId=reg_1");
    const { data } = assertAnswer(answer, 200, shapes.paymentProviders);
    assertEqual(
      answer,
      data.map(({ id }) => id),
      ids,
      "the providers, in Medusa's order",
    );
    assertEqual(
      answer,
      data.map(({ requiresRedirect }) => requiresRedirect),
      [true, true, true, false],
      "requiresRedirect",
    );
  });
});

describe("POST /payments/sessions", () => {
  test("a guest's", async () => {
    const cart = await unpaid();
    const answer = await open(cart.id, paymentProviders.system);
    const session = assertAnswer(answer, 201, shapes.paymentSession);
    assertEqual(
      answer,
      session,
      { id: session.id, cartId: cart.id, providerId: paymentProviders.system, status: "PENDING", metadata: {} },
      "the session",
    );
    const { metadata } = await stored(store, cart.id);
    assertEqual(answer, metadata ?? {}, {}, "the cart's metadata, of which this route writes nothing");
  });

  test("a customer's, with a provider that redirects", async () => {
    const { token } = await newCustomer(store);
    const cart = await unpaid({ token });
    const answer = await open(cart.id, paymentProviders.redirecting, token, { cancelUrl: RETURN, metadata: { a: 1 } });
    const { redirectUrl, clientSecret, status } = assertAnswer(answer, 201, shapes.paymentSession);
    assertEqual(
      answer,
      [redirectUrl, clientSecret, status],
      ["https://pay.example.com/session/1", "test-client-secret", "PENDING"],
      "redirectUrl, clientSecret and status",
    );
  });

  test("the second of the same provider is the one answered", async () => {
    const cart = await unpaid();
    const first = await open(cart.id, paymentProviders.redirecting);
    const second = await open(cart.id, paymentProviders.redirecting);
    const { id } = assertAnswer(second, 201, shapes.paymentSession);
    const { cart: withSessions } = await store.medusa(
      "GET",
      `/store/carts/${cart.id}?fields=id,*payment_collection.payment_sessions`,
    );
    const ids = withSessions.payment_collection.payment_sessions.map((session) => session.id);
    assertThat(second, ids.includes(id), `one of the sessions that Medusa has: ${ids}`);
    assertThat(second, ids.length === 1 || id !== first.body.id, "another than the first");
  });

  test("an unknown provider, and one that the region has not: 400 where Medusa refuses it", async () => {
    const cart = await unpaid();
    const message = (id, region) => `Payment provider ${id} is not enabled in the cart's region ${region.id}.`;
    assertFailure(await open(cart.id, "pp_unknown"), 400, message("pp_unknown", regions.eur));
    const { cart: american } = await store.medusa("POST", "/store/carts", { body: { region_id: regions.usd.id } });
    const { declining } = paymentProviders;
    const answer = await open(american.id, declining);
    // Up to 2.19 Medusa takes any provider that exists.
    if (answer.calls.at(-1).status === 200) assertAnswer(answer, 201, shapes.paymentSession);
    else assertFailure(answer, 400, message(declining, regions.usd));
  });

  test("a provider that exists and fails: 502, and nothing of its words", async () => {
    const cart = await unpaid();
    const answer = await open(cart.id, paymentProviders.failing);
    const message = assertFailure(answer, 502);
    assertThat(answer, !/does not answer/.test(message), "nothing of what went wrong in Medusa");
  });

  test("an unknown cart", async () => {
    for (const token of [undefined, store.alice]) {
      const answer = await open("cart_01UNKNOWN", paymentProviders.system, token);
      assertFailure(answer, 404);
      assertNoMutation(answer);
    }
  });

  test("another customer's cart", async () => {
    const cart = await unpaid({ token: store.alice });
    for (const [token, message] of [
      [undefined, "Authentication required to access this resource"],
      [store.bob, "Unauthorized to access this resource"],
    ]) {
      const answer = await open(cart.id, paymentProviders.system, token);
      assertFailure(answer, 401, message);
      assertNoMutation(answer);
    }
  });

  for (const field of ["cartId", "providerId", "returnUrl"]) {
    test(`without ${field}`, async () => {
      const answer = await open("cart_01", "pp_system_default", undefined, { [field]: undefined });
      assertFailure(answer, 400, new RegExp(`\\b${field}\\b`));
      assertCalls(answer, []);
    });
  }

  describe("the session's status", () => {
    let standIn;
    let front;
    let session;
    before(async () => {
      standIn = await startStandIn((request, response) => {
        const { pathname } = new URL(request.url, "http://medusa");
        if (pathname.startsWith("/store/carts/")) return json(response, 200, { cart: { id: "cart_1", customer_id: null } });
        const collection = { id: "pay_col_1", payment_sessions: [session] };
        return json(response, 200, { payment_collection: collection });
      });
      front = await start({ env: { MEDUSAJS_BASE_URL: standIn.url } });
    });

    for (const [medusa, expected] of Object.entries({
      authorized: "AUTHORIZED",
      captured: "CAPTURED",
      canceled: "CANCELLED",
      cancelled: "CANCELLED",
      error: "FAILED",
      failed: "FAILED",
      pending: "PENDING",
      requires_more: "PENDING",
      "something new": "PENDING",
    })) {
      test(`"${medusa}" is ${expected}`, async () => {
        const more = { redirect_url: null, client_secret: 5, kept: true };
        session = {
          id: "payses_1",
          provider_id: "pp_x",
          status: medusa,
          data: more,
          created_at: "2025-01-01T00:00:00Z",
        };
        const body = { cartId: "cart_1", providerId: "pp_x", returnUrl: RETURN };
        const answer = await front.post("/payments/sessions", body);
        assertEqual(answer, answer.body?.status, expected, "status");
        assertEqual(answer, ["redirectUrl" in answer.body, "clientSecret" in answer.body], [false, false], "links");
      });
    }

    after(() => standIn.stop());
  });
});

describe("what Medusa cannot do", () => {
  const reasons = new Set();
  for (const [method, body] of [["GET"], ["PATCH", { metadata: {} }], ["DELETE"]]) {
    test(`${method} /payments/sessions/:id says why`, async () => {
      const answer = await gateway.request(method, "/payments/sessions/payses_01", { body, token: store.alice });
      const message = assertFailure(answer, 501, /Medusa/);
      assertCalls(answer, []);
      assertThat(answer, !reasons.has(message), "a reason of its own");
      reasons.add(message);
    });
  }
});
