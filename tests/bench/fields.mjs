#!/usr/bin/env node
/*
 * Which fields cost Medusa the most time?
 *
 *   O2S_MEDUSA=build/o2s-medusa node tests/bench/fields.mjs [--rounds N] [--only TEXT] [--each]
 *
 * Makes each request of a shop (journey.mjs) through the gateway, and takes from Medusa's access log which calls it
 * made. Every call that reads is then repeated, straight to Medusa, with the fields that the gateway asked for, with
 * each relation, all totals and all other columns left out in turn, and with the id alone. A change is followed by a
 * reading of what it has changed: in its place that reading is repeated, with the change's fields. Each round asks for
 * every variant once; what leaving something out saves is the median over the rounds of the difference within a round.
 * The CPU time is that of Medusa's process alone, and less disturbed by what else runs on the machine.
 *
 *   --rounds N    default 25
 *   --only TEXT   only requests that have this in their name, such as 'GET /carts'
 *   --each        each column alone, too
 */
import { parseArgs } from "node:util";
import { startGateway } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { openClient } from "./client.mjs";
import { travel } from "./journey.mjs";
import { fineCpuTime, listenerOn } from "./processes.mjs";
import { decimals, kilobytes, sectionText } from "./report.mjs";
import { median } from "./statistics.mjs";

const EVERYTHING = "(none left out)";
const ALL_BUT_ID = "(all but the id)";
const TOTALS = "(totals)";
const COLUMNS = "(columns)";

/** The path of a field without the marks that Medusa knows: `*` for a relation as a whole, `+` for a field more. */
const pathOf = (field) => field.replace(/^[*+]/, "");

/** Whether the field is computed of others. */
const isTotal = (field) => /(^|[._])(sub)?total$/.test(field);

/**
 * The names under which a field is left out: the relations that it is in, and what is computed. Columns cost little:
 * without `each` they are left out together.
 */
function namesOf(field, each) {
  const names = pathOf(field).split(".");
  const relations = names.map((_, i) => names.slice(0, i + 1).join("."));
  if (isTotal(field)) relations.push(TOTALS);
  if (each || /^[*+]/.test(field)) return relations;
  if (names.length === 1) return isTotal(field) ? [TOTALS] : [COLUMNS];
  return relations.filter((name) => name !== field);
}

/** The names of what is left out in turn, and the fields that remain then. */
function variantsOf(fields, each) {
  const variants = new Map([[EVERYTHING, fields]]);
  for (const name of new Set(fields.flatMap((field) => namesOf(field, each)))) {
    const kept = fields.filter((field) => field === "id" || !namesOf(field, each).includes(name));
    // With no plain name, Medusa adds its default fields.
    variants.set(name, kept.some((field) => /^\w/.test(field)) ? kept : ["id", ...kept]);
  }
  variants.delete("id");
  return variants.set(ALL_BUT_ID, ["id"]);
}

/**
 * The reading that is repeated for a call: a GET is its own; a change answers with what it has changed. `answer` is the
 * gateway's. Nothing if Medusa's Store API has no such reading, or the call asks for no fields.
 */
function readingOf({ method, url }, answer) {
  const { pathname, searchParams } = new URL(url, "http://medusa");
  const fields = searchParams.get("fields");
  if (!fields) return undefined;
  const reading = { admin: pathname.startsWith("/admin/"), fields: fields.split(",") };
  searchParams.delete("fields");
  if (method === "GET") return { ...reading, path: pathname, query: searchParams };
  const path = changedBy(pathname, answer);
  return path && { ...reading, path, query: new URLSearchParams() };
}

function changedBy(pathname, answer) {
  const cart = pathname.match(/^\/store\/carts(?:\/(\w+))?/);
  if (cart && pathname.endsWith("/complete")) return `/store/orders/${answer.order.id}`;
  if (cart) return `/store/carts/${cart[1] ?? answer.id}`;
  return pathname.startsWith("/store/customers/me/") ? "/store/customers/me" : undefined;
}

/** Of each variant, milliseconds and bytes, and how much less they are than with all fields. */
async function repeat(ask, reading, { rounds, each, medusa }) {
  const variants = [...variantsOf(reading.fields, each)];
  const seen = new Map(variants.map(([name]) => [name, { times: [], cpu: [], bytes: 0 }]));
  for (let round = -2; round < rounds; round++) {
    for (let i = 0; i < variants.length; i++) {
      // Each variant follows another one in every round.
      const step = round % 2 ? variants.length - 1 - i : i;
      const [name, fields] = variants[(step + Math.max(0, round)) % variants.length];
      const before = fineCpuTime(medusa);
      const { start, end, text } = await ask(reading, fields);
      const cpu = fineCpuTime(medusa) - before;
      if (round < 0) continue;
      seen.get(name).times.push(end - start);
      seen.get(name).cpu.push(cpu);
      seen.get(name).bytes = text.length;
    }
  }
  const whole = seen.get(EVERYTHING);
  const saved = (all, others) => median(others.map((one, round) => all[round] - one));
  return [...seen].map(([name, { times, cpu, bytes }]) => ({
    ...{ name, bytes, time: median(times), cpu: median(cpu) },
    saved: { time: saved(whole.times, times), cpu: saved(whole.cpu, cpu), bytes: whole.bytes - bytes },
  }));
}

function openReader(store) {
  const request = openClient(store.url, { headers: { "x-publishable-api-key": store.publishableKey } });
  const key = `Basic ${Buffer.from(store.adminKey).toString("base64")}`;
  return ({ path, query, admin, token }, fields) => {
    const all = new URLSearchParams(query);
    all.set("fields", fields.join(","));
    const authorization = admin ? key : token && `Bearer ${token}`;
    return request("GET", `${path}?${all}`, { headers: authorization ? { authorization } : {} });
  };
}

const share = (part, all) => `${decimals((100 * part) / all, 0)} %`;

function show(name, call, reading, results) {
  const whole = results.find((one) => one.name === EVERYTHING);
  const rows = results
    .filter((one) => one !== whole)
    .sort((a, b) => b.saved.cpu - a.saved.cpu)
    .map(({ name: left, saved }) => [
      left,
      ...[decimals(saved.cpu, 1), share(saved.cpu, whole.cpu), decimals(saved.time, 1), share(saved.time, whole.time)],
      kilobytes(saved.bytes),
    ]);
  console.log(
    sectionText({
      title: `${name}: ${call.method} ${reading.path}`,
      notes: [
        `The call took ${decimals(call.end - call.start, 1)} ms. To read its fields takes ${decimals(whole.time, 1)} ms,` +
          ` ${decimals(whole.cpu, 1)} ms of CPU, ${kilobytes(whole.bytes)}.`,
      ],
      columns: ["left out", "saves ms CPU", "of it", "ms", "of it", "bytes"],
      rows,
    }),
  );
}

/** What makes a shop's requests, and shows what the fields of their calls cost. */
function asker(store, gateway, options) {
  const read = openReader(store);
  return async (name, method, path, { token, body } = {}) => {
    const answer = await gateway.request(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    if (!name?.includes(options.only)) return answer.body;
    for (const call of answer.calls) {
      const reading = readingOf(call, answer.body);
      if (reading) show(name, call, reading, await repeat(read, { ...reading, token }, options));
    }
    return answer.body;
  };
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "25" },
      only: { type: "string", default: "" },
      each: { type: "boolean", default: false },
    },
  });
  const options = { ...values, rounds: Number(values.rounds) };
  const store = await openStore();
  try {
    const gateway = await startGateway({ store, env: { LOG_LEVEL: "info" } });
    try {
      options.medusa = listenerOn(Number(new URL(store.url).port));
      await travel(store, asker(store, gateway, options));
    } finally {
      await gateway.stop();
    }
  } finally {
    await store.stop();
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
