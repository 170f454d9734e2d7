/*
 * The metrics of a pool under load: nothing is lost and nothing goes back when a worker is killed, or when the table is
 * read again.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../store/lib/wait.mjs";
import { isAlive, runProgram, startGateway } from "./harness.mjs";
import { send } from "./http.mjs";
import { startStandIn } from "./standin.mjs";

const WORKERS = 4;
const CONNECTIONS = 8;
const ANSWERED_AFTER = 5;
const DEADLINE = { deadline: 20_000 };

const table = (url, more = "") => `server: {metrics: true}
upstreams:
  store:
    url: ${url}
    public: true
routes:
  GET /quick:
    answer: {a: 1}
  GET /slow/{id}:
    steps:
      - c: GET store/{$path.id}
    answer: {x: $c.x}
  POST /created:
    answer: {a: 1}
${more}`;

const REQUESTS = [
  { method: "GET", path: "/quick", route: "/quick" },
  { method: "GET", path: "/slow/good", route: "/slow/{id}" },
  { method: "GET", path: "/slow/bad", route: "/slow/{id}" },
  { method: "POST", path: "/created", route: "/created" },
  { method: "GET", path: "/nowhere", route: "none" },
];

/** Sends requests without a pause until `stop()`; gives what was answered, by `route class`, and how often nginx did. */
function startLoad(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answered = new Map();
  let count = 0;
  let refused = 0;
  let stopping = false;

  function ask({ method, path }) {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: "127.0.0.1", port, method, path, agent }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.once("end", () => resolve({ status: response.statusCode, text }));
        response.once("error", reject);
      });
      request.once("error", reject);
      request.end();
    });
  }

  async function go() {
    while (!stopping) {
      const request = REQUESTS[count++ % REQUESTS.length];
      const { status, text } = await ask(request);
      const key = `${request.route} ${Math.floor(status / 100)}xx`;
      // nginx's own page stands for the request whose worker was killed.
      if (/nginx/.test(text)) refused++;
      else answered.set(key, (answered.get(key) ?? 0) + 1);
    }
  }

  const all = Array.from({ length: CONNECTIONS }, go);
  return {
    answered,
    total: () => [...answered.values()].reduce((sum, number) => sum + number, 0),
    refused: () => refused,
    async stop() {
      stopping = true;
      await Promise.all(all);
      agent.destroy();
    },
  };
}

/** All samples: {"name{labels}": number}. */
function samplesOf(text) {
  return new Map([...text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

/** What the samples count of requests, as `startLoad()` does. */
function requestsOf(samples) {
  const counts = new Map();
  for (const [name, value] of samples) {
    const [, route, status] = /^o2s_medusa_requests_total\{method="\w+",route="(.*)",status="(\dxx)"\}$/.exec(name) ?? [];
    if (route && route !== "/metrics" && value) counts.set(`${route} ${status}`, value);
  }
  return counts;
}

const sum = (counts) => [...counts.values()].reduce((all, number) => all + number, 0);

describe("a pool under load", () => {
  let upstream;
  let gateway;
  before(async () => {
    upstream = await startStandIn((request, response) => {
      const good = request.url === "/good";
      setTimeout(() => response.writeHead(good ? 200 : 500).end(good ? '{"x":1}' : "{}"), ANSWERED_AFTER);
    });
    const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-e2e-"));
    const file = join(folder, "routes.yaml");
    writeFileSync(file, table(upstream.url));
    gateway = await startGateway({ table: file, workers: WORKERS });
  });
  after(async () => {
    await gateway?.stop({ mayHaveEnded: true });
    await upstream?.stop();
    if (gateway) rmSync(dirname(gateway.table), { recursive: true });
  });

  async function metrics() {
    const answer = await send(gateway.port, "GET", "/metrics");
    assert.equal(answer.status, 200, answer.text);
    return samplesOf(answer.text);
  }

  /** The metrics once nothing but the scrape is in progress, so that all that was answered is counted. */
  async function metricsAtRest() {
    let samples;
    await until(
      "A pool at rest",
      async () => {
        samples = await metrics();
        return samples.get("o2s_medusa_requests_in_progress") === 1;
      },
      DEADLINE,
    );
    return samples;
  }

  const pool = () => JSON.parse(runProgram(["status", "--json", "--status", gateway.status]).stdout);

  function assertNeverBack(before, now) {
    let compared = 0;
    for (const [name, value] of before) {
      if (!/_(total|bucket|count|sum)\b/.test(name)) continue;
      assert.ok(now.get(name) >= value, `${name} was ${value}, and is ${now.get(name)}`);
      compared++;
    }
    assert.ok(compared > 50);
  }

  // What the readiness of the gateway was asked by, before the test.
  let earlier;
  before(async () => {
    earlier = requestsOf(await metricsAtRest());
  });

  /** What was counted since the beginning. */
  function since(samples) {
    const counts = requestsOf(samples);
    for (const [key, value] of earlier) counts.set(key, counts.get(key) - value);
    for (const [key, value] of counts) if (!value) counts.delete(key);
    return counts;
  }

  test("kill -9 of a worker: what was answered is counted, but for its request in progress", async (context) => {
    const load = startLoad(gateway.port);
    await until("The load", () => load.total() > 300, DEADLINE);
    let victim;
    await until(
      "A worker in a request",
      () => {
        victim = pool().workers.find(({ state, route }) => state === "busy" && route === "GET /slow/{id}");
        return victim;
      },
      { ...DEADLINE, every: 1 },
    );
    const before = await metrics();
    process.kill(victim.pid, "SIGKILL");
    await until("Its end", () => !isAlive(victim.pid), DEADLINE);
    assertNeverBack(before, await metrics());
    const reached = load.total();
    await until("More load", () => load.total() > reached + 300, DEADLINE);
    await load.stop();
    const samples = await metricsAtRest();
    const counted = since(samples);
    context.diagnostic(`${load.total()} answered, ${sum(counted)} counted, ${load.refused()} refused`);
    assert.ok(load.refused() <= 1);
    const missing = load.total() - sum(counted);
    assert.ok(missing === 0 || missing === 1, `${load.total()} answered, ${sum(counted)} counted`);
    const different = [...load.answered].filter(([key, value]) => counted.get(key) !== value);
    assert.equal(different.length, missing, different.join("; "));
    assert.equal(counted.size, REQUESTS.length);
    assert.equal(samples.get("o2s_medusa_workers_lost_total"), 1);
    assert.equal(samples.get('o2s_medusa_workers{state="idle"}'), WORKERS - 2);
    const durations = [...samples].filter(([name]) => name.startsWith("o2s_medusa_request_duration_seconds_count"));
    const all = [...samples].filter(([name]) => name.startsWith("o2s_medusa_requests_total"));
    const apart = Math.abs(sum(new Map(durations)) - sum(new Map(all)));
    assert.ok(apart <= 1, `${apart} requests have no duration`);
    const calls = [...samples].filter(([name]) => name.startsWith("o2s_medusa_upstream_requests_total"));
    assert.ok(Math.abs(sum(new Map(calls)) - upstream.requests.length) <= 1);
  });

  test("a worker that waits for a request to come in is busy", async () => {
    await metricsAtRest();
    // A connection on which no byte comes is closed after 2 s.
    const connection = connect(gateway.socket);
    await new Promise((resolve) => connection.write(Buffer.from([1]), resolve));
    await until("A worker that has it", () => pool().busy === 1, DEADLINE);
    const { route, seconds } = pool().workers.find(({ state }) => state === "busy");
    assert.equal(route, "none");
    assert.ok(seconds < 20, `${seconds} s`);
    connection.destroy();
    await until("The end of it", () => pool().busy === 0, DEADLINE);
  });

  test("another table under load: the counts of the routes in both go on", async () => {
    const workers = gateway.workers.filter(isAlive);
    const begin = since(await metricsAtRest());
    const load = startLoad(gateway.port);
    await until("The load", () => load.total() > 200, DEADLINE);
    const before = await metrics();
    writeFileSync(gateway.table, table(upstream.url, "  GET /added:\n    answer: {a: 1}\n"));
    for (const pid of workers) process.kill(pid, "SIGUSR2");
    const isDone = async () =>
      (await metrics()).get('o2s_medusa_table_reloads_total{result="success"}') === workers.length;
    await until("The reload", isDone, DEADLINE);
    assertNeverBack(before, await metrics());
    await load.stop();
    const samples = await metricsAtRest();
    const counted = since(samples);
    for (const [key, value] of load.answered) assert.equal(counted.get(key) - (begin.get(key) ?? 0), value, key);
    assert.equal(samples.get('o2s_medusa_requests_total{method="GET",route="/added",status="2xx"}'), 0);
    assert.equal([...samples.keys()].filter((name) => name.startsWith("o2s_medusa_table_workers")).length, 1);
  });
});
