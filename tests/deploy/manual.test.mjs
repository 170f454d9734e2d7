/*
 * The manual pages: mandoc has nothing to say about them, they name all that the program knows, and every example in
 * them does what the page says.
 *
 * An example is a literal block behind a line `.\" example: KIND`:
 *
 *   table          a route table, without errors, and without warnings but those of what nothing uses; what it needs and has not is added (see withDefaults)
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

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = ["o2s-medusa.1", "routes.yaml.5"];
const ENVIRONMENT = {
  MEDUSAJS_BASE_URL: "http://127.0.0.1:9000",
  MEDUSAJS_PUBLISHABLE_API_KEY: "pk_example",
  DEFAULT_CURRENCY: "EUR",
};

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-manual-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (page) => join(ROOT, "doc", page);
const sources = Object.fromEntries(PAGES.map((page) => [page, readFileSync(pathOf(page), "utf8")]));

const CHARACTERS = { "\\&": "", "\\e": "\\", "\\-": "-", "\\(ha": "^", "\\(ti": "~", "\\(aq": "'", "\\(:u": "ü" };

function unescaped(line) {
  return line.replace(/\\(\(..|\[u[0-9A-F]{4,6}\]|.)/g, (escape) => {
    if (escape.startsWith("\\[u")) return String.fromCodePoint(parseInt(escape.slice(3), 16));
    assert.ok(escape in CHARACTERS, `unknown escape ${escape}: ${line}`);
    return CHARACTERS[escape];
  });
}

/** gives [{kind, argument, line, lines}] */
function examplesOf(source) {
  const lines = source.split("\n");
  const examples = [];
  for (const [index, line] of lines.entries()) {
    const mark = /^\.\\" example: (\S+) ?(.*)$/.exec(line);
    if (!mark || mark[1] === "KIND`;") continue;
    assert.match(lines[index + 1], /^\.Bd -literal/, `line ${index + 2} begins no literal block`);
    const end = lines.indexOf(".Ed", index);
    const content = lines.slice(index + 2, end).map(unescaped);
    examples.push({ kind: mark[1], argument: mark[2], line: index + 1, lines: content });
  }
  return examples;
}

// What a table of an example may leave out.
function withDefaults(lines) {
  const sections = lines.filter((line) => /^[a-z]+:/.test(line)).map((line) => line.split(":")[0]);
  const missing = {
    upstreams: ["upstreams:", '  store: {url: "http://127.0.0.1:9000/store"}'],
    routes: ["routes:", "  GET /nothing: {answer: 501 Nothing}"],
  };
  const added = Object.entries(missing).filter(([name]) => !sections.includes(name));
  return `${[...lines, ...added.flatMap(([, text]) => text)].join("\n")}\n`;
}

function placeTable(text) {
  const file = join(folder, "routes.yaml");
  writeFileSync(file, text);
  return file;
}

function runTable({ lines }, good) {
  const file = placeTable(withDefaults(lines));
  const { status, stdout, stderr } = runProgram(["check", file], { env: ENVIRONMENT });
  assert.equal(status, good ? 0 : 1, stdout + stderr);
  // An example shows one thing; what would use it is left out.
  const warnings = stderr.split("\n").filter((line) => / warning: (?!nothing uses )/.test(line));
  if (good) assert.deepEqual(warnings, []);
}

function runWarning({ lines }) {
  const { status, stderr } = runProgram(["check", placeTable(withDefaults(lines))], { env: ENVIRONMENT });
  assert.equal(status, 0, stderr);
  assert.match(stderr, / warning: /);
}

function runMap({ argument, lines: [input, expected] }) {
  const { status, stdout, stderr } = runProgram(["-f", join(folder, "routes.yaml"), "map", argument], { input });
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
    const { status, stdout, stderr } = runProgram(["-f", table, "map", "example"], { input });
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
  table: (example) => runTable(example, true),
  mistake: (example) => runTable(example, false),
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
    for (const [, option] of stdout.matchAll(/^ {2}-., --(\w+)/gm))
      assert.ok(page.includes(`, Fl -${option}`), `--${option}`);
    for (const [, command] of stdout.matchAll(/^ {7}o2s-medusa (?:\[OPTIONS\] )?([a-z]+)/gm))
      assert.ok(page.includes(`.It Cm ${command}`), command);
  });

  test("every variable of the shipped table is described", () => {
    const names = new Set([...readFileSync(TABLE, "utf8").matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    assert.ok(names.size >= 9);
    for (const name of names) assert.match(sources["o2s-medusa.1"], new RegExp(`^\\.It Ev .*\\b${name}\\b`, "m"), name);
  });

  // The engine knows its keys by lists of names; each has an entry, or is named in one.
  test("every section, step, option and keyword is described", () => {
    const listed = new Set();
    for (const name of ["table_load.c", "server_load.c", "steps_load.c", "caching_load.c"]) {
      const source = readFileSync(join(ROOT, "src", "table", name), "utf8");
      for (const [, list] of source.matchAll(/\b(?:keys|sections|call_keys)\[\] = \{([^}]*)NULL\}/g))
        for (const [, key] of list.matchAll(/"(\w+)"/g)) listed.add(key);
    }
    const keywords = /keywords\[\] = \{([\s\S]*?)\};/.exec(readFileSync(join(ROOT, "src", "language", "schema_load.c"), "utf8"));
    for (const [, keyword] of keywords[1].matchAll(/\{"(\w+)"/g)) listed.add(keyword);
    assert.ok(listed.size > 45, `only ${listed.size} found`);
    const described = sources["routes.yaml.5"].match(/^\.(It|Ic|Ss) .*$/gm).join("\n");
    for (const key of listed) assert.match(described, new RegExp(`\\b${key}\\b`), key);
  });
});
