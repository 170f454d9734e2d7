/*
 * Does the cost of an answer grow with its size, and no faster? Does it depend on the script of its texts? Does the memory
 * for it come back?
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { send } from "../e2e/http.mjs";
import { ASKED, PAGE, SIZES, sizeOf } from "./bodies.mjs";
import { withCpu } from "./comparison.mjs";
import { countPerRequest, instructions } from "./counters.mjs";
import { privateMemory, restedMemory } from "./processes.mjs";
import { decimals, kilobytes, megabytes, whole } from "./report.mjs";
import { productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { median, sum } from "./statistics.mjs";
import { PLAIN, TEXTS, writeTexts } from "./scripts.mjs";
import { load } from "./wrk.mjs";

const MOST_GROWTH = 1.2;
// Of instructions: a product of a longer list costs no more than one of a shorter list.
const MOST_COUNTED_GROWTH = 1;
const MOST_FOR_TEXT = 1.2;
/** How many requests to lists of these sizes are counted: callgrind takes a second for 400 products. */
const COUNTED = new Map(SIZES.map((size) => [size, Math.max(2, 400 / size)]));
const MOST_KEPT = 2 ** 16;

export const needsBodies = true;

/**
 * gives {rows: [{products, bytes, answer, cpu, loaded, rested}], growth, kept, texts}: in `rows`, `instructions` of a
 * request; `texts`: list of {name, instructions}, of PAGE products with as many bytes. Counts are left out if `quick`
 */
export async function measure({ bodies, rounds, seconds, quick, onProgress }) {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-growth-"));
  chmodSync(folder, 0o711);
  const standIns = [];
  const startStandIn = async (body) => {
    standIns.push(await startStandInAndProxy(body));
    return standIns.at(-1).url;
  };
  try {
    const url = await startStandIn(join(bodies, ASKED));
    const sizes = await measureSizes({ url, bodies, rounds, seconds, onProgress });
    if (quick) return sizes;
    onProgress("Instructions of products, by number and by script");
    const urls = await Promise.all(writeTexts(bodies, folder).map(startStandIn));
    return { ...sizes, ...(await countAll({ url, urls, folder, rows: sizes.rows })) };
  } finally {
    for (const { stop } of standIns) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSizes({ url, bodies, rounds, seconds, onProgress }) {
  // One worker: its memory is that of all the answers it gave.
  const pool = await startPool({ url, workers: 1 });
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
}

/** `urls`: of the stand-ins that answer with TEXTS. */
async function countAll({ url, urls, folder, rows }) {
  const loadOf = (url, products) => ({ url, path: productsPath(products), requests: COUNTED.get(products) });
  const loads = [...SIZES.map((size) => loadOf(url, size)), ...urls.map((one) => loadOf(one, PAGE))];
  const counts = (await countPerRequest(instructions, loads, { folder })).map(({ all }) => all);
  return {
    rows: rows.map((row, index) => ({ ...row, instructions: counts[index] })),
    texts: TEXTS.map((name, index) => ({ name, instructions: counts[SIZES.length + index] })),
  };
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

export function report({ rows, growth, kept, texts }) {
  return {
    sections: [sizeSection(rows), ...(texts ? [textSection(texts)] : [])],
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
      ...(texts ? [...rows.slice(1).map((row, index) => growthGoal(rows[index], row)), ...textGoals(texts)] : []),
    ],
  };
}

const perProduct = ({ products, instructions }) => instructions / products;

function sizeSection(rows) {
  return {
    title: "Growth",
    notes: [
      "`GET /products?limit=N` by one worker; the recorded products, over and over with other ids, make the larger",
      "answers. CPU in microseconds; memory that the worker shares with nobody, after the requests and at rest.",
    ],
    columns: ["products", "Medusa's answer", "CPU a request", "CPU a product", "instructions a product", "memory", "at rest"],
    rows: rows.map(({ products, bytes, cpu, instructions, loaded, rested }) => [
      ...[String(products), kilobytes(bytes), whole(cpu), decimals(cpu / products, 2)],
      ...[instructions ? whole(instructions / products) : "", megabytes(loaded), megabytes(rested)],
    ]),
  };
}

function growthGoal(shorter, longer) {
  const value = perProduct(longer) / perProduct(shorter);
  return {
    what: `Instructions a product, of ${longer.products} beside of ${shorter.products}`,
    goal: `at most ${decimals(MOST_COUNTED_GROWTH, 3)}`,
    ...{ value: decimals(value, 3), holds: value <= MOST_COUNTED_GROWTH, decides: true, counted: true },
  };
}

const besidePlain = (texts, { instructions }) => instructions / texts.find(({ name }) => name === PLAIN).instructions;

function textSection(texts) {
  return {
    title: "Texts beyond ASCII",
    notes: [`${PAGE} products whose texts have the same number of bytes in each script.`],
    columns: ["", "instructions a request", "beside ASCII"],
    rows: texts.map((text) => [text.name, whole(text.instructions), decimals(besidePlain(texts, text), 3)]),
  };
}

function textGoals(texts) {
  return texts
    .filter(({ name }) => name !== PLAIN)
    .map((text) => {
      const value = besidePlain(texts, text);
      return {
        what: `Instructions for ${text.name} texts, beside ASCII of as many bytes`,
        ...{ goal: `at most ${decimals(MOST_FOR_TEXT)}`, value: decimals(value, 3) },
        ...{ holds: value <= MOST_FOR_TEXT, decides: true, counted: true },
      };
    });
}
