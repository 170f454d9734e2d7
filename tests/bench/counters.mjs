/* Counters of what a worker does, which the load of the machine does not change: strace and callgrind. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PROGRAM } from "../e2e/harness.mjs";
import { until } from "../store/lib/wait.mjs";
import { openClient } from "./client.mjs";
import { startPool } from "./servers.mjs";
import { sum } from "./statistics.mjs";

const END_DEADLINE = 10_000;

/*
 * A counter has
 *   name
 *   under(file)  the command that runs a worker and writes the counts of its whole life to the file (startGateway())
 *   read(file)   waits for these counts after the worker's end; gives a Map of names and numbers
 */

// The tracer is a process of another group, so that it outlives the worker and counts its last calls.
const STRACE = ["strace", "-DD", "-f"];

/** System calls, by name. */
export const systemCalls = {
  name: "calls",
  under: (file) => [...STRACE, "-c", "-o", file],
  async read(file) {
    const summary = () => readFileSync(file, "utf8").match(/^ *100\.00 .* total$/m)?.input;
    return callsOf(await until("The summary of strace", summary, { deadline: END_DEADLINE }));
  },
};

/** gives the numbers of calls in a summary of `strace -c`: % time, seconds, usecs/call, calls, errors or "", syscall */
function callsOf(summary) {
  const lines = summary.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm);
  const counts = new Map([...lines].map(([, calls, name]) => [name, Number(calls)]));
  const total = counts.get("total");
  counts.delete("total");
  return complete(counts, total);
}

/** gives the counts; throws unless they make up the total that the tool gives: its format may change */
function complete(counts, total) {
  if (!total || sum([...counts.values()]) !== total) {
    throw new Error(`The counts make up ${sum([...counts.values()])} instead of ${total}`);
  }
  return counts;
}

/*
 * Instructions, by the file that has them. callgrind translates code as it runs, and writes files at the end: the
 * worker's filter of system calls allows neither, so that prctl(), which installs it, has to fail here.
 */
export const instructions = {
  name: "instructions",
  under: (file) => [
    ...[...STRACE, "-o", "/dev/null", "-e", "trace=prctl", "-e", "inject=prctl:error=EINVAL"],
    ...["valgrind", "-q", "--tool=callgrind", `--callgrind-out-file=${file}`],
  ],
  async read(file) {
    const whole = () => readFileSync(file, "utf8").match(/^totals: \d+$/m)?.input;
    return instructionsOf(await until("The profile of callgrind", whole, { deadline: END_DEADLINE }));
  },
};

const LIBRARIES = [
  [/^libcurl/, "libcurl"],
  [/^libc[.-]/, "libc"],
  [/^libjson-c/, "json-c"],
];

function libraryOf(file) {
  const name = basename(file);
  if (name === basename(PROGRAM)) return "own code";
  return LIBRARIES.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/**
 * gives the sums of a profile: "ob=(ID) FILE" names the file of the lines that follow (FILE only the first time), a line
 * of cost is "LINE COUNT", and the one after "calls=" repeats what is counted in the function that is called.
 */
function instructionsOf(profile) {
  const files = new Map();
  const counts = new Map();
  let library;
  let repeated = false;
  for (const line of profile.split("\n")) {
    const [, kind, id, file] = line.match(/^(c?ob)=\((\d+)\)(?: (.*))?$/) ?? [];
    if (file) files.set(id, libraryOf(file));
    if (kind === "ob") library = files.get(id);
    const cost = line.match(/^[+*-]?\d* (\d+)$/)?.[1];
    if (cost && !repeated) counts.set(library, (counts.get(library) ?? 0) + Number(cost));
    repeated = line.startsWith("calls=");
  }
  return complete(counts, Number(profile.match(/^totals: (\d+)$/m)[1]));
}

/**
 * What requests cost: the difference between two workers, one of which has answered so many requests more.
 * loads: list of {url (of Medusa), path, requests}
 * options: folder (for the files of the counter), warmUp (paths that every worker answers first)
 * gives for each load the counts of one request, {all, by}, where `by` has pairs of a name and a number
 */
export async function countPerRequest(counter, loads, { folder, warmUp = [] }) {
  const count = (load, number) =>
    countRun(counter, { ...load, warmUp, file: join(folder, `${counter.name}-${number}`) });
  const without = await count({ ...loads[0], requests: 0 }, 0);
  const results = [];
  for (const load of loads) {
    const counts = await count(load, results.length + 1);
    const names = [...new Set([...counts.keys(), ...without.keys()])];
    const difference = (name) => ((counts.get(name) ?? 0) - (without.get(name) ?? 0)) / load.requests;
    const by = names.map((name) => [name, difference(name)]).filter(([, number]) => number);
    results.push({ all: sum(by.map(([, number]) => number)), by });
  }
  return results;
}

/** The counts of the life of a worker that answers these requests. */
async function countRun(counter, { url, path, requests, warmUp, file }) {
  const pool = await startPool({ url, single: true, under: counter.under(file) });
  try {
    const request = openClient(`http://127.0.0.1:${pool.port}`);
    for (const one of warmUp) await request("GET", one);
    for (let i = 0; i < requests; i++) await request("GET", path);
  } finally {
    await pool.stop();
  }
  return counter.read(file);
}
