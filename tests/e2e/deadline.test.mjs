/* One deadline for a request, shared by all its calls, with a stand-in for Medusa that is slow. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const DEADLINE = 1500;
const SLOW = 400;
// What the worker and nginx may take beside the calls.
const SLACK = 400;

const chain = Array.from({ length: 6 }, (_, i) => `      - s${i + 1}: GET store/steps/{${i ? `$s${i}.id` : "1"}}\n`).join("");
const table = (url) => `
server: {deadline: ${DEADLINE}ms}
upstreams:
  store:
    url: ${url}/store
    public: true
    breaker: {failures: 2, retry_after: 1s, probe: /probe}
routes:
  GET /chain:
    steps:
${chain}    answer: {id: $s6.id}
  GET /longer:
    deadline: 20s
    steps:
${chain}    answer: {id: $s6.id}
  GET /short:
    deadline: 200ms
    steps:
      - slow: GET store/hang
    answer: {id: $slow.id}
  GET /optional:
    steps:
      - slow: GET store/hang
        optional: true
      - then: GET store/steps/{$slow.id ?? 7}
        optional: true
    answer: {id: $then.id ?? 'none'}
`;

const pending = new Set();
const standIn = await startStandIn((request, response) => {
  if (request.url.includes("hang")) return;
  const timer = setTimeout(() => {
    pending.delete(timer);
    json(response, 200, { id: Number(request.url.split("/").pop()) + 1 });
  }, SLOW);
  pending.add(timer);
});
after(async () => {
  for (const timer of pending) clearTimeout(timer);
  await standIn.stop();
});
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

/** The answer, with the milliseconds it took and the calls that were made. */
async function ask(path) {
  const from = standIn.requests.length;
  const begin = performance.now();
  const answer = await gateway.get(path);
  return { ...answer, ms: performance.now() - begin, made: standIn.requests.slice(from).map(({ url }) => url) };
}

function assertInTime(answer) {
  assertThat(answer, answer.ms < DEADLINE + SLACK, `an answer in ${DEADLINE} ms, not ${Math.round(answer.ms)}`);
  assertThat(answer, answer.ms > DEADLINE - 50, `the whole time used, not ${Math.round(answer.ms)} ms`);
}

describe("six calls, one after the other, each slow", () => {
  test("end with 504 within the deadline", async () => {
    const answer = await ask("/chain");
    assertFailure(answer, 504);
    assertInTime(answer);
    assert.deepEqual(answer.made, [1, 2, 3, 4].map((id) => `/store/steps/${id}`));
  });

  test("have the time that their route gives them", async () => {
    const answer = await ask("/longer");
    assertStatus(answer, 200);
    assert.deepEqual(answer.body, { id: 7 });
  });

});

test("a call that is cut short says nothing about Medusa", async () => {
  for (let i = 0; i < 4; i++) assertFailure(await ask("/short"), 504);
  assert.doesNotMatch(gateway.log(), /consecutive failures/, "the breaker stays closed");
});

test("an optional call without time left is not made, and left out", async () => {
  const answer = await ask("/optional");
  assertStatus(answer, 200);
  assertInTime(answer);
  assert.deepEqual(answer.body, { id: "none" });
  assert.deepEqual(answer.made, ["/store/hang"]);
});
