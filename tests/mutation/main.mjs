/*
 * Mutants of src/, each tried by the unit tests: tests/README.md. Started by tests/mutants.
 */
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomOf } from "../soak/random.mjs";
import { inParallel } from "../store/lib/parallel.mjs";
import { mutationsOf } from "./mutations.mjs";
import { openProgram } from "./program.mjs";
import { reasonsFrom } from "./reasons.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const REASONS = fileURLToPath(new URL("reasons", import.meta.url));
const FOLDER = join(PROJECT, "build-mutants");
const MOST_SURVIVORS = 0.15;

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "120" },
    file: { type: "string", default: "" },
    jobs: { type: "string", default: String(availableParallelism()) },
    show: { type: "boolean", default: false },
  },
});

function drawn(mutations, seed) {
  const random = randomOf(seed, "mutants");
  const left = [...mutations];
  for (let i = left.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [left[i], left[j]] = [left[j], left[i]];
  }
  return left;
}

const named = ({ file, line, function: name, change }) => `${file}:${line}: ${name}: ${change}`;

// Of a file's mutants, most are killed by the tests that killed its other ones, or that are named like it.
function testOrder(tests) {
  const kills = new Map();
  const key = (file, test) => `${file} ${test}`;
  const stem = (file) => file.replace(/^.*\/|\.[ch]$/g, "");
  const score = (file, test) =>
    (kills.get(key(file, test)) ?? 0) + (stem(file).startsWith(test.replace(/_test$/, "")) ? 1.5 : 0);
  return {
    of: (file) => [...tests].sort((a, b) => score(file, b) - score(file, a)),
    killed: (file, test) => kills.set(key(file, test), (kills.get(key(file, test)) ?? 0) + 1),
  };
}

// Runs mutants until `count` of them have compiled.
async function tryMutants(program, mutations, { count, jobs }) {
  const tests = testOrder(await testsByDuration(program));
  const tried = [];
  // Those that are under way, or tried.
  let counted = 0;
  const attempt = async (mutation, job) => {
    if (counted >= count) return;
    counted++;
    const place = join(program.folder, `mutant-${job}`);
    if (!(await program.makeMutant(mutation, place))) {
      counted--;
      return;
    }
    let killer = null;
    for (const test of tests.of(mutation.file)) {
      if (await program.passes(test, place)) continue;
      killer = test;
      tests.killed(mutation.file, test);
      break;
    }
    tried.push({ ...mutation, killer });
    console.log(`${killer ? `killed by ${killer}` : "SURVIVED"}: ${named(mutation)}`);
    rmSync(place, { recursive: true, force: true });
  };
  await inParallel(jobs, mutations, attempt);
  return tried;
}

// The quickest first. All have to pass with the engine as it is.
async function testsByDuration(program) {
  const durations = [];
  for (const test of program.tests) {
    const begin = performance.now();
    if (!(await program.passes(test))) throw new Error(`${test} fails without any change: build-mutants/tests/${test}`);
    durations.push([performance.now() - begin, test]);
  }
  return durations.sort(([a], [b]) => a - b).map(([, test]) => test);
}

function report(tried, reasons) {
  const survivors = tried.filter(({ killer }) => !killer);
  console.log(`\n${tried.length} mutants compiled, ${survivors.length} survived:`);
  let unexplained = 0;
  for (const mutation of survivors) {
    const reason = reasons.find((one) => one.explains(mutation));
    if (!reason) unexplained++;
    console.log(`${named(mutation)}\n    ${reason?.text ?? "NO REASON in tests/mutation/reasons"}`);
  }
  const share = survivors.length / tried.length;
  const limit = `at most ${100 * MOST_SURVIVORS} %`;
  console.log(`${(100 * share).toFixed(1)} % survived (${limit}), ${unexplained} without a reason`);
  return tried.length > 0 && share <= MOST_SURVIVORS && unexplained === 0;
}

function numberOf(name) {
  if (/^[1-9]\d{0,5}$/.test(options[name])) return Number(options[name]);
  throw new Error(`--${name}: expected a number, got "${options[name]}"`);
}

async function main() {
  const reasons = reasonsFrom(readFileSync(REASONS, "utf8"));
  const [count, jobs] = ["count", "jobs"].map(numberOf);
  const program = await openProgram({ project: PROJECT, folder: FOLDER, jobs });
  const files = program.files.filter((name) => new RegExp(options.file).test(name));
  const { source: cwd, flags } = program;
  const all = files.flatMap((name) => mutationsOf(name, { cwd, flags }));
  console.log(`${all.length} mutations of ${files.length} files; seed ${options.seed}`);
  const order = drawn(all, options.seed);
  if (options.show) {
    for (const mutation of order.slice(0, count)) console.log(named(mutation));
    return true;
  }
  return report(await tryMutants(program, order, { count, jobs }), reasons);
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
