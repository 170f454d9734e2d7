/* What processes take of the machine. */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
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

/** The process that listens on a TCP port of this machine. See proc(5). */
export function listenerOn(port) {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const sockets = readFileSync("/proc/net/tcp", "utf8").split("\n").map((line) => line.trim().split(/\s+/));
  const inode = sockets.find(([, local, , state]) => state === "0A" && local.endsWith(`:${wanted}`))?.[9];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = inode && pids.find((one) => filesOf(one).includes(`socket:[${inode}]`));
  if (!pid) throw new Error(`No process of this user listens on port ${port}`);
  return Number(pid);
}

function filesOf(pid) {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`));
  } catch {
    // It has ended, has closed the file, or is another user's.
    return [];
  }
}

/** Milliseconds of CPU that the threads of a process used so far, which counts finer than cpuTime(). */
export function fineCpuTime(pid) {
  const folder = `/proc/${pid}/task`;
  const nanoseconds = (task) => Number(readFileSync(`${folder}/${task}/schedstat`, "utf8").split(" ")[0]);
  return sum(readdirSync(folder).map(nanoseconds)) / 1e6;
}

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
