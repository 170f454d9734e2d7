/*
 * The places of a route table: each key and each scalar, with what it is in the language of routes.yaml(5).
 *
 * A key: `role`, `name`, `path` (the names above it), `from` and `to` (offsets into the text), `inBraces` (of a mapping
 * in braces), `value` (its node).
 * A scalar: `role`, `value`, `path` (its key included), `from` and `to`, `raw` (as it is written, quotation marks
 * included), `style` ("PLAIN", "QUOTE_DOUBLE", "BLOCK_FOLDED", ...).
 */
import { isMap, isScalar, isSeq, treeOf } from "./yaml.mjs";

const CONDITIONS = ["require", "when", "each"];
const CALL = /^(GET|POST|PUT|PATCH|DELETE) \w+\//;
const ANSWER_KEYS = ["status", "headers", "body"];

export function readTable(text) {
  const keys = [];
  const scalars = [];
  const lists = [];

  function scalar(role, node, path) {
    const [from, end] = node.range;
    const raw = text.slice(from, end);
    scalars.push({
      role,
      value: String(node.value),
      path,
      from,
      to: from + raw.trimEnd().length,
      raw: raw.trimEnd(),
      style: node.type,
    });
  }

  // Calls `visit(name, value, path, key)` for each pair, after the key has got the role that `roleOf` gives.
  function pairs(node, path, roleOf, visit = () => {}) {
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const [from, to] = pair.key.range;
      const name = String(pair.key.value);
      const role = typeof roleOf === "function" ? roleOf(name) : roleOf;
      keys.push({ role, name, path, from, to, inBraces: Boolean(node.flow), value: pair.value, style: pair.key.type });
      if (pair.value) visit(name, pair.value, [...path, name]);
    }
  }

  // All scalars below a node get one role.
  function leaves(role, node, path) {
    if (isScalar(node)) return scalar(role, node, path);
    if (isSeq(node)) return list(role, node, path, (item, at) => leaves(role, item, at));
    pairs(node, path, `${role}-key`, (name, value, at) => leaves(role, value, at));
  }

  function list(role, node, path, visit) {
    lists.push({ role, node, path, from: node.range[0], to: node.range[1], inBrackets: Boolean(node.flow) });
    node.items.forEach((item, index) => visit(item, [...path, index]));
  }

  // A mapper, an answer, a body: `keyRole` is that of the members of the result.
  function shape(node, path, keyRole) {
    if (isScalar(node)) return scalar("value", node, path);
    if (isSeq(node)) return list("value", node, path, (item, at) => shape(item, at, keyRole));
    const roleOf = (name) => (name === "<<" ? "spread" : name.startsWith("$") ? "local" : keyRole);
    pairs(node, path, roleOf, (name, value, at) => shape(value, at, keyRole));
  }

  function schema(node, path) {
    if (isScalar(node)) return scalar("schema-reference", node, path);
    pairs(node, path, "schema-keyword", (name, value, at) => {
      if (name === "properties") pairs(value, at, "property", (_, member, below) => schema(member, below));
      else if (name === "items") schema(value, at);
      else leaves(`schema.${name}`, value, at);
    });
  }

  function query(node, path) {
    if (isScalar(node)) return scalar("query-value", node, path);
    if (isSeq(node)) return list("query-value", node, path, query);
    const roleOf = (name) => (name === "auto" || name === "optional" ? "auto" : "query-key");
    pairs(node, path, roleOf, (name, value, at) =>
      name === "auto" ? leaves("auto-member", value, at) : query(value, at),
    );
  }

  function call(name, value, path) {
    if (name === "query") query(value, path);
    else if (name === "headers")
      pairs(value, path, "call-header", (_, header, at) => leaves("header-value", header, at));
    else if (name === "body") shape(value, path, "body-key");
    else if (name === "catch") pairs(value, path, "catch-status", (_, error, at) => leaves("catch-message", error, at));
    else if (name === "only") leaves("condition", value, path);
    else leaves(`call.${name}`, value, path);
  }

  function step(node, path) {
    const isCall = node.items.some(({ value }) => isScalar(value) && CALL.test(value.value));
    const roleOf = (name) => {
      const { value } = node.items.find(({ key }) => key.value === name);
      return isScalar(value) && CALL.test(value.value) ? "step-name" : isCall ? "call-keyword" : "step-keyword";
    };
    pairs(node, path, roleOf, (name, value, at) => {
      if (roleOf(name) === "step-name") scalar("call", value, at);
      else if (name === "let") pairs(value, at, "let", (_, given, below) => shape(given, below, "output-key"));
      else if (CONDITIONS.includes(name)) leaves("condition", value, at);
      else if (name === "else") leaves("message", value, at);
      else if (name === "use") leaves("use", value, at);
      else call(name, value, at);
    });
  }

  const steps = (node, path) => list("steps", node, path, step);

  function answer(node, path) {
    const names = isMap(node) ? node.items.map(({ key }) => key.value) : [];
    if (isScalar(node) && /^\d{3} /.test(node.value)) return scalar("message", node, path);
    if (!names.length || !names.every((name) => ANSWER_KEYS.includes(name))) return shape(node, path, "answer-key");
    pairs(node, path, "answer-keyword", (name, value, at) => shape(value, at, "answer-key"));
  }

  function route(node, path) {
    pairs(node, path, "route-keyword", (name, value, at) => {
      if (name === "steps") steps(value, at);
      else if (name === "answer") answer(value, at);
      else if (name === "query" || name === "body") schema(value, at);
      else leaves(`route.${name}`, value, at);
    });
  }

  function upstream(node, path) {
    pairs(node, path, "upstream-keyword", (name, value, at) => {
      if (name === "headers")
        pairs(value, at, "upstream-header", (_, header, below) => leaves("header-value", header, below));
      else if (["breaker", "errors", "fields"].includes(name) && isMap(value))
        pairs(value, at, `${name}-keyword`, (keyword, given, below) => leaves(`${name}.${keyword}`, given, below));
      else leaves(`upstream.${name}`, value, at);
    });
  }

  function common(name, node, path) {
    if (name === "headers") pairs(node, path, "common-header", (_, value, at) => schema(value, at));
    else if (name === "let") pairs(node, path, "let", (_, value, at) => shape(value, at, "output-key"));
    else if (name === "answer_headers")
      pairs(node, path, "answer-header", (_, value, at) => leaves("header-value", value, at));
    else pairs(node, path, "cache-keyword", (keyword, value, at) => leaves(`cache.${keyword}`, value, at));
  }

  function server(name, node, path) {
    if (name === "cors")
      pairs(node, path, "cors-keyword", (keyword, value, at) => leaves(`cors.${keyword}`, value, at));
    else leaves(`server.${name}`, node, path);
  }

  const SECTIONS = {
    variables: ["variable", (name, value, at) => schema(value, at)],
    settings: ["setting", (name, value, at) => leaves("setting-value", value, at)],
    server: ["server-keyword", server],
    common: ["common-keyword", common],
    upstreams: ["upstream", (name, value, at) => upstream(value, at)],
    schemas: ["schema", (name, value, at) => schema(value, at)],
    tables: [
      "table",
      (name, value, at) =>
        pairs(
          value,
          at,
          (key) => (key === "else" ? "table-else" : "table-key"),
          (_, to, below) => leaves("table-value", to, below),
        ),
    ],
    models: ["model", (name, value, at) => schema(value, at)],
    mappers: ["mapper", (name, value, at) => shape(value, at, "output-key")],
    flows: ["flow", (name, value, at) => steps(value, at)],
    routes: ["route", (name, value, at) => route(value, at)],
  };
  pairs(treeOf(text), [], "section", (name, value, path) => pairs(value, path, ...SECTIONS[name]));

  const lines = text.split("\n");
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  // The line of an offset; the first is 0.
  const lineAt = (offset) => starts.findLastIndex((start) => start <= offset);
  return {
    text,
    lines,
    keys,
    scalars,
    lists,
    words: new Set(text.match(/[A-Za-z_][\w-]*/g)),
    /** Offset of a line's begin; the first line is 0. */
    startOf: (line) => starts[line],
    lineAt,
    /** The whole lines from one offset to before another, with what ends them. */
    linesOf: (from, to = from + 1) => ({ from: starts[lineAt(from)], to: starts[lineAt(to - 1) + 1] }),
    keysOf: (...roles) => keys.filter(({ role }) => roles.includes(role)),
    scalarsOf: (...roles) => scalars.filter(({ role }) => roles.includes(role)),
  };
}
