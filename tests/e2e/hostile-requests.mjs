/*
 * Requests as no honest client sends them, as bytes, and what must not come of them, whichever web server is in front:
 * hostile.test.mjs sends them through nginx, tests/deploy/hostile.test.mjs through the others.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { TABLE } from "./harness.mjs";
import { sendBytes, shown } from "./raw.mjs";

const MIB = 1024 * 1024;
const latin = (text) => Buffer.from(text, "latin1");

function request(method, target, { headers = [], body = "", length = true } = {}) {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const size = length && content.length ? [`Content-Length: ${content.length}`] : [];
  const lines = [`${method} ${target} HTTP/1.1`, "Host: shop.example", "Connection: close", ...size, ...headers];
  return Buffer.concat([latin(`${lines.join("\r\n")}\r\n\r\n`), content]);
}

const JSON_TYPE = "Content-Type: application/json";
const get = (target, ...headers) => request("GET", target, { headers });
const post = (body, ...headers) => request("POST", "/carts", { body, headers: [JSON_TYPE, ...headers] });
const chunked = (body, ...headers) =>
  request("POST", "/carts", { body, length: false, headers: [JSON_TYPE, "Transfer-Encoding: chunked", ...headers] });
const GOOD = '{"currency":"EUR"}';
const metadata = (value) => `{"currency":"EUR","metadata":${value}}`;

const CART = /^\/store\/(carts\/[^/]+|customers\/me)$/;
const PRODUCT = /^\/store\/products(\/[^/]+)?$/;
const NONE = /$^/;

/*
 * Groups of rows {what?, bytes, hangUp?, statuses, calls, bodiless?}: the statuses that a worker may answer (0: none,
 * as the caller has hung up), and the paths that Medusa may be asked for. A web server may turn each of them away by
 * itself.
 */
const paths = [
  "/carts/..",
  "/carts/.",
  "/carts/../admin/customers",
  "/carts/x/../../admin/customers",
  "/carts/%2e%2e",
  "/carts/%2E%2E/%2E%2E/admin/customers",
  "/carts/.%2e/",
  "/carts//x",
  "//carts/x",
  "/carts/x/",
  "/./carts/x/y",
  "/../../../../etc/passwd",
  "*",
  "carts",
  "http://evil.example",
  "/admin/customers",
  "/store/carts/x",
  `${"/a".repeat(3000)}`,
  `/${"%2e%2e/".repeat(500)}admin/customers`,
].map((target) => ({ bytes: get(target), statuses: [404], calls: target === "http://evil.example" ? NONE : CART }));

const segments = [
  "..%2f..%2fadmin%2fcustomers",
  "x%2F..%2F..%2F..%2Fadmin%2Fcustomers",
  "..%5c..%5cadmin%5ccustomers",
  "..;",
  "%252e%252e%252fadmin",
  "x%3Ffields=*secret%23",
  "x%0d%0aHost:%20evil.example%0d%0a%0d%0aGET%20/admin/customers%20HTTP/1.1",
  "x%0aAuthorization:%20Basic%20YTpi",
  "x%00",
  "%00",
  "x%20y",
  "x:80@evil.example",
  "%E2%80%AE%F0%9F%9B%92",
  "x".repeat(6000),
].map((segment) => ({ bytes: get(`/carts/${segment}`), statuses: [400, 404], calls: CART }));

const badlyEncoded = ["%", "%z", "%zz", "%2", "%c0%ae%c0%ae%c0%af", "%ff%fe", "%ed%a0%80", "%f4%90%80%80", "%C3"].map(
  (text) => ({ bytes: get(`/carts/${text}`), statuses: [400], calls: NONE }),
);

const rawBytes = [
  { what: "bytes above 127 in the path", bytes: get("/carts/\xff\xfe"), statuses: [400], calls: NONE },
  { what: "UTF-8 in the path", bytes: get(Buffer.from("/carts/ü").toString("latin1")), statuses: [400, 404], calls: CART },
  { what: "a NUL in the path", bytes: get("/carts/a\0b"), statuses: [400, 404], calls: CART },
  { what: "a tab in the path", bytes: get("/carts/a\tb"), statuses: [400, 404], calls: CART },
  { what: "a blank in the path", bytes: get("/carts/a b"), statuses: [400, 404], calls: CART },
  { what: "bytes above 127 in the query", bytes: get("/products?category=\xff"), statuses: [400], calls: NONE },
];

const queries = [
  ["limit=1&limit=2", [400], NONE],
  ["limit=1&limit[]=2", [400], NONE],
  ["limit[__proto__]=1", [400], NONE],
  ["limit=1e400", [400], NONE],
  ["limit=99999999999999999999999999", [400], NONE],
  ["limit=-1", [400], NONE],
  ["limit=0x10", [400], NONE],
  ["limit=+5", [400], NONE],
  ["offset=NaN", [400], NONE],
  ["category=%FF", [400], NONE],
  ["category=%zz", [400], NONE],
  ["category=%00", [400], NONE],
  ["category=a%0d%0ax-evil:%201", [200], /^\/store\/product-categories$/],
  ["sort=%0d%0ax-evil:%201", [400], NONE],
  ["basePath=//evil.example", [400], NONE],
  ["basePath=/%0d%0ax-evil:%201", [400], NONE],
  ["type[]=PHYSICAL&type[]=VIRTUAL", [400], NONE],
  [`limit=1&${"a=b&".repeat(1800)}`, [400], NONE],
  [`limit=1&${"[".repeat(4000)}`, [200], PRODUCT],
  [`category=${"x".repeat(7000)}`, [200], /^\/store\/product-categories$/],
  ["limit=1&__proto__[limit]=5&constructor.prototype=x", [200], PRODUCT],
].map(([query, statuses, calls]) => ({ bytes: get(`/products?${query}`), statuses, calls }));

const groups = [
  "variantOptionGroups[99999999999][label]=x",
  "variantOptionGroups[-1][label]=x",
  "variantOptionGroups[0][__proto__]=x",
  "variantOptionGroups[0]=x&variantOptionGroups[0][label]=y",
  "variantOptionGroups[0][label][a][b][c]=x",
  "variantOptionGroups[0][label=x",
  "variantOptionGroups]0[=x",
  "variantId=%0d%0a",
].map((query) => ({ bytes: get(`/products/t-shirt?${query}`), statuses: [200, 400, 404], calls: PRODUCT }));

const GET_PRODUCTS = (header, statuses, what) => ({
  what,
  bytes: get("/products?limit=1", header),
  statuses,
  calls: PRODUCT,
});
const headers = [
  GET_PRODUCTS("x-locale: de%0d%0ax-evil: 1", [400]),
  GET_PRODUCTS("x-locale: de\rx-evil: 1", [200, 400]),
  GET_PRODUCTS("x-locale: de\nx-evil: 1", [200, 400]),
  GET_PRODUCTS("x-locale: de\r\n x-evil: 1", [200, 400]),
  GET_PRODUCTS("x-locale: de\r\n\tx-evil: 1", [200, 400]),
  GET_PRODUCTS("x-locale: \xff\xfe", [400]),
  GET_PRODUCTS(`x-locale: ${"d".repeat(5000)}`, [400]),
  GET_PRODUCTS("x-locale: de\r\nx-locale: pl", [200, 400]),
  GET_PRODUCTS("x-currency: EUR\rx-evil: 1", [200, 400]),
  GET_PRODUCTS("x-currency: EUR\0", [400]),
  GET_PRODUCTS("x-currency: ../../etc", [400]),
  GET_PRODUCTS("x-currency: eur%0d%0a", [400]),
  GET_PRODUCTS("x_currency: ???", [200, 400]),
  GET_PRODUCTS("x-request-id: a\rx-evil: 1", [200, 400]),
  GET_PRODUCTS("x-request-id: a%0d%0ax-evil: 1", [200]),
  GET_PRODUCTS("x-request-id: \x01\x02\x7f", [200]),
  GET_PRODUCTS(`x-request-id: ${"i".repeat(5000)}`, [200]),
  GET_PRODUCTS("Authorization: Bearer a\rx-evil: 1", [200, 400, 401]),
  GET_PRODUCTS("Authorization: Bearer a\x01b", [400, 401]),
  GET_PRODUCTS("Authorization: Bearer \xff\xfe", [400, 401]),
  GET_PRODUCTS(`Authorization: Bearer ${"x".repeat(6000)}`, [400, 401]),
  GET_PRODUCTS("Authorization: Bearer a\r\nAuthorization: Bearer b", [400, 401]),
  GET_PRODUCTS("Authorization:", [200]),
  GET_PRODUCTS("x-publishable-api-key: pk_evil", [200]),
  GET_PRODUCTS("Origin: https://evil.example\rx-evil: 1", [200, 400]),
  GET_PRODUCTS("Origin: \xff", [200]),
  GET_PRODUCTS("X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example", [200]),
  { ...GET_PRODUCTS("Content-Length: 5", [0, 400], "a length without a body"), hangUp: true },
  GET_PRODUCTS("Expect: 100-continue", [200, 400], "an expectation without a body"),
  GET_PRODUCTS("Proxy: http://evil.example:1", [200], "Proxy, which is HTTP_PROXY to a CGI program"),
  GET_PRODUCTS(Array.from({ length: 80 }, (_, i) => `X-H${i}: ${i}`).join("\r\n"), [200], "80 headers"),
  GET_PRODUCTS(Array.from({ length: 5000 }, (_, i) => `X-H${i}: ${i}`).join("\r\n"), [200], "5000 headers"),
  GET_PRODUCTS(`X-Long: ${"y".repeat(100_000)}`, [200], "a header of 100 kB"),
  GET_PRODUCTS("x-evil 1", [200, 400], "a header without a colon"),
  GET_PRODUCTS(": nameless", [200, 400]),
  { what: "no Host", bytes: latin("GET /products?limit=1 HTTP/1.1\r\nConnection: close\r\n\r\n"), statuses: [200, 400], calls: PRODUCT },
];

const CREATED = /^\/store\/carts$/;
const bodies = [
  ["nesting of 100,000", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, [400], NONE],
  ["objects of 100,000", metadata(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`), [400], NONE],
  ["nesting that never ends", metadata("[".repeat(500_000)), [400], NONE],
  ["a number beyond all", '{"currency":"EUR","regionId":1e999999}', [400], NONE],
  ["a number of 10,000 digits", metadata(`{"n":${"9".repeat(10_000)}}`), [201, 400], CREATED],
  ["an exponent of 10,000 digits", metadata(`{"n":1e${"9".repeat(10_000)}}`), [201, 400], CREATED],
  ["NaN", metadata('{"n":NaN}'), [400], NONE],
  ["half a surrogate pair", metadata('{"s":"\\ud800"}'), [201, 400], CREATED],
  ["the other half", metadata('{"s":"\\udc00x"}'), [201, 400], CREATED],
  ["surrogates the wrong way round", metadata('{"s":"\\udc00\\ud800"}'), [201, 400], CREATED],
  ["a NUL in a text, escaped", metadata('{"s":"a\\u0000b"}'), [400], NONE],
  ["a NUL behind a backslash", metadata('{"s":"a\\\\\\u0000b"}'), [400], NONE],
  ["what only looks like a NUL", metadata('{"s":"a\\\\u0000b"}'), [201], CREATED],
  ["a NUL in a text", metadata('{"s":"\0"}'), [400], NONE],
  ["a NUL behind the JSON", `${GOOD}\0`, [400], NONE],
  ["a NUL in a name, escaped", metadata('{"\\u0000":1}'), [400], NONE],
  ["a byte order mark", `\ufeff${GOOD}`, [201, 400], CREATED],
  ["UTF-16", Buffer.from(GOOD, "utf16le"), [400], NONE],
  ["bytes that are no UTF-8", Buffer.concat([latin('{"currency":"'), latin("\xff\xfe"), latin('"}')]), [400], NONE],
  ["an overlong slash", Buffer.concat([latin('{"currency":"'), latin("\xc0\xaf"), latin('"}')]), [400], NONE],
  ["a surrogate in UTF-8", Buffer.concat([latin('{"currency":"'), latin("\xed\xa0\x80"), latin('"}')]), [400], NONE],
  ["a name twice", '{"currency":"EUR","currency":"USD"}', [201, 400], CREATED],
  ["a name 10,000 times", `{${'"currency":"EUR",'.repeat(10_000)}"currency":"EUR"}`, [201, 400], CREATED],
  ["10,000 names", metadata(`{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":1`)}}`), [201, 400], CREATED],
  ["__proto__", '{"__proto__":{"currency":"EUR"}}', [400], NONE],
  ["a list of a million", `{"currency":[${"1,".repeat(400_000)}1]}`, [400], NONE],
  ["a text of a mebibyte", `{"currency":"${"x".repeat(MIB - 20)}"}`, [400], NONE],
  ["CR and LF in a text", '{"currency":"EUR\\r\\nx-evil: 1"}', [400], NONE],
  ["a body that is too large", " ".repeat(MIB + 1), [413], NONE],
  ["a form", "currency=EUR", [400], NONE],
  ["XML", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', [400], NONE],
].map(([what, body, statuses, calls]) => ({ what, bytes: post(body), statuses, calls }));

const lengths = [
  {
    what: "a body that ends early",
    bytes: latin(`POST /carts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${JSON_TYPE}\r\nContent-Length: 500\r\n\r\n${GOOD}`),
    hangUp: true,
    statuses: [0, 400],
    calls: NONE,
  },
  {
    what: "a body longer than it says",
    bytes: latin(`POST /carts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${JSON_TYPE}\r\nContent-Length: 5\r\n\r\n${GOOD}`),
    statuses: [400],
    calls: NONE,
  },
  ...["-1", "+18", "0x12", "18, 18", "18 18", "1e1", "18446744073709551634", "", "18\r\nContent-Length: 5"].map(
    (length) => ({
      what: `a length of ${JSON.stringify(length)}`,
      bytes: latin(`POST /carts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${JSON_TYPE}\r\nContent-Length: ${length}\r\n\r\n${GOOD}`),
      hangUp: true,
      // A server may take what two lengths agree on, or the digits of one.
      statuses: [0, 201, 400, 413],
      calls: CREATED,
    }),
  ),
];

const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunks = [
  ["one by one", [...GOOD].map(chunk).join("") + "0\r\n\r\n", [201], CREATED],
  ["with extensions and a trailer", `12;a=b;c="d"\r\n${GOOD}\r\n0\r\nX-Evil: 1\r\n\r\n`, [201], CREATED],
  ["of a size that is none", `zz\r\n${GOOD}\r\n0\r\n\r\n`, [400], NONE],
  ["of a negative size", `-12\r\n${GOOD}\r\n0\r\n\r\n`, [400], NONE],
  ["of a size beyond 64 bits", `10000000000000012\r\n${GOOD}\r\n0\r\n\r\n`, [400, 413], NONE],
  // mod_fcgid passes these on as if the size were right.
  ["longer than their size", `2\r\n${GOOD}\r\n0\r\n\r\n`, [201, 400], CREATED],
  ["without an end", `12\r\n${GOOD}\r\n`, [0, 400], NONE, true],
  ["cut in a chunk", `ff\r\n${GOOD}`, [0, 400], NONE, true],
  ["cut in a size", "1", [0, 400], NONE, true],
  ["none at all", "0\r\n\r\n", [400], NONE],
  ["too many", `${chunk(" ".repeat(60_000)).repeat(18)}0\r\n\r\n`, [413], NONE],
]
  .map(([what, body, statuses, calls, hangUp]) => ({ what: `chunks ${what}`, bytes: chunked(body), statuses, calls, hangUp }))
  .concat([
    { what: "chunks and a length", bytes: chunked(chunk(GOOD) + "0\r\n\r\n", "Content-Length: 3"), statuses: [201, 400], calls: CREATED },
    { what: "chunks by another name", bytes: request("POST", "/carts", { body: chunk(GOOD) + "0\r\n\r\n", length: false, headers: [JSON_TYPE, "Transfer-Encoding: xchunked"] }), statuses: [0, 400, 415], calls: NONE, hangUp: true },
  ]);

const methods = [
  { bytes: request("TRACE", "/carts/x", { headers: ["Authorization: Bearer secret-of-a-caller"] }), statuses: [405], calls: NONE },
  ...["get", "Get", "FOO", "PROPFIND", "CONNECT", "G\0T", "X".repeat(20_000), "DELETE%20", "GET\r\nx-evil: 1"].map((method) => ({
    bytes: request(method, "/carts/x"),
    statuses: [405],
    calls: NONE,
  })),
  // Web servers have an answer of their own, for all that they serve.
  { bytes: request("OPTIONS", "*"), statuses: [200, 204, 404], calls: NONE, bodiless: true },
  { bytes: request("POST", "/carts/current/../x"), statuses: [404, 405], calls: NONE },
  { what: "HTTP/0.9", bytes: latin("GET /carts/current\r\n"), hangUp: true, statuses: [0, 501], calls: NONE },
  { what: "HTTP/9.9", bytes: latin("GET /carts/current HTTP/9.9\r\nHost: a\r\n\r\n"), statuses: [501], calls: NONE },
  { what: "HTTP/2 at once", bytes: latin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), hangUp: true, statuses: [0, 404, 405], calls: NONE },
  { what: "TLS", bytes: latin("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".padEnd(200, "\x07")), hangUp: true, statuses: [0], calls: NONE },
  { what: "nothing but a line's end", bytes: latin("\r\n\r\n\r\n"), hangUp: true, statuses: [0], calls: NONE },
];

export const GROUPS = {
  "dot segments and paths of nobody": paths,
  "segments that want to be more than one": segments,
  "paths that are no UTF-8": badlyEncoded,
  "bytes that a target has not": rawBytes,
  queries,
  "lists in a query": groups,
  headers,
  bodies,
  "lengths of a body": lengths,
  chunks,
  methods,
};

/** Patterns of all paths that a table's calls have. */
function pathsOf(table) {
  const calls = readFileSync(table, "utf8").matchAll(/\b(?:GET|POST|PATCH|PUT|DELETE) ((?:store|admin)\/\S+)/g);
  const patterns = [...calls].map(([, path]) => path.replace(/["']$/, "").replace(/\{[^}]*\}/g, "\0"));
  return [...new Set(patterns)].map(
    (path) => new RegExp(`^/${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll("\0", "[^/?#]+")}$`),
  );
}

const ROUTES = pathsOf(TABLE);

/** That Medusa was asked for nothing but paths of the table, each parameter being one segment. */
export function assertPaths(calls, allowed, what) {
  for (const { url } of calls) {
    const path = url.split("?")[0];
    assert.ok(ROUTES.some((route) => route.test(path)), `${what}: Medusa was asked for ${url}, which no route has`);
    assert.match(path, allowed, `${what}: Medusa was asked for ${url}`);
    for (const segment of path.split("/"))
      assert.ok(![".", ".."].includes(decodeURIComponent(segment)), `${what}: a dot segment in ${url}`);
    assert.doesNotMatch(url, /[\0-\x20\x7f-\xff]/, `${what}: bytes in a URL`);
  }
}

function assertJsonFailure({ status, headers, text, body }, what) {
  assert.equal(headers["content-type"], "application/json; charset=utf-8", what);
  assert.deepEqual(Object.keys(body ?? {}), ["message", "error", "statusCode"], `${what}: ${text}`);
  assert.deepEqual([body.error, body.statusCode], [STATUS_CODES[status], status], `${what}: ${text}`);
  assert.equal(typeof body.message, "string", what);
}

/** A web server's own page, which is none of a worker's, and never a success. */
function isServersOwn({ status, headers, text }) {
  const ofWorker = /json/.test(headers["content-type"] ?? "") || "x-request-id" in headers || text.startsWith("{");
  return status >= 400 && ![502, 503, 504].includes(status) && !ofWorker;
}

/** Sends one of the rows. `gateway`: {port, log()}. Throws if something comes of it that must not. */
export async function probe(gateway, store, { what, bytes, statuses, calls: allowed, hangUp, bodiless }) {
  const name = what ?? shown(bytes);
  const since = store.lastCall();
  const answer = await sendBytes(gateway.port, bytes, { hangUp });
  const calls = await store.calls(since);
  const { status, headers, text } = answer;
  const came = `${name}: ${status} ${JSON.stringify(headers)} ${text.slice(0, 300)}`;
  assertPaths(calls, allowed, name);
  assert.ok(!("x-evil" in headers), `a header of the caller's making: ${came}`);
  for (const [key, value] of Object.entries(headers))
    assert.match(`${key}: ${value}`, /^[!-9;-~]+: [\t\x20-\x7e\x80-\xff]*$/, `no header: ${came}`);
  assert.doesNotMatch(text, /secret-of-a-caller/, came);
  const own = isServersOwn(answer) || (status === 0 && hangUp);
  assert.ok(own || statuses.includes(status), `expected ${statuses}, or the web server's own refusal: ${came}`);
  if (!own && status >= 400 && answer.body !== undefined) assertJsonFailure(answer, came);
  if (!own && !bodiless && status >= 200 && status < 300) assert.equal(typeof answer.body, "object", came);
  return { answer, calls, own };
}
