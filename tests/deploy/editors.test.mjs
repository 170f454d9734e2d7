/*
 * What an editor makes of the schema that `o2s-medusa schema` prints, by way of the language server that most of them
 * use: nothing right is reported, mistakes are, and names and descriptions are offered.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { TABLE, runProgram } from "../e2e/harness.mjs";
import { MISTAKES, WRONG_KINDS } from "../editors/mistakes.mjs";
import { startLanguageServer } from "../editors/server.mjs";
import { PAGES, examplesOf, sourceOf, withDefaults } from "./examples.mjs";

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-editors-"));
const schema = join(folder, "routes.schema.json");
const GOOD = readFileSync(new URL("../editors/table.yaml", import.meta.url), "utf8");
const SHIPPED = readFileSync(TABLE, "utf8");

let server;
let documents = 0;
before(async () => {
  const { stdout } = runProgram(["schema"]);
  writeFileSync(schema, stdout);
  server = await startLanguageServer(schema);
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** What is reported in a table: lines `line: message`. */
async function reportsOf(text, uri = newUri()) {
  const reports = await server.open(uri, text);
  return reports.map(({ line, message }) => `${line}: ${message}`);
}

const newUri = () => pathToFileURL(join(folder, `table-${++documents}`, "routes.yaml")).href;

function edited([old, text]) {
  const begin = GOOD.indexOf(old);
  assert.notEqual(begin, -1, `not in the table: ${old}`);
  return GOOD.slice(0, begin) + text + GOOD.slice(begin + old.length);
}

const lineOf = (text, position) => text.slice(0, position).split("\n").length;

describe("nothing is reported", () => {
  test("in the shipped table", async () => {
    assert.deepEqual(await reportsOf(SHIPPED.replace("/usr/share/o2s-medusa/routes.schema.json", schema)), []);
  });

  test("in tables that extend it", async () => {
    for (const path of ["../../deploy/examples/", "../extensions/"]) {
      const url = new URL(path, import.meta.url);
      for (const name of readdirSync(url).filter((entry) => entry.endsWith(".yaml"))) {
        assert.deepEqual(await reportsOf(readFileSync(new URL(name, url), "utf8")), [], name);
      }
    }
  });

  test("in a table with every form of the language, which `check` accepts too", async () => {
    const file = join(folder, "routes.yaml");
    writeFileSync(file, GOOD);
    const { status, stdout, stderr } = runProgram(["check", file], { env: { STORE_URL: "http://store.test" } });
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(await reportsOf(GOOD), []);
  });

  test("in the tables of the manual pages", async () => {
    const tables = PAGES.flatMap((page) => examplesOf(sourceOf(page)).filter(({ kind }) => kind === "table"));
    assert.ok(tables.length > 15);
    const reports = await Promise.all(tables.map(({ lines }) => reportsOf(withDefaults(lines))));
    assert.deepEqual(
      reports.flatMap((list, index) => list.map((report) => `${tables[index].line}: ${report}`)),
      [],
    );
  });
});

test("the patterns are regular expressions in the stricter syntax too, which other editors may use", () => {
  const patterns = [];
  JSON.parse(readFileSync(schema, "utf8"), (key, value) => {
    if (key === "pattern" && typeof value === "string") patterns.push(value);
    if (key === "patternProperties") patterns.push(...Object.keys(value));
    return value;
  });
  assert.ok(patterns.length > 20);
  for (const pattern of patterns) assert.doesNotThrow(() => new RegExp(pattern, "u"), pattern);
});

test("a mistake is reported, at its line and nowhere else", async () => {
  assert.ok(MISTAKES.length >= 25);
  const reports = await Promise.all(MISTAKES.map((mistake) => reportsOf(edited(mistake))));
  const faults = MISTAKES.flatMap(([old, text, message, line = old], index) => {
    const prefix = `${lineOf(GOOD, GOOD.indexOf(line))}: `;
    const found = reports[index].some((report) => report.includes(message));
    const elsewhere = reports[index].some((report) => !report.startsWith(prefix));
    return found && !elsewhere ? [] : [{ old, text, prefix, reports: reports[index] }];
  });
  assert.deepEqual(faults, []);
});

test("a value of the wrong kind is reported", async () => {
  const reports = await Promise.all(WRONG_KINDS.map((text) => reportsOf(text)));
  // They lack sections, but for which nothing may be lacking.
  const isOfSection = (report) => /Missing property "(upstreams|routes)"/.test(report);
  assert.deepEqual(WRONG_KINDS.filter((_, index) => reports[index].every(isOfSection)), []);
});

/** Opens a table in which `^` is the cursor; gives its place, as arguments of complete() and hover(). */
async function opened(text) {
  const uri = newUri();
  const before = text.slice(0, text.indexOf("^"));
  await server.open(uri, text.replace("^", ""));
  return [uri, lineOf(text, before.length), before.length - (before.lastIndexOf("\n") + 1)];
}

const STEPS = "upstreams: {s: {url: http://s.test}}\nroutes:\n  GET /a:\n    answer: 1\n    steps:\n";
const OPTIONS = "query headers body when catch optional each limit timeout retry only public".split(" ");

describe("names are offered", () => {
  const offered = {
    "of steps": ["      - ^\n", ["let", "require", "use"]],
    "of a call's options": ["      - x: GET s/a\n        ^\n", OPTIONS],
    "of those that a call does not have yet": ["      - x: GET s/a\n        query: {}\n        t^\n", OPTIONS.slice(1)],
    "for the value of a keyword": ["      - x: GET s/a\n        optional: ^\n", ["true", "false"]],
  };
  for (const [name, [text, names]] of Object.entries(offered))
    test(name, async () => assert.deepEqual(await server.complete(...(await opened(STEPS + text))), names));

  test("of types", async () => {
    const types = await server.complete(...(await opened("schemas:\n  A: {type: ^}\n")));
    assert.deepEqual(types, ["string", "number", "integer", "boolean", "array", "object"]);
  });
});

describe("a description is shown", () => {
  const shown = {
    "of a section": ["set^tings: {a: 1}\n", "$settings.name"],
    "of a keyword of an upstream": ["upstreams:\n  s:\n    time^out: 2s\n", "Default: 10s"],
    "of an option of a call": [`${STEPS}      - x: GET s/a\n        ea^ch: .\n`, "one call for each item"],
    "of a keyword of a schema": ["schemas: {A: {properties: {b: {allow^Empty: true}}}}\n", "empty or blank string"],
  };
  for (const [name, [text, description]] of Object.entries(shown))
    test(name, async () => {
      const hover = await server.hover(...(await opened(text)));
      assert.ok(hover.includes(description), hover);
    });
});

test("the first line of a table names its schema", async () => {
  const line = SHIPPED.split("\n")[0];
  assert.equal(line, "# yaml-language-server: $schema=/usr/share/o2s-medusa/routes.schema.json");
  // Another one, so that it is seen which the server goes by.
  const other = join(folder, "other.schema.json");
  writeFileSync(other, '{"not": {}, "errorMessage": "seen"}');
  const text = `${line.replace("/usr/share/o2s-medusa/routes.schema.json", other)}\nroutes: {}\n`;
  assert.equal((await reportsOf(text)).length, 1);
});

test("the problem matcher of doc/editors.md finds the place and the text of each error of `check`", () => {
  const page = readFileSync(new URL("../../doc/editors.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => JSON.parse(text));
  const { args, problemMatcher } = blocks.find(({ tasks }) => tasks).tasks[0];
  const { regexp, ...groups } = problemMatcher.pattern;
  const file = join(folder, "mistaken routes.yaml");
  writeFileSync(file, GOOD.replace("summary:", "sumary:").replace("  DELETE /things/{id}:", "  DELETE things:"));
  const { stdout, stderr } = runProgram(args.map((arg) => arg.replace("${file}", file)));
  const found = (stdout + stderr).split("\n").flatMap((line) => {
    const match = new RegExp(regexp).exec(line);
    return match ? [Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, match[group]]))] : [];
  });
  const [first, second, ...others] = found;
  assert.deepEqual(others, []);
  for (const [problem, text] of [[first, "    summary:"], [second, "  DELETE /things/{id}:"]]) {
    assert.equal(problem.file, file);
    assert.equal(Number(problem.line), lineOf(GOOD, GOOD.indexOf(text)));
    assert.equal(Number(problem.column), text.search(/\S/) + 1);
  }
  assert.match(first.message, /"sumary"/);
});
