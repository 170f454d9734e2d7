/* Schemas and tables that say other than meant. */
import { inserted, removed, replaced } from "./changes.mjs";

export function schemaKinds({ table }) {
  const known = (name, places, make) => ({ name, mark: "known", places, make });
  const keywords = (...names) => table.keysOf("schema-keyword").filter(({ name }) => names.includes(name));
  const typed = (...types) =>
    table
      .scalarsOf("schema.type")
      .filter(({ value, path, to }) => types.includes(value) && inBraces(table, path) && to);
  const enums = table.lists.filter(({ role, inBrackets }) => role === "schema.enum" && inBrackets);
  const after = (place, text) => inserted(place.to, `, ${text}`);
  const outputs = table
    .keysOf("output-key", "answer-key")
    .filter(({ path, value, name }) => path[0] === "mappers" && value?.type === "PLAIN" && !name.includes("-"));
  return [
    known("enum without commas", enums, ({ from, to }) =>
      replaced({ from, to }, table.text.slice(from, to).replaceAll(",", "")),
    ),
    known("comma of an enum lost", enums, ({ from, to }, random) => {
      const commas = [...table.text.slice(from, to).matchAll(/,/g)].map(({ index }) => from + index);
      const at = random.pick(commas);
      return removed({ from: at, to: at + 1 });
    }),
    known(
      "invalid enum",
      [...enums, ...table.scalarsOf("schema.enum").filter(({ raw }) => raw.startsWith("$"))],
      ({ from, to }, random) =>
        replaced(
          { from, to },
          random.pick([
            "[]",
            "",
            "{}",
            "[1, 2]",
            "[PHYSICAL, null]",
            ".types",
            "$settings.most",
            "VIRTUAL",
            "PHYSICAL, VIRTUAL",
            "PHYSICAL | VIRTUAL",
          ]),
        ),
    ),
    known(
      "dash of an enum lost",
      table.scalarsOf("schema.enum").filter(({ from }) => table.text.slice(from - 2, from) === "- "),
      ({ from }) => replaced({ from: from - 2, to: from }, "  "),
    ),
    known(
      "keyword of another type",
      [...typed("string"), ...typed("integer"), ...typed("object", "boolean")],
      (place, random) => {
        const others = {
          string: [
            "minimum: 1",
            "maximum: 9",
            "items: {type: string}",
            "properties: {x: {type: string}}",
            "required: [x]",
          ],
          integer: ["minLength: 1", "pattern: '^[0-9]+$'", "format: date", "allowEmpty: true", "ignoreCase: true"],
          object: ["minLength: 1", "minimum: 1", "format: date"],
          boolean: ["minLength: 1", "minimum: 1"],
        };
        return after(place, random.pick(others[place.value]));
      },
    ),
    known("invalid number in a schema", [...keywords("minimum", "maximum", "maxLength")], ({ value }, random) =>
      replaced(
        { from: value.range[0], to: value.range[1] },
        random.pick([".5", ".x", "'1'", "1O", "one", "-", ".inf", "1_000", "0x10", "+1", "1.", "1,000", '""']),
      ),
    ),
    known(
      "minimum above maximum",
      typed("integer").filter(({ raw }) => raw),
      (place, random) =>
        after(place, random.pick(["minimum: 9, maximum: 1", "minLength: 1", "maximum: -5, minimum: 0"])),
    ),
    known("invalid length in a schema", typed("string"), (place, random) =>
      after(
        place,
        random.pick([
          "minLength: 1.5",
          "minLength: -1",
          "minLength: 9, maxLength: 1",
          "maxLength: -1",
          "maxLength: x",
          "minLength: '1'",
        ]),
      ),
    ),
    known("pattern", table.scalarsOf("schema.pattern"), (place, random) =>
      replaced(
        place,
        random.pick([
          "'^[\\w.]+$'",
          "'^[a\\]b]+$'",
          "'^\\D+$'",
          "'^\\d+$'",
          "'^\\t$'",
          '"^a)$"',
          '"/^a$/"',
          '"^a+?b$"',
          "'^[a-z$'",
          "'^(a'",
          "'^a{2,1}$'",
          "'(?i)^a$'",
          "'^[a\\-z]+$'",
          "'^\\bword$'",
          '"^*$"',
        ]),
      ),
    ),
    known("unknown type", table.scalarsOf("schema.type"), (place, random) =>
      replaced(
        place,
        random.pick(["[string, null]", "str", "int", "bool", "String", "list", "float", "map", "text", "null", "any"]),
      ),
    ),
    known("table with an expression", table.scalarsOf("table-value"), (place, random) =>
      replaced(
        place,
        random.pick(["$settings.currency", ".name", "$settings.region", ".x ?? 'y'", '"{.x}"', "[a, b]"]),
      ),
    ),
    known("table value missing", table.scalarsOf("table-value"), (place, random) =>
      replaced(place, random.pick(["", "[]", "{}"])),
    ),
    known("local by accident", outputs, ({ from }) => inserted(from, "$")),
    known("member by accident", table.keysOf("local"), ({ from }) => removed({ from, to: from + 1 })),
    known(
      "$ref beside others",
      table.keysOf("schema-keyword").filter(({ name }) => name === "$ref"),
      ({ value }, random) =>
        inserted(value.range[1], random.pick([", type: string", ", maxLength: 5", ", description: x, minimum: 1"])),
    ),
  ];
}

const inBraces = (table, path) =>
  table.keys.some((key) => key.inBraces && key.name === "type" && key.path.join() === path.slice(0, -1).join());
