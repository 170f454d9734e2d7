/*
 * What is measured, and what stands in Medusa's place: nginx with the recorded bodies, nginx with plain `proxy_pass` to
 * it, nginx with the workers. All nginx have the same number of processes.
 */
import { chmodSync, truncateSync } from "node:fs";
import { freePort, startGateway, startNginx } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";

/** Paths of the gateway that the stand-in can answer the calls of. */
export const CART = "/carts/cart_01JZZZZZZZZZZZZZZZZZZZZZZZ";
export const productsPath = (count) => `/products?limit=${count}`;

/** One process for each of two cores. */
export const NGINX = { processes: 2, connections: 1024 };

const START_DEADLINE = 10_000;

/** The environment of workers whose Medusa is a stand-in: what it is told it never looks at. */
export function environmentFor(url) {
  return {
    MEDUSAJS_BASE_URL: url,
    MEDUSAJS_PUBLISHABLE_API_KEY: "pk_bench",
    DEFAULT_CURRENCY: "EUR",
    DEFAULT_REGION_ID: "reg_bench",
    LOG_LEVEL: "info",
  };
}

/**
 * Starts nginx in Medusa's place, which answers with the bodies in `bodies`, and nginx that passes on to it what it is
 * asked.
 * gives {url, port, proxy, stop()}: the stand-in's URL; the other's port and the id of its first process
 */
export async function startStandInAndProxy(bodies) {
  const workspace = openWorkspace();
  try {
    const [standIn, proxy] = [await freePort(), await freePort()];
    // The processes of nginx may run as another user.
    chmodSync(bodies, 0o755);
    startNginx(workspace, "stand-in", standInSite(standIn, bodies), NGINX);
    const first = startNginx(workspace, "proxy", proxySite(proxy, standIn), NGINX);
    await until("The first answer through proxy_pass", () => answers(proxy, "/carts/any"), {
      deadline: START_DEADLINE,
    });
    return { url: `http://127.0.0.1:${standIn}`, port: proxy, proxy: first, stop: () => workspace.close() };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function answers(port, path) {
  const answer = await send(port, "GET", path).catch(() => null);
  return answer && answer.status < 500;
}

const standInSite = (port, bodies) => `
    open_file_cache max=100 inactive=1h;
    open_file_cache_valid 1h;
    keepalive_requests 1000000;
    sendfile on;
    types {}
    default_type application/json;
    server {
        listen 127.0.0.1:${port};
        root ${bodies};
        location = /store/products { try_files /products-$arg_limit.json =404; }
        location /store/carts/ { try_files /cart.json =404; }
    }
`;

// As plain as it gets, but for the connections to the stand-in, which are kept.
const proxySite = (port, standIn) => `
    upstream medusa {
        server 127.0.0.1:${standIn};
        keepalive 32;
        keepalive_requests 1000000;
    }
    keepalive_requests 1000000;
    server {
        listen 127.0.0.1:${port};
        location / {
            proxy_pass http://medusa/store/;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
`;

/**
 * Starts nginx with workers, as harness.mjs does, whose Medusa is at `url`. Each request is a line in a log file.
 * options: workers, env, site, table, single, under (see startGateway())
 * gives {port, nginx (of its first process), workers (process ids), log (that file), forgetLog(), stop()}: forgetLog()
 * makes the file empty again
 */
export async function startPool({ url, env, ...options }) {
  const gateway = await startGateway({ ...options, nginx: NGINX, env: { ...environmentFor(url), ...env } });
  return {
    ...{ port: gateway.port, nginx: gateway.nginx, workers: gateway.workers },
    ...{ log: gateway.logFile, stop: gateway.stop },
    forgetLog: () => truncateSync(gateway.logFile),
  };
}
