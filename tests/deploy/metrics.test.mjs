/*
 * The metrics of a pool: read by Prometheus' own tool, for the machine itself alone behind each web server, and all that
 * deploy/monitoring names.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, runProgram } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { SERVER_NAMES, startServer } from "./servers.mjs";

const MONITORING = fileURLToPath(new URL("../../deploy/monitoring", import.meta.url));
const RULES = join(MONITORING, "o2s-medusa.rules.yml");
const DASHBOARD = join(MONITORING, "o2s-medusa.dashboard.json");
const GUIDE = fileURLToPath(new URL("../../doc/deployment.md", import.meta.url));
const ELSEWHERE = "127.0.0.2";
const FORBIDDEN = 403;
const PATIENCE = { deadline: 20_000 };

const workspace = openWorkspace();
const table = join(workspace.folder, "metrics.yaml");
let upstream;
before(async () => {
  upstream = await startStandIn((_, response) => json(response, 200, { x: 1 }));
  writeFileSync(
    table,
    `server:
  prefix: \${API_PREFIX:-}
  metrics: true
upstreams:
  store:
    url: \${UPSTREAM}
    public: true
    breaker: {probe: /}
routes:
  GET /healthz:
    answer: {ok: true}
  GET /x:
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

const environment = (more) => ({ UPSTREAM: upstream.url, LOG_LEVEL: "info", ...more });

/** What promtool says, which is nothing if all is well. */
function promtool(args, input) {
  const { stdout, stderr, status, error } = spawnSync("promtool", args, { input, encoding: "utf8" });
  if (error) throw error;
  return { status, said: stdout + stderr };
}

for (const name of SERVER_NAMES) {
  describe(name, () => {
    for (const prefix of ["", "/api"]) {
      test(`the metrics are for this machine alone${prefix && ", under a prefix"}`, async () => {
        const server = await startServer(name, { env: environment({ API_PREFIX: prefix }), table, mounted: prefix !== "" });
        try {
          const path = `${prefix}/metrics`;
          const here = await server.request("GET", path);
          // Its workers share nothing unless they are told where.
          const expected = name === "Apache, mod_fcgid" ? 503 : 200;
          assert.equal(here.status, expected, here.text);
          if (expected === 200) {
            assert.equal(here.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
            // The worker of an earlier request may still be counting it.
            assert.match(here.text, /^o2s_medusa_workers\{state="busy"\} [1-9]/m);
          }
          const disguised = [`${path}/`, `${path}?x=1`, `${prefix}/%6detrics`, `${prefix}/metric%73`, `${prefix}/x/../metrics`];
          for (const method of ["GET", "HEAD"])
            for (const target of [path, ...disguised, `${prefix}//metrics`, `${prefix}/metrics/.`]) {
              const { status, text } = await server.request(method, target, { from: ELSEWHERE });
              assert.ok([FORBIDDEN, 404, 400].includes(status), `${method} ${target}: ${status} ${text}`);
              assert.doesNotMatch(text, /o2s_medusa_/);
            }
          assert.equal((await server.request("GET", path, { from: ELSEWHERE })).status, FORBIDDEN);
          assert.equal((await server.request("GET", `${prefix}/healthz`, { from: ELSEWHERE })).status, 200);
        } finally {
          await server.stop();
        }
      });
    }
  });
}

/** The job that the comment of the alert rules gives, for a server on this port. */
function jobOfTheRules(port) {
  const comment = readFileSync(RULES, "utf8").split("\n").filter((line) => line.startsWith("#   "));
  const job = comment.map((line) => line.slice("#   ".length)).join("\n");
  assert.match(job, /127\.0\.0\.1:8080/);
  return job.replace("127.0.0.1:8080", `127.0.0.1:${port}`);
}

/** Starts Prometheus with the job and the alert rules; gives {query(expression), get(path)}. */
async function startPrometheus(workspace, job) {
  const configuration = join(workspace.folder, "prometheus.yml");
  const global = "global: {scrape_interval: 100ms, scrape_timeout: 100ms, evaluation_interval: 100ms}";
  writeFileSync(configuration, `${global}\nrule_files: [${RULES}]\n${job}\n`);
  const port = await freePort();
  workspace.start("Prometheus", "prometheus", [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(workspace.folder, "prometheus")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ]);
  async function get(path) {
    const { status, text } = await send(port, "GET", path);
    assert.equal(status, 200, `${path}: ${text}`);
    return JSON.parse(text).data;
  }
  const isReady = () => send(port, "GET", "/-/ready").then(({ status }) => status === 200, () => false);
  await until("Prometheus", isReady, PATIENCE);
  const query = async (expression) => (await get(`/api/v1/query?query=${encodeURIComponent(expression)}`)).result;
  return { get, query };
}

describe("of a pool behind nginx", () => {
  let server;
  let metrics;
  before(async () => {
    server = await startServer("nginx", { env: environment(), table });
    assert.equal((await server.request("GET", "/x")).status, 200);
    metrics = (await server.request("GET", "/metrics")).text;
  });
  after(() => server?.stop());

  test("promtool finds nothing wrong with them", () => {
    assert.deepEqual(promtool(["check", "metrics"], metrics), { status: 0, said: "" });
  });

  test("promtool finds something wrong with a metric that has no unit of Prometheus'", () => {
    const { status, said } = promtool(["check", "metrics"], metrics.replaceAll("_seconds", "_milliseconds"));
    assert.notEqual(status, 0);
    assert.match(said, /use base unit "seconds"/);
  });

  test("promtool finds nothing wrong with the alert rules", () => {
    const { status, said } = promtool(["check", "rules", RULES]);
    assert.equal(status, 0, said);
  });

  // Prometheus adds these labels.
  const OF_THE_TARGET = ["instance", "job"];

  /** The names with their labels that the metrics have. */
  function known() {
    const samples = [...metrics.matchAll(/^(o2s_medusa_\w+)(?:\{(.*)\})? \S+$/gm)];
    const labels = new Map();
    for (const [, name, list] of samples)
      labels.set(name, new Set([...(list ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label)));
    return labels;
  }

  for (const [what, file] of [
    ["alert rules", RULES],
    ["dashboard", DASHBOARD],
  ])
    test(`each metric and label that the ${what} name is there`, () => {
      // In the dashboard's JSON, quotes are escaped.
      const text = readFileSync(file, "utf8").replaceAll('\\"', '"');
      const labels = known();
      const used = [...text.matchAll(/\b(o2s_medusa_\w+)(?:\{([^}]*)\})?/g)];
      assert.ok(used.length > 5);
      for (const [, name, list = ""] of used) {
        assert.ok(labels.has(name), `${name} is no metric`);
        for (const [, label] of list.matchAll(/(\w+)(?:=~?|!=|!~)"/g))
          assert.ok(OF_THE_TARGET.includes(label) || labels.get(name).has(label), `${name} has no label ${label}`);
      }
      for (const [, list] of text.matchAll(/\bby \(([^)]*)\)/g))
        for (const label of list.split(/, */))
          assert.ok(
            OF_THE_TARGET.includes(label) || [...labels.values()].some((all) => all.has(label)),
            `no metric has the label ${label}`,
          );
    });

  test("the dashboard shows every metric", () => {
    const { panels } = JSON.parse(readFileSync(DASHBOARD, "utf8"));
    const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
    const families = [...metrics.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
    // The number of busy workers is shown, and the version is what the instances are found by.
    const left = ["o2s_medusa_requests_in_progress", "o2s_medusa_build_info"];
    assert.deepEqual(families.filter((name) => !shown.includes(name)).sort(), left.sort());
  });

  test("Prometheus reads them, by the job and the rules of deploy/monitoring, and has the same counts", async () => {
    const prometheus = await startPrometheus(workspace, jobOfTheRules(server.port));
    const requests = 'o2s_medusa_requests_total{job="o2s-medusa",route="/x",status="2xx"}';
    const has = async (expression, value) => {
      const [sample] = await prometheus.query(expression);
      return sample && Number(sample.value[1]) === value;
    };
    await until("The first scrape", () => has('up{job="o2s-medusa"}', 1), PATIENCE);
    await until("The count of a request", () => has(requests, 1), PATIENCE);
    for (let i = 0; i < 10; i++) assert.equal((await server.request("GET", "/x")).status, 200);
    await until("The count of ten requests more", () => has(requests, 11), PATIENCE);

    const { panels } = JSON.parse(readFileSync(DASHBOARD, "utf8"));
    for (const { expr } of panels.flatMap(({ targets }) => targets))
      await prometheus.query(expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"));
    const loaded = async () => {
      const { groups } = await prometheus.get("/api/v1/rules");
      const rules = groups.flatMap(({ rules }) => rules);
      return rules.length && rules.every(({ health }) => health !== "unknown") && rules;
    };
    const rules = await until("An evaluation of the rules", loaded, PATIENCE);
    for (const { name, health, lastError } of rules) assert.equal(health, "ok", `${name}: ${lastError}`);
  });

  test("the guide gives the same job", () => {
    assert.ok(readFileSync(GUIDE, "utf8").includes(jobOfTheRules(8080)));
  });

  test("o2s-medusa status has the same figures", async () => {
    const { status, stdout } = runProgram(["status", "--json", "--status", join(server.folder, "status")]);
    assert.equal(status, 0);
    const pool = JSON.parse(stdout);
    assert.equal(pool.workers.length, 4);
    assert.equal(pool.idle + pool.busy, 4);
    const served = pool.workers.reduce((sum, { requests }) => sum + requests, 0);
    assert.equal(served, pool.requests);
    assert.ok(pool.workers.every(({ memory, pid }) => memory > 0 && pid > 1));
    assert.deepEqual(pool.circuits, [{ upstream: "store", state: "closed" }]);
  });
});
