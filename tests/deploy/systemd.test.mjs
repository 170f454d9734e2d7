/* The units: systemd finds nothing wrong with them, they are locked up well, and leave the workers what they need. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PROGRAM, TABLE } from "../e2e/harness.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { askWorker } from "./fastcgi.mjs";
import { UNITS, poolCommand } from "./unit.mjs";

const HIGHEST_EXPOSURE = 2.0;
const isRoot = process.getuid() === 0;
const NAMES = ["o2s-medusa.service", "o2s-medusa.socket"];

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-units-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(command, ...args) {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
  return { said: stdout + stderr, status };
}

test("systemd-analyze verify", () => {
  // It looks whether the programs are there: the one under test takes the place of an installed one.
  for (const name of NAMES) {
    const unit = readFileSync(join(UNITS, name), "utf8");
    writeFileSync(join(folder, name), unit.replaceAll("/usr/bin/o2s-medusa", PROGRAM));
  }
  const { said, status } = run("systemd-analyze", "verify", "--man=no", ...NAMES.map((name) => join(folder, name)));
  // Of this machine's own units it may have something to say.
  const about = said.split("\n").filter((line) => line.includes("o2s-medusa"));
  assert.deepEqual([about, status], [[], 0], said);
});

test("systemd-analyze security", (context) => {
  const unit = join(UNITS, "o2s-medusa.service");
  const { said, status } = run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", unit);
  const exposure = Number(/Overall exposure level .*: ([\d.]+)/.exec(said)?.[1]);
  context.diagnostic(`exposure ${exposure}`);
  assert.ok(status === 0 && exposure <= HIGHEST_EXPOSURE, said);
});

/** The names of a set of system calls as systemd has it, with those of the sets in it. */
function systemCalls(name, sets) {
  return (sets[name] ?? []).flatMap((entry) => (entry.startsWith("@") ? systemCalls(entry, sets) : entry));
}

function readSets() {
  const sets = {};
  let current;
  for (const line of run("systemd-analyze", "syscall-filter", "--no-pager").said.split("\n")) {
    if (line.startsWith("@")) sets[(current = line.trim())] = [];
    else if (/^ {4}[@\w]/.test(line)) sets[current].push(line.trim());
  }
  return sets;
}

test("the filter of system calls lets through all that the pool does", { timeout: 60_000 }, async (context) => {
  if (run("strace", "-V").status !== 0) return context.skip("strace is not installed");
  const workspace = openWorkspace();
  const socket = join(workspace.folder, "o2s-medusa.sock");
  const trace = join(workspace.folder, "trace");
  const command = poolCommand(2).map((word) => word.replace("/usr/bin/o2s-medusa", PROGRAM));
  const env = {
    PATH: process.env.PATH,
    MEDUSAJS_BASE_URL: "http://localhost:9",
    MEDUSAJS_PUBLISHABLE_API_KEY: "pk_example",
    DEFAULT_CURRENCY: "EUR",
  };
  try {
    const options = ["-f", TABLE, "--watch", "--status", join(workspace.folder, "status")];
    const traced = ["-ff", "-qq", "-o", trace, ...command, ...options];
    // As the unit has it (CapabilityBoundingSet=): what root's workers do beside is to give up what root has.
    const bare = isRoot ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
    const args = ["-n", "-s", socket, "--", "/usr/bin/env", ...bare, "strace", ...traced];
    const pool = workspace.start("The pool", "spawn-fcgi", args, { env });
    await until("The socket", () => existsSync(socket), { deadline: 5000 });
    assert.equal((await askWorker(socket, "GET", "/healthz")).status, 200);
    assert.equal((await askWorker(socket, "GET", "/readyz")).status, 502);
    assert.equal((await askWorker(socket, "POST", "/carts", { body: { currency: "EUR" } })).status, 400);
    await workspace.end(pool);
    const sets = readSets();
    const refused = new Set([...systemCalls("@privileged", sets), ...systemCalls("@resources", sets)]);
    const allowed = new Set(systemCalls("@system-service", sets).filter((name) => !refused.has(name)));
    const traces = readdirSync(workspace.folder).filter((name) => name.startsWith("trace."));
    assert.ok(traces.length >= 3, "multiwatch and two workers");
    const made = new Set();
    for (const name of traces)
      for (const [, call] of readFileSync(join(workspace.folder, name), "utf8").matchAll(/^(\w+)\(/gm)) made.add(call);
    assert.ok(made.size > 20, [...made].join());
    // execve and its like stand in a set that every filter has.
    const needed = new Set([...allowed, ...systemCalls("@default", sets)]);
    assert.deepEqual([...made].filter((call) => !needed.has(call)), []);
  } finally {
    await workspace.close();
  }
});
