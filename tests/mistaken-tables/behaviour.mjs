/*
 * What a table does: what its worker answers to each of the requests, and which calls it makes for that.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { converse, outputOf, wholeRequest } from "../deploy/fastcgi.mjs";
import { startStandIn } from "../e2e/standin.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { REQUESTS } from "./requests.mjs";
import { respond } from "./upstream.mjs";

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const DEADLINE = 15_000;
const PREFIX = "/api";
// Of a call's headers those that are others each time.
const CHANGING = new Set(["traceparent", "host", "connection"]);

/** The requests with their rank among those to the same route. */
const RANKED = REQUESTS.map((request, index) => ({
  request,
  index,
  rank: REQUESTS.slice(0, index).filter((other) => kindOf(other) === kindOf(request)).length,
}));

function kindOf({ method, target }) {
  const [, first, second, third] = target.split("?")[0].split("/");
  return [method, first, second && third].join(" ");
}

// With the fewest variables, a part of them will do: what differs is what a request names, and else its default.
const isEnough = ({ rank }) => rank < 4 || rank % 4 === 0;

/** The environments of the workers: with all that can be set, and with as little as there may be. */
export function environmentsOf(url) {
  const least = {
    PATH: process.env.PATH,
    MEDUSAJS_BASE_URL: url,
    MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
    DEFAULT_CURRENCY: "eur",
  };
  const full = {
    ...least,
    MEDUSAJS_ADMIN_API_KEY: "sk_test",
    DEFAULT_REGION_ID: "reg_eur",
    DEFAULT_SALES_CHANNEL_ID: "sc_1",
    DEFAULT_LOCALE: "en-US",
    SUPPORTED_LOCALES: "en-US,de,aa,bb,cc,dd,ee,ff",
    SUPPORTED_CURRENCIES: "eur, usd",
    FRONT_BASE_URLS: "http://shop.example,https://www.shop.example",
    API_PREFIX: PREFIX,
  };
  return { full, least };
}

/**
 * gives
 *   environment    that of the worker with everything set, for `check`
 *   begin(text)    makes this table the one that others are compared with; gives what it does for each of REQUESTS
 *   difference(text, route)    where another table behaves otherwise: {request, expected, actual}, or null; the
 *                  requests to `route` ("GET /carts/{id}"), if there is one, are made first
 *   stop()
 */
export async function openBehaviour(program, table) {
  const standIn = await startStandIn(respond);
  const workspace = openWorkspace();
  const stop = async () => {
    await workspace.close();
    // A table with a mistake may send credentials where they do not belong.
    await standIn.stop().catch(() => {});
  };
  const workers = [];
  try {
    for (const [name, env] of Object.entries(environmentsOf(standIn.url)))
      workers.push(await startWorker(workspace, program, { name, env, table }));
  } catch (error) {
    await stop();
    throw error;
  }
  const { environment } = workers[0];

  async function exchange({ socket, prefix }, request) {
    standIn.requests.length = 0;
    const { records } = await converse(socket, bytesOf(request, prefix));
    const { head, text } = outputOf(records);
    const calls = standIn.requests.map(callOf).sort();
    return `${withoutVersion(head)}\n\n${withoutVersion(text)}\n${calls.join("\n")}`;
  }

  // Those of the route that was changed first, then one of each route, another one of each, and so on.
  const order = (requests, route) => {
    const pattern = route && new RegExp(`^${route.replace(/\{\w+\}/g, "[^/?]+")}(\\?|$)`);
    const isFirst = ({ method, target }) => Number(Boolean(pattern?.test(`${method} ${target}`)));
    return [...requests].sort((a, b) => isFirst(b.request) - isFirst(a.request) || a.rank - b.rank);
  };
  const expected = new Map();

  async function begin(text) {
    for (const worker of workers) {
      const refusal = await worker.load(text);
      if (refusal) throw new Error(refusal);
      const answers = [];
      for (const { request, index } of worker.requests) answers[index] = await exchange(worker, request);
      expected.set(worker, answers);
    }
    return expected.get(workers[0]);
  }

  async function difference(text, route) {
    for (const worker of workers) {
      const refusal = await worker.load(text);
      if (refusal) return { request: `with the environment ${worker.name}`, expected: "a worker", actual: refusal };
      for (const { request, index } of order(worker.requests, route)) {
        const actual = await exchange(worker, request);
        const before = expected.get(worker)[index];
        if (actual !== before) return { request: shown(request), expected: before, actual };
      }
    }
    return null;
  }

  return { environment, begin, difference, stop };
}

async function startWorker(workspace, program, { name, env, table }) {
  const [file, log, socket] = ["yaml", "log", "sock"].map((suffix) => join(workspace.folder, `${name}.${suffix}`));
  writeFileSync(file, table);
  writeFileSync(log, "");
  const options = ["-n", "-s", socket, "-M", "0600", "--", program, "-f", file, "--log", log];
  const service = workspace.start("spawn-fcgi", "spawn-fcgi", options, { env });
  let failure;
  service.ended.then((why) => (failure = why ?? "it has ended"));
  const isUp = async () => {
    if (failure) throw service.fail(failure);
    if (!statSync(socket, { throwIfNoEntry: false })) return false;
    return (await converse(socket, bytesOf(REQUESTS[0]), { deadline: 1000 }).catch(() => null)) !== null;
  };
  await until("The worker's first answer", isUp, { deadline: DEADLINE });

  /** null, or why the worker refused the table. */
  async function load(text) {
    const from = statSync(log).size;
    writeFileSync(file, text);
    process.kill(service.child.pid, "SIGUSR2");
    const logged = () => readFileSync(log).subarray(from).toString("utf8");
    await until("The table", () => /the route table was (not )?reloaded/.test(logged()), {
      deadline: DEADLINE,
      every: 2,
    });
    const refused = /the route table was not reloaded/.test(logged());
    if (statSync(log).size > 1 << 20) writeFileSync(log, "");
    return refused ? logged() : null;
  }
  const requests = name === "least" ? RANKED.filter(isEnough) : RANKED;
  return { name, environment: env, socket, prefix: env.API_PREFIX, requests, load };
}

function bytesOf({ method, target, headers, body }, prefix = "") {
  const payload = body === undefined ? "" : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const variables = {
    REQUEST_METHOD: method,
    REQUEST_URI: prefix + target,
    HTTP_X_REQUEST_ID: "1",
    HTTP_TRACEPARENT: TRACE,
  };
  if (body !== undefined)
    Object.assign(variables, {
      CONTENT_TYPE: headers["content-type"] ?? "application/json",
      CONTENT_LENGTH: String(payload.length),
    });
  for (const [name, value] of Object.entries(headers))
    if (name !== "content-type") variables[`HTTP_${name.toUpperCase().replaceAll("-", "_")}`] = value;
  return wholeRequest(variables, payload);
}

function callOf({ method, url, headers, body }) {
  const kept = Object.entries(headers).filter(([name]) => !CHANGING.has(name));
  return JSON.stringify([method, url, kept.sort(), body]);
}

// GET /healthz has the version of the table, and so an entity tag of it.
const withoutVersion = (text) => text.replaceAll(/\b[0-9a-f]{16}\b/g, "<version>");

const shown = ({ method, target, headers, body }) =>
  `${method} ${target} ${JSON.stringify(headers)}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`;
