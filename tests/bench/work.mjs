/* What a request costs, in counts that the load of the machine does not change: system calls, instructions, and memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ASKED, PAGE, SIZES } from "./bodies.mjs";
import { countPerRequest, instructions, systemCalls } from "./counters.mjs";
import { restedMemory } from "./processes.mjs";
import { decimals, megabytes, whole } from "./report.mjs";
import { CART, productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { median, sum } from "./statistics.mjs";
import { load } from "./wrk.mjs";

/* The limits decide: a tenth above what was measured. Lower them when it has become less. */
const ROUTES = [
  {
    ...{ name: "GET /carts/:id", path: CART },
    limits: { calls: 13, instructions: 197_000 },
    aims: { calls: 11, instructions: 130_000 },
  },
  {
    ...{ name: `GET /products?limit=${PAGE}`, path: productsPath(PAGE) },
    limits: { calls: 13, instructions: 1_140_000 },
  },
];
const MEMORY = { limit: 3.2 * 2 ** 20, aim: 3 * 2 ** 20 };
const KEPT = { limit: 2 ** 16, aim: 2 ** 15 };

const WARM_UP = 5;
const REQUESTS = { calls: 200, instructions: 50 };
const COUNTERS = { calls: systemCalls, instructions };
const FORMATS = { calls: (number) => decimals(number, 1), instructions: whole };
// A worker shares the files that it maps with the others.
const POOL = 4;

export const needsBodies = true;

/**
 * gives {routes: [{name, limits, aims, calls, instructions}], memory: {small, large}}: `calls` and `instructions` are of
 * a request, {all, by}, where `by` has pairs of a name and a number; `memory` is the bytes that a worker at rest has for
 * itself, after answers of usual size and after the largest
 */
export async function measure({ bodies, onProgress }) {
  onProgress("System calls, instructions and memory");
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-work-"));
  const standIn = await startStandInAndProxy(join(bodies, ASKED));
  try {
    const kinds = Object.keys(COUNTERS);
    const warmUp = ROUTES.flatMap(({ path }) => Array(WARM_UP).fill(path));
    const loads = (kind) => ROUTES.map(({ path }) => ({ url: standIn.url, path, requests: REQUESTS[kind] }));
    // All of these at once: time does not matter.
    const [memory, ...counts] = await Promise.all([
      measureMemory(standIn.url),
      ...kinds.map((kind) => countPerRequest(COUNTERS[kind], loads(kind), { folder, warmUp })),
    ]);
    const routes = ROUTES.map(({ name, limits, aims }, route) => ({
      ...{ name, limits, aims },
      ...Object.fromEntries(kinds.map((kind, index) => [kind, counts[index][route]])),
    }));
    return { routes, memory };
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureMemory(url) {
  const pool = await startPool({ url, workers: POOL });
  const askFor = (path) => load({ port: pool.port, path, seconds: 1, connections: POOL });
  const rested = async () => median(await Promise.all(pool.workers.map(restedMemory)));
  try {
    for (const { path } of ROUTES) await askFor(path);
    const small = await rested();
    await askFor(productsPath(SIZES.at(-1)));
    return { small, large: await rested() };
  } finally {
    await pool.stop();
  }
}

export function report({ routes, memory }) {
  return {
    sections: [
      tableOf("System calls of a request", routes, "calls"),
      tableOf("Instructions of a request", routes, "instructions"),
      {
        title: "Memory of a worker",
        notes: [`Median of ${POOL}, at rest; what a worker shares with nobody.`],
        columns: ["", "memory"],
        rows: [
          ["after carts and products", megabytes(memory.small)],
          [`after ${SIZES.at(-1)} products`, megabytes(memory.large)],
        ],
      },
    ],
    goals: [...routes.flatMap(goalsOf), ...memoryGoals(memory)],
  };
}

function tableOf(title, routes, kind) {
  const names = [...new Set(routes.flatMap((route) => route[kind].by.map(([name]) => name)))];
  const rows = names.map((name) => [name, ...routes.map((route) => new Map(route[kind].by).get(name) ?? 0)]);
  rows.sort((a, b) => sum(b.slice(1)) - sum(a.slice(1)));
  rows.push(["all", ...routes.map((route) => route[kind].all)]);
  return {
    title,
    notes: [`One worker, with its log and its status file; the mean of ${REQUESTS[kind]} requests.`],
    columns: ["", ...routes.map(({ name }) => name)],
    rows: rows.map(([name, ...numbers]) => [name, ...numbers.map(FORMATS[kind])]),
  };
}

function goalsOf({ name, limits, aims = {}, ...counts }) {
  const words = { calls: "system calls", instructions: "instructions" };
  return Object.keys(limits).flatMap((kind) =>
    pairOf(`${name}, ${words[kind]}`, { limit: limits[kind], aim: aims[kind] }, counts[kind].all, FORMATS[kind]),
  );
}

function memoryGoals({ small, large }) {
  return [
    ...pairOf("Memory of a worker", MEMORY, small, megabytes),
    ...pairOf(`Memory kept after ${SIZES.at(-1)} products`, KEPT, large - small, megabytes),
  ];
}

/** The limit, which decides, and what is aimed at, if anything. */
function pairOf(what, { limit, aim }, value, format) {
  const goal = (most) => ({ what, goal: `at most ${format(most)}`, value: format(value), holds: value <= most });
  return [
    { ...goal(limit), decides: true, counted: true },
    ...(aim === undefined ? [] : [{ ...goal(aim), what: `${what}: aim`, decides: false, counted: true }]),
  ];
}
