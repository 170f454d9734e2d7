/*
 * The manual pages: mandoc has nothing to say about them, they name all that the program knows, and every example in
 * them does what the page says.
 *
 * An example is a literal block behind a line `.\" example: KIND`:
 *
 *   table          a route table, without errors, and without warnings but those of what nothing uses; what it needs and has not is added (see withDefaults)
 *   file NAME      the content of a file beside the tables
 *   mistake        a route table with mistakes
 *   warning        a route table without errors, and with a warning
 *   map NAME       a line of JSON, and what the mapper NAME of the table before it makes of it
 *   expressions    lines `EXPRESSION   of JSON   is JSON`, or `is missing`, or `is lacking PATH`
 *   command        lines `$ COMMAND`, each with what it prints behind it, `...` being anything; the table before it
 *                  is routes.yaml, and if there is none the one that is shipped
 *   pool           a command that starts workers on a socket
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM, TABLE, childrenOf, runProgram } from "../e2e/harness.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { PAGES, examplesOf, pathOf, sourceOf, withDefaults } from "./examples.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENVIRONMENT = {
  MEDUSAJS_BASE_URL: "http://127.0.0.1:9000",
  MEDUSAJS_PUBLISHABLE_API_KEY: "pk_example",
  DEFAULT_CURRENCY: "EUR",
};

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-manual-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sources = Object.fromEntries(PAGES.map((page) => [page, sourceOf(page)]));

function placeTable(text) {
  const file = join(folder, "routes.yaml");
  writeFileSync(file, text);
  return file;
}

function placeFile({ argument, lines }) {
  writeFileSync(join(folder, argument), `${lines.join("\n")}\n`);
}

function runTable({ lines }, good) {
  const file = placeTable(withDefaults(lines));
  const { status, stdout, stderr } = runProgram(["check", file], { env: ENVIRONMENT });
  assert.equal(status, good ? 0 : 1, stdout + stderr);
  // An example shows one thing; what would use it is left out.
  const warnings = stderr.split("\n").filter((line) => / warning: (?!unused )/.test(line));
  if (good) assert.deepEqual(warnings, []);
}

/** The cases pass with the table of the example before. */
function runCases({ lines }) {
  const file = join(folder, "cases.yaml");
  const first = !existsSync(file);
  const passing = first ? file : join(folder, "more-cases.yaml");
  writeFileSync(passing, `${lines.join("\n")}\n`);
  const { status, stdout, stderr } = runProgram(["-f", join(folder, "routes.yaml"), "test", passing]);
  assert.equal(status, 0, stdout + stderr);
}

function runWarning({ lines }) {
  const { status, stderr } = runProgram(["check", placeTable(withDefaults(lines))], { env: ENVIRONMENT });
  assert.equal(status, 0, stderr);
  assert.match(stderr, / warning: /);
}

function runMap({ argument, lines: [input, expected] }) {
  const { status, stdout, stderr } = runProgram(["-f", join(folder, "routes.yaml"), "eval", `. | ${argument}`], { input });
  assert.deepEqual([stderr, stdout, status], ["", `${expected}\n`, 0]);
}

// Each is the member `result` of a mapper, so that a missing one can be told from null.
function runExpressions({ lines }) {
  for (const line of lines) {
    const parts = /^(.*?)\s+of (.*?)\s+is (missing|lacking (\S+)|.*)$/.exec(line);
    assert.ok(parts, `not of the form EXPRESSION of JSON is JSON: ${line}`);
    const [, expression, input, result, lacking] = parts;
    const quoted = `"${expression.replace(/[\\"]/g, "\\$&")}"`;
    const table = placeTable(withDefaults(["mappers:", `  example: {here: true, result: ${quoted}}`]));
    const { status, stdout, stderr } = runProgram(["-f", table, "eval", ". | example"], { input });
    if (lacking) assert.deepEqual([status, stderr], [65, `the input lacks ${lacking}\n`], line);
    else if (result === "missing") assert.deepEqual([stderr, stdout], ["", '{"here":true}\n'], line);
    else assert.deepEqual([stderr, stdout], ["", `{"here":true,"result":${result}}\n`], line);
  }
}

function runCommand({ lines }) {
  const commands = [];
  for (const line of lines) {
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), expected: [] });
    else commands.at(-1).expected.push(line);
  }
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  if (!existsSync(join(bin, "o2s-medusa"))) symlinkSync(PROGRAM, join(bin, "o2s-medusa"));
  for (const { command, expected } of commands) {
    const env = { ...ENVIRONMENT, PATH: `${bin}:${process.env.PATH}` };
    const { stdout } = spawnSync("/bin/sh", ["-c", `{ ${command}; } 2>&1`], { cwd: folder, env, encoding: "utf8" });
    const pattern = expected.map((line) => line.split("...").map(escapedForRegExp).join(".*")).join("\n");
    assert.match(stdout, new RegExp(`^${pattern}\n+$`), command);
  }
}

function escapedForRegExp(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

async function runPool({ lines }) {
  const workspace = openWorkspace();
  try {
    const socket = join(workspace.folder, "o2s-medusa.sock");
    const command = lines
      .join("\n")
      .replace("/run/o2s-medusa/o2s-medusa.sock", socket)
      .replace("/usr/bin/o2s-medusa", `${PROGRAM} -f ${TABLE}`);
    const env = { ...ENVIRONMENT, PATH: process.env.PATH };
    const pool = workspace.start("The pool", "/bin/sh", ["-c", `exec ${command}`], { env });
    const { pid } = pool.child;
    await until("Eight workers", () => childrenOf(pid).length === 8, { deadline: 5000 });
    const log = join(workspace.folder, "log");
    const serving = () => readFileSync(log, "utf8").match(/"serving /g) ?? [];
    await until("Eight that serve", () => serving().length === 8, { deadline: 5000 });
  } finally {
    await workspace.close();
  }
}

const RUNNERS = {
  file: placeFile,
  table: (example) => runTable(example, true),
  mistake: (example) => runTable(example, false),
  cases: runCases,
  warning: runWarning,
  map: runMap,
  expressions: runExpressions,
  command: runCommand,
  pool: runPool,
};

for (const page of PAGES) {
  describe(page, () => {
    const examples = examplesOf(sources[page]);

    test("has examples", () => assert.ok(examples.length > 5));

    for (const example of examples)
      test(`line ${example.line}: ${example.kind} ${example.argument}`, async () => {
        assert.ok(example.kind in RUNNERS, `unknown kind of example: ${example.kind}`);
        if (example === examples[0] || page === "o2s-medusa.1") copyFileSync(TABLE, join(folder, "routes.yaml"));
        await RUNNERS[example.kind](example);
      });
  });
}

/** All keywords that the loaders know. */
function listKeywords() {
  const { properties, definitions } = JSON.parse(runProgram(["schema"]).stdout);
  const mappings = Object.values(definitions).map((definition) => definition.then?.properties ?? definition.properties);
  const listed = new Set([properties, ...mappings].flatMap((mapping) => Object.keys(mapping ?? {})));
  assert.ok(listed.size > 75, `only ${listed.size} found`);
  return [...listed];
}

describe("the pages", () => {
  // But for whether the manuals that are referred to are installed on this machine.
  test("mandoc is silent", () => {
    const { stdout, stderr } = spawnSync("mandoc", ["-Tlint", ...PAGES.map(pathOf)], { encoding: "utf8" });
    const said = (stdout + stderr).split("\n").filter((line) => line && !/manual not found: Xr|mandoc\.db/.test(line));
    assert.deepEqual(said, []);
  });

  test("every function has an example", () => {
    const names = runProgram(["functions"]).stdout.match(/^[a-z_0-9]+/gm);
    assert.ok(names.length > 30);
    const expressions = examplesOf(sources["routes.yaml.5"]).filter(({ kind }) => kind === "expressions");
    const used = expressions.flatMap(({ lines }) => lines).join("\n");
    const headings = [...sources["routes.yaml.5"].matchAll(/^\.It Ic (\w+)/gm)].map(([, name]) => name);
    for (const name of names) {
      assert.match(used, new RegExp(`\\b${name}\\b`), `no example of ${name}`);
      assert.ok(headings.includes(name), `no entry for ${name}`);
    }
  });

  test("every option and command is described", () => {
    const { stdout } = runProgram(["--help"]);
    const page = sources["o2s-medusa.1"];
    for (const [, letter, option] of stdout.matchAll(/^ {2}(-.,| {3}) --(\w+)/gm))
      assert.ok(page.includes(letter.trim() ? `, Fl -${option}` : `.It Fl -${option}`), `--${option}`);
    for (const [, command] of stdout.matchAll(/^ {7}o2s-medusa (?:\[OPTIONS\] )?([a-z]+)/gm))
      assert.ok(page.includes(`.It Cm ${command}`), command);
  });

  test("every variable of the shipped table is described", () => {
    const names = new Set([...readFileSync(TABLE, "utf8").matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    assert.ok(names.size >= 9);
    const is = (name) => new RegExp(`^\\.It Ev .*\\b${name}\\b`, "m").test(sources["o2s-medusa.1"]);
    assert.deepEqual([...names].filter((name) => !is(name)), []);
  });

  // Each has an entry, or is named in one.
  test("every section, step, option and keyword is described", () => {
    const listed = listKeywords();
    const described = sources["routes.yaml.5"].match(/^\.(It|Ic|Ss) .*$/gm).join("\n");
    const is = (key) => new RegExp(`(^|[^\\w$])${escapedForRegExp(key)}(?!\\w)`, "m").test(described);
    assert.deepEqual(listed.filter((key) => !is(key)), []);
  });

  test("every section, step, option and keyword is in an example", () => {
    const tables = examplesOf(sources["routes.yaml.5"]).filter(({ kind }) => kind === "table");
    const text = tables.flatMap(({ lines }) => lines).join("\n");
    const is = (key) => new RegExp(`(^|[\\s{])${escapedForRegExp(key)}:`, "m").test(text);
    assert.deepEqual(listKeywords().filter((key) => !is(key)), []);
  });
});
