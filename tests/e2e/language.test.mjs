/* What the language makes of a request's calls, with a stand-in for Medusa: queries, bodies, limits, the time. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const table = (url) => `
upstreams:
  store: {url: "${url}/store", public: true}
routes:
  POST /nested:
    body: {type: object}
    steps:
      - a: POST store/a
        query:
          created_at: {$gte: $body.from, $lte: $body.to}
          $or: [{name: $body.name}, {handle: $body.name}]
          tags: {$in: $body.tags}
          limit: 1
          <<: $body.more
    answer: {id: $a.id}
  POST /nulls:
    body: {type: object}
    steps:
      - a: POST store/a
        body: {<<: $body, written: null, absent: $body.none}
    answer: {id: $a.id}
  POST /each:
    body: {type: object}
    steps:
      - let: {ids: $body.ids | unique}
      - of_request: GET store/of-request/{.}
        each: $ids
        limit: 3
    answer: {n: $of_request | pluck .id | length}
  GET /each:
    steps:
      - list: GET store/list
      - let: {ids: $list.ids}
      - of_answer: GET store/of-answer/{.}
        each: $ids
    answer: {n: $of_answer | pluck .id | length}
  GET /now:
    steps:
      - a: POST store/a
        query: {at: $now}
        body: {at: $now}
      - b: POST store/b
        query: {at: $now}
    answer: {status: 200, headers: {x-at: $now}, body: {at: $now, slow: $a.id, b: $b.id}}
  GET /present:
    steps:
      - a: GET store/owned
      - require: ($a.owner | present) == null
        else: 401 Not yours
    answer: {id: $a.id}
`;

let respond;
const standIn = await startStandIn((request, response) => {
  const { pathname } = new URL(request.url, "http://stand-in");
  respond(pathname, response);
});
after(() => standIn.stop());
const { requests } = standIn;
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

beforeEach(() => {
  respond = (pathname, response) => json(response, 200, { id: pathname });
});

/** Makes a request: its answer, the requests of the stand-in, and its line in the log. */
async function ask(method, path, body) {
  requests.length = 0;
  const id = randomUUID();
  const answer = await gateway.request(method, path, { headers: { "x-request-id": id }, ...(body && { body }) });
  return { ...answer, line: await gateway.lineOf(id) };
}
const queryOf = (request) => [...new URL(request.url, "http://stand-in").searchParams];

test("a mapping in a query is sent as nested parameters", async () => {
  const body = { from: "2026-01-01", name: "a & b", tags: ["x", "y"], more: { offset: 5, limit: 99, "limit[]": 99 } };
  assertStatus(await ask("POST", "/nested", body), 201);
  assert.deepEqual(queryOf(requests[0]), [
    ["created_at[$gte]", "2026-01-01"],
    ["$or[0][name]", "a & b"],
    ["$or[1][handle]", "a & b"],
    ["tags[$in][]", "x"],
    ["tags[$in][]", "y"],
    ["limit", "1"],
    ["offset", "5"],
  ]);
});

test("a query of more than 64 KiB is not sent", async () => {
  const answer = await ask("POST", "/nested", { more: { ["n".repeat(1000)]: Array(100).fill("x") } });
  assertFailure(answer, 413);
  assert.equal(requests.length, 0);
  assert.equal(answer.line.failure, "call a: the query has more than 65536 bytes");
});

test("a body has the nulls that are written, and those that << copies", async () => {
  assertStatus(await ask("POST", "/nulls", { a: null, b: { c: null }, d: 1 }), 201);
  assert.equal(requests[0].body, '{"a":null,"b":{"c":null},"d":1,"written":null}');
});

test("as many calls as the limit are made", async () => {
  assert.deepEqual((await ask("POST", "/each", { ids: ["a", "b", "c", "a"] })).body, { n: 3 });
  assert.equal(requests.length, 3);
});

test("more items than the limit are 400 where the request names them, and no call is made", async () => {
  const answer = await ask("POST", "/each", { ids: ["a", "b", "c", "d"] });
  assertFailure(answer, 400, "There are too many items: 4, where at most 3 are accepted");
  assert.equal(requests.length, 0);
  assert.equal(answer.line.failure, "call of_request: 4 items in `each`, where its limit is 3");
});

test("they are 502 where an upstream names them", async () => {
  const ids = Array.from({ length: 21 }, (_, index) => `id${index}`);
  respond = (pathname, response) => json(response, 200, { id: pathname, ids: ids.slice(1) });
  assert.deepEqual((await ask("GET", "/each")).body, { n: 20 });
  respond = (pathname, response) => json(response, 200, { ids });
  const answer = await ask("GET", "/each");
  assertFailure(answer, 502);
  assert.equal(requests.length, 1);
  assert.equal(answer.line.failure, "call of_answer: 21 items in `each`, where its limit is 20");
});

test("$now is the time of the request, the same in all of it", async () => {
  respond = (pathname, response) => setTimeout(() => json(response, 200, { id: pathname }), 20);
  const before = new Date();
  const answer = await ask("GET", "/now");
  const { at } = answer.body;
  assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(before <= new Date(at) && new Date(at) <= new Date(), `${at} is between the request and its answer`);
  assert.equal(answer.headers["x-at"], at);
  assert.deepEqual(requests.map(queryOf), [[["at", at]], [["at", at]]]);
  assert.equal(requests[0].body, JSON.stringify({ at }));
});

test("present tells a member that is null from one that is absent", async () => {
  respond = (pathname, response) => json(response, 200, { id: 1, owner: null });
  assertStatus(await ask("GET", "/present"), 200);
  respond = (pathname, response) => json(response, 200, { id: 1, owner: "x" });
  assertFailure(await ask("GET", "/present"), 401);
  respond = (pathname, response) => json(response, 200, { id: 1, customer: null });
  const answer = await ask("GET", "/present");
  assertFailure(answer, 502);
  assert.equal(answer.line.failure, "an answer lacks $a.owner");
});
