/*
 * Mixed traffic through nginx and a pool of eight workers to the real Medusa, over a network that breaks, while workers
 * end and tables are read again. README.md tells what must hold; the exit status is 1 if something does not.
 *
 *   node tests/soak/soak.mjs [--minutes N] [--seed N]
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startServer } from "../deploy/servers.mjs";
import { openComparison } from "../e2e/amounts.mjs";
import { faultsOfCall, faultsOfLog, secretsOf } from "../e2e/credentials.mjs";
import { gatewayEnvironment } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { openClient } from "./client.mjs";
import { startFaults } from "./faults.mjs";
import { descriptors, openPool, privateMemory } from "./pool.mjs";
import { randomOf } from "./random.mjs";
import { annoy, garble, read, shop } from "./traffic.mjs";

const WORKERS = 8;
// How many at once, and how long each waits between its turns, in ms.
const ACTORS = { readers: [4, 30], buyers: [3, 20], annoying: [1, 60], garbling: [1, 80] };
const FAULT_RATE = 0.02;
const BETWEEN_ACTS = [300, 2500];
const MOST_GROWTH = 1024;
// What a worker may keep open to Medusa (KEPT_CONNECTIONS in src/http/upstream_client.c), beside the socket it listens on.
const MOST_SOCKETS = 16 + 1;
// Longer than workers wait before they give memory back, and Medusa before it closes a connection at rest.
const REST = 6000;
const isRoot = process.getuid() === 0;

/** Actors' turns wait here while it is closed. */
function openGate() {
  let gate = Promise.resolve();
  let open = () => {};
  let busy = 0;
  return {
    async pass(turn) {
      await gate;
      busy++;
      await turn().finally(() => busy--);
    },
    async close() {
      gate = new Promise((resolve) => (open = resolve));
      while (busy) await pause(20);
    },
    open: () => open(),
  };
}

function startActors(context) {
  const { seed, gate } = context;
  const running = [];
  let stopping = false;
  let buyers = 0;
  const turns = {
    readers: (random) => read({ ...context, random }),
    buyers: (random) => shop({ ...context, random, email: `soak-${seed}-${++buyers}@example.com` }),
    annoying: (random) => annoy({ ...context, random }),
    garbling: (random) => garble({ ...context, random }),
  };
  for (const [kind, [number, wait]] of Object.entries(ACTORS)) {
    for (let index = 0; index < number; index++) {
      const random = randomOf(seed, `${kind}/${index}`);
      const live = async () => {
        while (!stopping) {
          await gate.pass(() => turns[kind](random));
          await pause(random.between(0, 2 * wait));
        }
      };
      running.push(live());
    }
  }
  return { failed: Promise.all(running), stop: () => ((stopping = true), Promise.all(running)) };
}

/** What each worker takes at rest. */
async function measure(pool, gate) {
  await pool.whole();
  await gate.close();
  await pause(REST);
  const pids = pool.members();
  const taken = new Map(isRoot ? pids.map((pid) => [pid, { memory: privateMemory(pid), open: descriptors(pid) }]) : []);
  gate.open();
  return taken;
}

function growth(first, last, veterans) {
  return veterans.map((pid) => ({ pid, before: first.get(pid), after: last.get(pid) }));
}

/** All of Medusa's orders since then whose e-mail address begins so: [{id, email}] */
async function ordersSince(store, since, prefix) {
  const page = 200;
  const orders = [];
  for (let offset = 0, total = 1; offset < total; offset += page) {
    const query = new URLSearchParams({ fields: "id,email", "created_at[$gte]": since, limit: page, offset, order: "created_at" });
    const { orders: some, count } = await store.medusa("GET", `/admin/orders?${query}`);
    orders.push(...some.filter(({ email }) => email?.startsWith(prefix)));
    total = count;
  }
  return orders;
}

/** What does not fit between what buyers were told and what Medusa has: texts. */
function compareOrders(book, orders) {
  const faults = [];
  const byEmail = new Map();
  for (const { id, email } of orders) byEmail.set(email, [...(byEmail.get(email) ?? []), id]);
  for (const [email, told] of book) {
    const there = byEmail.get(email) ?? [];
    if (told && there.length !== 1) faults.push(`${email} was told of order ${told}: Medusa has ${there.length} of them`);
    else if (told && there[0] !== told) faults.push(`${email} was told of order ${told}: Medusa has ${there[0]}`);
    else if (!told && there.length) faults.push(`${email} was told of no order: Medusa has ${there}`);
  }
  for (const email of byEmail.keys()) if (!book.has(email)) faults.push(`${email} has an order, and never had a cart`);
  return faults;
}

function judge({ client, faults, pool, store, server, veterans, calls, orders, book, comparison }) {
  const found = [...client.violations, ...compareOrders(book, orders), ...comparison.differences];
  if (!comparison.counts().compared) found.push("no amounts were compared");
  const broken = faults.count.before + faults.count.after + faults.count.half + pool.counts.kill;
  if (client.cuts() > broken) found.push(`${client.cuts()} requests failed, and only ${broken} had a reason to`);
  for (const { pid, before, after } of isRoot ? veterans : []) {
    if (!before || !after) found.push(`worker ${pid} has ended by itself`);
    else if (after.memory - before.memory > MOST_GROWTH)
      found.push(`worker ${pid} has grown from ${before.memory} to ${after.memory} KiB`);
    else if (after.open.others !== before.open.others || after.open.sockets > MOST_SOCKETS)
      found.push(`worker ${pid} has ${JSON.stringify(after.open)} descriptors, had ${JSON.stringify(before.open)}`);
  }
  const secrets = secretsOf(store, { token: store.alice });
  const lines = readFileSync(join(server.folder, "log"), "utf8").split("\n").filter((line) => line.startsWith("{"));
  found.push(...faultsOfLog(lines.join("\n"), secrets), ...calls.flatMap((call) => faultsOfCall(call, secrets)));
  return found;
}

function print(rows) {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  for (const [name, value] of rows) console.log(name.padEnd(width) + value);
}

function report({ seed, minutes, client, faults, pool, veterans, calls, orders, book, comparison, before, after }) {
  const statuses = (row) => [...row].sort().map(([status, number]) => `${status || "cut"}: ${number}`).join(", ");
  const told = [...book.values()].filter(Boolean).length;
  const requests = [...client.counts.values()].flatMap((row) => [...row.values()]).reduce((a, b) => a + b, 0);
  const range = (of) => `${Math.min(...of)} to ${Math.max(...of)}`;
  print([
    ["seed", seed],
    ["minutes", minutes],
    ...[...client.counts].sort().map(([kind, row]) => [`requests: ${kind}`, statuses(row)]),
    ["requests in all", `${requests}, ${client.cuts()} of them failed on their way`],
    ["calls of Medusa", `${calls.length}`],
    ["faults upstream", Object.entries(faults.count).map(([kind, number]) => `${kind}: ${number}`).join(", ")],
    ["workers ended", `by TERM: ${pool.counts.term}, by KILL: ${pool.counts.kill}`],
    ["tables read again", `good: ${pool.counts.reload}, broken: ${pool.counts.refusal}`],
    ["orders", `${told} told to buyers, ${orders.length} in Medusa; ${book.size - told} carts left behind`],
    ["amounts", Object.entries(comparison.counts()).map(([what, number]) => `${what}: ${number}`).join(", ")],
    ...(isRoot
      ? [
          ["private memory, KiB", veterans.map((one) => `${one.before?.memory} → ${one.after?.memory}`).join(", ")],
          ["descriptors", veterans.map((one) => `${total(one.before)} → ${total(one.after)}`).join(", ")],
          ["all workers at the end, KiB", range([...after.values()].map(({ memory }) => memory))],
        ]
      : [["memory, descriptors", "not looked at: only root may"]]),
  ]);
}

const total = (taken) => taken && taken.open.sockets + taken.open.others;

async function soak({ minutes, seed }) {
  const store = await openStore();
  const random = randomOf(seed);
  const since = new Date(Date.now() - 5000).toISOString();
  const first = store.lastCall();
  const faults = await startFaults(store.url, random.of("faults"), FAULT_RATE);
  const env = { ...gatewayEnvironment(store), MEDUSAJS_BASE_URL: faults.url, LOG_LEVEL: "info" };
  const server = await startServer("nginx", { env, workers: WORKERS });
  try {
    const client = openClient(server.port);
    const pool = await openPool(server, WORKERS, random.of("pool"));
    const gate = openGate();
    const book = new Map();
    const comparison = openComparison();
    const context = { seed, gate, client, store, book, comparison, carts: [], port: server.port, socket: server.socket };
    const actors = startActors(context);
    actors.failed.catch(() => {});
    const begin = performance.now();
    const end = begin + minutes * 60_000;
    const settled = begin + Math.min(60_000, (minutes * 60_000) / 3);
    let before;
    while (performance.now() < end) {
      if (!before && performance.now() > settled) before = await measure(pool, gate);
      await pool.act();
      await pause(random.between(...BETWEEN_ACTS));
    }
    await pool.whole();
    faults.pause();
    await actors.stop();
    const after = await measure(pool, gate);
    const veterans = growth(before, after, pool.veterans);
    const calls = await store.calls(first);
    const orders = await ordersSince(store, since, `soak-${seed}-`);
    const results = { seed, minutes, client, faults, pool, store, server, veterans, calls, orders, book, comparison, before, after };
    report(results);
    return judge(results);
  } finally {
    await server.stop();
    await faults.stop();
    await store.stop();
  }
}

async function main() {
  const { values } = parseArgs({ options: { minutes: { type: "string" }, seed: { type: "string" } } });
  const minutes = Number(values.minutes ?? 10);
  const seed = Number(values.seed ?? randomBytes(4).readUInt32LE());
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error("--minutes and --seed are numbers");
  console.log(`seed ${seed}`);
  const found = await soak({ minutes, seed });
  for (const fault of found.slice(0, 50)) console.error(fault);
  console.log(found.length ? `${found.length} things are not as they must be` : "all is as it must be");
  return found.length ? 1 : 0;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
