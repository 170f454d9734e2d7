/*
 * Web servers with the files of deploy/, and the same set to keep their connections to the workers, before pools of one
 * and two workers: no request waits for a connection that another one keeps, and none reaches the upstream twice. With
 * the files as they are none is lost; otherwise a web server may lose one by sending it on a connection that is being
 * closed: it has not been executed then.
 *
 * O2S_KEPT_REQUESTS: how many requests for each web server and pool (default 300).
 */
import assert from "node:assert/strict";
import http from "node:http";
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { json, startStandIn } from "../e2e/standin.mjs";
import { startServer } from "./servers.mjs";

const REQUESTS = Number(process.env.O2S_KEPT_REQUESTS ?? 300);
const CLIENTS = 8;
// A worker that waits on a kept connection makes others wait for as long as the web server does: 60 s.
const LONGEST = 5000;

const TABLE = `
upstreams:
  things: {url: "\${THINGS_URL}", public: true, timeout: 10s}
routes:
  GET /healthz: {answer: {ok: true}}
  GET /things/{id}:
    steps: [{thing: "GET things/{$path.id}"}]
    answer: {id: $thing.id}
  POST /things/{id}:
    body: {type: object}
    steps: [{thing: "POST things/{$path.id}", body: $body}]
    answer: {id: $thing.id}
`;

const KEEPING = {
  nginx: {
    name: "nginx",
    edits: [
      ["server {", "upstream workers { server unix:/run/o2s-medusa/o2s-medusa.sock; keepalive 16; }\nserver {"],
      ["fastcgi_pass unix:/run/o2s-medusa/o2s-medusa.sock;", "fastcgi_pass workers; fastcgi_keep_conn on;"],
    ],
  },
  HAProxy: { name: "HAProxy", edits: [["no option keep-conn", "option keep-conn"]] },
  Apache: { name: "Apache, mod_proxy_fcgi", edits: [["timeout=60", "timeout=60 enablereuse=on"]] },
};

let upstream;
let folder;
before(async () => {
  upstream = await startUpstream();
  folder = mkdtempSync(join(tmpdir(), "o2s-kept-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "routes.yaml"), TABLE);
});
after(async () => {
  await upstream?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

/** Counts its requests by path. */
async function startUpstream() {
  const counts = new Map();
  const standIn = await startStandIn(({ method, url }, response) => {
    const key = `${method} ${url}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    json(response, 200, { id: url.split("/").pop() });
  });
  return { ...standIn, counts };
}

/** gives {status, id, time}; status 0: no answer */
function ask(agent, port, method, path) {
  const body = method === "POST" ? JSON.stringify({ text: "x".repeat(200) }) : undefined;
  const headers = body && { "content-type": "application/json", "content-length": body.length };
  const began = performance.now();
  const after = (answer) => ({ ...answer, time: performance.now() - began });
  return new Promise((resolve) => {
    const request = http.request({ host: "127.0.0.1", port, method, path, agent, headers });
    request.on("error", ({ code }) => resolve(after({ status: 0, id: code })));
    request.on("response", async (response) => {
      let text = "";
      try {
        for await (const chunk of response) text += chunk;
        resolve(after({ status: response.statusCode, id: /"id":"([^"]*)"/.exec(text)?.[1] ?? text }));
      } catch ({ code }) {
        resolve(after({ status: 0, id: code }));
      }
    });
    request.end(body);
  });
}

/** gives {lost: [{method, path, status, id}], times: [ms], repeated: [path]} */
async function load(port, prefix) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const lost = [];
  const times = [];
  let next = 0;
  const client = async () => {
    while (next < REQUESTS) {
      const number = next++;
      const method = number % 3 === 2 ? "POST" : "GET";
      const { status, id, time } = await ask(agent, port, method, `/things/${prefix}-${number}`);
      times.push(time);
      if (status !== (method === "POST" ? 201 : 200) || id !== `${prefix}-${number}`)
        lost.push({ method, path: `/things/${prefix}-${number}`, status, id: id.slice(0, 60) });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  const repeated = [...upstream.counts].filter(([key, count]) => key.includes(`/${prefix}-`) && count > 1);
  return { lost, times: times.sort((a, b) => a - b), repeated };
}

for (const [server, { name, edits }] of Object.entries(KEEPING)) {
  describe(server, () => {
    for (const [workers, keeps] of [[1, false], [2, false], [1, true], [2, true]]) {
      test(`${keeps ? "keeping connections" : "as deployed"}, a pool of ${workers}`, { timeout: 1_800_000 }, async (context) => {
        const prefix = `${server}-${workers}-${keeps}`.toLowerCase();
        const env = { THINGS_URL: upstream.url, LOG_LEVEL: "warn" };
        const table = join(folder, "routes.yaml");
        const running = await startServer(name, { env, workers, table, edits: keeps ? edits : [] });
        try {
          const { lost, times, repeated } = await load(running.port, prefix);
          const [median, longest] = [times[times.length >> 1], times.at(-1)];
          context.diagnostic(
            `${times.length} requests, ${lost.length} lost, ${repeated.length} sent twice; ` +
              `median ${median.toFixed(1)} ms, longest ${longest.toFixed(0)} ms`,
          );
          assert.deepEqual(repeated, []);
          assert.deepEqual(lost.filter(({ method, path }) => !keeps || upstream.counts.has(`${method} ${path}`)), []);
          assert.ok(lost.length <= REQUESTS / 20, `${lost.length} lost`);
          assert.ok(longest < LONGEST, `an answer took ${longest.toFixed(0)} ms`);
        } finally {
          await running.stop();
        }
      });
    }
  });
}
