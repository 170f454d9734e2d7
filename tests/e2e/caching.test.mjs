/*
 * What is public is cached, by callers and by nginx with o2s-medusa-cache.conf, and nothing else is: no caller gets an
 * answer that was made for another.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../store/lib/wait.mjs";
import { assertCalls, assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { newCart } from "./carts.mjs";
import { openContext } from "./context.mjs";
import { SITES, TABLE, startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const SITE = "o2s-medusa-cache.conf";
const FRONT = "https://shop.example";
const OTHER_FRONT = "https://b2b.example";
const PRIVATE = "private, no-store";
const PUBLIC = "public, max-age=60, stale-while-revalidate=300, stale-if-error=3600";

const { store, gateway: plain, start } = await openContext();
const cached = await start({ site: SITE, env: { FRONT_BASE_URLS: `${FRONT},${OTHER_FRONT}` }, workers: 4 });
const { products, customers } = store.fixtures;
const REFERRING = `/products/${products.withReferences.id}/variants/${products.withReferences.variants[0].id}`;

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-caching-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The shipped table with other durations; undefined takes one away. Workers of these tests never take Medusa for down,
 * so that each failure is told as it was.
 */
function tableWith(durations) {
  let table = readFileSync(TABLE, "utf8").replace(/^( +failures:) 5$/m, "$1 1000");
  assert.match(table, /failures: 1000/);
  for (const [name, value] of Object.entries(durations)) {
    const line = new RegExp(`(?<=^  cache:\\n(?:    .*\\n)*)    ${name}: .*\\n`, "m");
    assert.match(table, line);
    table = table.replace(line, value ? `    ${name}: ${value}\n` : "");
  }
  return table;
}

/** The example that asks Medusa for products without the caller's token, as an extension of `table`. */
function withSharedCatalogue(table) {
  const base = join(folder, "base.yaml");
  writeFileSync(base, table);
  const example = readFileSync(new URL("../../deploy/examples/cached-catalogue.yaml", import.meta.url), "utf8");
  assert.match(example, /^extends: .*$/m);
  return example.replace(/^extends: .*$/m, `extends: ${base}`);
}

/** The site with a cache, with the line that makes it look into the cache for callers with a token. */
function siteForTokens() {
  const file = join(folder, SITE);
  const text = readFileSync(join(SITES, SITE), "utf8");
  assert.match(text, /^( *)#"~\^1:/m);
  writeFileSync(file, text.replace(/^( *)#"~\^1:/m, '$1"~^1:'));
  return file;
}

const statusOf = ({ headers }) => headers["x-cache-status"];
const without = (headers, ...names) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
/** The web server adds Accept-Encoding to a response that it would compress, with a line of its own. */
const varyOf = ({ headers }) => headers.vary.replace(/^Accept-Encoding, /, "");
/** What tells an answer from another: all but what is about this one transmission. */
const essence = ({ status, headers, text }) => ({
  status,
  text,
  headers: without(headers, "date", "connection", "x-request-id", "x-cache-status"),
});

function assertCacheStatus(answer, expected) {
  assertEqual(answer, statusOf(answer), expected, "X-Cache-Status");
}

function assertControl(answer, expected) {
  assertEqual(answer, answer.headers["cache-control"], expected, "Cache-Control");
}

/** The answer once the cache has something to say other than `status`: once what it keeps is out of date. */
function onceNot(status, ask) {
  return until(`An answer that is no ${status}`, async () => [await ask()].find((got) => statusOf(got) !== status), {
    deadline: 10_000,
    every: 100,
  });
}

describe("without a cache", () => {
  for (const path of ["/products?limit=2", "/products/mug", `${REFERRING}/related-products`])
    test(`${path} says how long it may be kept, and what it depends on`, async () => {
      for (const method of ["GET", "HEAD"]) {
        const answer = await plain.request(method, path);
        assertStatus(answer, 200);
        assertControl(answer, PUBLIC);
        assertEqual(answer, varyOf(answer), "authorization, x-locale, x-currency", "Vary");
        assertThat(answer, /^"[0-9a-f]{32}"$/.test(answer.headers.etag), "a strong ETag");
      }
    });

  test("with origins that may call, it depends on them too", async () => {
    const answer = await cached.get("/products/mug?basePath=/a");
    assertEqual(answer, varyOf(answer), "authorization, x-locale, x-currency, origin", "Vary");
  });

  test("If-None-Match is answered 304, with the same headers and no body", async () => {
    const whole = await plain.get("/products/mug");
    const { etag } = whole.headers;
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, "*"])
      for (const method of ["GET", "HEAD"]) {
        const answer = await plain.request(method, "/products/mug", { headers: { "if-none-match": value } });
        assertEqual(answer, [answer.status, answer.text], [304, ""], `the answer to ${method}, ${value}`);
        const expected = without(essence(whole).headers, "content-type", "content-length");
        assertEqual(answer, essence(answer).headers, expected, "the headers");
      }
    for (const value of ['"x"', "nonsense", etag.slice(0, -2)]) {
      const answer = await plain.get("/products/mug", { headers: { "if-none-match": value } });
      assertEqual(answer, essence(answer), essence(whole), "the whole answer");
    }
    for (const headers of [{ "x-currency": "USD" }, { "x-locale": "de" }]) {
      const answer = await plain.get("/products/mug", { headers: { "if-none-match": etag, ...headers } });
      assertStatus(answer, 200);
    }
  });

  test("what was asked with a token is the caller's alone", async () => {
    for (const [token, status] of [
      [store.alice, 200],
      ["nonsense", undefined],
    ])
      for (const path of ["/products?limit=1", "/products/mug"]) {
        const answer = await plain.get(path, { token, headers: { "if-none-match": "*" } });
        if (status) assertStatus(answer, status);
        assertControl(answer, PRIVATE);
        assertEqual(answer, answer.headers.etag, undefined, "ETag");
      }
  });

  test("so is everything that is no product, and every error", async () => {
    const cart = await newCart(plain, { token: store.alice });
    for (const [method, path, options = {}] of [
      ["GET", `/carts/${cart.id}`, { token: store.alice }],
      ["GET", `/carts/${cart.id}`, { token: store.bob }],
      ["GET", `/carts/${cart.id}`],
      ["HEAD", `/carts/${cart.id}`],
      ["PATCH", `/carts/${cart.id}`, { body: { notes: "x" } }],
      ["POST", "/carts", { body: { currency: "EUR" } }],
      ["GET", "/carts"],
      ["GET", `/checkout/${cart.id}/summary`],
      ["GET", `/checkout/${cart.id}/shipping-options`, { token: store.alice }],
      ["GET", "/orders", { token: store.alice }],
      ["GET", "/orders"],
      ["GET", "/orders/none"],
      ["GET", "/customers/addresses", { token: store.alice }],
      ["GET", "/payments/providers"],
      ["GET", "/products?limit=0"],
      ["GET", "/products", { headers: { "x-currency": "?" } }],
      ["GET", "/products/nothing"],
      ["GET", "/products/prod_nothing"],
      ["POST", "/products"],
      ["OPTIONS", "/products"],
      ["GET", "/nothing"],
      ["GET", "/healthz"],
      ["GET", "/readyz"],
    ]) {
      const answer = await plain.request(method, path, options);
      assertControl(answer, PRIVATE);
      assertEqual(answer, answer.headers.etag, undefined, "ETag");
    }
  });
});

describe("the sites of deploy/nginx", () => {
  test("the one with a cache has all that the other has", () => {
    const folder = fileURLToPath(new URL("../../deploy/nginx", import.meta.url));
    const linesOf = (name) => readFileSync(join(folder, name), "utf8").split("\n").map((line) => line.trim());
    const plainLines = linesOf("o2s-medusa.conf");
    const lines = linesOf(SITE);
    // But for what stands above the server: each says there what it is for.
    const missing = plainLines.slice(plainLines.indexOf("server {")).filter((line) => !lines.includes(line));
    assert.deepEqual(missing, []);
  });
});

describe("nginx with a cache", () => {
  test("what is kept is given out without asking Medusa", async () => {
    const first = await cached.get("/products?limit=3");
    assertCacheStatus(first, "MISS");
    assertCalls(first, ["GET /store/products"]);
    for (let i = 0; i < 3; i++) {
      const again = await cached.get("/products?limit=3");
      assertCacheStatus(again, "HIT");
      assertCalls(again, []);
      assertEqual(again, essence(again), essence(first), "the answer");
    }
  });

  test("the related products too", async () => {
    assertCacheStatus(await cached.get(`${REFERRING}/related-products`), "MISS");
    const again = await cached.get(`${REFERRING}/related-products`);
    assertCacheStatus(again, "HIT");
    assertCalls(again, []);
  });

  test("each caller has an X-Request-Id of their own", async () => {
    const ids = [];
    for (const given of ["mine-1", "mine_2", undefined, undefined, "not good", "x".repeat(129)]) {
      const { headers } = await cached.get("/products?limit=4", { headers: { "x-request-id": given } });
      if (given?.startsWith("mine")) assert.equal(headers["x-request-id"], given);
      else assert.match(headers["x-request-id"], /^[0-9a-f]{32}$/);
      ids.push(headers["x-request-id"]);
    }
    assert.equal(new Set(ids).size, ids.length);
    const { headers } = await cached.get("/carts", { headers: { "x-request-id": "in-the-log" } });
    assert.equal(headers["x-request-id"], "in-the-log");
    await until("The id in the log", () => cached.log().includes('"in-the-log"'), { deadline: 5000 });
  });

  test("If-None-Match, of what is kept and of what is not", async () => {
    const { headers } = await plain.get("/products/mug?basePath=/x");
    const conditional = { headers: { "if-none-match": headers.etag } };
    // The same but for CORS, which is a part of the answer; so the tag is another one.
    const missed = await cached.get("/products/mug?basePath=/x", conditional);
    assertCacheStatus(missed, "MISS");
    assertStatus(missed, 200);
    for (const value of [missed.headers.etag, `W/${missed.headers.etag}`, "*"]) {
      const answer = await cached.get("/products/mug?basePath=/x", { headers: { "if-none-match": value } });
      assertEqual(answer, [answer.status, answer.text], [304, ""], "the answer");
      assertCacheStatus(answer, "HIT");
      assertCalls(answer, []);
      assertControl(answer, PUBLIC);
      assertEqual(answer, answer.headers.etag, missed.headers.etag, "ETag");
      assertEqual(answer, varyOf(answer), varyOf(missed), "Vary");
    }
    const fresh = await cached.get("/products/mug?basePath=/y");
    const known = { headers: { "if-none-match": fresh.headers.etag } };
    // Kept by the caller, but by no cache yet.
    const other = await cached.get("/products/%6Dug?basePath=/y", known);
    assertCacheStatus(other, "MISS");
    assertEqual(other, [other.status, other.text], [304, ""], "the answer");
    assertEqual(other, (await cached.get("/products/%6Dug?basePath=/y")).text, fresh.text, "what was kept");
  });

  for (const [first, second] of [
    ["HEAD", "GET"],
    ["GET", "HEAD"],
  ])
    test(`${first}, then ${second}`, async () => {
      const path = `/products?limit=5&basePath=/${first.toLowerCase()}`;
      const answers = { [first]: await cached.request(first, path), [second]: await cached.request(second, path) };
      assertCacheStatus(answers[first], "MISS");
      assertCacheStatus(answers[second], "HIT");
      const { GET, HEAD } = answers;
      assertEqual(HEAD, HEAD.text, "", "the body for HEAD");
      assertThat(GET, GET.body.data.length > 0, "products");
      assertEqual(HEAD, essence(HEAD).headers, essence(GET).headers, "the headers");
    });

  test("HEAD of what is not kept has its length", async () => {
    const cart = await newCart(cached);
    const head = await cached.request("HEAD", `/carts/${cart.id}`);
    const got = await cached.get(`/carts/${cart.id}`);
    assertEqual(head, [head.status, head.text], [200, ""], "the answer");
    assertEqual(head, head.headers["content-length"], String(Buffer.byteLength(got.text)), "Content-Length");
  });

  test("another address is another answer", async () => {
    const one = await cached.get("/products?limit=1&offset=2");
    const other = await cached.get("/products?offset=2&limit=1");
    const third = await cached.get("/products?limit=2&offset=1");
    for (const answer of [one, other, third]) assertCacheStatus(answer, "MISS");
    const idsOf = ({ body }) => body.data.map(({ id }) => id);
    assertEqual(other, idsOf(other), idsOf(one), "the same question in another order");
    assertThat(third, third.text !== one.text, "another page");
  });

  test("another locale, currency or origin is another answer, and each is kept", async () => {
    const variants = [{}, { "x-locale": "de" }, { "x-locale": "pl" }, { "x-currency": "USD" }, { origin: FRONT }];
    variants.push({ origin: OTHER_FRONT }, { origin: "https://evil.example" });
    variants.push({ "x-locale": "de", "x-currency": "USD", origin: FRONT });
    for (const headers of [...variants, ...variants.reverse()]) {
      const { origin } = headers;
      const answer = await cached.get("/products/t-shirt", { headers });
      assertStatus(answer, 200);
      assertEqual(answer, answer.headers["x-locale"], headers["x-locale"], "x-locale");
      assertEqual(answer, answer.headers["x-currency"], headers["x-currency"] ?? "EUR", "x-currency");
      assertEqual(answer, answer.body.price.currency, headers["x-currency"] ?? "EUR", "the price's currency");
      const allowed = [FRONT, OTHER_FRONT].includes(origin) ? origin : undefined;
      assertEqual(answer, answer.headers["access-control-allow-origin"], allowed, "the allowed origin");
      const again = await cached.get("/products/t-shirt", { headers });
      assertCacheStatus(again, "HIT");
      assertEqual(again, essence(again), essence(answer), "the answer, again");
    }
  });

  test("whoever has a token gets past the cache, and leaves nothing in it", async () => {
    const ask = (options) => cached.get("/products?limit=6", options);
    for (const token of [store.alice, store.bob, store.alice]) {
      const answer = await ask({ token });
      assertCacheStatus(answer, undefined);
      assertCalls(answer, ["GET /store/products"]);
      assertControl(answer, PRIVATE);
    }
    assertCacheStatus(await ask(), "MISS");
    assertCacheStatus(await ask(), "HIT");
    assertCacheStatus(await ask({ token: store.alice }), undefined);
    assertCacheStatus(await ask({ headers: { authorization: "0" } }), undefined);
    assertCacheStatus(await ask({ headers: { authorization: "" } }), "HIT");
    assertCacheStatus(await ask({ headers: { cookie: "session=1" } }), "HIT");
  });

  test("errors are not kept", async () => {
    for (const [path, status, options] of [
      ["/products?limit=0", 400],
      ["/products?sort=x", 400],
      ["/products/nothing", 404],
      ["/products/prod_nothing", 404],
      ["/products?limit=6", 400, { headers: { "x-currency": "?" } }],
      ["/products/a/b", 404],
    ])
      for (let i = 0; i < 2; i++) {
        const answer = await cached.get(path, options);
        assertFailure(answer, status);
        assertThat(answer, statusOf(answer) !== "HIT", "an answer that was not kept");
        assertControl(answer, PRIVATE);
      }
    // Nor does an error take the place of what is kept.
    assertCacheStatus(await cached.get("/products?limit=6"), "HIT");
  });

  test("a body of a read counts for nothing", async () => {
    for (const expected of ["MISS", "HIT"]) {
      const answer = await cached.request("GET", "/products?limit=8", { body: { limit: expected } });
      assertStatus(answer, 200);
      assertCacheStatus(answer, expected);
      assertThat(answer, answer.body.data.length > 3, "products");
    }
  });

  test("other methods pass", async () => {
    for (const [method, status] of [
      ["POST", 405],
      ["DELETE", 405],
      ["OPTIONS", 204],
    ]) {
      const answer = await cached.request(method, "/products?limit=6");
      assertStatus(answer, status);
      assertCacheStatus(answer, undefined);
    }
    const headers = { origin: FRONT, "access-control-request-method": "GET" };
    const preflight = await cached.request("OPTIONS", "/products?limit=6", { headers });
    assertEqual(preflight, preflight.headers["access-control-allow-origin"], FRONT, "the allowed origin");
  });

  test("a cart is seen as it is, by whom it belongs to alone", async () => {
    const variantId = products.sixVariants.variants[0].id;
    const cart = await newCart(cached, { token: store.alice });
    const path = `/carts/${cart.id}`;
    for (let quantity = 1; quantity <= 2; quantity++) {
      await cached.post("/carts/items", { cartId: cart.id, variantId, quantity: 1 }, { token: store.alice });
      const own = await cached.get(path, { token: store.alice });
      assertEqual(own, own.body.items.data[0].quantity, quantity, "the quantity");
      assertFailure(await cached.get(path, { token: store.bob }), 401);
      assertFailure(await cached.get(path), 401);
      for (const answer of [own, await cached.request("HEAD", path, { token: store.alice })]) {
        assertCacheStatus(answer, undefined);
        assertControl(answer, PRIVATE);
      }
    }
    const guest = await newCart(cached, { items: [[variantId, 1]] });
    for (const notes of ["one", "two"]) {
      await cached.patch(`/carts/${guest.id}`, { notes });
      const answer = await cached.get(`/carts/${guest.id}`);
      assertEqual(answer, [answer.body.notes, statusOf(answer)], [notes, undefined], "notes, X-Cache-Status");
    }
  });

  test("a customer's addresses and orders are seen by nobody else", async () => {
    const idsOf = async (path, token) => {
      const answer = await cached.get(path, { token });
      assertStatus(answer, 200);
      assertCacheStatus(answer, undefined);
      assertControl(answer, PRIVATE);
      return answer.body.data.map(({ id }) => id);
    };
    for (const path of ["/customers/addresses", "/orders"]) {
      const [alice, bob] = [await idsOf(path, store.alice), await idsOf(path, store.bob)];
      assert.deepEqual(alice.filter((id) => bob.includes(id)), [], path);
      assert.deepEqual(await idsOf(path, store.alice), alice, path);
      assertFailure(await cached.get(path), 401);
    }
    assert.ok(customers.alice);
  });

  test("those who ask for the same at once wait for one call", async () => {
    const since = store.lastCall();
    const asked = Array.from({ length: 12 }, () => cached.get("/products?limit=7"));
    const answers = await Promise.all(asked);
    for (const answer of answers) assertEqual(answer, essence(answer), essence(answers[0]), "the answer");
    assert.equal((await store.calls(since)).length, 1);
  });
});

// Each waits until something is out of date, so all wait at the same time, each with a gateway of its own.
describe("when an answer is out of date", { concurrency: true }, () => {
  const stops = [];
  after(async () => {
    for (const stop of stops) await stop();
  });

  /**
   * A gateway to the real Medusa, behind something that can be out of order: `state.broken` answers in its place,
   * `state.title` is another title of the product.
   */
  async function begin(durations) {
    const state = {};
    const medusa = await startStandIn(async (request, response) => {
      if (state.broken) return state.broken(request, response);
      const { host: _, connection: __, ...headers } = request.headers;
      const answer = await fetch(store.url + request.url, { method: request.method, headers });
      const body = await answer.json();
      if (state.title) body.product.title = state.title;
      return json(response, answer.status, body);
    });
    stops.push(medusa.stop);
    const env = { MEDUSAJS_BASE_URL: medusa.url };
    const gateway = await startGateway({ store, site: SITE, table: tableWith(durations), env });
    stops.unshift(() => gateway.stop({ mayHaveEnded: state.mayHaveEnded }));
    const calls = () => medusa.requests.map(({ method, url }) => `${method} ${url.split("?")[0]}`);
    return { gateway, state, calls };
  }
  const path = `/products/${products.umlautSku.id}`;

  test("it is asked for again, and kept on if nothing has changed", async () => {
    const { gateway, state, calls } = await begin({ max_age: "1s", stale_while_revalidate: undefined });
    const first = await gateway.get(path);
    assertCacheStatus(first, "MISS");
    const again = await onceNot("HIT", () => gateway.get(path));
    assertCacheStatus(again, "REVALIDATED");
    assertEqual(again, calls(), [`GET /store${path}`, `GET /store${path}`], "the calls of both");
    assertEqual(again, essence(again), essence(first), "the answer");
    await until("The worker's 304 in its log", () => /"status":304/.test(gateway.log()), { deadline: 5000 });
    state.title = "Changed";
    const changed = await onceNot("HIT", () => gateway.get(path));
    assertCacheStatus(changed, "EXPIRED");
    assertEqual(changed, changed.body.name, "Changed", "the name");
    assertThat(changed, changed.headers.etag !== first.headers.etag, "another ETag");
  });

  test("for a while the old one is given out, and a new one fetched behind the caller's back", async () => {
    const { gateway, state } = await begin({ max_age: "1s" });
    const first = await gateway.get(path);
    state.title = "Changed";
    const stale = await onceNot("HIT", () => gateway.get(path));
    assertCacheStatus(stale, "STALE");
    assertEqual(stale, stale.text, first.text, "the answer");
    const changed = await until(
      "The new answer",
      async () => [await gateway.get(path)].find(({ body }) => body.name === "Changed"),
      { deadline: 10_000 },
    );
    assertStatus(changed, 200);
  });

  const failures = {
    "breaks connections": (request) => request.socket.destroy(),
    "answers 500": (request, response) => json(response, 500, { message: "secret" }),
    "answers 503": (request, response) => json(response, 503, {}),
    "answers no JSON": (request, response) => response.end("<html>"),
  };
  for (const [what, broken] of Object.entries(failures))
    test(`the old one is given out while Medusa ${what}, for as long as the table says`, async () => {
      const { gateway, state } = await begin({ max_age: "1s", stale_while_revalidate: undefined, stale_if_error: "4s" });
      const first = await gateway.get(path);
      state.broken = broken;
      const stale = await onceNot("HIT", () => gateway.get(path));
      assertCacheStatus(stale, "STALE");
      assertEqual(stale, essence(stale), essence(first), "the answer");
      // To somebody with a token the old answer is not given, nor what was never kept.
      assertFailure(await gateway.get(path, { token: store.alice }), 502);
      assertFailure(await gateway.get(`${path}?basePath=/a`), 502);
      assertFailure(await gateway.get(path, { headers: { "x-currency": "USD" } }), 502);
      assertFailure(await onceNot("STALE", () => gateway.get(path)), 502);
      state.broken = undefined;
      assertEqual(stale, (await gateway.get(path)).text, first.text, "the answer when all is good again");
    });

  test("and while the workers are away", async () => {
    const { gateway, state } = await begin({ max_age: "1s", stale_while_revalidate: undefined });
    state.mayHaveEnded = true;
    const first = await gateway.get(path);
    for (const pid of gateway.workers) process.kill(pid, "SIGTERM");
    const stale = await onceNot("HIT", () => gateway.get(path));
    assertCacheStatus(stale, "STALE");
    assertEqual(stale, essence(stale), essence(first), "the answer");
  });
});

describe("many callers at once", () => {
  const { alice, bob } = store;
  const nameOf = (authorization) =>
    authorization ? ({ [`Bearer ${alice}`]: "alice", [`Bearer ${bob}`]: "bob" }[authorization] ?? "somebody") : "nobody";

  /** All that it answers tells who asked: products, and the ids of types and categories, by which products are asked for. */
  let medusa;
  before(async () => {
    medusa = await startStandIn((request, response) => {
      const { authorization, "x-medusa-locale": locale = "none" } = request.headers;
      const { searchParams, pathname } = new URL(request.url, "http://medusa");
      const caller = nameOf(authorization);
      if (pathname.endsWith("/references")) {
        const targetProduct = { id: "variant_1", product: { id: "prod_1" } };
        return json(response, 200, { productReferences: [{ targetProduct }], count: 1 });
      }
      if (pathname === "/store/product-types")
        return json(response, 200, { product_types: [{ id: `ptyp_${caller}`, value: "VIRTUAL" }] });
      if (pathname === "/store/product-categories")
        return json(response, 200, { product_categories: [{ id: `pcat_${caller}` }] });
      if (searchParams.get("offset") === "13") return json(response, 500, {});
      const names = ["offset", "handle", "type_id[]", "category_id[]", "id[]"];
      const by = names.map((name) => searchParams.get(name)).find(Boolean) ?? "";
      const title = [caller, locale, pathname, by].join("|");
      const prices = ["eur", "usd"].map((currency_code) => ({ currency_code, amount: currency_code === "eur" ? 1 : 2 }));
      const calculated = { currency_code: "eur", calculated_amount: 1 };
      // As Medusa, which calculates prices in the region that it is asked for.
      const calculated_price = searchParams.has("region_id") ? calculated : undefined;
      const variant = { id: "variant_1", title, sku: "S", prices, calculated_price };
      const product = { id: "prod_1", title, handle: "mug", variants: [variant] };
      return json(response, 200, { products: [product], product, count: 1, cart: undefined });
    });
  });
  after(() => medusa?.stop());

  const FAILING = "/products?offset=13";
  /** The paths of cached routes, and what Medusa is asked for last: its path, and by what, for this caller. */
  const PATHS = {
    "/products?offset=1": () => ["/store/products", "1"],
    [FAILING]: undefined,
    "/products/prod_1": () => ["/store/products/prod_1", ""],
    "/products/mug": () => ["/store/products", "mug"],
    "/products/prod_1/variants/variant_1/related-products": () => ["/store/products", "prod_1"],
    "/products?type=VIRTUAL": (caller) => ["/store/products", `ptyp_${caller}`],
    "/products?category=Mugs": (caller) => ["/store/products", `pcat_${caller}`],
    "/products?sort=price_ASC": () => ["/store/products", "prod_1"],
  };
  const MATCHING = "the ETag of what is public";
  const HEADERS = {
    authorization: [undefined, `Bearer ${alice}`, `Bearer ${bob}`, "", [`Bearer ${alice}`, `Bearer ${bob}`]],
    "x-locale": [undefined, "de", "pl"],
    "x-currency": [undefined, "EUR", "USD"],
    origin: [undefined, FRONT, OTHER_FRONT, "https://evil.example"],
    "proxy-authorization": [undefined, "Basic cHJveHk6c2VjcmV0"],
    cookie: [undefined, "session=1"],
    "if-none-match": [undefined, '"x"', MATCHING],
  };

  /** Every combination of the values: objects with one value of each. */
  const combinationsOf = (values) =>
    Object.entries(values).reduce(
      (all, [name, list]) => all.flatMap((one) => list.map((value) => ({ ...one, [name]: value }))),
      [{}],
    );

  /** Mixed up, in the same way in every run (xorshift, Fisher and Yates). */
  function shuffled(list) {
    let x = 20_261_124;
    const below = (limit) => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return (x >>> 0) % limit;
    };
    const mixed = [...list];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  }

  const representationOf = (path, headers) =>
    JSON.stringify([path, ...["x-locale", "x-currency", "origin"].map((name) => headers[name] ?? null)]);

  /** The public answers' ETags, by representation. It fills the cache, too. */
  async function tagsOf(gateway) {
    const tags = {};
    const { "x-locale": locales, "x-currency": currencies, origin } = HEADERS;
    const path = Object.keys(PATHS).filter((one) => one !== FAILING);
    const representations = combinationsOf({ path, "x-locale": locales, "x-currency": currencies, origin });
    for (const { path, ...headers } of representations) {
      const answer = await gateway.get(path, { headers });
      assertStatus(answer, 200);
      tags[representationOf(path, headers)] = answer.headers.etag;
    }
    return tags;
  }

  /**
   * Requests from callers that are mixed up. All 17,280 of them would take most of a minute, so each combination of the
   * headers comes once. The last three headers have 12 combinations for each caller and representation; with the path
   * changing from one to the next, each caller asks for each representation of each path. The method covers the pairs.
   */
  function requestsOfAll() {
    const paths = Object.keys(PATHS);
    const requests = shuffled(combinationsOf(HEADERS).map((headers, i) => ({ path: paths[i % paths.length], ...headers })))
      .map((request, i) => ({ method: i % 3 ? "GET" : "HEAD", ...request }));
    const asked = requests.map(({ path, ...headers }) => `${headers.authorization} ${representationOf(path, headers)}`);
    assert.equal(new Set(asked).size, 5 * paths.length * 3 * 3 * 4);
    assertPairs(requests, { method: ["GET", "HEAD"], path: paths, ...HEADERS });
    return requests;
  }

  /** Each value of a header, a path or a method comes with each value of the others. */
  function assertPairs(requests, values) {
    const names = Object.keys(values);
    const pairs = new Set();
    for (const request of requests)
      for (const one of names)
        for (const other of names) pairs.add(JSON.stringify([one, request[one] ?? null, other, request[other] ?? null]));
    for (const one of names)
      for (const other of names.filter((name) => name !== one))
        for (const a of values[one])
          for (const b of values[other]) {
            const pair = JSON.stringify([one, a ?? null, other, b ?? null]);
            assert.ok(pairs.has(pair), pair);
          }
  }

  /**
   * Asks and compares each answer with what this caller has to get. With `shared`, Medusa is asked without the token, and
   * responses to callers with one are shared as the others.
   */
  async function askAtOnce({ site, table, shared }) {
    const gateway = await start({
      site,
      workers: 4,
      table,
      env: { MEDUSAJS_BASE_URL: medusa.url, FRONT_BASE_URLS: `${FRONT},${OTHER_FRONT}`, LOG_LEVEL: "error" },
    });
    const tags = await tagsOf(gateway);
    const kinds = { HIT: 0, STALE: 0, withToken: 0 };
    const ask = async ({ method, path, ...headers }) => {
      const matching = headers["if-none-match"] === MATCHING;
      if (matching) headers["if-none-match"] = tags[representationOf(path, headers)] ?? "*";
      const token = headers.authorization;
      const caller = nameOf(token);
      const said = `${method} ${path} ${caller} ${JSON.stringify({ ...headers, authorization: undefined })}`;
      const answer = await gateway.request(method, path, { headers });
      // nginx refuses a request that says twice who asks.
      if (Array.isArray(token)) return assert.deepEqual([answer.status, statusOf(answer)], [400, undefined], said);
      kinds[statusOf(answer)] = (kinds[statusOf(answer)] ?? 0) + 1;
      const fails = path === FAILING;
      const own = token && !shared;
      assert.equal(answer.headers["cache-control"], own || fails ? PRIVATE : PUBLIC.replace("60", "1"), said);
      if (own && site === SITE) assert.equal(statusOf(answer), undefined, said);
      if (own) assert.notEqual(statusOf(answer), "HIT", said);
      if (token && statusOf(answer) === "HIT") kinds.withToken += 1;
      assert.equal(answer.headers["x-locale"], headers["x-locale"], said);
      assert.equal(answer.headers["x-currency"], headers["x-currency"] ?? "EUR", said);
      const allowed = [FRONT, OTHER_FRONT].find((front) => front === headers.origin);
      assert.equal(answer.headers["access-control-allow-origin"], allowed, said);
      if (fails) {
        assert.equal(answer.status, 502, said);
        return assert.equal(answer.body?.statusCode, method === "HEAD" ? undefined : 502, said);
      }
      if (!own) {
        assert.equal(answer.headers.etag, tags[representationOf(path, headers)], said);
        assert.equal(/authorization/i.test(answer.headers.vary), !shared, said);
      }
      const expected = matching && !own ? 304 : 200;
      assert.equal(answer.status, expected, said);
      if (method === "HEAD" || expected === 304) return assert.equal(answer.text, "", said);
      const product = answer.body.data?.[0] ?? answer.body;
      const shown = own ? caller : "nobody";
      assert.equal(product.name, [shown, headers["x-locale"] ?? "none", ...PATHS[path](shown)].join("|"), said);
      return assert.equal(product.price.value, headers["x-currency"] === "USD" ? 2 : 1, said);
    };
    const requests = requestsOfAll();
    let next = 0;
    const callers = Array.from({ length: 8 }, async () => {
      while (next < requests.length) await ask(requests[next++]);
    });
    await Promise.all(callers);
    // The cache did have a part in it: the slower the machine, the more are out of date.
    const kept = kinds.HIT + kinds.STALE + (kinds.UPDATING ?? 0);
    assert.ok(kinds.HIT > 0 && kinds.STALE > 0 && kept > requests.length / 5, JSON.stringify(kinds));
    assert.equal(kinds.withToken > 0, shared, JSON.stringify(kinds));
    return gateway;
  }

  test("each gets what is theirs, however they come", async () => {
    await askAtOnce({ site: SITE, table: tableWith({ max_age: "1s" }), shared: false });
  });

  test("and where nginx looks into the cache for callers with a token too", async () => {
    await askAtOnce({ site: siteForTokens(), table: tableWith({ max_age: "1s" }), shared: false });
  });

  test("callers with a token share products that Medusa is asked for without it, and nothing else", async () => {
    const table = withSharedCatalogue(tableWith({ max_age: "1s" }));
    const gateway = await askAtOnce({ site: siteForTokens(), table, shared: true });
    for (const path of ["/carts/cart_1", "/customers/addresses", "/orders"]) {
      const token = "alice";
      const answer = await gateway.get(path, { token });
      assertControl(answer, PRIVATE);
      assertCacheStatus(answer, undefined);
    }
  });
});
