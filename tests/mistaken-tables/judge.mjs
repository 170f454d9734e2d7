/*
 * What `check` reports of a mistake, whether a mistake that it accepts does harm, and whether the cases of the table
 * notice that.
 *
 * A verdict:
 *   place      of the report that is nearest to the mistake: "line", "next" (to it), "name" (another place of a name
 *              that the mistake changed), "elsewhere"; null if there is no report
 *   warning    whether there are only warnings
 *   followUps  the reports about something else than the mistake: at other places, and not a use of a name that
 *              the mistake took away where it is defined
 *   outcome    without a report: "same" (the YAML means the same), "harmless" (no request is answered otherwise)
 *              or "harmful"
 *   difference of a harmful one that no case has noticed: {request, expected, actual}
 *   cases      of a harmful one that cases have noticed: what `test` printed of them
 */
import { meaningOf } from "./yaml.mjs";

const DEFINING = new Set([
  "setting",
  "mapper",
  "table",
  "schema",
  "flow",
  "upstream",
  "step-name",
  "let",
  "local",
  "property",
  "route",
  "variable",
]);

/** The lines that differ, the first line being 0: from `from` up to before `to`, and up to before `end` of the new ones. */
export function changedLines(before, after) {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let [to, end] = [before.length, after.length];
  while (to > from && end > from && before[to - 1] === after[end - 1]) (to--, end--);
  return { from, to, end };
}

/** `table`: readTable() of the table without the mistake. `at`: offset of another place where a report is right. */
export function openJudge(table) {
  const definitions = table.keys
    .filter(({ role }) => DEFINING.has(role))
    .flatMap((key) => namesIn(key).map((one) => ({ ...one, line: table.lineAt(key.from) })));
  for (const { value, from } of table.scalarsOf("schema.enum"))
    definitions.push({
      name: value,
      pattern: new RegExp(`(^|[[,] *|- )${escaped(value)}(?= *([,\\]]|$))`, "gm"),
      line: table.lineAt(from),
    });

  /** What the reports are worth: {place, warning, followUps}. */
  function placed({ text, at }, reports) {
    const lines = text.split("\n");
    const { from, to, end } = changedLines(table.lines, lines);
    const old = table.lines.slice(from, to);
    const now = lines.slice(from, end);
    // Of lines that were taken away, what is left are their neighbours.
    const [first, last] = from < end ? [from, end - 1] : [from - 1, from];
    const lost = lostNames(definitions, { from, to }, old, now);
    const changed = new Set([
      ...difference(wordsOf(old), wordsOf(now)),
      ...difference(wordsOf(now), wordsOf(old)),
      ...lost,
    ]);
    const right = at === undefined ? null : table.lineAt(at);

    const isAbout = ({ line, message }, names) => {
      const [words, there] = [wordsOf([message]), line && wordsOf(scalarAt(lines, line - 1))];
      return [...names].some((name) => words.has(name) && (!there || there.has(name)));
    };
    const placeOf = (report) => {
      const line = report.line - 1;
      if ((line >= first && line <= last) || line === right) return "line";
      if (line >= first - 1 && line <= last + 1) return "next";
      return isAbout(report, changed) ? "name" : "elsewhere";
    };
    const places = reports.map((report) => ({ report, place: placeOf(report) }));
    const best = ["line", "next", "name", "elsewhere"].find((place) => places.some((one) => one.place === place));
    const main = places.find(({ place }) => place === best)?.report;
    const followUps = places.filter(({ report, place }) => {
      if (place === "line" || place === "next" || report.line === main.line) return false;
      return !isAbout(report, lost);
    });
    return {
      place: best ?? null,
      warning: reports.length > 0 && reports.every(({ warning }) => warning),
      followUps: followUps.map(({ report }) => report),
    };
  }

  /** The route that a mistake is in: "GET /carts/{id}"; undefined if it is in none. */
  function routeOf({ text }) {
    const { from } = changedLines(table.lines, text.split("\n"));
    const routes = table.keysOf("route");
    const above = routes.filter((key) => table.lineAt(key.from) <= from);
    return from >= table.lineAt(routes[0].from) ? above.at(-1).name : undefined;
  }

  const meaning = meaningOf(table.text);

  /**
   * `checked`: of check(), with `cases` of failedCases() if they were run; `behaviour`: of openBehaviour(). A case that
   * fails is harm: the requests of `behaviour` are made only if none does.
   */
  async function verdict(mistake, checked, behaviour) {
    const nothing = { place: null, warning: false, followUps: [] };
    const hasFailed = ![0, 1].includes(checked.status) || (checked.status === 1 && !checked.reports.length);
    if (hasFailed) return { ...nothing, outcome: "harmful", difference: failureOf(checked) };
    if (checked.reports.length) return placed(mistake, checked.reports);
    if (meaningOf(mistake.text) === meaning) return { ...nothing, outcome: "same" };
    if (checked.cases) return { ...nothing, outcome: "harmful", cases: checked.cases };
    const difference = await behaviour.difference(mistake.text, routeOf(mistake));
    return { ...nothing, outcome: difference ? "harmful" : "harmless", difference };
  }

  return { placed, verdict };
}

const failureOf = ({ status, text }) => ({
  request: "check",
  expected: "a report",
  actual: `status ${status}: ${text}`,
});

// The names that the lines defined and define no more.
function lostNames(definitions, { from, to }, old, now) {
  const own = definitions.filter(({ line }) => line >= from && line < to);
  const trimmed = (lines) => lines.map((line) => line.replace(/^[\s-]+/, "")).join("\n");
  // A line that is only indented otherwise defines its names for something else.
  const lost =
    trimmed(old) === trimmed(now) ? own : own.filter(({ pattern }) => times(pattern, now) < times(pattern, old));
  return new Set(lost.map(({ name }) => name));
}

const escaped = (text) => text.replace(/[^\w\s]/g, "\\$&");
const times = (pattern, lines) => [...lines.join("\n").matchAll(pattern)].length;

/*
 * What a key defines: {name, pattern}, the pattern being what a line has that still does so. Of a mapper and a flow the
 * parameters too, of a route those of its path.
 */
function namesIn({ role, name: key }) {
  const end = "[\"']?:(?=\\s|$)";
  if (role === "route")
    return [...key.matchAll(/(?<=\{)\w+/g)].map(([name]) => ({
      name,
      pattern: new RegExp(`\\{${name}\\}[^\n]*${end}`, "gm"),
    }));
  const [first, ...parameters] = key.split(" ").map((one) => one.replace("$", ""));
  const sign = role === "local" ? "\\$" : "";
  return [
    { name: first, pattern: new RegExp(`(^|[\\s{,"'])${sign}${first}( \\$\\w+)*${end}`, "gm") },
    ...parameters.map((name) => ({ name, pattern: new RegExp(`\\$${name}( \\$\\w+)*${end}`, "gm") })),
  ];
}

// A line, and of a scalar that is written over several lines below its key, all of them: a report may be at its begin.
function scalarAt(lines, number) {
  const line = lines[number] ?? "";
  if (!/: [>|][-+]?$/.test(line)) return [line];
  const rest = lines.slice(number + 1);
  const end = rest.findIndex((one) => one.search(/\S/) <= line.search(/[^\s-]/));
  return [line, ...rest.slice(0, end < 0 ? rest.length : end)];
}

const wordsOf = (lines) => new Set(lines.join("\n").match(/[A-Za-z_][\w-]*/g));
const difference = (some, others) => [...some].filter((one) => !others.has(one));
