/* What processes take of the machine. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { sum } from "./statistics.mjs";

const TICK = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Microseconds of CPU that these processes used so far, of their own and in the kernel. See proc(5). */
export function cpuTime(pids) {
  return sum(pids.map(cpuTimeOf));
}

function cpuTimeOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in parentheses, which may hold anything; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Bytes of memory that a process shares with no other. */
export function privateMemory(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const parts = [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)];
  if (parts.length !== 2) throw new Error(`/proc/${pid}/smaps_rollup has no private memory in it`);
  return sum(parts.map(([, kilobytes]) => Number(kilobytes) * 1024));
}
