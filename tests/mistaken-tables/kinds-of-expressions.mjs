/* The signs of expressions: lost, doubled, exchanged. */
import { inserted, removed, removedWithBlanks, replaced } from "./changes.mjs";

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];

export function expressionKinds({ table, tokens, functions, slip }) {
  const { text } = table;
  const operators = (...texts) => tokens.filter((token) => token.type === "operator" && texts.includes(token.text));
  const known = (name, places, make) => ({ name, mark: "known", places, make });
  const quoted = tokens.filter(({ type }) => type === "quoted");
  const paths = tokens.filter(({ type }) => type === "path");
  const isFirst = ({ index }) => index === 0;
  const startsValue = (token) =>
    isFirst(token) && token.scalar.role !== "use" && token.scalar.role !== "condition" && isWhole(token);
  const isWhole = ({ scalar }) => /^["']?[.$([]|^[>|]/.test(scalar.raw);
  const dots = paths.filter((path) => startsValue(path) && /^\.\w/.test(path.text));
  // A single word is text to anyone but the author, unless it is its own key.
  const isWord = ({ expression, names, scalar }) =>
    expression.length === 1 && names.length === 1 && scalar.path.at(-1) !== names[0].text;
  const dollars = paths.filter((path) => startsValue(path) && path.text.startsWith("$"));
  const calls = tokens.filter(({ call }) => call);
  const takesNone = (name) => functions.get(name)?.length === 0;
  const mapperParameters = new Map(
    table.keysOf("mapper").map(({ name }) => [name.split(" ")[0], name.split(" ").length - 1]),
  );
  const argumentsOf = (call) => {
    const found = [];
    for (let at = call.index + 1; at < call.expression.length; at++) {
      const token = call.expression[at];
      if (!["path", "quoted", "number"].includes(token.type)) break;
      found.push(token);
    }
    return found;
  };
  // The steps whose "." is an item.
  const repeated = table
    .keysOf("call-keyword")
    .filter(({ name }) => name === "each")
    .map(({ path }) => path.join());
  const insideEach = ({ scalar }) => repeated.some((step) => `${scalar.path}`.startsWith(`${step},`));
  const inRoute = ({ scalar }) =>
    ["routes", "flows", "common"].includes(scalar.path[0]) && !scalar.path.includes("only");
  const ofRequest = paths.filter(
    (path) => inRoute(path) && /^\$\w+/.test(path.text) && !insideItem(path) && !insideEach(path),
  );
  const templates = templateBraces(table);

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
        random.pick(
          { and: ["&&", "&", "AND", ","], or: ["||", "OR", "|"], not: ["!", "NOT", "not not not-"] }[sign.text],
        ),
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
    known(
      "argument too many",
      calls.filter(({ text: name }) => takesNone(name) || mapperParameters.has(name)),
      (call, random) => {
        const given = argumentsOf(call);
        return inserted(given.at(-1)?.to ?? call.to, random.pick([" 'x'", " $settings.part", " 5"]));
      },
    ),
    known(
      "argument too few",
      calls.filter(
        (call) =>
          argumentsOf(call).length > 0 &&
          !["round", "slice"].includes(call.text) &&
          isFixed(call, functions, mapperParameters),
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
    known("parenthesis lost", operators("(", ")"), removed),
    known("parenthesis doubled", operators("(", ")"), (sign) => inserted(sign.from, sign.text)),
    known("bracket of a list lost", operators("[", "]"), removed),
    known("comma in a list lost", operators(","), removed),
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
      paths.filter((path) => !isFirst(path) && /^\.\w/.test(path.text)),
      ({ from }) => removed({ from, to: from + 1 }),
    ),
    known(
      "dollar in an operand lost",
      paths.filter((path) => !isFirst(path) && path.text.startsWith("$")),
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
    known(
      "brace of a message lost",
      templates.filter(({ role }) => role !== "call"),
      ({ at }) => removed({ from: at, to: at + 1 }),
    ),
    known("braces of a message lost", pairsOf(templates.filter(({ role }) => role !== "call")), ([open, close]) => [
      removed({ from: open.at, to: open.at + 1 }),
      removed({ from: close.at, to: close.at + 1 }),
    ]),
    known("${} in a message", pairsOf(templates.filter(({ role }) => role !== "call")), ([open]) => [
      removed({ from: open.at + 1, to: open.at + 2 }),
      inserted(open.at, "$"),
    ]),
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
    known("space within an operator", operators("??", "==", "!=", "<=", ">="), ({ from }) => inserted(from + 1, " ")),
    known(
      "space between words lost",
      calls.filter((call) => argumentsOf(call).length),
      (call) => removed({ from: call.to, to: call.to + 1 }),
    ),
    known(
      "no-break space",
      tokens.filter(({ to }) => text[to] === " "),
      ({ to }) => ({ from: to, to: to + 1, text: "\u00a0" }),
    ),
    known("typographic quotes", quoted, ({ from, to }) => [
      replaced({ from, to: from + 1 }, "’"),
      replaced({ from: to - 1, to }, "’"),
    ]),
  ];
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

/** The braces around expressions in messages, paths and headers: [{at, sign, role}]. */
function templateBraces(table) {
  const found = table
    .scalarsOf("call", "message", "catch-message", "header-value")
    .filter(({ raw }) => !/^["']?[.$(]/.test(raw));
  return found.flatMap(({ raw, from, role }) =>
    [...raw.matchAll(/[{}]/g)].map(({ 0: sign, index }) => ({ at: from + index, sign, role })),
  );
}

/** An opening brace with the closing one that follows. */
function pairsOf(braces) {
  return braces.flatMap((brace, index) =>
    brace.sign === "{" && braces[index + 1]?.sign === "}" ? [[brace, braces[index + 1]]] : [],
  );
}
