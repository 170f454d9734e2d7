/*
 * Runs end-to-end tests on one version of Medusa after the other and prints a table. Started by tests/versions.
 *
 *   node versions.mjs --logs FOLDER [--oldest] [--short] [VERSION ...]
 *
 * versions.json says which files: all but those "left out", each with its reason, or those of the "short" run.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SUPPORTED_VERSIONS } from "../store/lib/versions.mjs";
import { readTap } from "./tap.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const RUN = join(HERE, "run.mjs");
const { short: SHORT, "left out": LEFT_OUT } = JSON.parse(readFileSync(join(HERE, "versions.json"), "utf8"));
const SUFFIX = ".test.mjs";

function testFiles({ short }) {
  const all = readdirSync(HERE).filter((name) => name.endsWith(SUFFIX));
  const names = all.map((name) => name.slice(0, -SUFFIX.length));
  const unknown = [...SHORT, ...Object.keys(LEFT_OUT)].filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`tests/e2e/versions.json: no such test file: ${unknown.join(", ")}`);
  const wanted = short ? SHORT : names.filter((name) => !(name in LEFT_OUT)).sort();
  return wanted.map((name) => join(HERE, name + SUFFIX));
}

// What a run writes: its output, its results, and the amounts that its tests compared.
async function runOn(version, files, logs) {
  const [log, tap, amounts] = ["log", "tap", "amounts"].map((kind) => join(logs, `${version}.${kind}`));
  for (const file of [log, tap, amounts]) rmSync(file, { force: true });
  const start = performance.now();
  const status = await runTests(files, log, { O2S_MEDUSA_VERSION: version, O2S_TAP: tap, O2S_AMOUNTS: amounts });
  const results = readTap(existsSync(tap) ? readFileSync(tap, "utf8") : "");
  const money = amountsOf(amounts);
  const good = status === 0 && results.passed > 0 && money.different === 0;
  return { version, status, log, good, seconds: Math.round((performance.now() - start) / 1000), ...results, ...money };
}

function runTests(files, log, variables) {
  const output = openSync(log, "a");
  const env = { ...process.env, ...variables };
  const runner = spawn(process.execPath, [RUN, ...files], { env, stdio: ["ignore", output, output] });
  closeSync(output);
  const passOn = (signal) => runner.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, passOn);
  return new Promise((done, reject) => {
    runner.once("error", reject);
    runner.once("exit", (code) => done(code ?? 1));
  }).finally(() => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, passOn);
  });
}

// A test file that compares amounts appends a line {"compared": N, "different": M}.
function amountsOf(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const sum = (name) => lines.reduce((total, line) => total + JSON.parse(line)[name], 0);
  return { compared: sum("compared"), different: sum("different") };
}

function report({ version, status, log, failures, passed, good, seconds }) {
  console.log(`Medusa ${version}: ${good ? "good" : "FAILED"} after ${seconds} s`);
  for (const name of failures) console.log(`  failed: ${name}`);
  if (!good && !failures.length) console.log(`  exit status ${status}, ${passed} tests passed`);
  if (!good) console.log(`  see ${log}`);
}

const COLUMNS = ["version", "passed", "failed", "skipped", "compared", "different", "seconds"];

function table(runs) {
  const title = { compared: "amounts" };
  const line = (cells) => cells.map((cell) => String(cell).padStart(9)).join("  ");
  console.log(`\n${line(COLUMNS.map((name) => title[name] ?? name))}  result`);
  for (const run of runs) console.log(`${line(COLUMNS.map((name) => run[name]))}  ${run.good ? "good" : "FAILED"}`);
}

async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { logs: { type: "string" }, oldest: { type: "boolean" }, short: { type: "boolean" } },
  });
  const listed = values.oldest ? SUPPORTED_VERSIONS.slice(0, 1) : SUPPORTED_VERSIONS;
  const versions = positionals.length ? positionals : listed;
  const files = testFiles(values);
  const logs = resolve(values.logs);
  mkdirSync(logs, { recursive: true });
  const runs = [];
  for (const version of versions) {
    console.log(`Medusa ${version}: ${files.length} test files ...`);
    const run = await runOn(version, files, logs);
    report(run);
    runs.push(run);
  }
  table(runs);
  return runs.every(({ good }) => good) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
