/* A body that is too large for the upstream, with a stand-in for Medusa. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const MOST = 100;
const table = (url) => `
schemas:
  Note: {type: object, properties: {note: {type: string}}}
upstreams:
  small:
    url: ${url}/store
    public: true
    max_request: ${MOST} B
    breaker: {failures: 1, retry_after: 10s, probe: /probe}
  any: {url: "${url}/store", public: true}
routes:
  POST /small:
    body: Note
    steps:
      - sent: POST small/notes
        body: {note: $body.note}
    answer: {size: $sent.size}
  POST /two:
    body: Note
    steps:
      - first: POST small/notes
        body: {}
      - second: POST small/notes
        optional: true
        body: {note: $body.note}
    answer: {size: $second.size}
  POST /any:
    body: Note
    steps:
      - sent: POST any/notes
        body: {note: $body.note}
    answer: {size: $sent.size}
`;

const standIn = await startStandIn((request, response) => json(response, 200, { size: request.body.length }));
after(() => standIn.stop());
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

/** A note that makes a body of this many bytes. */
const noteOf = (bytes) => ({ note: "x".repeat(bytes - '{"note":""}'.length) });

test("a body of the largest size is sent", async () => {
  const answer = await gateway.post("/small", noteOf(MOST));
  assertStatus(answer, 201);
  assert.deepEqual(answer.body, { size: MOST });
});

test("one byte more is answered 413, no call is made, and the circuit breaker stays closed", async () => {
  const before = standIn.requests.length;
  for (let i = 0; i < 3; i++) {
    const message = assertFailure(await gateway.post("/small", noteOf(MOST + 1)), 413);
    assert.match(message, /\b101 bytes\b.*\b100 bytes\b/);
  }
  assert.equal(standIn.requests.length, before);
  assertStatus(await gateway.post("/small", noteOf(MOST)), 201);
});

test("bytes are counted, not characters", async () => {
  assertFailure(await gateway.post("/small", { note: "é".repeat(45) }), 413);
  assertStatus(await gateway.post("/small", { note: "é".repeat(44) }), 201);
});

test("an optional call that is too large is an error too", async () => {
  assertFailure(await gateway.post("/two", noteOf(MOST + 1)), 413);
});

test("without max_request any body is sent", async () => {
  const answer = await gateway.post("/any", noteOf(200_000));
  assert.deepEqual(answer.body, { size: 200_000 });
});
