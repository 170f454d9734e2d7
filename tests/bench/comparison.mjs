/* The gateway beside plain `proxy_pass`, by turns, before the same stand-in. */
import { join } from "node:path";
import { send } from "../e2e/http.mjs";
import { ASKED, PAGE, WHOLE, sizeOf } from "./bodies.mjs";
import { cpuTime, privateMemory } from "./processes.mjs";
import { CART, NGINX, productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { decimals, kilobytes, megabytes, whole } from "./report.mjs";
import { median, sum } from "./statistics.mjs";
import { byTurns, medians, ratioOf } from "./turns.mjs";
import { load } from "./wrk.mjs";

const PRODUCTS = productsPath(PAGE);
export const CONNECTIONS = 32;

export const needsBodies = true;

// Of `ratio`, `aim` is what is worked for.
const ROUTES = [
  { name: "GET /carts/:id", path: CART, folder: ASKED, body: "cart.json", perSecond: 14_000, ratio: 0.25, aim: 0.36 },
  {
    name: "GET /products?limit=20",
    path: PRODUCTS,
    folder: WHOLE,
    body: `products-${PAGE}.json`,
    perSecond: 6500,
    ratio: 0.65,
    aim: 0.75,
  },
  { name: "GET /products?limit=20, fields as asked", path: PRODUCTS, folder: ASKED, body: `products-${PAGE}.json` },
];

/**
 * options: bodies (folder), rounds, seconds (of each measurement), workers
 * gives a list of {name, bytes, goal, proxy, gateway, ratio, cpu, memory}: `cpu` is the workers' microseconds a
 * request, `memory` the bytes that a worker has for itself
 */
export async function measure(options) {
  const rows = [];
  for (const route of ROUTES) {
    options.onProgress(`${route.name}, ${options.rounds} rounds`);
    rows.push(await compareRoute(route, options));
  }
  return rows;
}

async function compareRoute(route, { bodies, rounds, seconds, workers }) {
  const folder = join(bodies, route.folder);
  const standIn = await startStandInAndProxy(folder);
  try {
    const pool = await startPool({ url: standIn.url, workers });
    try {
      await checkAnswers(route, standIn.port, pool.port);
      const measured = await compare({ route, pool, proxyPort: standIn.port, rounds, seconds });
      return { name: route.name, bytes: sizeOf(folder, route.body), goal: goalOf(route), ...measured };
    } finally {
      await pool.stop();
    }
  } finally {
    await standIn.stop();
  }
}

const goalOf = ({ perSecond, ratio, aim }) => ratio && { perSecond, ratio, aim };

async function checkAnswers({ name, path }, proxyPort, poolPort) {
  for (const port of [proxyPort, poolPort]) {
    const { status, body, text } = await send(port, "GET", path);
    const sound = path === CART ? (body?.cart ?? body)?.items : (body?.products ?? body?.data)?.length === PAGE;
    if (status !== 200 || !sound) throw new Error(`${name}: ${status} ${text.slice(0, 300)}`);
  }
}

async function compare({ route: { path }, pool, proxyPort, rounds, seconds }) {
  const ask = (port, time = seconds) => load({ port, path, seconds: time, connections: CONNECTIONS });
  await ask(proxyPort, 1);
  await ask(pool.port, 1);
  const asks = { proxy: () => ask(proxyPort), gateway: () => withCpu(pool, () => ask(pool.port)) };
  const { proxy, gateway } = await byTurns(asks, rounds);
  return {
    proxy: medians(proxy),
    gateway: medians(gateway),
    ratio: ratioOf(gateway, proxy),
    cpu: sum(gateway.map(({ cpu }) => cpu)) / sum(gateway.map(({ requests }) => requests)),
    memory: median(pool.workers.map(privateMemory)),
  };
}

/** A load on a pool, with the CPU time that its workers took for it. */
export async function withCpu(pool, ask) {
  pool.forgetLog();
  const before = cpuTime(pool.workers);
  const result = await ask();
  return { ...result, cpu: cpuTime(pool.workers) - before };
}

export function report(rows, { workers, rounds, seconds }) {
  return {
    sections: [
      {
        title: "Beside proxy_pass",
        notes: [
          `wrk with ${CONNECTIONS} connections that stay open, ${rounds} rounds of ${seconds} s each by turns, medians;`,
          `${NGINX.processes} processes for each nginx, ${workers} workers, each request a line in a log file.`,
          "p50 and p99 in ms, CPU in microseconds of the workers for a request, memory that a worker shares with nobody.",
        ],
        columns: [
          "",
          "Medusa's answer",
          "proxy_pass /s",
          "p50",
          "p99",
          "workers /s",
          "p50",
          "p99",
          "ratio",
          "CPU",
          "memory",
        ],
        rows: rows.map(({ name, bytes, proxy, gateway, ratio, cpu, memory }) => [
          name,
          kilobytes(bytes),
          ...[proxy, gateway].flatMap(({ perSecond, p50, p99 }) => [whole(perSecond), decimals(p50), decimals(p99)]),
          ...[decimals(ratio, 3), whole(cpu), megabytes(memory)],
        ]),
      },
    ],
    goals: rows.filter(({ goal }) => goal).flatMap(goalsOf),
  };
}

function goalsOf({ name, goal, gateway, ratio }) {
  const perSecond = whole(goal.perSecond);
  const share = (least) => ({ goal: `at least ${decimals(least)}`, value: decimals(ratio, 3), holds: ratio >= least });
  return [
    { what: `${name}, of proxy_pass`, ...share(goal.ratio), decides: true },
    { what: `${name}, of proxy_pass: aim`, ...share(goal.aim), decides: false },
    {
      ...{ what: `${name}, requests/s`, goal: `at least ${perSecond}`, value: whole(gateway.perSecond) },
      ...{ holds: gateway.perSecond >= goal.perSecond, decides: false },
    },
  ];
}
