/*
 * Edits of the shipped table that someone may make by mistake in what decides whose a cart, an order or an address is.
 * Like table.mjs this is no YAML parser; it depends on how routes.yaml is indented.
 */

/** The lines of the table as {number, text, indent}, without comments. */
function linesOf(table) {
  return table
    .split("\n")
    .map((text, number) => ({ number, text, indent: text.search(/\S/) }))
    .filter(({ text }) => !/^\s*(#|$)/.test(text));
}

/** What is below the line that begins with `first`: the lines that are indented deeper. */
function below(lines, first, from = lines) {
  const start = lines.findIndex((line) => from.includes(line) && line.text.trim().startsWith(first));
  if (start < 0) throw new Error(`the table has no "${first}"`);
  const end = lines.findIndex((line, index) => index > start && line.indent <= lines[start].indent);
  return lines.slice(start + 1, end < 0 ? lines.length : end);
}

/** An entry that begins at a line, with all that is indented deeper. */
function entryAt(lines, line) {
  const start = lines.indexOf(line);
  const end = lines.findIndex((other, index) => index > start && other.indent <= line.indent);
  return lines.slice(start, end < 0 ? lines.length : end);
}

const without = (table, removed) => {
  const numbers = new Set(removed.map(({ number }) => number));
  return table.split("\n").filter((_, number) => !numbers.has(number)).join("\n");
};

function replaced(table, { number }, text) {
  const all = table.split("\n");
  all[number] = text;
  return all.join("\n");
}

/** Each name of each path in the line (`$a.b.c`, `.a.b`) with another last letter: [what it is then, the line]. */
function mistyped({ text }) {
  const found = [];
  for (const path of text.matchAll(/(?<![\w'"/])\$?(?:[a-z_]\w*)?(?:\.[a-z_][\w-]*)+|\$[a-z_]\w*/gi)) {
    for (const name of path[0].matchAll(/[a-z_][\w-]*/gi)) {
      const at = path.index + name.index + name[0].length;
      const letter = text[at - 1] === "x" ? "y" : "x";
      found.push([`${path[0]}: ${name[0].slice(0, -1)}${letter}`, text.slice(0, at - 1) + letter + text.slice(at)]);
    }
  }
  return found;
}

const mistypedIn = (table, lines, where) =>
  lines.flatMap((line) =>
    mistyped(line).map(([what, text]) => ({ name: `${where}, line ${line.number + 1}, ${what}`, table: replaced(table, line, text) })),
  );

/** The steps that decide whose a cart and an order are. */
function ownership(table, lines) {
  return ["cart $id:", "GET /orders/{id}:"].flatMap((block) => {
    const found = below(lines, block).filter(({ text }) => !/^\s*(answer|catch|else|summary):/.test(text));
    return mistypedIn(table, found, block.slice(0, -1));
  });
}

/** The parameters of calls of the Admin API, and what confines them, removed and mistyped. */
function filters(table, lines) {
  const edits = [];
  for (const call of lines.filter(({ text }) => /^ *- \w+: [A-Z]+ admin\//.test(text))) {
    const options = entryAt(lines, call).slice(1);
    const where = call.text.trim().slice(2);
    for (const line of options.filter(({ text }) => /^\s*[\w$[\]]+:/.test(text))) {
      edits.push({ name: `${where}: without "${line.text.trim()}"`, table: without(table, entryAt(lines, line)) });
      const other = line.text.replace(/^(\s*[\w$]+)/, "$1x");
      edits.push({ name: `${where}: with "${other.trim()}"`, table: replaced(table, line, other) });
    }
    edits.push(...mistypedIn(table, [call, ...options], where));
  }
  return edits;
}

/** The rules of the field selection, each removed. */
function quirks(table, lines) {
  const rules = below(lines, "fields:", below(lines, "store:"));
  return rules.flatMap((line) => {
    const edits = [{ name: `without "${line.text.trim()}"`, table: without(table, entryAt(lines, line)) }];
    for (const [list] of line.text.matchAll(/\[[^\]]*,[^\]]*\]/g))
      for (const item of list.slice(1, -1).split(","))
        edits.push({
          name: `"${line.text.trim()}" without ${item.trim()}`,
          table: replaced(table, line, line.text.replace(list, `[${list.slice(1, -1).split(",").filter((one) => one !== item)}]`)),
        });
    return edits;
  });
}

/** The conditions of the flows. */
function requirements(table, lines) {
  const flows = below(lines, "flows:");
  const found = flows
    .filter(({ text }) => /^ *- require:/.test(text))
    .flatMap((line) => entryAt(lines, line))
    .filter(({ text }) => !/^\s*else:/.test(text));
  return mistypedIn(table, found, "flows");
}

/** The first segment of the path of the only route that an edit changes, "/orders"; undefined: it changes more. */
function rootOf(table, edited) {
  const [before, after] = [table.split("\n"), edited.split("\n")];
  const changed = before.findIndex((line, number) => line !== after[number]);
  const above = before.slice(0, changed).reverse();
  const block = above.find((line) => /^ {0,2}\w/.test(line));
  return /^ {2}[A-Z]+ (\/\w+)/.exec(block)?.[1];
}

/**
 * {kind: [{name, table, root}]}: each edit by itself, with the whole table that it makes; `root` is the first segment of
 * the path of the route that it is in, undefined if it is in none.
 */
export function editsOf(table) {
  const lines = linesOf(table);
  const kinds = { ownership, filters, quirks, requirements };
  const seen = new Set();
  const isNew = (edit) => !seen.has(edit.table) && seen.add(edit.table);
  const whole = (edit) => ({ ...edit, root: rootOf(table, edit.table) });
  const made = (make) => make(table, lines).filter(isNew).map(whole);
  return Object.fromEntries(Object.entries(kinds).map(([kind, make]) => [kind, made(make)]));
}
