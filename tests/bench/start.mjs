/* How long until a worker serves? */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PROGRAM, TABLE } from "../e2e/harness.mjs";
import { decimals } from "./report.mjs";
import { environmentFor } from "./servers.mjs";
import { median, percentile } from "./statistics.mjs";

const GOAL = 10;
const TIMES = 40;
const DEADLINE = 60_000;
// A shell starts a process in less time than Node.js.
const SCRIPT = fileURLToPath(new URL("start.sh", import.meta.url));

/** gives lists of milliseconds: {worker, check, version} */
export async function measure({ quick, onProgress }) {
  onProgress("Starting workers");
  const times = quick ? 3 : TIMES;
  return {
    worker: timed(times, "serve", PROGRAM, "-f", TABLE),
    check: timed(times, "run", PROGRAM, "check", TABLE),
    version: timed(times, "run", PROGRAM, "--version"),
  };
}

function timed(times, what, ...command) {
  const env = { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR ?? "/tmp", ...environmentFor("http://127.0.0.1:9") };
  const text = execFileSync(SCRIPT, [String(times), what, ...command], { env, encoding: "utf8", timeout: DEADLINE });
  const list = text
    .trim()
    .split("\n")
    .map((microseconds) => Number(microseconds) / 1000);
  if (list.length !== times || !list.every((time) => time > 0)) throw new Error(`${SCRIPT} ${what}: ${text}`);
  return list;
}

export function report(times) {
  const row = (name, list) => [name, decimals(median(list), 1), decimals(percentile(list, 90), 1)];
  const check = median(times.check);
  return {
    sections: [
      {
        title: "Start",
        notes: [
          `Milliseconds from the start of a process, ${times.check.length} times.`,
          "All of them hold what it takes to start any program: compare `--version`, which reads no table.",
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
