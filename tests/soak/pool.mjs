/* The administrator's side: workers that end and are replaced, tables that are read again, and what the workers take. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { childrenOf, isAlive } from "../e2e/harness.mjs";
import { until } from "../store/lib/wait.mjs";

// multiwatch gives up on a process that does not live for a second several times in a row.
const LEAST_AGE = 1500;
// Longer than a request may take, as a worker finishes it before it reads its table again.
const DEADLINE = 70_000;
const USR2 = 1n << 11n;

/** What stands in a file from a place on. */
function readFrom(file, place) {
  const descriptor = openSync(file, "r");
  const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - place));
  const size = readSync(descriptor, bytes, 0, bytes.length, place);
  closeSync(descriptor);
  return bytes.subarray(0, size);
}

/** Whether a worker has come so far that the signal to read its table again does not end it. */
function takesSignals(pid) {
  try {
    const [, blocked] = /^SigBlk:\s+(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return (BigInt(`0x${blocked}`) & USR2) !== 0n;
  } catch {
    return false;
  }
}

/**
 * `server`: of startServer(), with `workers` workers. The first half of them is never ended: the veterans.
 * gives {counts: {term, kill, reload, refusal}, veterans: [pid], members(): [pid], whole(), act()}
 */
export async function openPool(server, workers, random) {
  const counts = { term: 0, kill: 0, reload: 0, refusal: 0 };
  const seen = new Map();
  const table = readFileSync(server.table, "utf8");
  const logFile = join(server.folder, "log");

  function members() {
    const alive = childrenOf(server.pool).filter(isAlive);
    for (const pid of alive) if (!seen.has(pid)) seen.set(pid, performance.now());
    return alive;
  }

  const isWhole = () => members().length === workers && members().every(takesSignals);
  await until("The whole pool", isWhole, { deadline: DEADLINE });
  const veterans = members().slice(0, workers / 2);

  async function whole() {
    await until("The whole pool", isWhole, { deadline: DEADLINE });
    const youngest = () => Math.max(...members().map((pid) => seen.get(pid)));
    await until("The youngest worker's age", () => performance.now() - youngest() > LEAST_AGE, { deadline: DEADLINE });
  }

  async function endOne(kind, signal) {
    const pid = random.pick(members().filter((one) => !veterans.includes(one)));
    process.kill(pid, signal);
    counts[kind]++;
    await until(`The end of worker ${pid}`, () => !isAlive(pid), { deadline: DEADLINE });
  }

  // Every worker says so. No worker must start while the table is broken: act() does one thing after the other.
  async function readAgain(kind, text, message) {
    const { size } = statSync(logFile);
    const told = () => readFrom(logFile, size).toString("latin1").split(message).length - 1;
    writeFileSync(server.table, text);
    process.kill(server.pool, "SIGUSR2");
    await until(`"${message}", of each worker`, () => told() >= workers, { deadline: DEADLINE });
    counts[kind]++;
  }

  const acts = [
    () => endOne("term", "SIGTERM"),
    () => endOne("kill", "SIGKILL"),
    () => readAgain("reload", `${table}\n# ${random.below(1e9)}\n`, "the route table was reloaded"),
    async () => {
      await readAgain("refusal", table.replace("GET /readyz:", "GET /readyz"), "the route table was not reloaded");
      await readAgain("reload", table, "the route table was reloaded");
    },
  ];
  const deck = [];

  return {
    counts,
    veterans,
    members,
    /** One thing of those that an administrator does, and waits until the pool is whole again. */
    async act() {
      await whole();
      // By turns, each as often as the others.
      if (!deck.length) deck.push(...acts);
      const [act] = deck.splice(random.below(deck.length), 1);
      await act();
    },
    /** Waits until there are all workers, and none is too young to be ended. */
    whole,
  };
}

/** KiB of memory that a process has for itself. */
export function privateMemory(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kib = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(rollup)[1]);
  return kib("Private_Clean") + kib("Private_Dirty");
}

/** How many descriptors a process has: {sockets, others}. */
export function descriptors(pid) {
  const targets = readdirSync(`/proc/${pid}/fd`).map((number) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${number}`);
    } catch {
      return "";
    }
  });
  const sockets = targets.filter((target) => target.startsWith("socket:")).length;
  return { sockets, others: targets.filter(Boolean).length - sockets };
}
