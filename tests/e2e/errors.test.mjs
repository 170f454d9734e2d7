import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { assertCalls, assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { newCart } from "./carts.mjs";
import { openContext } from "./context.mjs";
import { TABLE, freePort, runWorker } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const FRONT = "https://shop.example.com";
const { store, gateway, start } = await openContext({ env: { FRONT_BASE_URLS: `${FRONT}, https://b2b.example.com` } });
const { products, customers } = store.fixtures;
const MiB = 1024 * 1024;

const textual = (type) => ({ headers: { "content-type": type } });
const JSON_TYPE = textual("application/json");

describe("bodies", () => {
  for (const [what, body] of Object.entries({
    "a brace": "{",
    "a comma too many": '{"currency":"EUR",}',
    "something behind": '{"currency":"EUR"} x',
    "two of them": '{"currency":"EUR"}{"currency":"EUR"}',
    "a name without quotes": '{currency:"EUR"}',
    "single quotes": "{'currency':'EUR'}",
    "a comment": '{/* */"currency":"EUR"}',
    NaN: '{"currency":NaN}',
    "a line break in a text": '{"currency":"EUR","metadata":{"a":"b\nc"}}',
    "a number with a leading zero": '{"currency":"EUR","metadata":{"a":01}}',
    "bytes that are no UTF-8": Buffer.from([...Buffer.from('{"currency":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    "nesting beyond measure": `{"currency":"EUR","metadata":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`,
    "an empty text in quotes left open": '{"currency":"',
  })) {
    test(`malformed JSON: ${what}`, async () => {
      const answer = await gateway.post("/carts", body, JSON_TYPE);
      assertFailure(answer, 400, /JSON/);
      assertCalls(answer, []);
    });
  }

  for (const body of ["[]", '"EUR"', "5", "true", "null"]) {
    test(`${body} is JSON, but no object`, async () => {
      const answer = await gateway.post("/carts", body, JSON_TYPE);
      assertFailure(answer, 400);
      assertCalls(answer, []);
    });
  }

  for (const body of [undefined, "", "{}"]) {
    test(`${JSON.stringify(body)} lacks what is required`, async () => {
      const answer = await gateway.post("/carts", body, JSON_TYPE);
      assertFailure(answer, 400, /currency/);
      assertCalls(answer, []);
    });
  }

  test("each field that is wrong is named", async () => {
    const body = { cartId: 1, sku: [], quantity: "two", metadata: 5 };
    const message = assertFailure(await gateway.post("/carts/items", body), 400);
    for (const field of Object.keys(body)) assert.match(message, new RegExp(`\\b${field}\\b`));
  });

  for (const quantity of ["1e400", "99999999999999999999999", "-0.5", "1e-400"]) {
    test(`a quantity of ${quantity}`, async () => {
      const answer = await gateway.post(
        "/carts/items",
        `{"sku":"x","currency":"EUR","quantity":${quantity}}`,
        JSON_TYPE,
      );
      assertFailure(answer, 400, /quantity/);
      assertCalls(answer, []);
    });
  }

  test("half a surrogate pair does no harm", async () => {
    const answer = await gateway.post("/carts", '{"currency":"EUR","metadata":{"a":"\\ud800"}}', JSON_TYPE);
    assertThat(answer, answer.status === 201 || answer.status === 400, "201 or 400");
  });

  test("a body of 1 MiB is taken, one byte more is not", async () => {
    const padded = (size) => '{"currency":"EUR"}'.padEnd(size, " ");
    assertStatus(await gateway.post("/carts", padded(MiB), JSON_TYPE), 201);
    const answer = await gateway.post("/carts", padded(MiB + 1), JSON_TYPE);
    assertFailure(answer, 413);
    assertCalls(answer, []);
  });

  test("a call of 102,400 bytes is Medusa's limit: one byte more is 413, and not sent", async () => {
    const LIMIT = 102_400;
    const rest = JSON.stringify({ region_id: store.fixtures.regions.eur.id, metadata: { a: "" } }).length;
    const metadata = (size) => ({ a: "x".repeat(size - rest) });
    const taken = await gateway.post("/carts", { currency: "EUR", metadata: metadata(LIMIT) });
    assertStatus(taken, 201);
    const refused = await gateway.post("/carts", { currency: "EUR", metadata: metadata(LIMIT + 1) });
    assertFailure(refused, 413, /102401 bytes/);
    assertCalls(refused, []);
    const { id } = taken.body;
    const change = await gateway.patch(`/carts/${id}`, { metadata: metadata(LIMIT + 1000) });
    assertFailure(change, 413);
    assertCalls(change, [`GET /store/carts/${id}`]);
  });

  test("a byte order mark before a body is ignored", async () => {
    assertStatus(await gateway.post("/carts", '\ufeff{"currency":"EUR"}', JSON_TYPE), 201);
    assertFailure(await gateway.post("/carts", '\ufeff{"currency":"EU"}', JSON_TYPE), 400, /^currency /);
  });

  test("a body in chunks", async () => {
    const headers = { "content-type": "application/json", "transfer-encoding": "chunked", "content-length": undefined };
    assertStatus(await gateway.post("/carts", '{"currency":"EUR"}', { headers }), 201);
    assertFailure(await gateway.post("/carts", " ".repeat(MiB + 1), { headers }), 413);
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]) {
    test(`a body of ${type}`, async () => {
      const answer = await gateway.post("/carts", '{"currency":"EUR"}', textual(type));
      assertFailure(answer, 415);
      assertCalls(answer, []);
    });
  }

  test("a body of no type", async () => {
    assertFailure(await gateway.post("/carts", '{"currency":"EUR"}'), 415);
  });

  for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
    test(`a body of ${type}`, async () => {
      assertStatus(await gateway.post("/carts", '{"currency":"EUR"}', textual(type)), 201);
    });
  }
});

describe("paths and methods", () => {
  for (const path of [
    "/",
    "/nothing",
    "/carts/a/b",
    "/carts/a/items/b/c",
    "/products/a/variants/b",
    "/Products",
    "/cart",
  ]) {
    test(`${path} is unknown`, async () => {
      const answer = await gateway.get(path);
      assertFailure(answer, 404);
      assertCalls(answer, []);
    });
  }

  for (const [method, path, allowed] of [
    ["PUT", "/carts/cart_01", ["GET", "PATCH", "DELETE"]],
    ["POST", "/products", ["GET"]],
    ["DELETE", "/products/prod_01", ["GET"]],
    ["GET", "/carts/a/items/b", ["PATCH", "DELETE"]],
    ["PURGE", "/carts", ["GET", "POST"]],
    ["GET", "/carts/a/promotions", ["POST"]],
    ["POST", "/carts/current", ["GET"]],
  ]) {
    test(`${method} ${path} is not allowed`, async () => {
      const answer = await gateway.request(method, path);
      assertFailure(answer, 405);
      const allow = answer.headers.allow?.split(/, */) ?? [];
      const listed = allow.filter((name) => !["HEAD", "OPTIONS"].includes(name)).sort();
      assertEqual(answer, listed, [...allowed].sort(), "Allow");
      assertEqual(answer, allow.includes("HEAD"), allowed.includes("GET"), "HEAD in Allow");
      assertCalls(answer, []);
    });
  }

  test("HEAD is GET without its body", async () => {
    for (const path of [
      "/products?limit=3&sort=name_ASC",
      "/products/t-shirt",
      "/products/none",
      "/carts",
      "/nothing",
    ]) {
      const [get, head] = [await gateway.get(path), await gateway.request("HEAD", path)];
      assertEqual(head, head.status, get.status, "status");
      assertEqual(head, head.text, "", "body");
      const facts = ({ headers }) => [headers["content-type"], headers["content-length"], headers["x-currency"]];
      assertEqual(head, facts(head), facts(get), "headers");
      assertEqual(
        head,
        head.calls.map(({ line }) => line),
        get.calls.map(({ line }) => line),
        "calls",
      );
    }
  });

  // nginx turns away by itself what leads above the root when decoded; these paths come through to the workers.
  const EVIL = "x%2F..%2F..%2Fadmin%2Fcustomers";
  test("a segment with encoded slashes stays one segment", async () => {
    for (const [method, path, body] of [
      ["GET", `/carts/${EVIL}`],
      ["PATCH", `/carts/${EVIL}`, { notes: "x" }],
      ["DELETE", `/carts/${EVIL}/items/${EVIL}`],
      ["POST", "/carts/items", { cartId: decodeURIComponent(EVIL), sku: "BARE-1", quantity: 1 }],
      ["POST", `/carts/${EVIL}/promotions`, { code: "TEN" }],
      ["DELETE", `/carts/${EVIL}/promotions/${EVIL}`],
    ]) {
      for (const token of [undefined, store.alice]) {
        const answer = await gateway.request(method, path, { body, token });
        assertFailure(answer, 404);
        const allowed = [`/store/carts/${EVIL}`, "/store/customers/me", "/store/product-variants"];
        const strange = answer.calls.map((call) => call.path).filter((called) => !allowed.includes(called));
        assertEqual(answer, strange, [], "other paths called");
      }
    }
  });

  test("so does one of the Admin API's", async () => {
    const { id } = products.withReferences;
    const answer = await gateway.get(`/products/${id}%2F..%2Fx%3Flimit=1/variants/y%2F..%2Fx%23/related-products`);
    assertEqual(answer, [answer.status, answer.body.total], [200, 0], "status and total: there is no such variant");
    const expected = `/admin/products/${id}%2F..%2Fx%3Flimit%3D1/variants/y%2F..%2Fx%23/references`;
    assertEqual(
      answer,
      answer.calls.map((call) => call.path),
      [expected],
      "the paths called",
    );
  });

  test("and one that leads above the root does not get far", async () => {
    for (const token of [undefined, store.alice]) {
      for (const path of [
        "/carts/..%2F..%2Fadmin%2Fcustomers",
        "/products/..%2F..%2Fcustomers",
        "/../admin/customers",
      ]) {
        const answer = await gateway.get(path, { token });
        assertThat(answer, [400, 404].includes(answer.status), "400 or 404");
        assertEqual(
          answer,
          answer.calls.filter((call) => call.path.startsWith("/admin")),
          [],
          "calls of the Admin API",
        );
      }
    }
  });

  for (const path of [
    "/carts/%2e%2e",
    "/carts/%2E",
    "/carts/..",
    "/carts/.",
    "/carts/x/../../admin/customers",
    "/products/%2e%2e/variants/%2e%2e/related-products",
    "/products/x/variants/../related-products",
    "/carts/%2e%2e/items/%2e%2e",
  ]) {
    test(`the dot segments of ${path} lead nowhere`, async () => {
      for (const method of ["GET", "DELETE"]) {
        const answer = await gateway.request(method, path);
        assertThat(answer, [404, 405].includes(answer.status), "404 (405 if the path has other methods)");
        assertCalls(answer, []);
      }
    });
  }

  for (const cartId of ["..", "."]) {
    test(`the dot segment ${cartId} in a body leads nowhere`, async () => {
      const answer = await gateway.post("/carts/items", { cartId, variantId: "variant_01", quantity: 1 });
      assertFailure(answer, 404);
      assertCalls(answer, []);
    });
  }

  test("a NUL in the path does not cut it short", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.get(`/carts/${id}%00x`);
    assertThat(answer, [400, 404].includes(answer.status), "400 or 404");
    assertThat(
      answer,
      answer.calls.every((call) => call.path.includes("%00")),
      "no call for the path before it",
    );
  });

  test("bytes that are no UTF-8", async () => {
    for (const path of ["/carts/%FF%FE", "/products/%C3", "/products/%ED%A0%80", "/products?category=%FF"]) {
      const answer = await gateway.get(path);
      assertFailure(answer, 400);
      assertCalls(answer, []);
    }
  });

  test("a percent sign without its digits", async () => {
    const answer = await gateway.get("/products?category=%zz");
    assertFailure(answer, 400);
    assertCalls(answer, []);
  });

  test("a plus is a blank in a query, and itself in a path", async () => {
    const list = await gateway.get("/products?category=Mugs+%26+Cups&limit=1");
    assertStatus(list, 200);
    assertEqual(list, list.body.total, 11, "total");
    const one = await gateway.get("/products/a+b%20c");
    assertFailure(one, 404);
    assertEqual(
      one,
      one.calls.map(({ query }) => query.get("handle")),
      ["a+b c"],
      "the handle asked for",
    );
  });

  for (const query of [
    "limit=1&limit=2",
    "category=mugs&category=tools",
    "type=VIRTUAL&type=PHYSICAL",
    "category[x]=mugs",
  ]) {
    test(`${query} is refused`, async () => {
      const answer = await gateway.get(`/products?${query}`);
      assertFailure(answer, 400, new RegExp(query.split(/[=[]/)[0]));
      assertCalls(answer, []);
    });
  }

  test("a parameter that nobody knows is no harm", async () => {
    assertStatus(await gateway.get("/products?limit=1&utm_source=x&a[b][c]=d&=&&e"), 200);
  });

  test("API_PREFIX", async () => {
    const mounted = await start({ env: { API_PREFIX: "/api" } });
    assertStatus(await mounted.get("/api/products?limit=1"), 200);
    assertStatus(await mounted.post("/api/carts", { currency: "EUR" }), 201);
    for (const path of ["/products", "/apix/products", "/api", "/api/", "/API/products"]) {
      const answer = await mounted.get(path);
      assertFailure(answer, 404);
      assertCalls(answer, []);
    }
  });
});

describe("cross-origin requests", () => {
  const preflight = (origin, path = "/carts/cart_01") =>
    gateway.request("OPTIONS", path, {
      headers: { origin, "access-control-request-method": "PATCH", "access-control-request-headers": "content-type" },
    });
  const list = (header) => header?.toLowerCase().split(/, */) ?? [];

  test("preflight of an allowed origin", async () => {
    for (const origin of [FRONT, "https://b2b.example.com"]) {
      const answer = await preflight(origin);
      assertThat(answer, [200, 204].includes(answer.status), "200 or 204");
      const { headers } = answer;
      assertEqual(answer, headers["access-control-allow-origin"], origin, "allowed origin");
      assertEqual(answer, headers["access-control-allow-credentials"], "true", "credentials");
      const wanted =
        "content-type authorization cookie cache-control pragma expires x-locale x-currency x-client-timezone";
      for (const name of wanted.split(" "))
        assertThat(answer, list(headers["access-control-allow-headers"]).includes(name), `${name} to be allowed`);
      for (const name of ["get", "post", "patch", "delete"])
        assertThat(answer, list(headers["access-control-allow-methods"]).includes(name), `${name} to be allowed`);
      assertThat(answer, list(headers.vary).includes("origin"), "Vary: Origin");
      assertCalls(answer, []);
    }
  });

  for (const origin of [
    "https://evil.example",
    `${FRONT}.evil.example`,
    "http://shop.example.com",
    "null",
    `${FRONT}:8443`,
  ]) {
    test(`${origin} is not allowed`, async () => {
      for (const answer of [await preflight(origin), await gateway.get("/products?limit=1", { headers: { origin } })]) {
        assertEqual(answer, answer.headers["access-control-allow-origin"], undefined, "allowed origin");
        assertEqual(answer, answer.headers["access-control-allow-credentials"], undefined, "credentials");
        assertThat(answer, list(answer.headers.vary).includes("origin"), "Vary: Origin");
      }
    });
  }

  for (const [method, path, status, body] of [
    ["GET", "/products?limit=1", 200],
    ["GET", "/products?limit=x", 400],
    ["GET", "/nothing", 404],
    ["PUT", "/carts", 405],
    ["GET", "/carts", 501],
    ["POST", "/carts", 413, " ".repeat(MiB + 1)],
    ["POST", "/carts", 400, "{"],
  ]) {
    test(`headers with a ${status}`, async () => {
      const headers = { origin: FRONT, "content-type": "application/json" };
      const answer = await gateway.request(method, path, { headers, body });
      assertStatus(answer, status);
      assertEqual(answer, answer.headers["access-control-allow-origin"], FRONT, "allowed origin");
      assertEqual(answer, answer.headers["access-control-allow-credentials"], "true", "credentials");
    });
  }

  test("pages may read the locale, the currency, how long to wait and the request's id", async () => {
    for (const path of ["/products?limit=1", "/products?limit=x", "/nothing", "/carts"]) {
      const answer = await gateway.get(path, { headers: { origin: FRONT } });
      const exposed = list(answer.headers["access-control-expose-headers"]);
      for (const name of ["x-locale", "x-currency", "retry-after", "x-request-id"])
        assertThat(answer, exposed.includes(name), `${name} to be exposed`);
      assertEqual(answer, answer.headers["x-content-type-options"], "nosniff", "X-Content-Type-Options");
    }
  });

  test("OPTIONS without an origin tells what is allowed", async () => {
    const answer = await gateway.request("OPTIONS", "/carts");
    assertThat(answer, [200, 204].includes(answer.status), "200 or 204");
    for (const method of ["get", "post"]) assertThat(answer, list(answer.headers.allow).includes(method), method);
    assertCalls(answer, []);
  });

  test("without FRONT_BASE_URLS nobody is allowed", async () => {
    const closed = await start();
    const answer = await closed.get("/products?limit=1", { headers: { origin: FRONT } });
    assertEqual(answer, answer.headers["access-control-allow-origin"], undefined, "allowed origin");
  });
});

describe("tokens", () => {
  for (const [what, make] of Object.entries({
    "signed with another secret": () => store.token(customers.alice.email, { secret: "guessed" }),
    "that has expired": () => store.token(customers.alice.email, { expiresIn: -10 }),
    "of another issuer": () => store.token(customers.alice.email, { issuer: "https://evil.example" }),
    "of nobody": () => store.token("nobody@example.com", { create: false }),
    "that is none": () => "nonsense",
  })) {
    test(`a token ${what}`, async () => {
      const token = make();
      const { id } = await newCart(gateway);
      for (const [method, path, body] of [
        ["GET", "/products"],
        ["GET", `/carts/${id}`],
        ["POST", "/carts", { currency: "EUR" }],
      ]) {
        assertFailure(await gateway.request(method, path, { body, token }), 401);
      }
    });
  }
});

describe("a Medusa that fails", () => {
  let standIn;
  let faulty;
  let respond;
  before(async () => {
    standIn = await startStandIn((request, response) => respond(request, response));
    const table = readFileSync(TABLE, "utf8").replace(/^( +timeout:) \S+$/gm, "$1 1s");
    faulty = await start({ env: { MEDUSAJS_BASE_URL: standIn.url }, table });
  });
  after(() => standIn.stop());
  beforeEach(() => {
    standIn.requests.length = 0;
  });

  // Reads and changes; the change's own call is the one that fails.
  const both = async (check) => {
    check(await faulty.get("/products"));
    check(await faulty.post("/carts", { currency: "EUR" }));
  };
  const SECRET = "select * from secret_table";
  const JSON_WITHOUT = ["JSON of another kind", "null", "an object without what is needed"];

  for (const [what, answer] of Object.entries({
    "a page of HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>hi</html>"),
    nothing: (response) => response.writeHead(200).end(),
    "JSON that is cut off": (response) => response.writeHead(200).end('{"products":[{"id":"pro'),
    "JSON of another kind": (response) => json(response, 200, "fine"),
    null: (response) => json(response, 200, null),
    "an object without what is needed": (response) => json(response, 200, { cart: { id: "cart_01" } }),
    500: (response) => json(response, 500, { message: SECRET, type: "unknown_error", stack: SECRET }),
    503: (response) => json(response, 503, { message: SECRET }),
    "a redirect": (response) => response.writeHead(302, { location: `${standIn.url}/admin/${SECRET}` }).end(),
    "a connection closed early": (response) => response.socket.destroy(),
    "a body shorter than announced": (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"products":');
      response.socket.end();
    },
  })) {
    test(`${what}: 502`, async () => {
      respond = (_, response) => answer(response);
      const checked = async (request) => {
        const came = await request;
        assertFailure(came, 502);
        assertThat(came, !came.text.includes("secret"), "nothing of Medusa's internals");
        assertThat(came, !came.text.includes(standIn.url.slice(7)), "nothing of Medusa's address");
      };
      // JSON that has no product in it can be read as a product that is not there.
      if (!JSON_WITHOUT.includes(what)) await checked(faulty.get("/products/prod_01"));
      await checked(faulty.post("/carts", { currency: "EUR" }));
    });
  }

  test("no answer within the deadline: 504", async () => {
    respond = () => {};
    const begin = performance.now();
    assertFailure(await faulty.get("/products"), 504);
    assertFailure(await faulty.post("/carts", { currency: "EUR" }), 504);
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(seconds < 6, `two deadlines of a second took ${seconds} s`);
    assert.equal(standIn.requests.length, 2, "nothing is sent again after a deadline");
  });

  test("an answer that trickles in does not hold the deadline off", async () => {
    respond = (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 100);
      response.once("close", () => clearInterval(timer));
    };
    assertFailure(await faulty.get("/products"), 504);
  });

  for (const status of [400, 401, 403, 404, 409, 413, 429]) {
    test(`${status} passes, with Medusa's message`, async () => {
      respond = (_, response) =>
        json(
          response,
          status,
          { message: `words – ${status}`, type: "t" },
          status === 429 ? { "retry-after": "7" } : {},
        );
      await both((answer) => {
        assertFailure(answer, status, `words – ${status}`);
        assertEqual(answer, answer.headers["retry-after"], status === 429 ? "7" : undefined, "Retry-After");
      });
    });
  }

  test("a read is tried once more on a broken connection, a change never", async () => {
    let breaks = true;
    respond = (_, response) => {
      if (breaks) response.socket.destroy();
      else json(response, 200, { products: [], count: 0 });
      breaks = false;
    };
    assertStatus(await faulty.get("/products"), 200);
    assert.equal(standIn.requests.length, 2, "a read is sent twice");
    breaks = true;
    assertFailure(await faulty.post("/carts", { currency: "EUR" }), 502);
    assert.equal(standIn.requests.length, 3, "a change is sent once");
  });

  test("a cart that lacks a sum: 502 that names it", async () => {
    respond = (_, response) =>
      json(response, 200, {
        cart: { id: "cart_01", customer_id: null, currency_code: "eur", item_subtotal: 1, discount_total: 0, total: 1 },
      });
    assertFailure(await faulty.get("/carts/cart_01"), 502, /tax_total/);
  });

  test("nothing that listens: 502", async () => {
    const port = await freePort();
    const lost = await start({ env: { MEDUSAJS_BASE_URL: `http://127.0.0.1:${port}` } });
    for (const answer of [await lost.get("/products"), await lost.post("/carts", { currency: "EUR" })]) {
      assertFailure(answer, 502);
      assertThat(answer, !answer.text.includes(String(port)), "nothing of Medusa's address");
    }
    assertStatus(await lost.get("/carts"), 501);
  });
});

describe("credentials", () => {
  let standIn;
  let watched;
  before(async () => {
    standIn = await startStandIn((request, response) => json(response, 404, { message: "no" }));
    watched = await start({ env: { MEDUSAJS_BASE_URL: standIn.url } });
  });
  after(() => standIn.stop());

  const basic = `Basic ${Buffer.from(store.adminKey).toString("base64")}`;
  const REQUESTS = [
    ["GET", "/products?type=VIRTUAL&category=x"],
    ["GET", "/products/prod_01"],
    ["GET", "/products/prod_01/variants/variant_01/related-products"],
    ["POST", "/carts", { currency: "EUR" }],
    ["GET", "/carts/cart_01"],
    ["POST", "/carts/items", { cartId: "cart_01", sku: "x", quantity: 1 }],
  ];

  test("each kind goes where it belongs", async () => {
    const token = "some.token-of_the+caller/==";
    for (const [method, path, body] of REQUESTS) await watched.request(method, path, { body, token });
    assert.ok(
      standIn.requests.some(({ url }) => url.startsWith("/admin/")),
      "the Admin API was called",
    );
    for (const { url, headers, body } of standIn.requests) {
      assert.equal(headers["x-publishable-api-key"], store.publishableKey, `${url}: x-publishable-api-key`);
      const expected = url.startsWith("/admin/") ? basic : `Bearer ${token}`;
      assert.equal(headers.authorization, expected, `${url}: Authorization`);
      const elsewhere = JSON.stringify({ ...headers, authorization: "", "x-publishable-api-key": "", url, body });
      for (const secret of [token, store.adminKey, basic.slice(6), store.publishableKey])
        assert.ok(!elsewhere.includes(secret), `${url}: a credential in another place: ${elsewhere}`);
    }
  });

  test("without a token there is no Authorization", async () => {
    standIn.requests.length = 0;
    for (const [method, path, body] of REQUESTS) await watched.request(method, path, { body });
    for (const { url, headers } of standIn.requests)
      assert.equal(headers.authorization, url.startsWith("/admin/") ? basic : undefined, `${url}: Authorization`);
  });

  test("Authorization goes along as it came", async () => {
    standIn.requests.length = 0;
    await watched.get("/products", { headers: { authorization: 'Custom  a="b",  c=d' } });
    assert.deepEqual(
      standIn.requests.map(({ headers }) => headers.authorization),
      ['Custom  a="b",  c=d'],
    );
  });

  test("neither in Medusa's access log nor in the workers' log", async () => {
    const secrets = [store.adminKey, basic.slice(6), store.publishableKey, store.alice, store.ssoSecret];
    const drill = products.withReferences;
    const related = `/products/${drill.id}/variants/${drill.variants[0].id}/related-products`;
    for (const path of [related, "/products?limit=1", "/carts/cart_01UNKNOWN"]) {
      const answer = await gateway.get(path, { token: store.alice });
      for (const { url, headers } of answer.calls) {
        const authorization = url.startsWith("/admin/") ? basic : `Bearer ${store.alice}`;
        const sha256 = createHash("sha256").update(authorization).digest("hex");
        assert.equal(headers.authorization.sha256, sha256, `${url}: Authorization`);
      }
    }
    const log = readFileSync(store.accessLog, "utf8");
    for (const secret of secrets) {
      assert.ok(!log.includes(secret), "a credential in a URL");
      for (const { log: workersLog } of [gateway, watched])
        assert.ok(!workersLog().includes(secret), `a credential in the workers' log:\n${workersLog()}`);
    }
  });
});

describe("a worker that cannot start", () => {
  for (const name of ["MEDUSAJS_BASE_URL", "MEDUSAJS_PUBLISHABLE_API_KEY", "DEFAULT_CURRENCY"]) {
    test(`without ${name} it says so and ends with 78`, async () => {
      const { failure, log } = await runWorker({ store, env: { [name]: undefined } });
      assert.equal(failure, "exit status 78", log);
      assert.match(log, new RegExp(`\\b${name}\\b`));
    });
  }

  test("it names all variables that are missing", async () => {
    const env = { MEDUSAJS_BASE_URL: undefined, MEDUSAJS_PUBLISHABLE_API_KEY: undefined, DEFAULT_CURRENCY: undefined };
    const { failure, log } = await runWorker({ store, env });
    assert.equal(failure, "exit status 78", log);
    for (const name of Object.keys(env)) assert.match(log, new RegExp(`\\b${name}\\b`));
  });

  test("with a broken table it tells every mistake", async () => {
    const table = readFileSync(TABLE, "utf8")
      .replace("sku: $variant.sku", "sku: $varient.sku")
      .replace("each tag ??", "eech tag ??")
      .replace("  GET /products:\n", "  GRAB /products:\n");
    const { failure, log } = await runWorker({ store, table });
    assert.equal(failure, "exit status 78", log);
    for (const mistake of [/varient.*"?\$?variant/, /eech.*each/, /a route is written/]) assert.match(log, mistake);
  });

  test("each error of the table is a line of the log, with its place", async () => {
    const table = 'upstreams: {store: {url: "http://store.test"}}\nroutes:\n  GRAB /x: {answer: {}}\n  GET /y: {anwser: 1}\n';
    const { failure, log } = await runWorker({ store, table });
    assert.equal(failure, "exit status 78", log);
    const lines = log.trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const { level, pid, time, file } of lines) {
      assert.deepEqual([level, typeof pid, isNaN(new Date(time))], ["error", "number", false]);
      assert.match(file, /\/routes\.yaml$/);
    }
    assert.deepEqual(lines.map(({ line, column }) => [line, column]), [[3, 3], [4, 12]], log);
    assert.match(lines[1].message, /anwser.*answer/);
  });

  test("--log stderr has the same lines on standard error", async () => {
    const table = "routes: {GET /x: {answer: $headers.y | nofunction}}\n";
    const { standardError, log } = await runWorker({ store, table, target: "stderr" });
    assert.equal(log, "");
    const lines = standardError.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.some(({ message, line, column }) => /nofunction/.test(message) && line === 1 && column > 1));
  });

  test("with no table it says which", async () => {
    const { failure, log } = await runWorker({ store, table: "/nonexistent/routes.yaml" });
    assert.equal(failure, "exit status 78", log);
    const [{ level, message, file, line }] = log.split("\n", 1).map((text) => JSON.parse(text));
    assert.deepEqual([level, message, file, line], ["error", "No such file or directory", "/nonexistent/routes.yaml", undefined]);
  });
});
