/*
 * What the integration package of deploy/o2s does when something is wrong with the gateway, or with its own settings. A
 * stand-in takes the gateway's place, and answers as no gateway does.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { compiledModule, startApplication } from "./o2s-package.mjs";
import { bodyOf } from "./relay.mjs";

const TIME_LIMIT = 2000;
const CART = "/api/carts/cart_1";

let standin;
let application;
let respond;
let seen;
before(async () => {
  standin = http.createServer(async (request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: (await bodyOf(request)).toString() });
    respond(response);
  });
  standin.listen(0, "127.0.0.1");
  await once(standin, "listening");
  const url = `http://127.0.0.1:${standin.address().port}/shop/`;
  application = await startApplication(url, { GATEWAY_TIMEOUT_MS: String(TIME_LIMIT) });
});
after(async () => {
  await application?.stop();
  standin?.closeAllConnections();
  standin?.close();
});

/** A request while the gateway responds like this. */
function requestWhile(response, method = "GET", path = CART, options) {
  respond = response;
  seen = [];
  return application.request(method, path, options);
}

const answer = (status, body, headers) => (response) => response.writeHead(status, headers).end(body);
const nest = (statusCode, error, message) => ({ message, error, statusCode });

describe("an error of the gateway", () => {
  const ERRORS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Payload Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
  };
  for (const [status, error] of Object.entries(ERRORS)) {
    test(`${status} keeps its status and body`, async () => {
      const body = JSON.stringify({ statusCode: Number(status), message: ["a", "b"], error, details: { field: "x" } });
      const { status: got, text } = await requestWhile(answer(Number(status), body));
      assert.deepEqual([got, text], [Number(status), body]);
    });
  }

  const NOT_JSON = { "a page": "<html>x</html>", nothing: "", "a string": '"x"', null: "null" };
  for (const [what, text] of Object.entries(NOT_JSON)) {
    test(`503 with ${what} is 503 in O2S's form`, async () => {
      const { status, body } = await requestWhile(answer(503, text));
      assert.deepEqual([status, body], [503, nest(503, "Service Unavailable", "The gateway answered 503")]);
    });
  }
});

describe("a response that is no answer", () => {
  test("a redirect is 502, and not followed", async () => {
    const { status, body } = await requestWhile(answer(302, "", { location: "/elsewhere" }));
    assert.deepEqual([status, body], [502, nest(502, "Bad Gateway", "The gateway answered 302")]);
    assert.equal(seen.length, 1);
  });

  test("a success that is no JSON is 502", async () => {
    const { status, body } = await requestWhile(answer(200, "{"));
    assert.deepEqual([status, body], [502, nest(502, "Bad Gateway", "The gateway answered no JSON")]);
  });

  test("an empty success is an empty answer", async () => {
    const { status, text } = await requestWhile(answer(200, ""), "DELETE", "/api/customers/addresses/addr_1");
    assert.deepEqual([status, text], [200, ""]);
  });

  const LATE = {
    "no answer": () => {},
    "no end of the answer": (response) => response.writeHead(200).write("{"),
  };
  for (const [what, response] of Object.entries(LATE)) {
    test(`${what} in time is 504, and the request is ended`, async () => {
      let ended;
      const { status, body } = await requestWhile((stream) => {
        ended = once(stream, "close");
        response(stream);
      });
      const message = `The gateway did not answer in ${TIME_LIMIT} ms`;
      assert.deepEqual([status, body], [504, nest(504, "Gateway Timeout", message)]);
      assert.equal(seen.length, 1);
      await ended;
    });
  }

  const BROKEN = {
    "before the answer": (response) => response.destroy(),
    "within the answer": (response) => response.writeHead(200).write("{", () => response.destroy()),
  };
  for (const [when, response] of Object.entries(BROKEN)) {
    test(`a connection that breaks ${when} is 502, and a POST is not repeated`, async () => {
      const { status, body } = await requestWhile(response, "POST", "/api/checkout/cart_1/place-order");
      assert.deepEqual([status, body], [502, nest(502, "Bad Gateway", "The connection to the gateway failed")]);
      assert.equal(seen.length, 1);
    });
  }

  test("the log names the request and the reason, and no query", () => {
    const log = application.log();
    assert.match(log, /\[Gateway\].*GET \/carts\/\{cartId\}: no answer in time/);
    assert.match(log, /\[Gateway\].*POST \/checkout\/\{cartId\}\/place-order: \S+/);
  });
});

describe("what the gateway gets", () => {
  const ok = answer(200, "{}");

  test("the path below that of GATEWAY_URL, its names encoded", async () => {
    await requestWhile(ok, "DELETE", "/api/carts/a%2Fb/promotions/10%25%20%3F%23");
    assert.deepEqual(
      seen.map(({ method, url }) => [method, url]),
      [["DELETE", "/shop/carts/a%2Fb/promotions/10%25%20%3F%23"]],
    );
  });

  for (const name of ["%2E", "%2E%2E", ".%2e"]) {
    test(`${name} leads nowhere: 404`, async () => {
      const { status, body } = await requestWhile(ok, "GET", `/api/orders/${name}`);
      assert.deepEqual([status, body], [404, nest(404, "Not Found", "Not found")]);
      assert.equal(seen.length, 0);
    });
  }

  test("the query, with lists and objects", async () => {
    const groups = [{ medusaTitle: "Size", label: "Größe" }];
    const params = {
      id: "a",
      locale: "de",
      basePath: null,
      variantOptionGroups: groups,
      tags: ["x", "y"],
      n: 0,
      b: false,
    };
    respond = ok;
    seen = [];
    await application.call("products", "getProduct", [params]);
    const query = new URLSearchParams(seen[0].url.split("?")[1]);
    assert.deepEqual(
      [...query],
      [
        ["locale", "de"],
        ["variantOptionGroups[0][medusaTitle]", "Size"],
        ["variantOptionGroups[0][label]", "Größe"],
        ["tags", "x"],
        ["tags", "y"],
        ["n", "0"],
        ["b", "false"],
      ],
    );
  });

  test("the caller's headers that mean something to it, and no others", async () => {
    const given = {
      authorization: "Bearer abc",
      "x-locale": "de",
      "x-currency": "USD",
      "x-request-id": "r1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: "a=b",
    };
    const headers = { ...given, cookie: "secret=1", "x-other": "1" };
    await requestWhile(ok, "POST", "/api/carts", { headers, body: { currency: "EUR" } });
    const [{ headers: got, body }] = seen;
    assert.equal(body, '{"currency":"EUR"}');
    assert.equal(got["content-type"], "application/json");
    assert.equal(got["accept-encoding"], "identity");
    for (const [name, value] of Object.entries(given)) assert.equal(got[name], value, name);
    for (const name of ["cookie", "x-other"]) assert.equal(got[name], undefined, name);
  });

  test("no header that the caller has not sent, and no body where there is none", async () => {
    await requestWhile(ok, "POST", "/api/checkout/cart_1/place-order");
    const [{ headers, body }] = seen;
    assert.equal(body, "");
    for (const name of ["authorization", "x-locale", "x-currency", "x-request-id", "traceparent", "content-type"])
      assert.equal(headers[name], undefined, name);
  });
});

test("a gateway that nobody listens for is 502 in O2S's form", async () => {
  standin.closeAllConnections();
  standin.close();
  await once(standin, "close");
  for (const [method, path] of [
    ["GET", "/api/products"],
    ["POST", "/api/carts/items"],
    ["GET", "/api/payments/providers"],
  ]) {
    const { status, body } = await application.request(method, path, method === "POST" ? { body: { sku: "x" } } : {});
    assert.deepEqual([status, body], [502, nest(502, "Bad Gateway", "The connection to the gateway failed")], path);
  }
  assert.match(application.log(), /GET \/products: ECONNREFUSED/);
});

describe("settings", () => {
  const from = (given) => settingsFrom({ get: (name) => given[name] });
  const URL = "http://127.0.0.1:8080";
  let settingsFrom;
  before(async () => {
    const module = await compiledModule("gateway/settings.js");
    ({ settingsFrom } = module);
  });

  test("GATEWAY_URL may have a path, and a slash at its end", () => {
    for (const [given, url] of [
      [URL, URL],
      [`${URL}/`, URL],
      [`${URL}/api/`, `${URL}/api`],
      ["https://x/a/b", "https://x/a/b"],
    ])
      assert.equal(from({ GATEWAY_URL: given }).url, url);
  });

  test("the time limit is 35 s by default", () => {
    assert.equal(from({ GATEWAY_URL: URL }).timeLimit, 35_000);
    assert.equal(from({ GATEWAY_URL: URL, GATEWAY_TIMEOUT_MS: "" }).timeLimit, 35_000);
    assert.equal(from({ GATEWAY_URL: URL, GATEWAY_TIMEOUT_MS: "250" }).timeLimit, 250);
  });

  test("invalid ones are refused", () => {
    for (const url of [undefined, "", "localhost:8080", "ftp://x", "http://a:b@x", `${URL}/?a`, `${URL}/#a`])
      assert.throws(() => from({ GATEWAY_URL: url }), /^Error: GATEWAY_URL must be/, url);
    for (const limit of ["5s", "0", "-1", "1.5", "99999999"])
      assert.throws(
        () => from({ GATEWAY_URL: URL, GATEWAY_TIMEOUT_MS: limit }),
        /^Error: GATEWAY_TIMEOUT_MS must be/,
        limit,
      );
  });

  test("with an invalid one the application does not start", async () => {
    await assert.rejects(startApplication("localhost"), /GATEWAY_URL must be the gateway's address/);
  });
});
