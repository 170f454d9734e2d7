/* How the YAML is written: dashes, colons, quotation marks, brackets, indentation. */
import { inserted, removed, replaced } from "./changes.mjs";

export function yamlKinds({ table }) {
  const { text, lines } = table;
  const known = (name, places, make) => ({ name, mark: "known", places, make });
  const written = lines
    .map((line, number) => ({ line, number, from: table.startOf(number), indent: line.search(/\S/) }))
    .filter(({ line }) => line.trim() && !/^\s*#/.test(line));
  const items = written.filter(({ line }) => /^\s*- /.test(line));
  const dashOf = ({ line, from }) => from + line.indexOf("- ");
  const simpleItems = items.filter(({ line }) => !/^\s*- \$?[\w$]+:( |$)/.test(line));
  const blocks = table.keys.filter(({ inBraces }) => !inBraces);
  const colonOf = ({ to }) => text.indexOf(":", to);
  const withValue = blocks.filter((key) => text[colonOf(key) + 1] === " " && key.value?.range);
  const quoted = table.scalars.filter(({ style }) => /^QUOTE/.test(style));
  const plain = table.scalars.filter(({ style, raw }) => style === "PLAIN" && raw && !raw.includes("\n"));
  const commas = commasOf(table);
  const brackets = bracketsOf(table);
  const indented = written.filter(({ indent }) => indent > 0);
  const values = table.scalarsOf("value", "query-value").filter(({ raw }) => /^(true|false|null)$/.test(raw));
  const words = {
    true: ["True", "TRUE", "yes", "on", "Yes"],
    false: ["False", "FALSE", "no", "off", "No"],
    null: ["Null", "NULL", "None"],
  };

  return [
    known("dash lost", items, (item, random) =>
      random.chance(0.5)
        ? replaced({ from: dashOf(item), to: dashOf(item) + 2 }, "  ")
        : removed({ from: dashOf(item), to: dashOf(item) + 2 }),
    ),
    known("dash of a simple item lost", simpleItems, (item) =>
      replaced({ from: dashOf(item), to: dashOf(item) + 2 }, "  "),
    ),
    known("dash without a blank", items, (item) => removed({ from: dashOf(item) + 1, to: dashOf(item) + 2 })),
    known("dash doubled", items, (item) => inserted(dashOf(item), "- ")),
    known(
      "dash added",
      indented.filter(({ line }) => /^\s*[\w$]+:/.test(line)),
      ({ from, indent }) => inserted(from + indent, "- "),
    ),
    known("comma lost", commas, removed),
    known("comma doubled", commas, ({ to }) => inserted(to, ",")),
    known("comma exchanged", commas, (comma, random) => replaced(comma, random.pick([";", "."]))),
    known(
      "comma at the end of a line",
      written.filter(({ line }) => /^\s*[\w$]+: [^,[{"'>#]+$/.test(line) && !/ #/.test(line)),
      ({ from, line }) => inserted(from + line.length, ","),
    ),
    known("colon lost", blocks, (key) => removed({ from: colonOf(key), to: colonOf(key) + 1 })),
    known("colon without a blank", withValue, (key) => removed({ from: colonOf(key) + 1, to: colonOf(key) + 2 })),
    known("colon doubled", table.keys, (key) => inserted(colonOf(key), ":")),
    known("colon exchanged", withValue, (key, random) =>
      replaced({ from: colonOf(key), to: colonOf(key) + 1 }, random.pick([" =", "=", ";", " :=", " ->"])),
    ),
    known(
      "colon without a blank, in braces",
      table.keys.filter((key) => key.inBraces && text[colonOf(key) + 1] === " "),
      (key) => removed({ from: colonOf(key) + 1, to: colonOf(key) + 2 }),
    ),
    known(
      "colon lost, in braces",
      table.keys.filter((key) => key.inBraces && text[colonOf(key) + 1] === " "),
      (key) => removed({ from: colonOf(key), to: colonOf(key) + 1 }),
    ),
    known("quotation mark lost", quoted, ({ from, to }, random) =>
      random.chance(0.5) ? removed({ from, to: from + 1 }) : removed({ from: to - 1, to }),
    ),
    known("quotation marks lost", quoted, ({ from, to }) => [
      removed({ from, to: from + 1 }),
      removed({ from: to - 1, to }),
    ]),
    known("quotation mark added", plain, ({ from, to }, random) =>
      inserted(random.chance(0.5) ? from : to, random.pick(['"', "'"])),
    ),
    known("quotation marks that do not match", quoted, ({ from, to, raw }) =>
      replaced({ from: to - 1, to }, raw[0] === '"' ? "'" : '"'),
    ),
    known("indented by one more", indented, ({ from }) => inserted(from, " ")),
    known("indented by one less", indented, ({ from }) => removed({ from, to: from + 1 })),
    known("indented by two more", indented, ({ from }) => inserted(from, "  ")),
    known(
      "indented by two less",
      indented.filter(({ indent }) => indent > 1),
      ({ from }) => removed({ from, to: from + 2 }),
    ),
    known("not indented", indented, ({ from, indent }) => removed({ from, to: from + indent })),
    known("indented by a tab", indented, ({ from, indent }, random) =>
      replaced({ from, to: from + (random.chance(0.5) ? indent : Math.min(2, indent)) }, "\t"),
    ),
    known("lines joined", written.slice(0, -1), ({ from, line }) =>
      replaced(
        {
          from: from + line.length,
          to: from + line.length + 1 + /^ */.exec(lines[table.lineAt(from) + 1] ?? "")[0].length,
        },
        " ",
      ),
    ),
    known(
      "line broken",
      plain.filter(({ raw }) => / /.test(raw)),
      ({ from, raw }, random) =>
        replaced({ from: from + raw.indexOf(" "), to: from + raw.indexOf(" ") + 1 }, random.pick(["\n", "\n  "])),
    ),
    known("bracket lost", brackets, removed),
    known("bracket exchanged", brackets, (bracket) =>
      replaced(bracket, { "[": "{", "]": "}", "{": "[", "}": "]" }[text[bracket.from]]),
    ),
    known("bracket doubled", brackets, (bracket) => inserted(bracket.from, text[bracket.from])),
    known(
      "value lost",
      table.keys.filter(
        ({ value, role }) =>
          value?.range &&
          value.type &&
          text.slice(value.range[0], value.range[1]).trim() &&
          role !== "catch-status" &&
          role !== "schema-keyword",
      ),
      (key) => removed({ from: colonOf(key) + 1, to: key.value.range[1] }),
    ),
    known(
      "value of a keyword of a schema lost",
      table.keysOf("schema-keyword").filter(({ value }) => value?.type),
      (key) => removed({ from: colonOf(key) + 1, to: key.value.range[1] }),
    ),
    known(
      "line twice",
      written.filter(({ line }) => /^\s*[\w$.-]+: ?[^>]*$/.test(line)),
      ({ from, line }) => inserted(from, `${line}\n`),
    ),
    known(
      "bracket of a parameter's name lost",
      table.keysOf("query-key").filter(({ name }) => name.endsWith("[]")),
      ({ to }, random) => (random.chance(0.5) ? removed({ from: to - 1, to }) : removed({ from: to - 2, to: to - 1 })),
    ),
    known(
      "spread of something else than an object",
      table.keysOf("spread").filter(({ value }) => value?.type),
      ({ value }, random) =>
        replaced({ from: value.range[0], to: value.range[1] }, random.pick(["abc", "'x'", "5", "[{a: 1}, 2]", "true"])),
    ),
    known("other word for a boolean or null", values, (place, random) =>
      replaced(place, random.pick(words[place.raw])),
    ),
    known(
      "other word for a boolean, in a keyword",
      table.scalars.filter(({ raw, role }) => raw === "true" && /^(call|schema)\./.test(role)),
      (place, random) => replaced(place, random.pick([...words.true, "'true'"])),
    ),
    known(
      "key lost, in braces",
      table.keys.filter(({ inBraces, role }) => inBraces && role !== "catch-status"),
      (key) => removed({ from: key.from, to: key.to }),
    ),
    known("alias, tag or anchor", plain, ({ from }, random) =>
      inserted(from, random.pick(["*", "&", "!", "@", "`", "%", "? ", "| ", "> "])),
    ),
    known(
      "indicator of a folded scalar",
      table.scalars.filter(({ style }) => style === "BLOCK_FOLDED"),
      ({ from }, random) => replaced({ from, to: from + 2 }, random.pick(["", ">-x", "-", "<-", ">_", ">--"])),
    ),
  ];
}

/** The commas between the entries of lists and mappings in brackets. */
function commasOf({ text, lists, keys }) {
  const found = [];
  const between = (from, to) => {
    const at = text.slice(from, to).indexOf(",");
    if (at >= 0) found.push({ from: from + at, to: from + at + 1 });
  };
  for (const { node, inBrackets } of lists)
    if (inBrackets) node.items.slice(1).forEach((item, index) => between(endOf(node.items[index]), startOf(item)));
  const braced = keys.filter(({ inBraces }) => inBraces);
  braced.slice(1).forEach((key, index) => {
    const before = braced[index];
    const end = before.value?.range?.[1] ?? before.to;
    if (key.path.join() === before.path.join() && end < key.from) between(end, key.from);
  });
  return found;
}

const startOf = (node) => node.range?.[0] ?? node.items[0].key.range[0];
const endOf = (node) => node.range[1];

/** The brackets and braces of YAML. */
function bracketsOf({ text, lists, keys }) {
  const lined = lists.filter(({ inBrackets }) => inBrackets).flatMap(({ from, to }) => [from, to - 1]);
  const maps = keys
    .map(({ value }) => value)
    .filter((value) => value?.flow && value.items && text[value.range[0]] === "{");
  const places = [...lined, ...maps.flatMap(({ range }) => [range[0], range[1] - 1])];
  return [...new Set(places)].map((from) => ({ from, to: from + 1 }));
}
