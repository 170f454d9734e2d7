/*
 * What callers send who mean no good, through nginx: no answer but a right one or a whole refusal, no call but the
 * route's, nothing of one request in another one, and the workers serve on.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertStatus } from "./assertions.mjs";
import { newCart } from "./carts.mjs";
import { openContext } from "./context.mjs";
import { credentialsIn, faultsOfAnswer, faultsOfCall, faultsOfLog, secretsOf } from "./credentials.mjs";
import { isAlive } from "./harness.mjs";
import { GROUPS, assertPaths, probe } from "./hostile-requests.mjs";
import { shown } from "./raw.mjs";

const FRONT = "https://shop.example.com";
const { store, gateway } = await openContext({ env: { FRONT_BASE_URLS: FRONT } });

async function assertServesOn() {
  assert.ok(gateway.workers.every(isAlive), `a worker has ended:\n${gateway.log()}`);
  assertStatus(await gateway.get("/products?limit=1"), 200);
}

for (const [group, rows] of Object.entries(GROUPS)) {
  describe(group, () => {
    for (const row of rows) {
      test(row.what ?? shown(row.bytes), async () => {
        const from = gateway.log().length;
        const { answer, calls } = await probe(gateway, store, row);
        const secrets = secretsOf(store);
        const faults = [
          ...calls.flatMap((call) => faultsOfCall(call, secrets)),
          ...faultsOfLog(gateway.log().slice(from), secrets),
          ...faultsOfAnswer(answer, store),
        ];
        assert.deepEqual(faults, []);
      });
    }

    test("the workers serve on", assertServesOn);
  });
}

// What nginx would pass as it is: a header's value from a path, a query or another header.
describe("nothing a caller sends makes a header", () => {
  const EVIL = "x%0d%0ax-evil:%201";

  test("from a path or a query", async () => {
    for (const path of [`/carts/${EVIL}`, `/products/${EVIL}`, `/products?category=${EVIL}`, `/orders/${EVIL}`]) {
      const answer = await gateway.get(path, { token: store.alice });
      assert.ok(!("x-evil" in answer.headers), `${path}: ${JSON.stringify(answer.headers)}`);
      assertPaths(answer.calls, /x%0D%0Ax-evil(:|%3A)%201$|\/(products|customers\/me|product-categories|orders)$/i, path);
    }
  });

  test("from an origin", async () => {
    for (const origin of [`${FRONT}%0d%0ax-evil: 1`, `${FRONT} x`, `${FRONT},https://evil.example`, `${FRONT}/`]) {
      for (const method of ["GET", "OPTIONS"]) {
        const headers = { origin, "access-control-request-method": "GET" };
        const answer = await gateway.request(method, "/products?limit=1", { headers });
        assert.equal(answer.headers["access-control-allow-origin"], undefined, origin);
      }
    }
  });

  test("from a token, which goes to Medusa as it came", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.get(`/carts/${id}`, { headers: { authorization: "Bearer a%0d%0ax-evil:%201" } });
    assertStatus(answer, 401);
    assertPaths(answer.calls, /^\/store\/(carts\/cart_\w+|customers\/me)$/, "the calls");
  });
});

// Many at once, some of which break off: an answer belongs to its request.
test("each caller gets the answer to its own request", async () => {
  const carts = await Promise.all(Array.from({ length: 6 }, () => newCart(gateway)));
  const rounds = Array.from({ length: 60 }, async (_, index) => {
    const [cart, id] = [carts[index % carts.length], `of-caller-${index}`];
    const answer = await gateway.get(`/carts/${cart.id}`, { headers: { "x-request-id": id } });
    assert.deepEqual([answer.status, answer.headers["x-request-id"], answer.body.id], [200, id, cart.id]);
  });
  const broken = [...GROUPS["lengths of a body"], ...GROUPS.chunks].filter(({ hangUp }) => hangUp);
  await Promise.all([...rounds, ...broken.map((row) => probe(gateway, store, { ...row, calls: /./ }))]);
  await assertServesOn();
});

describe("what credentials are looked for by finds them", () => {
  const admin = (url) => ({ method: "GET", url, headers: { authorization: { kind: "admin" } } });
  const bearer = (url) => ({ method: "GET", url, headers: { authorization: { kind: "bearer" } } });

  test("in a call", () => {
    for (const call of [admin("/admin/orders?limit=1"), bearer("/store/carts/x")])
      assert.deepEqual(faultsOfCall(call, secretsOf(store, { token: store.alice })), []);
    for (const call of [
      admin("/store/carts/x"),
      bearer("/admin/customers"),
      { method: "GET", url: "/admin/customers", headers: {} },
      bearer("/auth/session"),
      bearer(`/store/carts?token=${store.alice}`),
      bearer(`/store/carts/${encodeURIComponent(store.bob)}`),
      bearer(`/store/carts?key=${store.publishableKey}`),
      admin(`/admin/orders?key=${store.adminKey}`),
      admin(`/admin/orders?key=${Buffer.from(store.adminKey).toString("base64")}`),
      bearer("/store/carts?x=opaque%2Btoken"),
    ])
      assert.notDeepEqual(faultsOfCall(call, secretsOf(store, { token: "opaque+token" })), [], call.url);
  });

  test("in a log and in an answer", () => {
    assert.deepEqual(faultsOfLog('{"route":"GET /carts/{cartId}","status":200}', secretsOf(store)), []);
    for (const line of [store.alice, store.adminKey, store.publishableKey, "of jo.doe+x@shop.example.com"])
      assert.equal(faultsOfLog(`good\n{"message":"${line}"}\ngood`).length, 1, line);
    assert.notDeepEqual(faultsOfAnswer({ headers: { "x-key": store.adminKey }, text: "" }, store), []);
    assert.notDeepEqual(credentialsIn("opaque-token", secretsOf(store, { headers: { authorization: "Bearer opaque-token" } })), []);
  });
});
