/*
 * Single mistakes in the shipped table, and whether `o2s-medusa check` reports each: tests/README.md. Started by
 * tests/mistakes.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROGRAM, TABLE } from "../e2e/harness.mjs";
import { inParallel } from "../mutation/program.mjs";
import { randomOf } from "../soak/random.mjs";
import { openBehaviour } from "./behaviour.mjs";
import { check, checkAnswers, failedCases, functionsOf } from "./check.mjs";
import { openJudge } from "./judge.mjs";
import { kindsOf, mistakesOf } from "./kinds.mjs";
import { diffOf, failuresOf, followUpsOf, listOf, reportsOf, shownDifference, sumsOf, tableOf } from "./report.mjs";
import { readTable } from "./table.mjs";

const OF_EACH = 24;
const JOBS = 2;

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string" },
    kind: { type: "string", default: "" },
    mark: { type: "string" },
    list: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

/** `count` mistakes, as many of each kind as of any other; without it OF_EACH of each. */
function drawn(kinds, table, count) {
  const most = count ? Math.ceil(count / kinds.length) : OF_EACH;
  const random = randomOf(options.seed, "mistakes");
  const made = kinds.map((kind) => mistakesOf(kind, table, most, random.of(kind.name)));
  if (!count) return made.flat();
  const rounds = Array.from({ length: most }, (_, round) =>
    made.flatMap((mistakes) => mistakes.slice(round, round + 1)),
  );
  // The last round is for some kinds only, which are drawn.
  const whole = rounds.slice(0, -1).flat();
  const rest = rounds.at(-1);
  while (rest.length && whole.length < count) whole.push(...rest.splice(random.below(rest.length), 1));
  return whole.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

async function judgeAll(mistakes, table) {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-mistakes-"));
  const behaviour = await openBehaviour(PROGRAM, table.text);
  try {
    const { environment } = behaviour;
    const fileOf = (job) => join(folder, `${job}.yaml`);
    async function checkOf({ text, kind }, job) {
      const checked = await check(PROGRAM, fileOf(job), text, environment);
      const isUnknowable = kind && kind.mark !== "known" && checked.status === 0 && !checked.reports.length;
      if (isUnknowable) checked.cases = await failedCases(PROGRAM, fileOf(job), environment);
      if (isUnknowable && kind.mark === "fields")
        checked.answers = await checkAnswers(PROGRAM, fileOf(job), environment);
      return checked;
    }
    const clean = await checkOf(table, 0);
    if (clean.status !== 0 || clean.reports.length) throw new Error(`${TABLE} has a mistake already:\n${clean.text}`);
    const failed = await failedCases(PROGRAM, fileOf(0), environment);
    if (failed) throw new Error(`the cases of ${TABLE} fail:\n${failed}`);
    await behaviour.begin(table.text);
    const same = await behaviour.difference(table.text);
    if (same) throw new Error(`the table differs from itself:\n${shownDifference(same)}`);
    const judge = openJudge(table);
    const judged = [];
    const checks = mistakes.map((mistake, index) => ({ mistake, index }));
    await inParallel(JOBS, checks, async ({ mistake, index }, job) => {
      judged[index] = { mistake, checked: await checkOf(mistake, job) };
    });
    for (const one of judged) {
      one.verdict = await judge.verdict(one.mistake, one.checked, behaviour).catch((error) => {
        // A worker that has ended, for example: a fault of the program, whatever the table is.
        error.message += `\nwith this mistake (${one.mistake.kind.name}):\n${diffOf(table.lines, one.mistake.text)}`;
        throw error;
      });
      if (process.stderr.isTTY) process.stderr.write(`\r${judged.indexOf(one) + 1} of ${judged.length}`);
    }
    return judged;
  } finally {
    await behaviour.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(kinds, judged, { lines }) {
  const some = (title, list, describe) => list.length && console.log(`\n${title}\n\n${listOf(lines, list, describe)}`);
  const harmful = judged.filter(({ verdict }) => verdict.outcome === "harmful");
  const isKnown = ({ mistake }) => mistake.kind.mark === "known";
  const difference = ({ verdict }) => shownDifference(verdict.difference);
  some(
    "REPORTED ELSEWHERE",
    judged.filter(({ verdict }) => verdict.place === "elsewhere"),
    reportsOf,
  );
  some(
    "WITH FOLLOW-UP ERRORS",
    judged.filter(({ verdict }) => verdict.followUps.length),
    followUpsOf,
  );
  if (options.all)
    some(
      "NOTICED BY CASES",
      harmful.filter(({ verdict }) => verdict.cases),
      failuresOf,
    );
  if (options.all)
    some(
      "HARMLESS",
      judged.filter(({ verdict }) => verdict.outcome === "harmless"),
      () => "",
    );
  some(
    "HARMFUL AND NOT NOTICED BY CASES, WHAT CHECK CANNOT KNOW",
    harmful.filter((one) => !isKnown(one) && !one.verdict.cases),
    difference,
  );
  some("HARMFUL AND NOT REPORTED", harmful.filter(isKnown), difference);
  console.log(`\n${tableOf(kinds, judged)}\n`);
  const { text, good } = sumsOf(judged);
  console.log(text);
  return good;
}

function numberOf(name) {
  if (options[name] === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(options[name])) return Number(options[name]);
  throw new Error(`--${name}: expected a number, got "${options[name]}"`);
}

async function main() {
  const count = numberOf("count");
  const table = readTable(readFileSync(TABLE, "utf8"));
  const all = kindsOf(table, functionsOf(PROGRAM)).filter(({ mark }) => mark === (options.mark ?? mark));
  if (!all.length) throw new Error(`--mark: no kind has the mark "${options.mark}": see --list`);
  const exact = all.filter(({ name }) => name === options.kind);
  const kinds = exact.length ? exact : all.filter(({ name }) => name.includes(options.kind));
  if (!kinds.length) throw new Error(`--kind: there is no kind with "${options.kind}" in its name: see --list`);
  if (options.list) {
    for (const { mark, name } of kinds) console.log(`${mark.padEnd(8)} ${name}`);
    return true;
  }
  const mistakes = drawn(kinds, table, count);
  console.log(`${mistakes.length} mistakes of ${kinds.length} kinds; seed ${options.seed}`);
  return print(kinds, await judgeAll(mistakes, table), table);
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
