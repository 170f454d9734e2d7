/*
 * Measures how fast the gateway is, and writes a table and a file. tests/README.md tells what the parts are.
 *
 *   tests/bench/run [OPTION ...]
 *
 *   --only PART       one of PARTS; may be given more than once
 *   --peers           the part peers too, which is left out otherwise
 *   --rounds N        measurements of each kind, whose median counts (default 5)
 *   --seconds N       length of each (default 3)
 *   --workers N       pool of the comparison (default 8)
 *   --bodies FOLDER   keep the recorded answers of Medusa there, and use those that are there
 *   --json FILE       where the figures go (default: build-bench/bench.json); their picture goes to FILE.svg
 *   --quick           one short round of everything, which judges counts, and no speed
 *
 * The exit status is 1 if a goal is missed that one run's figures decide among themselves, or anything fails.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PROGRAM } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { recordBodies } from "./bodies.mjs";
import * as cache from "./cache.mjs";
import * as comparison from "./comparison.mjs";
import * as endpoints from "./endpoints.mjs";
import * as growth from "./growth.mjs";
import * as peers from "./peers.mjs";
import { pictureOf } from "./picture.mjs";
import * as pools from "./pools.mjs";
import { goalSection, machineFacts, sectionText } from "./report.mjs";
import { NGINX } from "./servers.mjs";
import * as start from "./start.mjs";
import * as work from "./work.mjs";

const PARTS = { work, comparison, peers, cache, pools, start, growth, endpoints };

const DEFAULT_FILE = fileURLToPath(new URL("../../build-bench/bench.json", import.meta.url));
const QUICK = { rounds: 1, seconds: 1 };

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      workers: { type: "string", default: "8" },
      bodies: { type: "string" },
      json: { type: "string", default: DEFAULT_FILE },
      quick: { type: "boolean", default: false },
      peers: { type: "boolean", default: false },
    },
  });
  const count = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${values[name]}: not a number above 0`);
    return value;
  };
  for (const name of values.only) {
    if (!PARTS[name]) throw new Error(`--only ${name}: the parts are ${Object.keys(PARTS).join(", ")}`);
  }
  return {
    parts: Object.keys(PARTS).filter((name) =>
      values.only.length ? values.only.includes(name) : values.peers || !PARTS[name].optional,
    ),
    file: resolve(values.json),
    quick: values.quick,
    workers: count("workers"),
    ...{ rounds: count("rounds"), seconds: count("seconds") },
    ...(values.quick && QUICK),
    keptBodies: values.bodies && resolve(values.bodies),
    onProgress: (line) => console.error(line),
  };
}

/** A store that is started when it is first needed. */
function lazyStore({ onProgress }) {
  let store;
  return {
    open: async () => {
      if (!store) onProgress("Starting Medusa and PostgreSQL");
      return (store ??= await openStore());
    },
    close: async () => {
      await store?.stop();
      store = undefined;
    },
  };
}

async function measure(options) {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-bench-"));
  chmodSync(folder, 0o711);
  const bodies = options.keptBodies ?? join(folder, "bodies");
  mkdirSync(bodies, { recursive: true });
  const store = lazyStore(options);
  const results = {};
  const run = async (name) => (results[name] = await PARTS[name].measure({ ...options, bodies, store }));
  try {
    const [withStore, without] = [true, false].map((wanted) =>
      options.parts.filter((name) => Boolean(PARTS[name].needsStore) === wanted),
    );
    if (without.some((name) => PARTS[name].needsBodies)) await recordBodies(bodies, store.open);
    for (const name of withStore) await run(name);
    // Medusa at rest takes some of the machine, too.
    await store.close();
    for (const name of without) await run(name);
    return results;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(options, results) {
  const machine = machineFacts();
  const names = Object.keys(PARTS).filter((name) => name in results);
  const reports = names.map((name) => PARTS[name].report(results[name], options));
  const { quick } = options;
  const goals = reports.flatMap((one) => one.goals ?? []).filter(({ counted }) => counted || !quick);
  const { rounds, seconds, workers } = options;
  const settings = { rounds, seconds, workers, quick, nginx: NGINX };
  writeFileSync(options.file, `${JSON.stringify({ machine, options: settings, goals, results }, null, 2)}\n`);
  writeFileSync(`${options.file}.svg`, pictureOf({ machine, results }));
  const sections = [...reports.flatMap((one) => one.sections), ...(goals.length ? [goalSection(goals)] : [])];
  console.log(`# ${PROGRAM}, ${Object.values(machine).join(", ")}\n`);
  for (const section of sections) console.log(sectionText(section));
  return goals.every(({ holds, decides }) => holds || !decides) ? 0 : 1;
}

async function main(args) {
  const options = readOptions(args);
  return report(options, await measure(options));
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
