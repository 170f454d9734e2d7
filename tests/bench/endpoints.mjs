/*
 * What does each endpoint add to the calls that it makes to a real Medusa?
 *
 * The worker's log tells for each request how long it waited for its calls, which it makes on connections that stay
 * open: that is what the bare calls take. What the whole request takes a client beside that, through nginx, is what
 * the gateway adds. Both are of one and the same request, so Medusa's own ups and downs, which are far larger, play no
 * part; and the requests are those of a shop, each changing what the one before it made.
 *
 * That the calls themselves are as fast as any: Medusa's access log tells how long it had them in hand. What is left of
 * the wait is the way there and back, and the same is measured of a bare call by a client of its own, between the
 * requests.
 */
import { readFileSync } from "node:fs";
import { until } from "../store/lib/wait.mjs";
import { openClient } from "./client.mjs";
import { travel } from "./journey.mjs";
import { decimals } from "./report.mjs";
import { startPool } from "./servers.mjs";
import { median } from "./statistics.mjs";

const JOURNEYS = 12;
const WARM_UP = 2;
const WORKERS = 2;
const LOG_DEADLINE = 5000;

export const needsStore = true;

/**
 * gives {bare, rows: [{name, calls, steps, medusa, way, waited, whole, added, worker}]}: medians, in milliseconds.
 * `way` is for each step of calls; `bare` is that of a bare call.
 */
export async function measure({ store: { open }, quick, onProgress }) {
  const store = await open();
  const env = {
    MEDUSAJS_PUBLISHABLE_API_KEY: store.publishableKey,
    MEDUSAJS_ADMIN_API_KEY: store.adminKey,
    DEFAULT_REGION_ID: store.fixtures.regions.eur.id,
  };
  const pool = await startPool({ url: store.url, workers: WORKERS, env });
  try {
    const recorder = openRecorder(store, pool);
    const since = store.lastCall();
    const [warmUp, journeys] = quick ? [0, 1] : [WARM_UP, JOURNEYS];
    for (let journey = -warmUp; journey < journeys; journey++) {
      onProgress(`All endpoints, ${journey < 0 ? "warming up" : `${journey + 1} of ${journeys}`}`);
      if (journey === 0) recorder.forget();
      await travel(store, recorder.ask);
    }
    const calls = await store.calls(since);
    const lines = await until("The workers' log lines", () => recorder.lines(), { deadline: LOG_DEADLINE });
    return evaluate(recorder.requests, { calls, lines });
  } finally {
    await pool.stop();
  }
}

function openRecorder(store, pool) {
  const gateway = openClient(`http://127.0.0.1:${pool.port}`);
  const medusa = openClient(store.url, { headers: { "x-publishable-api-key": store.publishableKey } });
  const requests = [];
  let count = 0;
  // A request with a `name` is one to measure, and gets a bare call as its neighbour.
  const ask = async (name, method, path, { token, body } = {}) => {
    const id = `bench-${process.pid}-${++count}`;
    const headers = { "x-request-id": id, ...(token && { authorization: `Bearer ${token}` }) };
    const expected = method === "POST" ? 201 : 200;
    const answer = await gateway(method, path, { headers, body, expected });
    if (!name) return answer.body;
    requests.push({ name, id, start: answer.start, end: answer.end });
    const bareId = `${id}-bare`;
    const bare = await medusa("GET", "/store/regions?fields=id", { headers: { "x-request-id": bareId } });
    requests.push({ id: bareId, bare: true, start: bare.start, end: bare.end });
    return answer.body;
  };
  // A worker writes its line after the answer has left.
  const lines = () => {
    const all = readFileSync(pool.log, "utf8").trimEnd().split("\n");
    const byId = new Map(all.map((line) => JSON.parse(line)).map((line) => [line.request, line]));
    return requests.every(({ id, bare }) => bare || byId.has(id)) && byId;
  };
  return { requests, ask, lines, forget: () => requests.splice(0) };
}

function evaluate(requests, { calls, lines }) {
  const callsOf = new Map();
  for (const call of calls) {
    const { requestId } = call.headers;
    callsOf.set(requestId, [...(callsOf.get(requestId) ?? []), call]);
  }
  const seen = requests.map((request) => {
    const own = callsOf.get(request.id);
    if (!own) throw new Error(`${request.name ?? "A bare call"}: Medusa's access log knows no call of ${request.id}`);
    return timesOf(request, own, lines.get(request.id));
  });
  const names = [...new Set(requests.filter(({ bare }) => !bare).map(({ name }) => name))];
  return {
    bare: median(seen.filter(({ bare }) => bare).map(({ way }) => way)),
    rows: names.map((name) => ({ name, ...medians(seen.filter((one) => one.name === name)) })),
  };
}

function timesOf({ name, bare, start, end }, calls, line) {
  const { time: medusa, steps } = covered(calls);
  const whole = end - start;
  const common = { name, bare, calls: calls.length, steps, medusa, whole };
  if (bare) return { ...common, way: whole - medusa };
  const waited = line.upstream_ms;
  return { ...common, waited, way: (waited - medusa) / steps, added: whole - waited, worker: line.ms - waited };
}

function medians(samples) {
  const keys = ["calls", "steps", "medusa", "way", "waited", "whole", "added", "worker"];
  return Object.fromEntries(keys.map((key) => [key, median(samples.map((sample) => sample[key]))]));
}

/** Milliseconds in which at least one of the calls was under way, and how many steps they make one after the other. */
function covered(calls) {
  let time = 0;
  let steps = 0;
  let until = -Infinity;
  for (const { start, end } of [...calls].sort((a, b) => a.start - b.start)) {
    if (start > until) steps++;
    time += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return { time, steps };
}

export function report({ bare, rows }, { quick }) {
  const most = rows.reduce((worst, row) => (row.added > worst.added ? row : worst));
  return {
    sections: [
      {
        title: "On the real Medusa",
        notes: [
          `Milliseconds, medians of ${quick ? 1 : JOURNEYS}, through nginx.`,
          `What an endpoint adds is the whole time of a request, less its calls: at most ${decimals(most.added)} (${most.name}).`,
          '"In the worker" is what the worker does beside its calls, up to its line in the log, after the answer has left.',
          `Of the calls, "Medusa" is what it has them in hand, "way" the way there and back for each step;`,
          `of a bare call by another client that is ${decimals(bare)}.`,
        ],
        columns: ["", "calls", "steps", "Medusa", "way", "all calls", "whole", "adds", "in the worker"],
        rows: rows.map(({ name, calls, steps, medusa, way, waited, whole, added, worker }) => [
          ...[name, String(calls), String(steps), decimals(medusa, 1), decimals(way), decimals(waited, 1)],
          ...[decimals(whole, 1), decimals(added), decimals(worker)],
        ]),
      },
    ],
  };
}
