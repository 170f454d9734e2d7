/* The gateway beside the same two routes in LuaJIT within nginx, and in Node.js: by turns, before the same stand-in. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startNginx } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { ASKED, PAGE } from "./bodies.mjs";
import { CONNECTIONS } from "./comparison.mjs";
import { decimals, whole } from "./report.mjs";
import { CART, NGINX, productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { byTurns, medians, ratioOf } from "./turns.mjs";
import { load } from "./wrk.mjs";

const SOURCES = fileURLToPath(new URL("peers", import.meta.url));
const START_DEADLINE = 10_000;

const ROUTES = [
  { name: "GET /carts/:id", path: CART },
  { name: `GET /products?limit=${PAGE}`, path: productsPath(PAGE) },
];
const PROXY = "proxy_pass";
const OURS = "o2s-medusa";

export const needsBodies = true;
/** Only measured if asked for. */
export const optional = true;

/** gives a list of {name, results: [{server, perSecond, p50, p99, share, ours}]}: of proxy_pass, and ours beside it */
export async function measure({ bodies, rounds, seconds, workers, onProgress }) {
  const standIn = await startStandInAndProxy(join(bodies, ASKED));
  const workspace = openWorkspace();
  try {
    const pool = await startPool({ url: standIn.url, workers });
    try {
      const ports = { [PROXY]: standIn.port, [OURS]: pool.port, ...(await startPeers(workspace, standIn.url)) };
      const rows = [];
      for (const { name, path } of ROUTES) {
        onProgress(`${name} and its peers, ${rounds} rounds`);
        await checkAnswers(path, ports);
        rows.push({ name, results: await compare({ path, ports, rounds, seconds }) });
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

/** gives the ports of the peers, by name */
async function startPeers(workspace, url) {
  const lua = await startLua(workspace, url);
  const node = await freePort();
  const log = join(workspace.folder, "node.log");
  workspace.start("Node.js", process.execPath, [join(SOURCES, "server.mjs"), String(node), url, log]);
  const ports = { "nginx with LuaJIT": lua, "Node.js": node };
  for (const [name, port] of Object.entries(ports)) {
    const answers = async () => (await send(port, "GET", CART).catch(() => null))?.status === 200;
    await until(`The first answer of ${name}`, answers, { deadline: START_DEADLINE });
  }
  return ports;
}

async function startLua(workspace, url) {
  const root = process.env.O2S_BENCH_PEERS;
  if (!root) throw new Error("the peers need nginx's module for Lua: start this by tests/bench/run --peers");
  const libraries = librariesOf(root);
  const port = await freePort();
  const modules = ["ndk_http_module.so", "ngx_http_lua_module.so"];
  startNginx(workspace, "lua", luaSite({ port, url, root, libraries }), {
    ...NGINX,
    modules: modules.map((name) => join(root, "usr/lib/nginx/modules", name)),
    env: { LD_LIBRARY_PATH: libraries },
  });
  return port;
}

/** The folder of the unpacked packages' libraries, which has the name of the machine's architecture. */
function librariesOf(root) {
  const folders = readdirSync(join(root, "usr/lib")).map((name) => join(root, "usr/lib", name));
  return folders.find((folder) => existsSync(join(folder, "lua")));
}

const luaSite = ({ port, url, root, libraries }) => `
    lua_package_path "${SOURCES}/?.lua;${root}/usr/share/lua/5.1/?.lua;;";
    lua_package_cpath "${libraries}/lua/5.1/?.so;;";
    init_by_lua_block { gateway = require "gateway" }
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
        location /medusa/ {
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

/** Throws unless every peer gives the same JSON. */
async function checkAnswers(path, ports) {
  const { [PROXY]: _, [OURS]: ours, ...peers } = ports;
  const expected = await send(ours, "GET", path);
  assert.equal(expected.status, 200, expected.text);
  for (const [name, port] of Object.entries(peers)) {
    const { status, body } = await send(port, "GET", path);
    assert.deepEqual({ status, body }, { status: 200, body: expected.body }, `GET ${path} by ${name}`);
  }
}

async function compare({ path, ports, rounds, seconds }) {
  const servers = Object.keys(ports);
  const ask = (server) => load({ port: ports[server], path, seconds, connections: CONNECTIONS });
  // Compilers at run time need a while.
  for (const server of servers) await ask(server);
  const asks = Object.fromEntries(servers.map((server) => [server, () => ask(server)]));
  const results = await byTurns(asks, rounds);
  return servers.map((server) => ({
    ...{ server, ...medians(results[server]) },
    share: ratioOf(results[server], results[PROXY]),
    ours: ratioOf(results[OURS], results[server]),
  }));
}

export function report(rows, { rounds, seconds }) {
  return {
    sections: rows.map(({ name, results }) => ({
      title: `${name}, and peers`,
      notes: [
        `wrk with ${CONNECTIONS} connections that stay open, ${rounds} rounds of ${seconds} s each by turns, medians;`,
        "each gives the same JSON and writes a line of a log for each request. Node.js has no nginx in front of it.",
      ],
      columns: ["", "requests/s", "p50", "p99", "of proxy_pass", "o2s-medusa / it"],
      rows: results.map(({ server, perSecond, p50, p99, share, ours }) => [
        ...[server, whole(perSecond), decimals(p50), decimals(p99)],
        ...[decimals(share, 3), decimals(ours)],
      ]),
    })),
  };
}
