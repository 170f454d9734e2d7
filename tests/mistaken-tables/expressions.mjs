/*
 * The expressions of a table as tokens, with their places.
 *
 * A token: `type` ("variable" $NAME, "quoted", "path", "word", "number", "operator"), `text`, `from` and `to`, and of a
 * path `names`: [{text, from, to}], the "$" of the first one not included. `call` is true of a word that names what is
 * called. `scalar` is the scalar that it is in, `expression` the list of the tokens around it, `index` its place there.
 */

const VALUES = new Set([
  "setting-value", "server.prefix", "cors.origins", "value", "query-value", "header-value", "schema.enum",
  "schema.maximum", "schema.minimum", "errors.message", "call", "catch-message", "message", "condition", "use",
]); // prettier-ignore
const TOKEN =
  /(?<variable>\$\{[^}]*\})|(?<quoted>'(?:[^']|'')*')|(?<path>\$[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|\d+))*|\.(?:[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|\d+))*)?)|(?<word>[A-Za-z_][\w-]*)|(?<number>-?\d+(?:\.\d+)?)|(?<operator>\?\?|==|!=|<=|>=|\{\}|[<>|()[\],])/y;
const WORDS = new Set(["and", "or", "not", "true", "false", "null"]);
// Their argument is a call.
const CALLERS = new Set(["each"]);

/** The parts of a scalar that are expressions: [from, to]. */
function spansOf({ role, value, raw, from, to }) {
  if (!VALUES.has(role)) return [];
  const quote = /^["']/.test(raw) ? 1 : 0;
  const block = /^[>|][-+]?\n/.exec(raw)?.[0].length ?? 0;
  const inner = [from + Math.max(quote, block), to - quote];
  if (role === "condition" || role === "use" || /^[.$([]/.test(value)) return [inner];
  return [...raw.matchAll(/(?<!\$)\{([^{}]+)\}/g)].map(({ index, 1: text }) => [
    from + index + 1,
    from + index + 1 + text.length,
  ]);
}

function tokensOf(text, [from, to], scalar) {
  const tokens = [];
  for (let at = from; at < to;) {
    TOKEN.lastIndex = at;
    const found = /\s/.test(text[at]) ? null : TOKEN.exec(text);
    if (!found || TOKEN.lastIndex > to) {
      at++;
      continue;
    }
    const [type] = Object.entries(found.groups).find(([, group]) => group !== undefined);
    const token = {
      type,
      text: found[0],
      from: at,
      to: TOKEN.lastIndex,
      scalar,
      expression: tokens,
      index: tokens.length,
    };
    if (type === "path") token.names = [...found[0].matchAll(/[\w-]+/g)].map((name) => placed(name, at));
    if (type === "word" && WORDS.has(token.text)) token.type = "operator";
    const before = tokens.at(-1);
    token.call = token.type === "word" && (before?.text === "|" || (before?.call && CALLERS.has(before.text)) || false);
    tokens.push(token);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

const placed = ({ 0: text, index }, at) => ({ text, from: at + index, to: at + index + text.length });

/** Lists of tokens, one for each expression of the table. */
export function expressionsOf(table) {
  return table.scalars.flatMap((scalar) => spansOf(scalar).map((span) => tokensOf(table.text, span, scalar)));
}
