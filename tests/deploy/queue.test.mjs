/*
 * The time that requests wait for a worker: each web server passes when it took a request, whatever the caller sends;
 * and a pool that is overloaded answers nobody later than the deadline and one call, and serves at its full rate
 * afterwards.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { json, startStandIn } from "../e2e/standin.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { SERVER_NAMES, startServer } from "./servers.mjs";

const START_BY_LUA = fileURLToPath(new URL("../../deploy/lighttpd/request-start.lua", import.meta.url));
const WORKERS = 4;
const CALLERS = 60;
const CALL = 2000;
const DEADLINE = 3000;
// What a busy machine may add to the times of a pool.
const SLACK = 1500;

const workspace = openWorkspace();
const table = join(workspace.folder, "queue.yaml");
let upstream;
before(async () => {
  upstream = await startStandIn((_, response) => setTimeout(() => json(response, 200, { x: 1 }), CALL));
  writeFileSync(
    table,
    `server:
  metrics: true
  server_timing: true
upstreams:
  store:
    url: \${UPSTREAM}
    public: true
    breaker: {failures: 3, probe: /}
routes:
  GET /healthz:
    answer: {ok: true}
  POST /echo:
    deadline: ${DEADLINE}ms
    body: {type: object}
    answer: {ok: true}
  GET /products:
    deadline: ${DEADLINE / 10}ms
    cache: {max_age: 1min}
    steps:
      - c: GET store/x
    answer: {x: $c.x}
  GET /slow:
    deadline: ${DEADLINE}ms
    steps:
      - c: GET store/x
    answer: {x: $c.x}
`,
    { mode: 0o644 },
  );
  spawnSync("chmod", ["755", workspace.folder]);
});
after(async () => {
  await upstream?.stop();
  await workspace.close();
});

const environment = () => ({ UPSTREAM: upstream.url, LOG_LEVEL: "info" });

/** The time in the queue in milliseconds, by Server-Timing; undefined: unknown. */
function queueOf({ headers }) {
  const [, ms] = /(?:^|, )queue;dur=([\d.]+)/.exec(headers["server-timing"]) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

const BY_LUA = {
  edits: [
    ['"mod_access", ', '"mod_access", "mod_magnet", '],
    [
      '#magnet.attract-raw-url-to = ( "/usr/share/doc/o2s-medusa/examples/lighttpd/request-start.lua" )',
      `magnet.attract-raw-url-to = ( "${START_BY_LUA}" )`,
    ],
  ],
};

describe("the time at which a request was taken", () => {
  for (const name of SERVER_NAMES)
    for (const byLua of name.startsWith("lighttpd") ? [false, true] : [false])
      test(`${name}${byLua ? ", with its script" : ""}: is the web server's, not the caller's`, async () => {
        const server = await startServer(name, { env: environment(), table, ...(byLua ? BY_LUA : {}) });
        try {
          const passes = byLua || !name.startsWith("lighttpd");
          // Long enough ago to be refused, and in the future.
          for (const seconds of [Date.now() / 1000 - 60, Date.now() / 1000 + 0.5, 1]) {
            const start = `t=${seconds.toFixed(3)}`;
            const headers = { "x-request-start": start, "request-start": start, request_start: start };
            for (const method of ["GET", "POST"]) {
              const path = method === "GET" ? "/healthz" : "/echo";
              const body = method === "POST" ? {} : undefined;
              const answer = await server.request(method, path, { headers, body });
              assert.equal(answer.status, method === "GET" ? 200 : 201, answer.text);
              const queue = queueOf(answer);
              if (passes) assert.ok(queue >= 0 && queue < SLACK, `${answer.headers["server-timing"]}`);
              else assert.equal(queue, undefined);
            }
          }
        } finally {
          await server.stop();
        }
      });
});

describe("a pool of 4 workers, 60 callers and an upstream that takes 2 s", () => {
  let server;
  let refused;
  before(async () => {
    server = await startServer("nginx", { env: environment(), table, workers: WORKERS });
  });
  after(() => server?.stop());

  /** Each request on a connection of its own; gives {status, ms, retryAfter}. */
  function ask() {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const request = http.get({ host: "127.0.0.1", port: server.port, path: "/slow", agent: false }, (response) => {
        response.resume();
        response.once("end", () => {
          const { statusCode: status, headers } = response;
          resolve({ status, ms: performance.now() - began, retryAfter: headers["retry-after"] });
        });
      });
      request.once("error", reject);
    });
  }

  const several = (count) => Promise.all(Array.from({ length: count }, ask));
  const of = (answers, status) => answers.filter((answer) => answer.status === status);

  test("nobody waits for longer than the deadline and one call", async (context) => {
    const answers = await several(CALLERS);
    const longest = Math.max(...answers.map(({ ms }) => ms));
    const counts = [200, 503, 504].map((status) => of(answers, status).length);
    context.diagnostic(`${counts} answers of 200, 503, 504; the longest took ${Math.round(longest)} ms`);
    assert.ok(longest < DEADLINE + CALL, `${longest} ms`);
    // The first 4 are served; the next 4 have too little time left for the call, and on a busy machine some more have a
    // few milliseconds; all others are refused without a call.
    assert.equal(of(answers, 200).length, WORKERS);
    const late = of(answers, 504).length;
    assert.ok(late >= WORKERS && late <= 2 * WORKERS, `${late} answers of 504`);
    refused = of(answers, 503).length;
    assert.equal(refused, CALLERS - WORKERS - late);
    assert.ok(upstream.requests.length <= WORKERS + late, `${upstream.requests.length} calls`);
    for (const { retryAfter } of of(answers, 503)) assert.equal(retryAfter, "5");
  });

  test("afterwards the pool serves at its full rate", async () => {
    // One round after the other: a worker that had two requests in its queue would reach the second one's deadline.
    for (let round = 0; round < 2; round++) {
      const answers = await several(WORKERS);
      for (const { status, ms } of answers) {
        assert.equal(status, 200);
        assert.ok(ms < CALL + SLACK, `${ms} ms`);
      }
    }
  });

  test("the metrics and the log have what was refused", async () => {
    const { text } = await server.request("GET", "/metrics");
    assert.match(text, new RegExp(`^o2s_medusa_requests_shed_total ${refused}$`, "m"));
    const [, waited] = /^o2s_medusa_request_queue_seconds_bucket\{le="2.5"\} (\d+)$/m.exec(text);
    const [, all] = /^o2s_medusa_request_queue_seconds_bucket\{le="\+Inf"\} (\d+)$/m.exec(text);
    // Those that had a few milliseconds left waited as long.
    assert.ok(Number(all) - Number(waited) >= refused, text);
    assert.match(text, /^o2s_medusa_circuit_state\{upstream="store",state="closed"\} 1$/m);
    const lines = server.log().split("\n").filter((line) => line.includes('"waited '));
    assert.equal(lines.length, refused);
    for (const line of lines.map((text) => JSON.parse(text))) {
      assert.equal(line.level, "error");
      // In the last 5 ms no call is made.
      assert.ok(line.queue_ms > DEADLINE - 5, `${line.queue_ms} ms`);
      assert.equal(line.upstream_calls, 0);
    }
  });
});

test("nginx's cache does not make a request younger that it sends to the workers again", async () => {
  const server = await startServer("nginx, with a cache", { env: environment(), table, workers: 1 });
  try {
    const slow = server.request("GET", "/slow");
    const made = upstream.requests.length;
    await until("A busy pool", () => upstream.requests.length > made, { deadline: 5000 });
    assert.equal((await server.request("GET", "/products")).status, 503);
    assert.equal((await slow).status, 200);
    // It waited once; its second try was refused as well.
    assert.match((await server.request("GET", "/metrics")).text, /^o2s_medusa_requests_shed_total 2$/m);
  } finally {
    await server.stop();
  }
});
