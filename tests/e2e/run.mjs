#!/usr/bin/env node
/*
 * Starts one store, runs the end-to-end tests against it one file after the other, and ends the store.
 *
 *   O2S_MEDUSA=build/o2s-medusa node tests/e2e/run.mjs [--brief] [--name PATTERN] [FILE ...]
 *
 * Without files it runs them all, with --name only the tests whose name matches the regular expression. The exit status is that of Node's test runner. O2S_MEDUSA_VERSION names the version
 * of Medusa; O2S_TAP a file that gets the results in TAP as well.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startStore } from "../store/store.mjs";
import { faultsOfCall } from "./credentials.mjs";
import { DESCRIBED } from "./harness.mjs";
import { STORE_FILE, describeStore } from "./store.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

// With `brief`, without those that test what the table does on a real Medusa and run no C code of their own.
function allFiles({ brief }) {
  const { once } = JSON.parse(readFileSync(join(HERE, "versions.json"), "utf8"));
  const names = readdirSync(HERE).filter((name) => name.endsWith(".test.mjs"));
  const wanted = names.filter((name) => !brief || !once.includes(name.slice(0, -".test.mjs".length)));
  return wanted.sort().map((name) => join(HERE, name));
}

function runTests(files, name, env) {
  const reporters = [["spec", "stdout"]];
  if (process.env.O2S_TAP) reporters.push(["tap", process.env.O2S_TAP]);
  const options = reporters.flatMap(([name, destination]) => [
    `--test-reporter=${name}`,
    `--test-reporter-destination=${destination}`,
  ]);
  if (name) options.push(`--test-name-pattern=${name}`);
  const args = ["--test", "--test-concurrency=1", ...options, ...files];
  const runner = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...env } });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => runner.kill(signal));
  return new Promise((resolve, reject) => {
    runner.once("error", reject);
    runner.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Of all that Medusa was asked, by the gateway and by the tests themselves. */
async function credentialsAreInPlace(store) {
  const calls = await store.calls();
  const faults = calls.flatMap((call) => faultsOfCall(call));
  for (const fault of faults) console.error(fault);
  const admin = calls.filter(({ headers }) => headers.authorization?.kind === "admin").length;
  const bearer = calls.filter(({ headers }) => headers.authorization?.kind === "bearer").length;
  console.error(`Medusa was called ${calls.length} times, ${admin} with the admin key and ${bearer} with a token:`);
  console.error(faults.length ? `${faults.length} credentials were out of place` : "each where it belongs");
  return !faults.length;
}

async function main(args) {
  const { values, positionals: files } = parseArgs({
    args,
    options: { brief: { type: "boolean" }, name: { type: "string" } },
    allowPositionals: true,
  });
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-e2e-"));
  const store = await startStore({ orders: true, onProgress: (line) => console.error(line) });
  try {
    const storeFile = join(folder, "store.json");
    const described = join(folder, "described");
    writeFileSync(described, "");
    describeStore(store, storeFile);
    const env = { [STORE_FILE]: storeFile, [DESCRIBED]: described };
    const status = await runTests(files.length ? files : allFiles(values), values.name, env);
    console.error(`${statSync(described).size} answers were held against the description of the API`);
    return (await credentialsAreInPlace(store)) ? status : 1;
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
