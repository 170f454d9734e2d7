/* Names that are mistyped where they are used, and where they are defined. */
import { replaced } from "./changes.mjs";

const REQUEST = ["settings", "body", "query", "path", "headers", "table", "now"];

export function nameKinds({ table, tokens, functions, bodyMappers, slip }) {
  const typed = (place, random) => {
    const other = slip(place.text, random);
    return other && replaced(place, other);
  };
  const used = (name, places) => ({ name, mark: "known", places, make: typed });
  const paths = tokens.filter(({ type, text }) => type === "path" && text.startsWith("$"));
  const memberOf = (root) =>
    paths.filter(({ names }) => names[0].text === root && names[1]).map(({ names }) => names[1]);
  const called = tokens.filter(({ call }) => call);
  const namesOf = (role) => new Set(table.keysOf(role).map(({ name }) => name.split(" ")[0]));
  const [mappers, tables] = [namesOf("mapper"), namesOf("table")];
  const scalarsOf = (...roles) => table.scalarsOf(...roles).map(inner);
  const firstWord = ({ raw, from }) => part(raw, from, /^\w+/);
  const upstreams = table.scalarsOf("call").map(({ raw, from }) => part(raw, from, /(?<= )\w+(?=\/)/));
  const keysOf = (...roles) => table.keysOf(...roles).map(({ name, from, to }) => ({ text: name, from, to }));
  const firstOfKeys = (role) => table.keysOf(role).map(({ name, from }) => part(name, from, /^\w+/));
  const parameters = table.keysOf("mapper", "flow").flatMap(({ name, from }) => parts(name, from, /(?<=\$)\w+/g));
  const segments = table.keysOf("route").flatMap(({ name, from }) => parts(name, from, /(?<=\{)\w+(?=\})/g));
  const locals = table.keysOf("local").map(({ name, from }) => part(name, from, /\w+/));
  const picked = tokens.filter(
    ({ type, call, index, expression }) => type === "word" && !call && isOfBody(expression, index),
  );
  const steps = table.lists.filter(({ role }) => role === "steps").flatMap(({ node }) => stepsInNeed(table, node));
  const rules = [
    ...scalarsOf("fields.whole", "fields.values"),
    ...keysOf("fields.with-key", "fields.as-key").map(bare),
  ];
  const ofBody = tokens
    .filter(({ scalar, text }) => scalar.path[0] === "mappers" && bodyMappers.has(scalar.path[1]) && /^\.\w/.test(text))
    .map(({ names }) => names[0]);
  return [
    {
      name: "step before what it needs",
      mark: "known",
      places: steps,
      make: ([one, other]) => [
        replaced(one, table.text.slice(other.from, other.to)),
        replaced(other, table.text.slice(one.from, one.to)),
      ],
    },
    used(
      "function",
      called.filter(({ text }) => functions.has(text)),
    ),
    used(
      "mapper",
      called.filter(({ text }) => mappers.has(text)),
    ),
    used(
      "table",
      called.filter(({ text }) => tables.has(text)),
    ),
    used("setting", memberOf("settings")),
    used(
      "variable",
      paths.filter(({ names }) => !REQUEST.includes(names[0].text)).map(({ names }) => names[0]),
    ),
    used(
      "root of the request",
      paths.filter(({ names }) => REQUEST.includes(names[0].text)).map(({ names }) => names[0]),
    ),
    used("field of $body", memberOf("body")),
    used("field of $query", memberOf("query")),
    used("field of $path", memberOf("path")),
    used("field of $body that is picked", picked),
    used("flow", table.scalarsOf("use").map(firstWord)),
    used("schema", scalarsOf("schema.$ref", "schema-reference")),
    used("upstream", [...upstreams, ...scalarsOf("upstream.breaker", "upstream.fields")]),
    used("member that is required", scalarsOf("schema.required")),
    used("member of auto", scalarsOf("auto-member")),
    { ...used("path of a rule of fields", rules), mark: "fields" },
    used("field of the body, in a mapper of the body", ofBody),
    {
      name: "name in another case",
      mark: "known",
      places: [...called, ...paths.map(({ names }) => names[0])],
      make: (place, random) => replaced(place, random.chance(0.5) ? place.text.toUpperCase() : capitalized(place.text)),
    },
    used("setting, defined", keysOf("setting")),
    used("mapper, defined", firstOfKeys("mapper")),
    used("table, defined", keysOf("table")),
    used("schema, defined", keysOf("schema")),
    used("flow, defined", firstOfKeys("flow")),
    used("upstream, defined", keysOf("upstream")),
    used("step, defined", keysOf("step-name")),
    used("let, defined", keysOf("let")),
    used("local, defined", locals),
    used("parameter, defined", parameters),
    used("parameter of a route, defined", segments),
    used("member of a schema, defined", keysOf("property")),
    used("variable of the environment, declared", keysOf("variable")),
  ];
}

/** Pairs of steps, one after the other, the second of which uses a name that the first one gives: [{from, to}, ...]. */
function stepsInNeed({ text, startOf, lineAt }, { items }) {
  const whole = items.map(({ range }) => ({ from: startOf(lineAt(range[0])), to: startOf(lineAt(range[1] - 1) + 1) }));
  return whole.slice(1).flatMap((second, index) => {
    const first = whole[index];
    const names = [...text.slice(first.from, first.to).matchAll(/(?<=^[\s-]+(?:let: \{)?)(\w+):/gm)].map(
      ([, name]) => name,
    );
    const needs = names.some((name) => new RegExp(`\\$${name}\\b`).test(text.slice(second.from, second.to)));
    return needs ? [[first, second]] : [];
  });
}

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

function isOfBody(expression, index) {
  const before = expression.slice(0, index).findLastIndex(({ call }) => call);
  return before >= 2 && expression[before].text === "pick" && /^\$(body|query)$/.test(expression[before - 2].text);
}

function parts(text, from, pattern) {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
    text: found,
    from: from + index,
    to: from + index + found.length,
  }));
}

const part = (text, from, pattern) => parts(text, from, new RegExp(pattern, "g"))[0];

/** A scalar, without its quotation marks. */
function inner({ raw, from, to }) {
  const quote = /^["']/.test(raw) ? 1 : 0;
  return { text: raw.slice(quote, raw.length - quote), from: from + quote, to: to - quote };
}

// A key's name is without quotation marks, its place is not.
const bare = ({ text, from, to }) =>
  to - from > text.length ? { text, from: from + 1, to: to - 1 } : { text, from, to };
