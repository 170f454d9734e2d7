/*
 * Products from nginx's own cache: the site of deploy/nginx that has one, for callers without a token and, with the table
 * for that, with one. Beside them the same answer from a file.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SITES, freePort, startNginx } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { ASKED, PAGE } from "./bodies.mjs";
import { CONNECTIONS } from "./comparison.mjs";
import { decimals, kilobytes, whole } from "./report.mjs";
import { NGINX, productsPath, startPool, startStandInAndProxy } from "./servers.mjs";
import { sum } from "./statistics.mjs";
import { byTurns, medians, ratioOf } from "./turns.mjs";
import { load } from "./wrk.mjs";

const SITE = "o2s-medusa-cache.conf";
// The line of the site that lets callers with a token have what is cached, and the table that makes it the same for all.
const WITH_TOKENS = /^( *)#("~\^1:\(\?:GET\|HEAD\):" 1;)$/m;
const CATALOGUE = fileURLToPath(new URL("../../deploy/examples/cached-catalogue.yaml", import.meta.url));
const TOKEN = "bench";
// As Debian's nginx.conf has them, for the cache and for the file.
const FILES = "sendfile on; tcp_nopush on;\n";

const PATH = productsPath(PAGE);
const GOAL = 20_000;
const LEAST_OF_FILE = 0.8;
// Of what was answered: what the workers were asked, as something went out of date.
const MOST_PASSED_ON = 0.001;
const START_DEADLINE = 10_000;

const [CACHE, TOKENS, FILE] = ["from the cache", "from the cache, with a token", "from a file"];

export const needsBodies = true;

/** gives {bytes, asked, answered, rows: [{name, perSecond, p50, p99}], ofFile}: the share with a token of the file's */
export async function measure({ bodies, rounds, seconds, workers, onProgress }) {
  onProgress(`GET ${PATH} from the cache and from a file, ${rounds} rounds`);
  const standIn = await startStandInAndProxy(join(bodies, ASKED));
  const workspace = openWorkspace();
  const pools = [];
  const start = async (options) => {
    pools.push(await startPool({ url: standIn.url, workers, ...options }));
    return pools.at(-1);
  };
  try {
    await start({ site: siteWith(workspace, "plain.conf", (site) => site) });
    await start({ site: siteWith(workspace, "tokens.conf", withTokens), table: CATALOGUE });
    const texts = [await firstAnswer(pools[0]), await firstAnswer(pools[1], { token: TOKEN })];
    if (texts[0] !== texts[1]) throw new Error(`GET ${PATH}: another answer with a token`);
    const file = await startFile(workspace, texts[0]);
    return { bytes: Buffer.byteLength(texts[0]), ...(await compare({ pools, file, rounds, seconds })) };
  } finally {
    for (const pool of pools) await pool.stop();
    await workspace.close();
    await standIn.stop();
  }
}

/** The site of deploy/nginx, changed, in a file of the workspace. */
function siteWith(workspace, name, change) {
  const file = join(workspace.folder, name);
  writeFileSync(file, FILES + change(readFileSync(join(SITES, SITE), "utf8")));
  return file;
}

function withTokens(site) {
  if (!WITH_TOKENS.test(site)) throw new Error(`${SITE} has no line for callers with a token`);
  return site.replace(WITH_TOKENS, "$1$2");
}

async function firstAnswer(pool, options) {
  const { status, text, body } = await send(pool.port, "GET", PATH, options);
  if (status !== 200 || !body?.data?.length) throw new Error(`GET ${PATH}: ${status} ${text.slice(0, 300)}`);
  return text;
}

/** Starts an nginx that answers PATH with this text, from a file. gives its port */
async function startFile(workspace, text) {
  const port = await freePort();
  const file = join(workspace.folder, "products.json");
  writeFileSync(file, text);
  // The processes of nginx may run as another user.
  chmodSync(file, 0o644);
  const site = `${FILES} server {
        listen 127.0.0.1:${port};
        default_type "application/json; charset=utf-8";
        location = /products { alias ${file}; }
    }
`;
  startNginx(workspace, "file", site, NGINX);
  const answers = async () => (await send(port, "GET", PATH).catch(() => null))?.text === text;
  await until("The answer from a file", answers, { deadline: START_DEADLINE });
  return port;
}

async function compare({ pools: [plain, tokens], file, rounds, seconds }) {
  const ask = (port, headers) => (time) => load({ port, path: PATH, seconds: time, connections: CONNECTIONS, headers });
  const loads = {
    [CACHE]: ask(plain.port),
    [TOKENS]: ask(tokens.port, [`Authorization: Bearer ${TOKEN}`]),
    [FILE]: ask(file),
  };
  for (const load of Object.values(loads)) await load(1);
  for (const pool of [plain, tokens]) pool.forgetLog();
  const names = Object.keys(loads);
  const asks = Object.fromEntries(names.map((name) => [name, () => loads[name](seconds)]));
  const results = await byTurns(asks, rounds);
  const asked = sum([plain, tokens].map(({ log }) => readFileSync(log, "utf8").split("\n").length - 1));
  const answered = sum([CACHE, TOKENS].flatMap((name) => results[name].map(({ requests }) => requests)));
  if (asked > Math.max(2, answered * MOST_PASSED_ON)) {
    throw new Error(`GET ${PATH}: of ${answered} answers ${asked} came from the workers, not from the cache`);
  }
  const rows = names.map((name) => ({ name, ...medians(results[name]) }));
  return { asked, answered, rows, ofFile: ratioOf(results[TOKENS], results[FILE]) };
}

export function report({ bytes, asked, answered, rows, ofFile }) {
  const [{ perSecond }] = rows;
  return {
    sections: [
      {
        title: "From nginx's cache",
        notes: [
          `GET ${PATH}, ${kilobytes(bytes)}; ${SITE}, for callers with a token with cached-catalogue.yaml.`,
          `The workers were asked ${asked} of ${whole(answered)} times.`,
        ],
        columns: ["", "/s", "p50", "p99"],
        rows: rows.map(({ name, perSecond, p50, p99 }) => [name, whole(perSecond), decimals(p50), decimals(p99)]),
      },
    ],
    goals: [
      {
        ...{ what: `GET ${PATH} from the cache, requests/s`, goal: `at least ${whole(GOAL)}`, value: whole(perSecond) },
        ...{ holds: perSecond >= GOAL, decides: false },
      },
      {
        ...{ what: `${TOKENS}, of the same from a file`, goal: `at least ${decimals(LEAST_OF_FILE)}` },
        ...{ value: decimals(ofFile, 3), holds: ofFile >= LEAST_OF_FILE, decides: true },
      },
    ],
  };
}
