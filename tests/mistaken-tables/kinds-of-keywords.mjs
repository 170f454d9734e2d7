/* Words that the language gives a meaning, numbers with units, and statuses. */
import { inserted, removed, replaced } from "./changes.mjs";

export function keywordKinds({ table, slip, tokens }) {
  const typed = (place, random) => {
    const other = slip(place.text, random);
    return other && replaced(place, other);
  };
  const keysOf = (...roles) =>
    table.keysOf(...roles).map(({ name, from, to, path }) => ({ text: name, from, to, path }));
  const keyword = (name, ...roles) => ({ name, mark: "known", places: keysOf(...roles), make: typed });
  const values = (name, ...roles) => ({
    name,
    mark: "known",
    places: table.scalarsOf(...roles).map(({ raw, ...place }) => ({ ...place, text: raw })),
    make: typed,
  });
  const elses = keysOf("step-keyword").filter(({ text }) => text === "else");
  const answers = table.keysOf("route-keyword").filter(({ name }) => name === "answer");
  const methods = [...table.keysOf("route"), ...table.scalarsOf("call")].map(({ from, name, value }) => {
    const [text] = /^\w+/.exec(name ?? value);
    return { text, from, to: from + text.length, isCall: name === undefined };
  });
  const method = (name, isCall) => ({
    name,
    mark: "known",
    places: methods.filter((one) => one.isCall === isCall),
    make: (place, random) => (random.chance(0.15) ? replaced(place, place.text.toLowerCase()) : typed(place, random)),
  });
  const headers = tokens.flatMap(({ names }) => (names?.[0]?.text === "headers" && names[1] ? [names[1]] : []));
  const statuses = [...table.scalarsOf("message", "catch-message")].filter(({ value }) => /^\d{3} /.test(value));
  return [
    keyword("section", "section"),
    keyword("keyword of a route", "route-keyword"),
    keyword("keyword of a step", "step-keyword"),
    keyword("keyword of a call", "call-keyword"),
    keyword("keyword of a schema", "schema-keyword"),
    keyword("keyword of server or common", "server-keyword", "cors-keyword", "common-keyword", "cache-keyword"),
    keyword("keyword of an upstream", "upstream-keyword", "breaker-keyword", "errors-keyword", "fields-keyword"),
    keyword("keyword of an answer", "answer-keyword"),
    keyword("auto", "auto"),
    values("type", "schema.type"),
    values("format", "schema.format"),
    method("method of a route", false),
    method("method of a call", true),
    {
      name: "else of a table",
      mark: "known",
      places: keysOf("table-else"),
      make: (place, random) => replaced(place, random.pick(["esle", "els", "elsee", "Else", "ELSE", "default", "'*'"])),
    },
    {
      name: "spread",
      mark: "known",
      places: keysOf("spread"),
      make: (place, random) => replaced(place, random.pick(["<", "<<<", "< <", ">>"])),
    },
    {
      name: "duration",
      mark: "known",
      places: table.scalarsOf(
        "server.deadline",
        "cors.max_age",
        "cache.max_age",
        "cache.stale_while_revalidate",
        "cache.stale_if_error",
        "upstream.timeout",
        "upstream.connect_timeout",
        "breaker.retry_after",
        "breaker.probe_timeout",
        "call.timeout",
      ),
      make: (place, random) => {
        const [, number, unit] = /^(\d+)(\w+)$/.exec(place.raw);
        const others = [
          number,
          `${number}${unit}s`,
          `${number}sec`,
          `${number}m`,
          `${number}h`,
          `-${number}${unit}`,
          `.5`,
          `.${unit}`,
          `${number}.5${unit}`,
          `${unit}`,
          `${number},${unit}`,
        ];
        return replaced(place, random.pick(others));
      },
    },
    {
      name: "size",
      mark: "known",
      places: table.scalarsOf("server.max_body", "upstream.max_response", "upstream.max_request"),
      make: (place, random) => {
        const [number, unit] = place.raw.split(" ");
        return replaced(
          place,
          random.pick([
            number,
            `${number} ${unit[0]}B`,
            `${number} ${unit[0]}`,
            `${number} ${unit.toLowerCase()}`,
            `-${number} ${unit}`,
            `${number} ${unit}s`,
            `.5 ${unit}`,
          ]),
        );
      },
    },
    {
      name: "status of a message",
      mark: "known",
      places: statuses,
      make: (place, random) => {
        const at = place.from + (/^["']/.test(place.raw) ? 1 : (/^>-\n\s*/.exec(place.raw)?.[0].length ?? 0));
        const status = table.text.slice(at, at + 3);
        const others = [
          status.slice(1),
          status.slice(0, 2),
          `${status}${status[2]}`,
          `${status},`,
          `HTTP ${status}`,
          `${status.slice(0, 2)}O`,
          `${status}.0`,
          `2${status.slice(1)}`,
          `status ${status}`,
          "",
          `-${status}`,
        ];
        const other = random.pick(others);
        return { from: at, to: at + (other ? 3 : 4), text: other };
      },
    },
    {
      name: "status of catch",
      mark: "known",
      places: keysOf("catch-status"),
      make: (place, random) =>
        replaced(
          place,
          random.pick([
            place.text.slice(1),
            place.text + place.text[2],
            `${place.text.slice(0, 2)}O`,
            `${place.text[0]}${place.text}`,
            `${place.text}.0`,
            `2${place.text.slice(1)}`,
          ]),
        ),
    },
    {
      name: "status in a list",
      mark: "known",
      places: table.scalarsOf("upstream.retry", "call.retry", "errors.pass"),
      make: (place, random) =>
        replaced(
          place,
          random.pick([
            place.raw.slice(1),
            `${place.raw}0`,
            `${place.raw.slice(0, 2)}O`,
            `2${place.raw.slice(1)}`,
            `${place.raw}.5`,
            `"${place.raw}`,
          ]),
        ),
    },
    {
      name: "status of an answer",
      mark: "known",
      places: table
        .scalarsOf("value")
        .filter(({ path }) => path.at(-1) === "status" && path.at(-2) === "answer" && path.length === 4),
      make: (place, random) =>
        replaced(place, random.pick(["20", "2000", "200.5", "2OO", "OK", "200 OK", "600", "-200", "100", "''"])),
    },
    {
      name: "member beside those of an answer",
      mark: "known",
      places: table.keysOf("answer-keyword"),
      make: ({ from, path }, random) => {
        const indent = from - table.startOf(table.lineAt(from));
        const name = random.pick(["message", "statuss", "header", "Status", "bodyy", "code"]);
        const inBraces = /\{/.test(table.lines[table.lineAt(from)].slice(0, indent));
        return inserted(from, inBraces ? `${name}: 1, ` : `${name}: 1\n${" ".repeat(indent)}`);
      },
    },
    {
      name: "form of an error answer",
      mark: "known",
      places: table.scalarsOf("message").filter(({ path }) => path.at(-1) === "answer"),
      make: ({ from, value }, random) => ({
        from,
        to: from + 4,
        text: random.pick([
          `${value.slice(0, 3)}, `,
          `HTTP ${value.slice(0, 3)} `,
          `${value.slice(0, 3)}0 `,
          `${value.slice(0, 2)} `,
          `${value.slice(0, 3)}: `,
          `"${value.slice(0, 3)}" `,
        ]),
      }),
    },
    {
      name: "lost answer",
      mark: "known",
      places: answers.filter(({ value }) => value?.type === "PLAIN"),
      make: ({ from, value }) => lineOf(table, from, value.range[1]),
      at: ({ path }) => table.keysOf("route").find(({ name }) => name === path.at(-1)).from,
    },
    {
      name: "lost else",
      mark: "known",
      places: elses.filter(({ from }) => !/>-/.test(table.lines[table.lineAt(from)])),
      make: ({ from }) => lineOf(table, from),
    },
    {
      name: "header of a request in upper case",
      mark: "known",
      places: [...headers, ...keysOf("common-header")],
      make: (place, random) =>
        replaced(
          place,
          random.pick([
            (text) => text.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
            (text) => text.toUpperCase(),
          ])(place.text),
        ),
    },
    {
      name: "header of a request with underscores",
      mark: "known",
      places: [...headers, ...keysOf("common-header")].filter(({ text }) => text.includes("-")),
      make: (place) => replaced(place, place.text.replaceAll("-", "_")),
    },
    {
      name: "header that must not be set",
      mark: "known",
      places: keysOf("upstream-header", "call-header", "answer-header"),
      make: (place, random) =>
        replaced(
          place,
          random.pick(["content-length", "connection", "transfer-encoding", "x locale", "x-locale:", "te", "'x-a,b'"]),
        ),
    },
    {
      name: "invalid header value",
      mark: "known",
      places: table.scalarsOf("header-value"),
      make: (place, random) => replaced(place, random.pick(['"a\\nb"', '"a\\rb"', '" a"', '"a\\u0000b"'])),
    },
    {
      name: "unknown keyword",
      mark: "known",
      places: table
        .keysOf("route-keyword", "call-keyword", "upstream-keyword", "server-keyword", "schema-keyword", "step-keyword")
        .filter(({ inBraces, from }) => !inBraces && /^[ -]*$/.test(before(table, from))),
      make: ({ from }, random) => {
        const indent = before(table, from).replace("-", " ");
        return inserted(
          from,
          `${random.pick(["retries", "description2", "comment", "note", "default"])}: x\n${indent}`,
        );
      },
    },
    { name: "header of a request", mark: "known", places: headers, make: typed },
    {
      name: "header of common or of forward",
      mark: "known",
      places: [
        ...keysOf("common-header"),
        ...table.scalarsOf("upstream.forward").map(({ raw, ...place }) => ({ ...place, text: raw })),
      ],
      make: typed,
    },
  ];
}

/** What is before an offset in its line. */
const before = (table, from) => table.text.slice(table.startOf(table.lineAt(from)), from);

/** The lines from one offset to another, with what ends them. */
function lineOf(table, from, to = from) {
  const begin = table.startOf(table.lineAt(from));
  return removed({ from: begin, to: table.startOf(table.lineAt(Math.max(from, to - 1)) + 1) });
}
