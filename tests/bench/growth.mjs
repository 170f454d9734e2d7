/* Does the cost of an answer grow with its size, and no faster? Does the memory for it come back? */
import { join } from "node:path";
import { send } from "../e2e/http.mjs";
import { ASKED, SIZES, sizeOf } from "./bodies.mjs";
import { withCpu } from "./comparison.mjs";
import { privateMemory, restedMemory } from "./processes.mjs";
import { decimals, kilobytes, megabytes, whole } from "./report.mjs";
import { productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { median, sum } from "./statistics.mjs";
import { load } from "./wrk.mjs";

const MOST_GROWTH = 1.2;
const MOST_KEPT = 2 * 2 ** 20;

export const needsBodies = true;

/** gives {rows: [{products, bytes, answer, cpu, loaded, rested}], growth, kept} */
export async function measure({ bodies, rounds, seconds, onProgress }) {
  const folder = join(bodies, ASKED);
  const standIn = await startStandInAndProxy(folder);
  try {
    // One worker: its memory is that of all the answers it gave.
    const pool = await startPool({ url: standIn.url, workers: 1 });
    try {
      const rows = [];
      for (const products of SIZES) {
        onProgress(`${products} products`);
        const bytes = sizeOf(bodies, `${ASKED}/products-${products}.json`);
        rows.push({ products, bytes, ...(await measureSize({ pool, products, rounds, seconds })) });
      }
      const [first, last] = [rows[0], rows.at(-1)];
      const growth = last.cpu / last.products / (first.cpu / first.products);
      return { rows, growth, kept: last.rested - first.rested };
    } finally {
      await pool.stop();
    }
  } finally {
    await standIn.stop();
  }
}

async function measureSize({ pool, products, rounds, seconds }) {
  const path = productsPath(products);
  const { status, text, body } = await send(pool.port, "GET", path);
  if (status !== 200 || body.data.length !== products) throw new Error(`${path}: ${status} ${text.slice(0, 300)}`);
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push(await withCpu(pool, () => load({ port: pool.port, path, seconds, connections: 2 })));
  }
  const [worker] = pool.workers;
  const loaded = privateMemory(worker);
  return {
    answer: text.length,
    cpu: median(results.map(({ cpu, requests }) => cpu / requests)),
    requests: sum(results.map(({ requests }) => requests)),
    loaded,
    rested: await restedMemory(worker),
  };
}

export function report({ rows, growth, kept }) {
  return {
    sections: [
      {
        title: "Growth",
        notes: [
          "`GET /products?limit=N` by one worker; the recorded products, over and over with other ids, make the larger",
          "answers. CPU in microseconds; memory that the worker shares with nobody, after the requests and at rest.",
        ],
        columns: ["products", "Medusa's answer", "CPU a request", "CPU a product", "memory", "at rest"],
        rows: rows.map(({ products, bytes, cpu, loaded, rested }) => [
          ...[String(products), kilobytes(bytes), whole(cpu), decimals(cpu / products, 2)],
          ...[megabytes(loaded), megabytes(rested)],
        ]),
      },
    ],
    goals: [
      {
        what: `CPU a product, of ${rows.at(-1).products} beside of ${rows[0].products}`,
        goal: `at most ${MOST_GROWTH}`,
        ...{ value: decimals(growth), holds: growth <= MOST_GROWTH, decides: true },
      },
      {
        what: `Memory kept after ${rows.at(-1).products} products, beside after ${rows[0].products}`,
        goal: `at most ${megabytes(MOST_KEPT)}`,
        ...{ value: megabytes(kept), holds: kept <= MOST_KEPT, decides: true },
      },
    ],
  };
}
