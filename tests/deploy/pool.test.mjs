/*
 * The pool as the service runs it: workers that are killed or ended while requests go on, a table that is read again,
 * and the memory that workers take.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { PROGRAM, TABLE, childrenOf, gatewayEnvironment, isAlive } from "../e2e/harness.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";
import { openStore } from "../e2e/store.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { askWorker } from "./fastcgi.mjs";
import { recordScenario, replayScenario, startRecorder } from "./scenario.mjs";
import { startServer } from "./servers.mjs";

const WORKERS = 8;
const CONNECTIONS = 32;
const REQUESTS = 20_000;
const KIB_PER_MIB = 1024;

/**
 * Sends requests over so many connections, without a pause, until `stop()`.
 * gives {count(), failures: [text], stop()}; a failure is any answer but the expected one
 */
function startLoad(port, requests) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const failures = [];
  let count = 0;
  let stopping = false;

  function send({ method, path, body, status }) {
    return new Promise((resolve) => {
      const headers = body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {};
      const request = http.request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => (text += chunk));
        response.once("error", (error) => resolve(error.message));
        response.once("end", () => resolve(response.statusCode === status ? null : `${response.statusCode} ${text}`));
      });
      request.once("error", (error) => resolve(error.message));
      request.end(body);
    });
  }

  async function go(index) {
    while (!stopping) {
      const request = requests[(index + count) % requests.length];
      const failure = await send(request);
      count++;
      if (failure) failures.push(`${request.method} ${request.path}: ${failure}`);
    }
  }

  const all = Array.from({ length: CONNECTIONS }, (_, index) => go(index));
  return {
    count: () => count,
    failures,
    async stop() {
      stopping = true;
      await Promise.all(all);
      agent.destroy();
    },
  };
}

describe("under load, through nginx", () => {
  let medusa;
  let server;
  const requests = [
    { method: "GET", path: "/readyz", status: 200 },
    { method: "GET", path: "/healthz", status: 200 },
    { method: "GET", path: "/readyz?x=1", status: 200 },
    { method: "POST", path: "/echo", body: JSON.stringify({ text: "x".repeat(2000) }), status: 201 },
  ];

  before(async () => {
    // In Medusa's place, so that the machine's time goes to the pool.
    medusa = await startStandIn((_, response) => json(response, 200, { regions: [{ id: "reg_1" }] }));
    const env = {
      MEDUSAJS_BASE_URL: medusa.url,
      MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
      DEFAULT_CURRENCY: "EUR",
      LOG_LEVEL: "info",
    };
    server = await startServer("nginx", { env, workers: WORKERS });
    // multiwatch counts the ends of a worker that did not live for a second.
    await pause(1100);
  });
  after(async () => {
    await server?.stop();
    await medusa?.stop();
  });

  const members = () => childrenOf(server.pool).filter(isAlive);
  const isWhole = () => members().length === WORKERS;
  const lines = (message) => server.log().split("\n").filter((line) => line.includes(message)).length;

  test("kill -9 of a worker: at most its request fails, and it is replaced within a second", async (context) => {
    const load = startLoad(server.port, requests);
    await until("The load", () => load.count() > 500, { deadline: 20_000 });
    const [victim] = members();
    const begin = performance.now();
    process.kill(victim, "SIGKILL");
    await until("The whole pool", () => !members().includes(victim) && isWhole(), { deadline: 1000, every: 5 });
    const passed = performance.now() - begin;
    const since = load.count();
    await until("More load", () => load.count() > since + 500, { deadline: 20_000 });
    await load.stop();
    context.diagnostic(`whole again after ${passed.toFixed(0)} ms; ${load.failures.length} of ${load.count()} failed`);
    assert.ok(load.failures.length <= 1, load.failures.join("\n"));
  });

  test("every worker ended twice, the table read again twice, once broken: no request fails", async (context) => {
    await pause(1100);
    const table = readFileSync(server.table, "utf8");
    const load = startLoad(server.port, requests);
    const begin = performance.now();
    await until("The load", () => load.count() > 1000, { deadline: 20_000 });
    const ended = new Set();

    async function endEveryWorker() {
      for (const worker of members()) {
        process.kill(worker, "SIGTERM");
        ended.add(worker);
        await until("The worker's replacement", () => !isAlive(worker) && isWhole(), { deadline: 5000, every: 5 });
      }
    }

    // What multiwatch passes on reaches each worker; one that has just been started may not listen yet.
    async function readAgain(text, message) {
      const known = lines(message);
      await pause(500);
      writeFileSync(server.table, text);
      process.kill(server.pool, "SIGUSR2");
      await until(`"${message}", of every worker`, () => lines(message) >= known + WORKERS, { deadline: 5000 });
    }

    await endEveryWorker();
    await readAgain(table.replace("GET /readyz:", "GET /readyz"), "the route table was not reloaded");
    await readAgain(`${table}\n# Another table.\n`, "the route table was reloaded");
    await endEveryWorker();
    await until(`${REQUESTS} requests`, () => load.count() >= REQUESTS, { deadline: 120_000 });
    await load.stop();
    const seconds = (performance.now() - begin) / 1000;
    const rate = (load.count() / seconds).toFixed(0);
    context.diagnostic(`${load.failures.length} of ${load.count()} requests failed, ${rate} a second`);
    assert.equal(ended.size, 2 * WORKERS);
    assert.deepEqual(load.failures, []);
    assert.equal(members().length, WORKERS);
  });

  test("the pool ends with its manager, after the requests at hand", async () => {
    const running = members();
    const pending = Array.from({ length: WORKERS }, () => server.request("GET", "/readyz"));
    process.kill(server.pool, "SIGTERM");
    const answers = await Promise.allSettled(pending);
    await until("The end of the pool", () => !running.some(isAlive), { deadline: 5000 });
    // Those that no worker had taken yet are nginx's to refuse.
    for (const { value } of answers) assert.ok([200, 502].includes(value?.status));
  });
});

describe("memory", () => {
  const MANY = 64;
  const AT_REST = 3.5 * KIB_PER_MIB;
  const ALL = 250 * KIB_PER_MIB;
  let store;
  let recorder;
  let workspace;
  let workers;

  /** KiB of a process, by smaps_rollup. */
  function memoryOf(pid) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kib = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(rollup)[1]);
    return { private: kib("Private_Clean") + kib("Private_Dirty"), pss: kib("Pss") };
  }

  before(async () => {
    store = await openStore();
    recorder = await startRecorder(store.url);
    workspace = openWorkspace();
    const env = {
      PATH: process.env.PATH,
      ...gatewayEnvironment(store),
      MEDUSAJS_BASE_URL: recorder.url,
      LOG_LEVEL: "error",
    };
    // A socket for each, so that every one can be made to serve every route.
    workers = Array.from({ length: MANY }, (_, index) => {
      const socket = join(workspace.folder, `${index}.sock`);
      const args = ["-n", "-s", socket, "--", PROGRAM, "-f", TABLE];
      return { socket, pid: workspace.start("A worker", "spawn-fcgi", args, { env }).child.pid };
    });
    const answers = ({ socket }) => askWorker(socket, "GET", "/healthz").then(() => true, () => false);
    for (const worker of workers) await until("A worker", () => answers(worker), { deadline: 15_000 });
  });
  after(async () => {
    await workspace?.close();
    await recorder?.stop();
    await store?.stop();
  });

  // A worker shows its memory to nobody else.
  const onlyRoot = { skip: process.getuid() !== 0 && "only root may look into a worker" };

  test("a worker at rest", onlyRoot, (context) => {
    const { private: own } = memoryOf(workers[0].pid);
    context.diagnostic(`${own} KiB private`);
    assert.ok(own <= AT_REST, `${own} KiB`);
  });

  test("64 workers that have served every route", { ...onlyRoot, timeout: 300_000 }, async (context) => {
    const routes = [...readFileSync(TABLE, "utf8").matchAll(/^ {2}((?:GET|POST|PUT|PATCH|DELETE) \/\S*):$/gm)];
    const requests = await recordScenario(workers[0].socket, store, routes.map(([, route]) => route));
    for (const { socket } of workers.slice(1)) {
      recorder.rewind();
      await replayScenario(socket, requests);
    }
    // At rest again.
    await pause(2000);
    const all = workers.map(({ pid }) => memoryOf(pid));
    const pss = all.reduce((sum, memory) => sum + memory.pss, 0);
    const own = all.map((memory) => memory.private).sort((a, b) => a - b);
    const inAll = `PSS ${(pss / KIB_PER_MIB).toFixed(0)} MiB`;
    context.diagnostic(`${requests.length} requests each; ${inAll}; private ${own[0]} to ${own.at(-1)} KiB`);
    assert.ok(pss < ALL, `${pss} KiB`);
    assert.ok(own.at(-1) <= AT_REST, `${own.at(-1)} KiB private`);
  });
});
