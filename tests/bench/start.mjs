/* How long until a worker serves? */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM, TABLE } from "../e2e/harness.mjs";
import { decimals } from "./report.mjs";
import { environmentFor } from "./servers.mjs";
import { median, percentile } from "./statistics.mjs";

const GOAL = 10;
const TIMES = 40;
const DEADLINE = 10_000;
const ENVIRONMENT = { PATH: process.env.PATH, ...environmentFor("http://127.0.0.1:9") };

/** gives lists of milliseconds: {worker, check, version} */
export async function measure({ quick, onProgress }) {
  onProgress("Starting workers");
  const times = { worker: [], check: [], version: [] };
  for (let time = 0; time < (quick ? 3 : TIMES); time++) {
    times.version.push(timeToRun("--version"));
    times.check.push(timeToRun("check", TABLE));
    times.worker.push(await timeToServe());
  }
  return times;
}

function timeToRun(...args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(PROGRAM, args, { env: ENVIRONMENT, encoding: "utf8", timeout: DEADLINE });
  const time = performance.now() - start;
  if (error || status !== 0) throw error ?? new Error(`${PROGRAM} ${args.join(" ")}: ${status} ${stderr}`);
  return time;
}

/** From the start of the process until it says that it serves; by way of spawn-fcgi, which becomes the worker. */
async function timeToServe() {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-start-"));
  try {
    const args = ["-n", "-s", join(folder, "socket"), "--", PROGRAM, "-f", TABLE];
    const start = performance.now();
    const worker = spawn("spawn-fcgi", args, { env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise((resolve) => worker.once("close", resolve));
    const time = await serving(worker).then(() => performance.now() - start);
    worker.kill("SIGTERM");
    await ended;
    return time;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function serving(worker) {
  let told = "";
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => worker.kill("SIGKILL"), DEADLINE);
    worker.once("error", reject);
    worker.once("close", () => reject(new Error(`The worker ended before it served:\n${told}`)));
    worker.stderr.on("data", (text) => {
      told += text;
      if (!/serving \d+ routes/.test(told)) return;
      clearTimeout(late);
      resolve();
    });
  });
}

export function report(times) {
  const row = (name, list) => [name, decimals(median(list), 1), decimals(percentile(list, 90), 1)];
  const check = median(times.check);
  return {
    sections: [
      {
        title: "Start",
        notes: [
          `Milliseconds from the start of a process, ${times.check.length} times. All of them hold what it takes to start any program: compare`,
          "`--version`, which reads no table.",
        ],
        columns: ["", "median", "p90"],
        rows: [
          row("a worker, until it serves", times.worker),
          row("`check`: the table is read, and told of", times.check),
          row("`--version`", times.version),
        ],
      },
    ],
    goals: [
      {
        ...{ what: "To load the table (`check`), ms", goal: `at most ${GOAL}`, value: decimals(check, 1) },
        ...{ holds: check <= GOAL, decides: false },
      },
    ],
  };
}
