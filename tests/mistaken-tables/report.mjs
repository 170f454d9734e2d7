/* What was found, as text. */
import { changedLines } from "./judge.mjs";

export const LIMITS = { harmful: 0.01, atLine: 0.97, followUps: 0.05, cases: 0.95 };
const MOST_LINES = 4;
const REPORTED = ["line", "next", "name", "elsewhere", "warning", "follow-up"];
const COLUMNS = [...REPORTED, "same", "harmless", "HARMFUL", "cases", "answers"];

/** A mistake as a small diff, each line by its number. */
export function diffOf(lines, text) {
  const after = text.split("\n");
  const { from, to, end } = changedLines(lines, after);
  const part = (sign, all, until) => {
    const shown = all.slice(from, until).map((line, index) => `  ${sign} ${from + index + 1}: ${visible(line)}`);
    return shown.length > MOST_LINES ? [...shown.slice(0, MOST_LINES), `  ${sign} … ${shown.length} lines`] : shown;
  };
  return [...part("-", lines, to), ...part("+", after, end)].join("\n");
}

const visible = (line) =>
  line.replaceAll("\u00a0", "<U+00A0>").replaceAll("\u200b", "<U+200B>").replaceAll("\t", "<tab>");

/** Of an exchange, the first line that differs: as text. */
export function shownDifference({ request, expected, actual }) {
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  const isPlain = (line) => !/^(content-length|etag):/i.test(line);
  const differing = before.map((line, index) => index).filter((index) => before[index] !== after[index]);
  const at =
    differing.find((index) => isPlain(before[index]) && isPlain(after[index] ?? "")) ?? differing[0] ?? before.length;
  const [one, other] = [before[at] ?? "", after[at] ?? ""];
  const letter = [...one].findIndex((sign, index) => sign !== other[index]);
  const around = (line) => line.slice(Math.max(0, letter - 40), Math.max(0, letter) + 100);
  return `  ${request.slice(0, 160)}\n    before: ${around(one)}\n    after:  ${around(other)}`;
}

function countsOf(judged) {
  const counts = Object.fromEntries(COLUMNS.map((column) => [column, 0]));
  for (const one of judged) {
    const { verdict } = one;
    if (verdict.place) counts[verdict.place]++;
    else counts[verdict.outcome === "harmful" ? "HARMFUL" : verdict.outcome]++;
    if (verdict.warning) counts.warning++;
    if (verdict.followUps.length) counts["follow-up"]++;
    if (verdict.cases) counts.cases++;
    if (isInAnswers(one)) counts.answers++;
  }
  return counts;
}

// The first number is how many were made.
const cell = (number, index) =>
  index ? String(number || ".").padStart(Math.max(6, COLUMNS[index - 1].length + 1)) : String(number).padStart(5);

const isHarmful = ({ verdict }) => verdict.outcome === "harmful";
const isInAnswers = (one) => isHarmful(one) && one.checked.answers?.length > 0;

/**
 * One line for each kind: how often what. `warning`, `follow-up`, `cases` and `answers` are among those before them.
 */
export function tableOf(kinds, judged) {
  const rows = kinds.map((kind) => {
    const own = judged.filter(({ mistake }) => mistake.kind === kind);
    return [kind.mark, kind.name, own.length, ...Object.values(countsOf(own))];
  });
  const width = Math.max(...rows.map(([, name]) => name.length));
  const line = ([mark, name, ...numbers]) => `${mark.padEnd(8)} ${name.padEnd(width)} ${numbers.map(cell).join("")}`;
  return [line(["", "", "made", ...COLUMNS]), ...rows.map(line)].join("\n");
}

/** gives {text, good} */
export function sumsOf(judged) {
  const of = (...marks) => judged.filter(({ mistake }) => marks.includes(mistake.kind.mark));
  const known = of("known");
  const unknowable = of("fields", "unknown").filter(isHarmful);
  const fields = of("fields").filter(isHarmful);
  const reported = known.filter(({ verdict }) => verdict.place);
  const parts = [
    [
      "harmful and not reported, of those that check can know",
      known.filter(isHarmful).length,
      known.length,
      (share) => share < LIMITS.harmful,
      "below 1 %",
    ],
    [
      "reported at their line, next to it, or at another place of the name",
      reported.filter(({ verdict }) => verdict.place !== "elsewhere").length,
      reported.length,
      (share) => share >= LIMITS.atLine,
      "97 % or more",
    ],
    [
      "with follow-up errors, of those reported",
      reported.filter(({ verdict }) => verdict.followUps.length).length,
      reported.length,
      (share) => share < LIMITS.followUps,
      "below 5 %",
    ],
    [
      "noticed by cases, of the harmful ones that check cannot know",
      unknowable.filter(({ verdict }) => verdict.cases).length,
      unknowable.length,
      (share) => share >= LIMITS.cases,
      "95 % or more",
    ],
    ["noticed by check --answers, of the harmful ones in fields", fields.filter(isInAnswers).length, fields.length],
  ];
  const lines = parts.map(([what, some, all, isGood, limit]) => {
    const share = all ? some / all : 0;
    const bad = all && isGood && !isGood(share);
    const shown = `${(100 * share).toFixed(1)} %${limit ? `; limit: ${limit}` : ""}`;
    return { bad, text: `${what}: ${some} of ${all} (${shown})${bad ? "   TOO MANY OR TOO FEW" : ""}` };
  });
  return { text: lines.map(({ text }) => text).join("\n"), good: !lines.some(({ bad }) => bad) };
}

/** Each mistake of a list with what was found, below the names of their kinds. */
export function listOf(lines, judged, describe) {
  const kinds = [...new Set(judged.map(({ mistake }) => mistake.kind))];
  return kinds
    .map((kind) => {
      const own = judged.filter(({ mistake }) => mistake.kind === kind);
      const shown = own.map((one) => `${diffOf(lines, one.mistake.text)}\n${describe(one)}`);
      return `${kind.name} (${own.length}):\n${shown.join("\n")}`;
    })
    .join("\n\n");
}

const MOST_REPORTS = 5;

const shownReports = (reports) =>
  reports
    .slice(0, MOST_REPORTS)
    .map(({ line, column, message }) => `    ${line}:${column}: ${message}`)
    .join("\n");

export const reportsOf = ({ checked }) => shownReports(checked.reports);

/** The first case that fails. */
export const failuresOf = ({ verdict }) =>
  verdict.cases
    .split("\n")
    .slice(0, 2)
    .map((line) => `    ${line}`)
    .join("\n");

/** The first report, and then those that are follow-up errors. */
export function followUpsOf({ checked, verdict }) {
  const own = checked.reports.filter((report) => !verdict.followUps.includes(report));
  return `${shownReports(own.slice(0, 1))}\n    and ${verdict.followUps.length} more:\n${shownReports(verdict.followUps)}`;
}
