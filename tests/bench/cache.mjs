/* Products from nginx's own cache: the site of deploy/nginx that has one. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SITES } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { ASKED, PAGE } from "./bodies.mjs";
import { CONNECTIONS } from "./comparison.mjs";
import { decimals, kilobytes, whole } from "./report.mjs";
import { productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { median, sum } from "./statistics.mjs";
import { load } from "./wrk.mjs";

const SITE = "o2s-medusa-cache.conf";
const PATH = productsPath(PAGE);
const GOAL = 20_000;
// Of what was answered: what the workers were asked, as something went out of date.
const MOST_PASSED_ON = 0.001;

export const needsBodies = true;

/** gives {perSecond, p50, p99, bytes, asked}; null if there is no such site */
export async function measure({ bodies, rounds, seconds, workers, onProgress }) {
  if (!existsSync(join(SITES, SITE))) return null;
  onProgress(`GET ${PATH} from the cache, ${rounds} rounds`);
  const standIn = await startStandInAndProxy(join(bodies, ASKED));
  try {
    const pool = await startPool({ url: standIn.url, workers, site: SITE });
    try {
      return await measureCache(pool, { rounds, seconds });
    } finally {
      await pool.stop();
    }
  } finally {
    await standIn.stop();
  }
}

async function measureCache(pool, { rounds, seconds }) {
  const { status, text, body } = await send(pool.port, "GET", PATH);
  if (status !== 200 || !body?.data?.length) throw new Error(`GET ${PATH}: ${status} ${text.slice(0, 300)}`);
  const ask = (time) => load({ port: pool.port, path: PATH, seconds: time, connections: CONNECTIONS });
  await ask(1);
  pool.forgetLog();
  const results = [];
  for (let round = 0; round < rounds; round++) results.push(await ask(seconds));
  const asked = readFileSync(pool.log, "utf8").split("\n").length - 1;
  const answered = sum(results.map(({ requests }) => requests));
  if (asked > Math.max(1, answered * MOST_PASSED_ON)) {
    throw new Error(`GET ${PATH}: of ${answered} answers ${asked} came from the workers, not from the cache`);
  }
  const medians = ["perSecond", "p50", "p99"].map((key) => [key, median(results.map((result) => result[key]))]);
  return { ...Object.fromEntries(medians), bytes: text.length, asked, answered };
}

export function report(result) {
  const title = "From nginx's cache";
  if (!result) return { sections: [{ title, notes: [`Left out: deploy/nginx has no ${SITE}.`] }] };
  const { perSecond, p50, p99, bytes, asked, answered } = result;
  return {
    sections: [
      {
        title,
        notes: [`${SITE}; the workers were asked ${asked} of ${whole(answered)} times.`],
        columns: ["", "answer", "/s", "p50", "p99"],
        rows: [[`GET ${PATH}`, kilobytes(bytes), whole(perSecond), decimals(p50), decimals(p99)]],
      },
    ],
    goals: [
      {
        ...{ what: `GET ${PATH} from the cache, requests/s`, goal: `at least ${whole(GOAL)}`, value: whole(perSecond) },
        ...{ holds: perSecond >= GOAL, decides: false },
      },
    ],
  };
}
