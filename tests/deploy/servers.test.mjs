/*
 * Each web server with its files of deploy/, before a real Medusa: what HTTP has to offer gets through.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gatewayEnvironment, isAlive } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { until } from "../store/lib/wait.mjs";
import { SERVER_NAMES, startServer, workersOf } from "./servers.mjs";

const ORIGIN = "https://shop.example";
const MIB = 1024 * 1024;
const CHUNKED = { "content-length": undefined, "transfer-encoding": "chunked" };

let store;
before(async () => {
  store = await openStore();
});
after(() => store?.stop());

const environment = (more) => ({ ...gatewayEnvironment(store), FRONT_BASE_URLS: ORIGIN, LOG_LEVEL: "info", ...more });

/** The calls that Medusa got while `act` ran, as "METHOD /path?query". */
async function callsDuring(act) {
  const since = store.lastCall();
  const result = await act();
  const calls = await store.calls(since);
  return { result, calls: calls.map(({ method, url }) => `${method} ${url}`) };
}

function assertFailure({ status, body, headers, text }, expected, message) {
  assert.equal(status, expected, text);
  assert.equal(headers["content-type"], "application/json; charset=utf-8");
  assert.equal(body.statusCode, expected);
  if (message) assert.match(body.message, message);
}

for (const name of SERVER_NAMES) {
  describe(name, () => {
    let server;
    before(async () => {
      server = await startServer(name, { env: environment() });
    });
    after(() => server?.stop());
    const kindsOfBodies = () => (server.refusesChunks ? [{}] : [{}, CHUNKED]);

    test("the path reaches the worker as it came", async () => {
      for (const [sent, got] of [
        ["a%2Fb%20c", "a/b c"],
        ["a%2F..%2Fb", "a/../b"],
        ["a%2e%2e", "a.."],
        ["%41", "A"],
        ["a%3Fb%23%25", "a?b#%"],
        ["a%252Fb", "a%2Fb"],
        ["a;b$'(c)", "a;b$'(c)"],
        ["a+b", "a+b"],
        ["%C3%BC", "ü"],
      ]) {
        const { status, body, text } = await server.request("GET", `/echo/${sent}`);
        assert.equal(status, 200, `${sent}: ${text}`);
        assert.equal(body.path, got);
      }
      for (const path of ["/echo/%2E%2E", "/echo/x/../y", "/echo//x", "/echo/%2e%2e/healthz"])
        assertFailure(await server.request("GET", path), 404);
    });

    test("an encoded slash goes on to Medusa as one", async () => {
      const { result, calls } = await callsDuring(() => server.request("GET", "/carts/x%2F..%2Fadmin%2Fcustomers"));
      assertFailure(result, 404);
      assert.equal(calls.length, 1);
      assert.match(calls[0], /^GET \/store\/carts\/x%2F\.\.%2Fadmin%2Fcustomers\?/);
    });

    // nginx takes it for a path out of the root, and answers 400 itself.
    test("an encoded slash leads nowhere", async () => {
      const { result, calls } = await callsDuring(() => server.request("GET", "/carts/..%2F..%2Fadmin%2Fcustomers"));
      assert.ok([400, 404].includes(result.status), result.text);
      for (const call of calls) assert.match(call, /^GET \/store\/carts\/\.\.%2F\.\.%2Fadmin%2Fcustomers\?/);
    });

    test("the query reaches the worker as it came", async () => {
      const { body } = await server.request("GET", "/echo/x?q=a%2Fb%26c%3D%2B+%3F%23%25/%7E..%2F");
      assert.equal(body.query, "a/b&c=+ ?#%/~../");
      const list = await server.request("GET", "/products?limit=5&basePath=%2Fshop%2Fen");
      assert.equal(list.status, 200, list.text);
      assert.match(list.body.data[0].link, /^\/shop\/en\//);
    });

    test("Authorization gets through, and on to Medusa", async () => {
      for (const token of ["Bearer abc.def", "Basic YTpi", "Token x"])
        assert.equal((await server.request("GET", "/echo/x", { headers: { authorization: token } })).body.token, token);
      const { status, text } = await server.request("GET", "/customers/addresses", { token: store.alice });
      assert.equal(status, 200, text);
      assertFailure(await server.request("GET", "/customers/addresses"), 401);
      assertFailure(await server.request("GET", "/customers/addresses", { token: "wrong" }), 401);
    });

    test("a cart: POST, PATCH, DELETE, GET", async () => {
      const created = await server.request("POST", "/carts", { body: { currency: "EUR" } });
      assert.equal(created.status, 201, created.text);
      const { id } = created.body;
      const patched = await server.request("PATCH", `/carts/${id}`, { body: { notes: "Grüße" } });
      assert.equal(patched.status, 200, patched.text);
      assert.equal(patched.body.notes, "Grüße");
      const variantId = store.fixtures.products.sixVariants.variants[0].id;
      const filled = await server.request("POST", "/carts/items", { body: { cartId: id, variantId, quantity: 2 } });
      assert.equal(filled.status, 201, filled.text);
      const item = filled.body.items.data[0].id;
      const emptied = await server.request("DELETE", `/carts/${id}/items/${item}`);
      assert.equal(emptied.status, 200, emptied.text);
      assert.equal((await server.request("GET", `/carts/${id}`)).body.items.total, 0);
    });

    test("PATCH with a code in the path, and DELETE", async () => {
      assertFailure(await server.request("PATCH", "/carts/none", { body: { email: "x" } }), 400, /email/);
      assertFailure(await server.request("DELETE", "/carts/none/promotions/A%2FB"), 404);
      assertFailure(await server.request("DELETE", "/carts/none"), 501);
    });

    test("HEAD is GET without the body, with its length", async () => {
      const got = await server.request("GET", "/products?limit=3");
      const head = await server.request("HEAD", "/products?limit=3");
      assert.deepEqual([head.status, head.text], [200, ""]);
      assert.equal(head.headers["content-type"], "application/json; charset=utf-8");
      assert.equal(head.headers["content-length"], String(Buffer.byteLength(got.text)));
      assert.equal((await server.request("HEAD", "/nowhere")).status, 404);
    });

    test("OPTIONS, with and without a preflight", async () => {
      const headers = { origin: ORIGIN, "access-control-request-method": "PATCH" };
      const preflight = await server.request("OPTIONS", "/carts/x", { headers });
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers["access-control-allow-origin"], ORIGIN);
      assert.match(preflight.headers["access-control-allow-methods"], /PATCH/);
      const plain = await server.request("OPTIONS", "/carts/x");
      assert.deepEqual([plain.status, plain.headers.allow], [204, "GET, HEAD, PATCH, DELETE, OPTIONS"]);
    });

    test("another method", async () => {
      for (const method of ["PUT", "REPORT"]) {
        const answer = await server.request(method, "/carts/x");
        assertFailure(answer, 405);
        assert.equal(answer.headers.allow, "GET, HEAD, PATCH, DELETE");
      }
    });

    test("bodies: none, empty, chunked, after 100-continue", async () => {
      const chunked = { ...CHUNKED, "content-type": "application/json" };
      for (const [body, headers, expected] of [
        [undefined, {}, {}],
        [undefined, { "content-length": "0" }, {}],
        ["", chunked, {}],
        ['{"a":[1.50,"ü"]}', chunked, { a: [1.5, "ü"] }],
        [{ a: 1 }, { expect: "100-continue" }, { a: 1 }],
      ]) {
        const answer = await server.request("POST", "/echo", { body, headers });
        if (headers["transfer-encoding"] && server.refusesChunks) {
          assertFailure(answer, server.refusesChunks, /length/i);
          continue;
        }
        assert.equal(answer.status, 201, answer.text);
        assert.deepEqual(answer.body.body, expected);
      }
      const form = { body: "a=1", headers: { "content-type": "text/plain" } };
      assertFailure(await server.request("POST", "/echo", form), 415);
    });

    test("a large body and a large answer", async () => {
      const body = { text: "ü".repeat(0.45 * MIB) };
      for (const headers of kindsOfBodies()) {
        const answer = await server.request("POST", "/echo", { body, headers });
        assert.equal(answer.status, 201, answer.text.slice(0, 200));
        assert.equal(answer.body.body.text, body.text);
      }
      const list = await server.request("GET", "/products?limit=60");
      assert.ok(list.text.length > 20_000 && list.body.data.length > 50, `${list.text.length} bytes`);
    });

    test("a body that is too large", async () => {
      const body = { text: "x".repeat(1.5 * MIB) };
      for (const headers of kindsOfBodies())
        assertFailure(await server.request("POST", "/echo", { body, headers }), 413, /larger than 1048576 bytes/);
      // Beyond the server's own limit it may speak for itself.
      const { status, text } = await server.request("POST", "/echo", { body: { text: "x".repeat(20 * MIB) } }).catch(
        (error) => ({ status: error.code, text: "" }),
      );
      assert.ok([413, 500, "ECONNRESET", "EPIPE"].includes(status), `${status} ${text.slice(0, 200)}`);
      assert.equal((await server.request("GET", "/healthz")).status, 200);
    });

    test("X-Request-Id", async () => {
      const given = await server.request("GET", "/readyz", { headers: { "x-request-id": "order-7.a_B" } });
      assert.deepEqual([given.status, given.headers["x-request-id"]], [200, "order-7.a_B"]);
      const made = await server.request("GET", "/healthz", { headers: { "x-request-id": "no good" } });
      assert.match(made.headers["x-request-id"], /^[0-9a-f]{32}$/);
    });

    test("other headers, there and back", async () => {
      const good = await server.request("GET", "/products?limit=5", { headers: { "x-currency": "USD" } });
      assert.deepEqual([good.headers["x-currency"], good.body.data[0].price.currency], ["USD", "USD"]);
      assertFailure(await server.request("GET", "/products", { headers: { "x-currency": "??" } }), 400, /x-currency/);
    });

    test("several requests at once", async () => {
      const all = Array.from({ length: 12 }, (_, index) => server.request("GET", `/products?limit=1&offset=${index}`));
      for (const { status, text } of await Promise.all(all)) assert.equal(status, 200, text);
    });

    test("a worker that is killed is replaced, and all end with the server", async () => {
      const [first, ...others] = workersOf(server);
      assert.ok(first, "no worker was found");
      process.kill(first, "SIGKILL");
      await until("The worker's end", () => !isAlive(first), { deadline: 2000 });
      const answers = await until(
        "Good answers",
        async () => {
          const all = await Promise.all(others.concat(0).map(() => server.request("GET", "/healthz")));
          return all.every(({ status }) => status === 200);
        },
        { deadline: 10_000, every: 250 },
      );
      assert.ok(answers);
      // mod_fcgid starts another one once requests have to wait.
      if (name !== "Apache, mod_fcgid")
        await until("The replacement", () => workersOf(server).length > others.length, { deadline: 10_000 });
      const running = workersOf(server);
      await server.stop();
      server = undefined;
      await until("The end of all workers", () => !running.some(isAlive), { deadline: 5000 });
    });
  });

  for (const mounted of [false, true])
    test(`${name}, below API_PREFIX${mounted ? ", mounted there" : ""}`, async () => {
      const server = await startServer(name, { env: environment({ API_PREFIX: "/api" }), mounted });
      try {
        assert.equal((await server.request("GET", "/api/healthz")).status, 200);
        const outside = await server.request("GET", "/healthz");
        // Where the server mounts nothing it has a page of its own, or none.
        if (mounted) assert.equal(outside.body, undefined, outside.text);
        else assertFailure(outside, 404);
        const { body } = await server.request("GET", "/api/echo/a%2Fb%20c?q=%2Fx", { token: "abc" });
        assert.deepEqual(body, { path: "a/b c", query: "/x", token: "Bearer abc" });
        const created = await server.request("POST", "/api/carts", { body: { currency: "EUR" } });
        assert.equal(created.status, 201, created.text);
        const patched = await server.request("PATCH", `/api/carts/${created.body.id}`, { body: { notes: "x" } });
        assert.equal(patched.status, 200, patched.text);
      } finally {
        await server.stop();
      }
    });
}
