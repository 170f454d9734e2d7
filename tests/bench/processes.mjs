/* What processes take of the machine. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { until } from "../store/lib/wait.mjs";
import { sum } from "./statistics.mjs";

const REST_DEADLINE = 15_000;
// A rest is over when memory has not changed for so many looks, 100 ms apart.
const LOOKS = 30;

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

function memoryOf(pid, kinds) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const parts = kinds.map((kind) => rollup.match(new RegExp(`^${kind}: +(\\d+) kB$`, "m"))?.[1]);
  if (parts.includes(undefined)) throw new Error(`/proc/${pid}/smaps_rollup has no ${kinds.join(" or ")} in it`);
  return sum(parts.map((kilobytes) => Number(kilobytes) * 1024));
}

/** Bytes of memory that a process shares with no other. */
export const privateMemory = (pid) => memoryOf(pid, ["Private_Clean", "Private_Dirty"]);

/** The part of it that the process wrote to, which does not depend on who else has mapped the same files. */
export const writtenMemory = (pid) => memoryOf(pid, ["Private_Dirty"]);

/** A worker gives memory back after a while without requests: its private memory when that has had its effect. */
export async function restedMemory(pid) {
  let last;
  let same = 0;
  const settled = () => {
    const now = writtenMemory(pid);
    same = now === last ? same + 1 : 0;
    last = now;
    return same >= LOOKS;
  };
  await until("A worker's rest", settled, { deadline: REST_DEADLINE, every: 100 });
  return privateMemory(pid);
}
