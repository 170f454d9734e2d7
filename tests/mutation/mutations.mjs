/*
 * The mutations of a source file: small changes of comparisons, conditions, calls, and returned truths, at the places
 * that clang's syntax tree gives.
 *
 * A mutation: `file`, `line`, name of the `function`, `from` and `to` (byte offsets), `text` that replaces what is
 * there, and `change`, which shows both: `a < b` -> `a <= b`. `change` has no line breaks; a reason is matched by it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const FLIPPED = { "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&" };
const WRAPPERS = new Set(["ParenExpr", "ImplicitCastExpr"]);
const LARGEST_TREE = 512 * 1024 * 1024;

/** `flags`: the compiler's, without which the file would not compile. */
export function mutationsOf(file, { flags, cwd }) {
  const args = ["-x", "c", ...flags, "-fsyntax-only", "-Xclang", "-ast-dump=json", file];
  const tree = JSON.parse(execFileSync("clang-14", args, { cwd, encoding: "utf8", maxBuffer: LARGEST_TREE }));
  // Offsets are of bytes, so each byte has to be a character.
  const source = readFileSync(`${cwd}/${file}`, "latin1");
  const functions = tree.inner.filter((node) => node.kind === "FunctionDecl" && isInFile(node) && bodyOf(node));
  const found = functions.flatMap((node) => mutationsOfFunction(node, source));
  return found.map((mutation) => ({ file, line: lineAt(source, mutation.from), ...mutation }));
}

// clang says of what is in another file by which it is included.
function isInFile({ loc }) {
  return loc.offset !== undefined && !loc.includedFrom;
}

function bodyOf(node) {
  return node.inner?.find(({ kind }) => kind === "CompoundStmt");
}

function mutationsOfFunction(node, source) {
  const found = [];
  const returnsBool = /^(_Bool|bool) \(/.test(node.type.qualType);
  // `whole` and `wholeText`: the same change, with as much around it as its description needs.
  const add = (place, text, whole = place, wholeText = text) => {
    const change = `\`${shown(source, whole)}\` -> ${wholeText === "" ? "nothing" : `\`${oneLine(wholeText)}\``}`;
    found.push({ function: node.name, from: place.from, to: place.to, text, change });
  };
  const visit = (statement) => {
    const rule = RULES[statement.kind];
    if (rule) rule(statement, { source, add, returnsBool });
    for (const call of calledIn(statement)) {
      const place = placeOf(call, source);
      if (place) add(place, "(void)0", place, "");
    }
    for (const child of statement.inner ?? []) visit(child);
  };
  visit(bodyOf(node));
  return found;
}

const RULES = {
  BinaryOperator(node, { source, add }) {
    const [left, right] = node.inner;
    const [whole, before, after] = [node, left, right].map((part) => placeOf(part, source));
    if (!whole || !before || !after) return;
    const operator = between(source, before.to, after.from, node.opcode);
    if (!operator) return;
    const rest = (text) => source.slice(whole.from, operator.from) + text + source.slice(operator.to, whole.to);
    const flipped = FLIPPED[node.opcode];
    if (flipped) add(operator, flipped, whole, rest(flipped));
    if ("+-".includes(node.opcode) && right.kind === "IntegerLiteral" && right.value === "1")
      add({ from: before.to, to: after.to }, "", whole, source.slice(whole.from, before.to));
  },
  IfStmt: ({ inner }, context) => negate(inner[0], context),
  WhileStmt: ({ inner }, context) => negate(inner[0], context),
  DoStmt: ({ inner }, context) => negate(inner[1], context),
  ForStmt: ({ inner }, context) => negate(inner[2], context),
  ConditionalOperator: ({ inner }, context) => negate(inner[0], context),
  ReturnStmt: ({ inner }, context) => context.returnsBool && negate(inner[0], context),
};

// A condition that is `==` or `!=` is negated by the flip of its operator.
function negate(condition, { source, add }) {
  const place = condition.kind && placeOf(condition, source);
  if (!place) return;
  const core = withoutWrappers(condition);
  if (core.kind === "BinaryOperator" && ["==", "!="].includes(core.opcode)) return;
  const text = source.slice(place.from, place.to);
  const isNegation = core.kind === "UnaryOperator" && core.opcode === "!" && text[0] === "!";
  add(place, isNegation ? text.slice(1) : `!(${text})`);
}

// The calls among a statement's own statements: those whose value nobody uses.
function calledIn(statement) {
  const children = statement.inner ?? [];
  const from = { CompoundStmt: 0, IfStmt: 1, WhileStmt: 1, ForStmt: 2, CaseStmt: 1, DefaultStmt: 0 }[statement.kind];
  const isCall = (node) => {
    const value = node.kind === "CStyleCastExpr" && node.castKind === "ToVoid" ? withoutWrappers(node.inner[0]) : node;
    return value.kind === "CallExpr";
  };
  return from === undefined ? [] : children.slice(from).filter((node) => node.kind && isCall(node));
}

function withoutWrappers(node) {
  return WRAPPERS.has(node.kind) && node.inner?.length === 1 ? withoutWrappers(node.inner[0]) : node;
}

// Nothing if it comes from within a macro, or ends with the use of one that has arguments.
function placeOf(node, source) {
  const { begin, end } = node.range ?? {};
  if (!begin || !end) return null;
  if ([begin, end].some(({ expansionLoc }) => expansionLoc?.isMacroArgExpansion)) return null;
  const [first, last] = [begin, end].map((place) => place.expansionLoc ?? place);
  if (first.offset === undefined || last.offset === undefined || first.includedFrom || last.includedFrom) return null;
  const to = last.offset + last.tokLen;
  return end.expansionLoc && source[to] === "(" ? null : { from: first.offset, to };
}

function between(source, from, to, operator) {
  const at = source.indexOf(operator, from);
  return at >= from && at + operator.length <= to ? { from: at, to: at + operator.length } : null;
}

function shown(source, { from, to }) {
  return oneLine(source.slice(from, to));
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

function lineAt(source, offset) {
  return source.slice(0, offset).split("\n").length;
}
