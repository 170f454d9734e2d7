/* The signs of expressions: lost, doubled, exchanged; and values that cannot fit. */
import { inserted, removed, removedWithBlanks, replaced } from "./changes.mjs";

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];

export function expressionKinds(context) {
  const places = placesOf(context);
  return [operatorKinds, operandKinds, surroundingKinds, meaningKinds].flatMap((family) => family(context, places));
}

const known = (name, places, make) => ({ name, mark: "known", places, make });

/** What the kinds below have in common. */
function placesOf({ table, tokens }) {
  const operators = (...signs) => tokens.filter((token) => token.type === "operator" && signs.includes(token.text));
  const paths = tokens.filter(({ type }) => type === "path");
  const isWhole = ({ scalar }) => /^["']?[.$([]|^[>|]/.test(scalar.raw);
  const isFirst = (token) => token.index === 0 && !["use", "condition"].includes(token.scalar.role) && isWhole(token);
  const first = paths.filter(isFirst);
  const dots = first.filter(({ text }) => /^\.\w/.test(text));
  const dollars = first.filter(({ text }) => text.startsWith("$"));
  const messages = bracesOf(table.scalarsOf("message", "catch-message", "header-value"));
  return {
    operators,
    paths,
    dots,
    dollars,
    messages,
    quoted: tokens.filter(({ type }) => type === "quoted"),
    calls: tokens.filter(({ call }) => call),
  };
}

function operatorKinds({ slip }, { operators }) {
  return [
    known("pipe lost", operators("|"), (pipe) => removed({ from: pipe.from, to: pipe.to + 1 })),
    known("pipe doubled", operators("|"), (pipe) => replaced(pipe, "||")),
    known("pipe exchanged", operators("|"), (pipe, random) =>
      replaced(pipe, random.pick(["??", ">", "->", "/", "|>"])),
    ),
    known("?? lost", operators("??"), (sign) => removed({ from: sign.from, to: sign.to + 1 })),
    known("?? exchanged", operators("??"), (sign, random) =>
      replaced(sign, random.pick(["?", "||", "?:", "???", "|", "? ?"])),
    ),
    known("operator of another language", operators("and", "or", "not"), (sign, random) =>
      replaced(
        sign,
        random.pick({ and: ["&&", "&", "AND", ","], or: ["||", "OR", "|"], not: ["!", "NOT"] }[sign.text]),
      ),
    ),
    known("and, or lost", operators("and", "or"), (sign) => removed({ from: sign.from, to: sign.to + 1 })),
    known("and, or, not mistyped", operators("and", "or", "not"), (sign, random) => {
      const other = slip(sign.text, random);
      return other && replaced(sign, other);
    }),
    known("comparison", operators(...COMPARISONS), (sign, random) => {
      const others = {
        "==": ["=", "===", "= =", "eq", ":="],
        "!=": ["=!", "<>", "!==", "=/=", "! ="],
        "<": ["=<", "<<"],
        "<=": ["=<", "< ="],
        ">": ["=>", ">>"],
        ">=": ["=>", "> ="],
      };
      return replaced(sign, random.pick(others[sign.text]));
    }),
    known("comparison lost", operators(...COMPARISONS), (sign) => removed({ from: sign.from, to: sign.to + 1 })),
    known("parenthesis lost", operators("(", ")"), removed),
    known("parenthesis doubled", operators("(", ")"), (sign) => inserted(sign.from, sign.text)),
    known("bracket of a list lost", operators("[", "]"), removed),
    known("comma in a list lost", operators(","), removed),
    known("space within an operator", operators("??", "==", "!=", "<=", ">="), ({ from }) => inserted(from + 1, " ")),
  ];
}

function operandKinds({ table, tokens, functions }, { paths, dots, dollars, quoted, calls }) {
  const takesNone = (name) => functions.get(name)?.length === 0;
  const mappers = new Set(table.keysOf("mapper").map(({ name }) => name.split(" ")[0]));
  const repeated = table.keysOf("call-keyword").filter(({ name }) => name === "each");
  const ofRequest = paths.filter((path) => /^\$\w/.test(path.text) && hasNoDot(path, repeated));
  return [
    known(
      "argument too many",
      calls.filter(({ text: name }) => takesNone(name) || mappers.has(name)),
      (call, random) => {
        const given = argumentsOf(call);
        return inserted(given.at(-1)?.to ?? call.to, random.pick([" 'x'", " $settings.part", " 5"]));
      },
    ),
    known(
      "argument too few",
      calls.filter(
        (call) =>
          argumentsOf(call).length > 0 && !["round", "slice"].includes(call.text) && isFixed(call, functions, mappers),
      ),
      (call, random) => removedWithBlanks(table, random.pick(argumentsOf(call))),
    ),
    known("quote of a string lost", quoted, ({ from, to }, random) =>
      random.chance(0.5) ? removed({ from, to: from + 1 }) : removed({ from: to - 1, to }),
    ),
    known(
      "quotes of a string lost",
      quoted.filter(({ text: one }) => one.length > 2),
      ({ from, to }) => [removed({ from, to: from + 1 }), removed({ from: to - 1, to })],
    ),
    known("typographic quotes", quoted, ({ from, to }) => [
      replaced({ from, to: from + 1 }, "’"),
      replaced({ from: to - 1, to }, "’"),
    ]),
    known(
      "first dot lost",
      dots.filter((path) => !isWord(path)),
      ({ from }) => removed({ from, to: from + 1 }),
    ),
    {
      name: "first dot lost, of a word",
      mark: "unknown",
      places: dots.filter(isWord),
      make: ({ from }) => removed({ from, to: from + 1 }),
    },
    known(
      "first dollar lost",
      dollars.filter((path) => !isWord(path)),
      ({ from }) => removed({ from, to: from + 1 }),
    ),
    {
      name: "first dollar lost, of a word",
      mark: "unknown",
      places: dollars.filter(isWord),
      make: ({ from }) => removed({ from, to: from + 1 }),
    },
    known(
      "dot in an operand lost",
      paths.filter((path) => path.index > 0 && /^\.\w/.test(path.text)),
      ({ from }) => removed({ from, to: from + 1 }),
    ),
    known(
      "dollar in an operand lost",
      paths.filter((path) => path.index > 0 && path.text.startsWith("$")),
      ({ from }) => removed({ from, to: from + 1 }),
    ),
    known("dot for a dollar", ofRequest, ({ from }) => replaced({ from, to: from + 1 }, ".")),
    known(
      "dot doubled",
      paths.filter(({ text: one }) => one.includes(".") && one !== "."),
      ({ from, text: one }, random) => {
        const at = random.pick([...one.matchAll(/\./g)].map(({ index }) => index));
        return inserted(from + at, ".");
      },
    ),
    known(
      "space in a path",
      paths.filter(({ names }) => names.length > 1),
      ({ names }, random) =>
        inserted(names[random.chance(0.5) ? 1 : names.length - 1].from - (random.chance(0.5) ? 1 : 0), " "),
    ),
    known(
      "dot at the end of a path",
      paths.filter(({ text: one }) => one !== "."),
      ({ to }) => inserted(to, "."),
    ),
    known(
      "space between words lost",
      calls.filter((call) => argumentsOf(call).length),
      (call) => removed({ from: call.to, to: call.to + 1 }),
    ),
    known(
      "no-break space",
      tokens.filter(({ to }) => table.text[to] === " "),
      ({ to }) => ({ from: to, to: to + 1, text: "\u00a0" }),
    ),
  ];
}

function surroundingKinds(context, { dots, dollars, messages }) {
  return [
    known("characters before an expression", [...dots, ...dollars], ({ from }, random) =>
      inserted(from, random.pick(["= ", "not ", "=", "\u00a0", "\u200b", ": ", "! "])),
    ),
    known(
      "braces around an expression",
      [...dots, ...dollars].filter(({ scalar }) => scalar.style === "PLAIN"),
      ({ scalar }, random) =>
        replaced(
          scalar,
          random.pick([`"{{${scalar.raw}}}"`, `"\${${scalar.raw}}"`, `"{${scalar.raw}"`, `"${scalar.raw}}"`]),
        ),
    ),
    known(
      "expression begins with a string",
      [...dots, ...dollars].filter(({ scalar }) => scalar.style === "PLAIN" && !/'/.test(scalar.raw)),
      ({ scalar }, random) =>
        replaced(scalar, random.pick([`"'x' | upper"`, `"[${scalar.raw}] | join ','"`, `not ${scalar.raw}`])),
    ),
    known("brace of a message lost", messages, ({ at }) => removed({ from: at, to: at + 1 })),
    known("braces of a message lost", pairsOf(messages), ([open, close]) => [
      removed({ from: open.at, to: open.at + 1 }),
      removed({ from: close.at, to: close.at + 1 }),
    ]),
    known("${} in a message", pairsOf(messages), ([open]) => [
      removed({ from: open.at + 1, to: open.at + 2 }),
      inserted(open.at, "$"),
    ]),
  ];
}

function meaningKinds({ slip }, { operators, paths, calls }) {
  return [
    known(
      "left side of a comparison lost",
      operators("or", "and").filter(isBeforeComparison),
      ({ expression, index }) => removed({ from: expression[index + 1].from, to: expression[index + 3].from }),
    ),
    known(
      "literal beside or",
      operators("==").filter(({ expression, index }) => expression[index + 1]?.type === "quoted"),
      ({ expression, index }, random) =>
        inserted(expression[index + 1].to, random.pick([" or 'other'", " and 'other'"])),
    ),
    known(
      "literal of the wrong kind, beside a value of the request",
      operators("==", "!=").filter(isOfRequest),
      ({ expression, index }, random) => {
        const literal = expression[index + 1];
        const inside = literal.text.replaceAll("'", "");
        return replaced(literal, literal.type === "quoted" ? random.pick(["5", "true", "0"]) : `'${inside}'`);
      },
    ),
    known(
      "literal not in enum",
      operators("==").filter((sign) => isOfRequest(sign) && sign.expression[sign.index + 1].type === "quoted"),
      ({ expression, index }, random) => {
        const literal = expression[index + 1];
        const other = slip(literal.text.slice(1, -1), random);
        return other && replaced(literal, `'${other}'`);
      },
    ),
    known(
      "argument of the wrong kind",
      calls.filter(({ text: name }) => name in WRONG),
      (call, random) => {
        const [first] = argumentsOf(call);
        const others = WRONG[call.text].filter((other) => other !== first?.text);
        return first && ["quoted", "number"].includes(first.type) && replaced(first, random.pick(others));
      },
    ),
    known(
      "function of a value of another kind",
      paths.filter(({ text: one }) => /^\$query\.(limit|offset)$/.test(one)),
      ({ to }, random) =>
        inserted(to, random.pick([" | upper", " | each upper", " | first", ".x", " | pluck .id", " | keys"])),
    ),
  ];
}

// A single word is a string to anyone but the author, unless it is its own key.
const isWord = ({ expression, names, scalar }) =>
  expression.length === 1 && names.length === 1 && scalar.path.at(-1) !== names[0].text;

/** The operands behind the name of what is called. */
function argumentsOf({ expression, index }) {
  const rest = expression.slice(index + 1);
  const end = rest.findIndex(({ type }) => !["path", "quoted", "number"].includes(type));
  return rest.slice(0, end < 0 ? rest.length : end);
}

// Whether "." has no value there: in a route, but for its items and those of a call with `each`.
function hasNoDot(token, repeated) {
  const { path } = token.scalar;
  if (!["routes", "flows", "common"].includes(path[0]) || path.includes("only") || insideItem(token)) return false;
  return !repeated.some((key) => `${path}`.startsWith(`${key.path},`));
}

const WRONG = {
  split: ["', '", "''", "5"],
  slice: ["'0'", "true"],
  join: ["5", "true"],
  starts_with: ["5", "true"],
  index_in: ["'abc'", "5"],
};

// Of `slice` and the like one argument may be left out, of `pick` any number may be given.
function isFixed({ text, expression, index }, functions, mappers) {
  if (mappers.has(text)) return true;
  return functions.has(text) && !["pick", "omit", "each"].includes(text) && expression[index + 1]?.text !== ".";
}

// A path whose "." would be an item: an argument of `where` and the like.
function insideItem({ expression, index }) {
  return expression
    .slice(0, index)
    .some(
      ({ call, text }) =>
        call && ["where", "find", "pluck", "flatten", "group", "newest", "sort_by", "dict", "each"].includes(text),
    );
}

function isBeforeComparison({ expression, index }) {
  const [left, sign, right] = expression.slice(index + 1, index + 4);
  return left?.type === "path" && ["==", "!="].includes(sign?.text) && ["quoted", "number"].includes(right?.type);
}

function isOfRequest({ expression, index }) {
  const [left, right] = [expression[index - 1], expression[index + 1]];
  return /^\$(query|body)\.\w+$/.test(left?.text) && ["quoted", "number"].includes(right?.type);
}

/** The braces of scalars: [{at, sign}]. */
function bracesOf(scalars) {
  const templates = scalars.filter(({ raw }) => !/^["']?[.$(]/.test(raw));
  return templates.flatMap(({ raw, from }) =>
    [...raw.matchAll(/[{}]/g)].map(({ 0: sign, index }) => ({ at: from + index, sign })),
  );
}

/** An opening brace with the closing one that follows. */
function pairsOf(braces) {
  return braces.flatMap((brace, index) =>
    brace.sign === "{" && braces[index + 1]?.sign === "}" ? [[brace, braces[index + 1]]] : [],
  );
}
