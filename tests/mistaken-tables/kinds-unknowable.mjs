/* Mistakes that a table may have been meant to have: what Medusa calls things, strings, and what was left out. */
import { inserted, removed, replaced } from "./changes.mjs";

export function unknowableKinds({ table, tokens, bodyMappers, slip }) {
  const { text } = table;
  const typed = (place, random) => {
    const other = slip(place.text, random);
    return other && replaced(place, other);
  };
  const kind =
    (mark) =>
    (name, places, make = typed) => ({ name, mark, places, make });
  const [fields, unknown] = [kind("fields"), kind("unknown")];
  const keysOf = (...roles) =>
    table
      .keysOf(...roles)
      .filter(({ to, from, name }) => to - from === name.length)
      .map(({ name, from, to }) => ({ text: name, from, to }));
  const paths = tokens.filter(({ type }) => type === "path");
  const answers = new Set(table.keysOf("step-name").map(({ name }) => name));
  const ofMapper = paths
    .filter(
      ({ text: one, scalar }) =>
        one.startsWith(".") && scalar.path[0] === "mappers" && !bodyMappers.has(scalar.path[1]),
    )
    .flatMap(({ names }) => names);
  const ofRoute = paths
    .filter(
      ({ text: one, scalar }) => one.startsWith(".") && scalar.path[0] !== "mappers" && !scalar.path.includes("only"),
    )
    .flatMap(({ names }) => names);
  const ofCall = paths
    .filter(({ names }) => answers.has(names[0]?.text))
    .flatMap(({ names }) => names.slice(1))
    .filter(({ text: one }) => /[a-z]/.test(one));
  const ofOnly = paths
    .filter(({ text: one, scalar }) => one.startsWith(".") && scalar.path.includes("only"))
    .flatMap(({ names }) => names);
  const roots = paths.filter(({ names }) => answers.has(names[0]?.text) && names.length > 2);
  const segments = table.scalarsOf("call").flatMap(({ raw, from }) =>
    [...raw.matchAll(/(?<=\/)[a-z-]+(?=\/|["']?$)/g)].map(({ 0: one, index }) => ({
      text: one,
      from: from + index,
      to: from + index + one.length,
    })),
  );
  const routeSegments = table.keysOf("route").flatMap(({ name, from }) =>
    [...name.matchAll(/(?<=\/)[a-z-]+/g)].map(({ 0: one, index }) => ({
      text: one,
      from: from + index,
      to: from + index + one.length,
    })),
  );
  const quoted = tokens
    .filter(({ type, text: one }) => type === "quoted" && /[a-zA-Z]{2}/.test(one))
    .map(({ text: one, from, to }) => ({ text: one.slice(1, -1), from: from + 1, to: to - 1 }));
  const messages = table
    .scalarsOf("message", "catch-message")
    .filter(({ value }) => /[a-z]{4}/.test(value))
    .map(({ raw, from }) => {
      const { 0: one, index } = [...raw.matchAll(/(?<![{$.\w])[A-Za-z]{4,}(?![\w}.])/g)].at(0) ?? [];
      return one && { text: one, from: from + index, to: from + index + one.length };
    })
    .filter(Boolean);
  const scalars = (...roles) =>
    table
      .scalarsOf(...roles)
      .filter(({ style, raw }) => style === "PLAIN" && /^\w/.test(raw))
      .map(({ raw, from, to }) => ({ text: raw, from, to }));
  const numbers = tokens.filter(({ type }) => type === "number");
  const steps = table.lists.filter(({ role }) => role === "steps").flatMap(({ node }) => node.items);
  const whens = table
    .keysOf("step-keyword", "call-keyword")
    .filter(({ name, value }) => name === "when" && value?.type === "PLAIN");
  const environment = table.scalars
    .filter(({ raw }) => /\$\{\w+/.test(raw))
    .map(({ raw, from }) => {
      const { 0: one, index } = /(?<=\$\{)\w+/.exec(raw);
      return { text: one, from: from + index, to: from + index + one.length };
    });
  const swapped = tokens.filter(
    ({ call, expression, index }) =>
      call && [1, 2].every((at) => ["path", "quoted"].includes(expression[index + at]?.type)),
  );
  return [
    fields("member of an answer, in a mapper", ofMapper),
    fields("member of an answer, in an argument of a route", ofRoute),
    fields("member of an answer, behind a call's name", ofCall),
    fields("member in only", ofOnly),
    fields("root of an answer forgotten", roots, ({ names }) => removed({ from: names[0].to, to: names[1].to })),
    fields("field that goes with another", scalars("fields.with", "fields.key")),
    unknown("key of a mapper", keysOf("output-key")),
    unknown("key of an answer", keysOf("answer-key")),
    unknown("key of a body for Medusa", keysOf("body-key")),
    unknown("key of a query for Medusa", keysOf("query-key")),
    unknown("path of Medusa", segments),
    unknown("path of a route", routeSegments),
    unknown("string in an expression", quoted),
    unknown("text of a message", messages),
    unknown("key of a table", keysOf("table-key")),
    unknown("value of a table", scalars("table-value")),
    unknown("value of an enum", scalars("schema.enum")),
    unknown("name of a header that is sent", keysOf("upstream-header", "call-header", "answer-header")),
    unknown("name of an environment variable", environment),
    unknown("number", numbers, (place, random) =>
      replaced(place, String(Number(place.text) + random.pick([1, -1, 10]))),
    ),
    unknown("arguments swapped", swapped, ({ expression, index }) => [
      replaced(expression[index + 1], expression[index + 2].text),
      replaced(expression[index + 2], expression[index + 1].text),
    ]),
    unknown("step left out", steps, (node) => {
      const from = table.startOf(table.lineAt(node.range[0]));
      const to = table.startOf(table.lineAt(node.range[1] - 1) + 1);
      return removed({ from, to });
    }),
    unknown("condition left out", whens, ({ from, value }) =>
      /^ *when:/.test(text.slice(table.startOf(table.lineAt(from))))
        ? removed({ from: table.startOf(table.lineAt(from)), to: table.startOf(table.lineAt(value.range[1] - 1) + 1) })
        : null,
    ),
    unknown(
      "rest commented out",
      table.scalars.filter(({ style, raw }) => style === "PLAIN" && / /.test(raw) && !raw.includes("\n")),
      ({ from, raw }) => inserted(from + raw.indexOf(" ") + 1, "# "),
    ),
    unknown(
      "opposite operator",
      tokens.filter(({ type, text: one }) => type === "operator" && one in OPPOSITE),
      (place) => replaced(place, OPPOSITE[place.text]),
    ),
  ];
}

const OPPOSITE = { "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", and: "or", or: "and" };
