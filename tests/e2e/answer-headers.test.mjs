/* Headers that every answer has, whatever it is, and a body that begins with a byte order mark. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";

const ORIGIN = "https://shop.example";
const EXPOSED = "x-locale, Retry-After";
const gateway = await startGateway({
  table: `
server:
  max_body: 1 KiB
  cors: {origins: [${ORIGIN}], methods: "GET, POST", headers: Content-Type, expose: "${EXPOSED}"}
common:
  headers: {x-locale: {type: string, pattern: "^[a-z]{2}$"}}
upstreams:
  nobody: {url: "http://127.0.0.1:9", public: true}
routes:
  GET /ok: {answer: {ok: true}, cache: {max_age: 60s}}
  GET /down:
    steps: [{a: GET nobody/a}]
    answer: {a: $a.a}
  POST /ok:
    body: {type: object, properties: {a: {type: integer}}}
    answer: {a: $body.a ?? 0}
  DELETE /ok: {answer: {status: 204}}
`,
});
after(() => gateway.stop());

const REQUESTS = {
  "an answer": ["GET", "/ok", 200],
  "an answer to HEAD": ["HEAD", "/ok", 200],
  "an answer that has not changed": ["GET", "/ok", 304, { headers: { "if-none-match": "*" } }],
  "an answer without a body": ["DELETE", "/ok", 204],
  "an unknown path": ["GET", "/unknown", 404],
  "an unknown path, asked for with HEAD": ["HEAD", "/unknown", 404],
  "a bad path": ["GET", "/%ff", 400],
  "another method": ["PUT", "/ok", 405, { body: {} }],
  "a header that is refused": ["GET", "/ok", 400, { headers: { "x-locale": "nonsense" } }],
  "a body that is refused": ["POST", "/ok", 400, { body: { a: "x" } }],
  "a body that is too large": ["POST", "/ok", 413, { body: { b: "x".repeat(2000) } }],
  "an upstream that is down": ["GET", "/down", 502],
  "OPTIONS without a preflight's headers": ["OPTIONS", "/ok", 204],
};

describe("X-Content-Type-Options and Access-Control-Expose-Headers", () => {
  for (const [what, [method, path, status, options = {}]] of Object.entries(REQUESTS))
    for (const origin of [undefined, ORIGIN, "https://other.example"])
      test(`${what}, for ${origin ?? "no origin"}`, async () => {
        const headers = { ...options.headers, ...(origin && { origin }) };
        const answer = await gateway.request(method, path, { ...options, headers });
        assertStatus(answer, status);
        assert.equal(answer.headers["x-content-type-options"], "nosniff");
        assert.equal(answer.headers["access-control-expose-headers"], EXPOSED);
      });

  test("a preflight has the first and not the second", async () => {
    const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
    const answer = await gateway.request("OPTIONS", "/ok", { headers });
    assertStatus(answer, 204);
    assert.equal(answer.headers["access-control-allow-methods"], "GET, POST");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["access-control-expose-headers"], undefined);
  });
});

describe("a byte order mark before a body", () => {
  const json = { "content-type": "application/json" };
  const post = (text) => gateway.request("POST", "/ok", { body: Buffer.from(text), headers: json });

  test("is ignored", async () => {
    assert.deepEqual((await post('\ufeff{"a": 1}')).body, { a: 1 });
    assert.deepEqual((await post("\ufeff")).body, { a: 0 });
  });

  test("is not when it comes again, inside, or in part", async () => {
    assertFailure(await post('\ufeff\ufeff{"a": 1}'), 400);
    assertFailure(await post('{\ufeff"a": 1}'), 400);
    assertFailure(await post(Buffer.from([0xef, 0xbb, 0x7b, 0x7d])), 400);
  });
});
