/* W3C trace context: what each call to the upstream carries, and what the log says of it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";
import { until } from "../store/lib/wait.mjs";

const table = (url) => `
upstreams:
  store:
    url: ${url}/store
    forward: [authorization]
    retry: [409]
  down:
    url: ${url}/store/down
    public: true
    breaker: {failures: 1, retry_after: 100ms, probe: /probe}
routes:
  GET /two:
    steps:
      - a: GET store/a
      - b: GET store/b
    answer: [$a.id, $b.id]
    cache: {max_age: 10s}
  GET /collides:
    steps:
      - a: GET store/conflict
        catch: {409: }
    answer: {id: $a.id ?? 'none'}
  GET /down:
    steps:
      - a: GET down/a
    answer: {id: $a.id}
  GET /none: {answer: {ok: true}}
`;
const standIn = await startStandIn((request, response) => {
  if (request.url.endsWith("/down/a")) return json(response, 503, {});
  json(response, request.url.endsWith("/conflict") ? 409 : 200, { id: 1 });
});
after(() => standIn.stop());
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const traceparent = `00-${TRACE}-${PARENT}-01`;

/** Makes a request: its answer, the headers of its calls, and its line in the log. */
async function ask(path, { headers = {}, token } = {}) {
  const from = standIn.requests.length;
  const id = randomUUID();
  const answer = await gateway.get(path, { token, headers: { ...headers, "x-request-id": id } });
  const line = await gateway.lineOf(id);
  return { ...answer, sent: standIn.requests.slice(from).map((request) => request.headers), line };
}

/** The parts of each call's traceparent; all have the trace and the spans that are in the log. */
function spansOf({ sent, line }) {
  const parts = sent.map(({ traceparent }) => {
    assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    const [, trace, span, flags] = traceparent.split("-");
    return { trace, span, flags };
  });
  for (const { trace } of parts) assert.equal(trace, line.trace);
  assert.deepEqual(parts.map(({ span }) => span).sort(), [...line.spans].sort());
  assert.equal(new Set(line.spans).size, line.spans.length);
  return parts;
}

test("the trace of the request goes on, with a span for each call", async () => {
  const answer = await ask("/two", { headers: { traceparent, tracestate: "vendor=a b,other=1" } });
  assertStatus(answer, 200);
  const spans = spansOf(answer);
  assert.equal(spans.length, 2);
  for (const { trace, span, flags } of spans) {
    assert.equal(trace, TRACE);
    assert.notEqual(span, PARENT);
    assert.equal(flags, "01");
  }
  for (const { tracestate } of answer.sent) assert.equal(tracestate, "vendor=a b,other=1");
});

test("a trace that is not sampled stays so", async () => {
  const answer = await ask("/two", { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } });
  assert.deepEqual(spansOf(answer).map(({ flags }) => flags), ["00", "00"]);
});

for (const [what, value] of Object.entries({
  "no traceparent": undefined,
  "an invalid one": `00-${TRACE.toUpperCase()}-${PARENT}-01`,
  "one of zeros": `00-${"0".repeat(32)}-${PARENT}-01`,
  "one with more behind it": `${traceparent}%0d%0ax-forged: 1`,
}))
  test(`with ${what} a trace is begun, without tracestate`, async () => {
    const headers = { tracestate: "a=b", ...(value && { traceparent: value }) };
    const [first, second] = [await ask("/two", { headers }), await ask("/two", { headers })];
    assert.deepEqual(spansOf(first).map(({ flags }) => flags), ["01", "01"]);
    spansOf(second);
    assert.notEqual(first.line.trace, second.line.trace);
    assert.notEqual(first.line.trace, TRACE);
    for (const sent of [...first.sent, ...second.sent]) {
      assert.equal(sent.tracestate, undefined);
      assert.equal(sent["x-forged"], undefined);
    }
  });

test("a repeated call is another span", async () => {
  const answer = await ask("/collides", { token: "token", headers: { traceparent } });
  assertStatus(answer, 200);
  assert.equal(spansOf(answer).length, 2);
});

test("a probe of the circuit breaker is a span", async () => {
  await ask("/down");
  const probed = async () => {
    const answer = await ask("/down", { headers: { traceparent } });
    return answer.sent.length > 0 && answer;
  };
  const answer = await until("A probe", probed, { deadline: 5000 });
  assert.equal(spansOf(answer).length, 2);
});

test("a request that makes no call has a trace and no spans", async () => {
  const { line } = await ask("/none", { headers: { traceparent } });
  assert.equal(line.trace, TRACE);
  assert.deepEqual(line.spans, []);
});

test("no answer depends on the trace", async () => {
  const answer = await ask("/two", { headers: { traceparent, tracestate: "a=b" } });
  assert.match(answer.headers["cache-control"], /public/);
  assert.doesNotMatch(answer.headers.vary ?? "", /trace/i);
});
