/* Which failed calls are repeated, how often, and that nothing else is in flight then, with a stand-in for Medusa. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const table = (url) => `
server: {deadline: 2s}
upstreams:
  store:
    url: ${url}/store
    forward: [authorization]
    retry: [400, 409, 500]
    errors: {pass: [400, 404, 409]}
    breaker: {failures: 1, retry_after: 10s, probe: /probe}
  own:
    url: ${url}/admin
    headers: {authorization: "Basic {'sk_test' | base64}"}
    public: true
    forward: [authorization]
    retry: [500]
  unavailable:
    url: ${url}/store
    forward: [authorization]
    retry: [503]
    breaker: {failures: 1, retry_after: 10s, probe: /probe}
routes:
  GET /one:
    steps:
      - one: GET store/one
    answer: {id: $one.id}
  GET /three:
    steps:
      - a: GET store/a
      - b: GET store/b
      - c: GET store/c
    answer: [$a.id, $b.id, $c.id]
  GET /caught:
    steps:
      - one: GET store/one
        catch: {409: }
      - two: GET store/two
        optional: true
    answer: {one: $one.id, two: $two.id, done: true}
  GET /never:
    steps:
      - one: GET store/one
        retry: []
    answer: {id: $one.id}
  GET /own:
    steps:
      - one: GET own/one
    answer: {id: $one.id}
  GET /unavailable:
    steps:
      - one: GET unavailable/one
    answer: {id: $one.id}
  POST /plain:
    steps:
      - one: POST store/one
        body: {a: 1}
    answer: {id: $one.id}
  POST /asked:
    steps:
      - one: POST store/one
        body: {a: 1}
        retry: [404]
    answer: {id: $one.id}
`;

const DONE = { status: 200 };
/** What each path is answered with, one after the other; the last one again and again. */
let script = {};
const flight = { now: 0, calls: [] };
const standIn = await startStandIn((request, response) => {
  const { pathname } = new URL(request.url, "http://stand-in");
  flight.now += 1;
  flight.calls.push({ call: `${request.method} ${pathname}`, body: request.body, beside: flight.now - 1 });
  const answers = script[pathname] ?? [DONE];
  const { status, delay = 0 } = answers.length > 1 ? answers.shift() : answers[0];
  setTimeout(() => {
    flight.now -= 1;
    json(response, status, { id: pathname, message: `no ${pathname}` });
  }, delay);
});
after(() => standIn.stop());
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

beforeEach(() => {
  script = {};
});

/** Makes a request: its answer, the calls it made, and its line in the log. */
async function ask(method, path, { token = "token" } = {}) {
  flight.calls = [];
  const id = randomUUID();
  const headers = { "x-request-id": id };
  const answer = await gateway.request(method, path, { headers, ...(token && { token }), ...(method === "POST" && { body: {} }) });
  const line = await gateway.lineOf(id);
  return { ...answer, made: flight.calls.map(({ call }) => call), flight: flight.calls, line };
}
const fails = (...statuses) => statuses.map((status) => ({ status }));

for (const status of [400, 409, 500])
  test(`a GET with a token that is answered ${status} is repeated`, async () => {
    script = { "/store/one": fails(status, 200) };
    const answer = await ask("GET", "/one");
    assertStatus(answer, 200);
    assert.deepEqual(answer.made, ["GET /store/one", "GET /store/one"]);
    assert.equal(answer.line.upstream_calls, 2);
  });

test("once: then its failure counts", async () => {
  script = { "/store/one": fails(409) };
  const answer = await ask("GET", "/one");
  assertFailure(answer, 409);
  assert.equal(answer.made.length, 2);
});

test("not at another status", async () => {
  script = { "/store/one": fails(404, 200) };
  const answer = await ask("GET", "/one");
  assertFailure(answer, 404);
  assert.equal(answer.made.length, 1);
});

test("not without a token", async () => {
  script = { "/store/one": fails(409, 200) };
  const answer = await ask("GET", "/one", { token: null });
  assertFailure(answer, 409);
  assert.equal(answer.made.length, 1);
});

test("not with the upstream's own key in place of the token", async () => {
  script = { "/admin/one": fails(500, 200) };
  const answer = await ask("GET", "/own");
  assertFailure(answer, 502);
  assert.equal(answer.made.length, 1);
});

test("not where the call says so", async () => {
  script = { "/store/one": fails(409, 200) };
  const answer = await ask("GET", "/never");
  assertFailure(answer, 409);
  assert.equal(answer.made.length, 1);
});

test("those that fail together are repeated one after the other, when all have answered", async () => {
  const slow = { status: 200, delay: 150 };
  const conflict = { status: 409 };
  script = { "/store/a": [conflict, slow], "/store/b": [slow], "/store/c": [conflict, slow] };
  const answer = await ask("GET", "/three");
  assertStatus(answer, 200);
  assert.deepEqual(answer.body, ["/store/a", "/store/b", "/store/c"]);
  assert.deepEqual(answer.made.slice(3), ["GET /store/a", "GET /store/c"]);
  assert.deepEqual(answer.flight.slice(3).map(({ beside }) => beside), [0, 0]);
});

test("catch and optional see what the repeat was answered", async () => {
  script = { "/store/one": fails(409, 200), "/store/two": fails(500, 200) };
  assert.deepEqual((await ask("GET", "/caught")).body, { one: "/store/one", two: "/store/two", done: true });
  script = { "/store/one": fails(409), "/store/two": fails(500) };
  assert.deepEqual((await ask("GET", "/caught")).body, { done: true });
});

test("the circuit breaker counts what the repeat was answered", async () => {
  script = { "/store/one": fails(503, 200) };
  assertStatus(await ask("GET", "/unavailable"), 200);
  assertStatus(await ask("GET", "/unavailable"), 200);
});

test("a POST is not repeated, whatever its upstream says", async () => {
  script = { "/store/one": fails(409, 200) };
  const answer = await ask("POST", "/plain");
  assertFailure(answer, 409);
  assert.equal(answer.made.length, 1);
});

test("a POST whose call says so is repeated, with its body and without a token", async () => {
  script = { "/store/one": fails(404, 200) };
  const answer = await ask("POST", "/asked", { token: null });
  assertStatus(answer, 201);
  assert.deepEqual(answer.flight.map(({ body }) => body), ['{"a":1}', '{"a":1}']);
});

test("the call's list replaces its upstream's", async () => {
  script = { "/store/one": fails(409, 200) };
  assertFailure(await ask("POST", "/asked"), 409);
});

test("the repeat is within the deadline", async () => {
  script = { "/store/one": [{ status: 409, delay: 1200 }, { status: 200, delay: 1500 }] };
  const begin = performance.now();
  const answer = await ask("GET", "/one");
  assertFailure(answer, 504);
  assert.equal(answer.made.length, 2);
  assert.ok(performance.now() - begin < 2400);
});
