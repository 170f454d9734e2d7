/* The gateway beside the same two routes in LuaJIT within nginx, and in Node.js: by turns, before the same stand-in. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childrenOf, freePort, startNginx } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { ASKED, PAGE } from "./bodies.mjs";
import { startRecorder } from "./calls.mjs";
import { CONNECTIONS } from "./comparison.mjs";
import { cpuTime } from "./processes.mjs";
import { decimals, whole } from "./report.mjs";
import { CART, NGINX, productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { sum } from "./statistics.mjs";
import { byTurns, medians, ratioOf } from "./turns.mjs";
import { load } from "./wrk.mjs";

const SOURCES = fileURLToPath(new URL("peers", import.meta.url));
const START_DEADLINE = 10_000;
// Seconds: compilers at run time need a while.
const WARM_UP = 5;

const PROXY = "proxy_pass";
const OURS = "o2s-medusa";
const LUA = "nginx with LuaJIT";
const NODE = "Node.js";

// `call` is the name under which the peers get the gateway's call; in its text, `hole` replaces `given`, and the peers
// put in the value of the request. `goals`: the least ratio of requests per second to that peer.
const ROUTES = [
  {
    ...{ name: "GET /carts/:id", path: CART, call: "cart", given: CART.split("/").at(-1), hole: "{id}" },
    goals: { [LUA]: 0.8 },
  },
  {
    ...{ name: `GET /products?limit=${PAGE}`, path: productsPath(PAGE) },
    ...{ call: "products", given: `limit=${PAGE}`, hole: "limit={limit}" },
    goals: { [LUA]: 2, [NODE]: 1.5 },
  },
];

export const needsBodies = true;
/** Only measured if asked for. */
export const optional = true;

/*
 * A server is {port, processes()}: the ids of all that belong to it.
 */

/**
 * gives a list of {name, results: [{server, perSecond, p50, p99, share, ours, cpu}]}: of proxy_pass, and ours beside it;
 * microseconds of CPU for a request, of nginx and of all else but Medusa and the load
 */
export async function measure({ bodies, rounds, seconds, workers, quick, onProgress }) {
  const standIn = await startStandInAndProxy(join(bodies, ASKED));
  const workspace = openWorkspace();
  try {
    const calls = await checkPeers(standIn.url);
    const pool = await startPool({ url: standIn.url, workers });
    try {
      const servers = {
        [PROXY]: { port: standIn.port, processes: () => familyOf(standIn.proxy) },
        [OURS]: { port: pool.port, processes: () => [...familyOf(pool.nginx), ...pool.workers] },
        ...(await startPeers(workspace, standIn.url, calls)),
      };
      const rows = [];
      for (const { name, path } of ROUTES) {
        onProgress(`${name} and its peers, ${rounds} rounds`);
        const warmUp = quick ? seconds : WARM_UP;
        rows.push({ name, results: await compare({ path, servers, rounds, seconds, warmUp }) });
      }
      return rows;
    } finally {
      await pool.stop();
    }
  } finally {
    await workspace.close();
    await standIn.stop();
  }
}

/**
 * Throws unless every peer asks Medusa for the same as the gateway does, and makes the same JSON of what it answers.
 * gives the gateway's calls, as peers are told them: {cart, products}, paths with a hole
 */
async function checkPeers(url) {
  const recorder = await startRecorder(url);
  const workspace = openWorkspace();
  try {
    const expected = await exchangesOfGateway(recorder);
    const calls = Object.fromEntries(ROUTES.map((route, index) => [route.call, callWithHole(route, expected[index])]));
    for (const [name, { port }] of Object.entries(await startPeers(workspace, recorder.url, calls))) {
      for (const [index, { path }] of ROUTES.entries()) {
        assert.deepEqual(await recorder.exchange(port, path), expected[index], `GET ${path} by ${name}`);
      }
    }
    return calls;
  } finally {
    await workspace.close();
    await recorder.stop();
  }
}

/** What the gateway asks and answers, for each of ROUTES. */
async function exchangesOfGateway(recorder) {
  const pool = await startPool({ url: recorder.url, workers: 1 });
  try {
    const exchanges = [];
    for (const { path } of ROUTES) exchanges.push(await recorder.exchange(pool.port, path));
    return exchanges;
  } finally {
    await pool.stop();
  }
}

function callWithHole({ path, given, hole }, { status, calls }) {
  const parts = calls[0]?.url.split(given);
  if (status !== 200 || calls.length !== 1 || parts.length !== 2) {
    throw new Error(`GET ${path}: ${status}, not by one call with ${given} once: ${JSON.stringify(calls)}`);
  }
  return parts.join(hole);
}

const familyOf = (pid) => [pid, ...childrenOf(pid)];

/** Starts the peers, which make these calls at `url`. gives them, as servers by name */
async function startPeers(workspace, url, calls) {
  const peers = { [LUA]: await startLua(workspace, url, calls), [NODE]: await startNode(workspace, url, calls) };
  for (const [name, { port }] of Object.entries(peers)) {
    const answers = async () => (await send(port, "GET", CART).catch(() => null))?.status === 200;
    await until(`The first answer of ${name}`, answers, { deadline: START_DEADLINE });
  }
  return peers;
}

async function startNode(workspace, url, { cart, products }) {
  const port = await freePort();
  const args = [join(SOURCES, "server.mjs"), String(port), url, join(workspace.folder, "node.log"), cart, products];
  const { pid } = workspace.start("Node.js", process.execPath, args).child;
  return { port, processes: () => familyOf(pid) };
}

async function startLua(workspace, url, calls) {
  const root = process.env.O2S_BENCH_PEERS;
  if (!root) throw new Error("the peers need nginx's module for Lua: start this by tests/bench/run --peers");
  const libraries = librariesOf(root);
  const port = await freePort();
  const modules = ["ndk_http_module.so", "ngx_http_lua_module.so"];
  const pid = startNginx(workspace, "lua", luaSite({ port, url, root, libraries, calls }), {
    ...NGINX,
    modules: modules.map((name) => join(root, "usr/lib/nginx/modules", name)),
    env: { LD_LIBRARY_PATH: libraries },
  });
  return { port, processes: () => familyOf(pid) };
}

/** The folder of the unpacked packages' libraries, which has the name of the machine's architecture. */
function librariesOf(root) {
  const folders = readdirSync(join(root, "usr/lib")).map((name) => join(root, "usr/lib", name));
  return folders.find((folder) => existsSync(join(folder, "lua")));
}

const luaSite = ({ port, url, root, libraries, calls: { cart, products } }) => `
    lua_package_path "${SOURCES}/?.lua;${root}/usr/share/lua/5.1/?.lua;;";
    lua_package_cpath "${libraries}/lua/5.1/?.so;;";
    init_by_lua_block { gateway = require("gateway")("${cart}", "${products}") }
    upstream medusa {
        server ${new URL(url).host};
        keepalive 32;
        keepalive_requests 1000000;
    }
    keepalive_requests 1000000;
    log_format line escape=json '{"time":"$time_iso8601","method":"$request_method","uri":"$request_uri",'
        '"status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,"request":"$request_id"}';
    server {
        listen 127.0.0.1:${port};
        access_log requests.log line;
        location /carts/ { content_by_lua_block { gateway.cart() } }
        location = /products { content_by_lua_block { gateway.products() } }
        location /store/ {
            internal;
            proxy_pass http://medusa/store/;
            proxy_http_version 1.1;
            proxy_pass_request_headers off;
            proxy_set_header Connection "";
            proxy_set_header x-publishable-api-key pk_bench;
            proxy_buffers 32 16k;
        }
    }
`;

async function compare({ path, servers, rounds, seconds, warmUp }) {
  const names = Object.keys(servers);
  const ask = ({ port }, time) => load({ port, path, seconds: time, connections: CONNECTIONS });
  for (const name of names) await ask(servers[name], warmUp);
  const askWithCpu = async (server) => {
    const before = cpuTime(server.processes());
    const result = await ask(server, seconds);
    return { ...result, cpu: cpuTime(server.processes()) - before };
  };
  const asks = Object.fromEntries(names.map((name) => [name, () => askWithCpu(servers[name])]));
  const results = await byTurns(asks, rounds);
  return names.map((name) => ({
    ...{ server: name, ...medians(results[name]) },
    share: ratioOf(results[name], results[PROXY]),
    ours: ratioOf(results[OURS], results[name]),
    cpu: sum(results[name].map(({ cpu }) => cpu)) / sum(results[name].map(({ requests }) => requests)),
  }));
}

export function report(rows, { rounds, seconds }) {
  return {
    sections: rows.map(({ name, results }) => ({
      title: `${name}, and peers`,
      notes: [
        `wrk with ${CONNECTIONS} connections that stay open, ${rounds} rounds of ${seconds} s each by turns, medians;`,
        "each makes the gateway's call, gives the same JSON and writes a line of a log for each request.",
        "Node.js has no nginx in front of it. It does the gateway's mapping of the answer to the gateway's call: it is not",
        "O2S's own integration, which asks Medusa for more.",
        "CPU in microseconds of all processes but Medusa's stand-in and wrk for a request.",
      ],
      columns: ["", "requests/s", "p50", "p99", "of proxy_pass", "o2s-medusa / it", "CPU"],
      rows: results.map(({ server, perSecond, p50, p99, share, ours, cpu }) => [
        ...[server, whole(perSecond), decimals(p50), decimals(p99)],
        ...[decimals(share, 3), decimals(ours), whole(cpu)],
      ]),
    })),
    goals: ROUTES.flatMap(({ name, goals }) => goalsOf(name, goals, rows.find((row) => row.name === name).results)),
  };
}

function goalsOf(name, goals, results) {
  return Object.entries(goals).map(([peer, least]) => {
    const { ours } = results.find(({ server }) => server === peer);
    return {
      ...{ what: `${name}, of ${peer}`, goal: `at least ${decimals(least)}`, value: decimals(ours) },
      ...{ holds: ours >= least, decides: true },
    };
  });
}
