/* What tests/words finds, and what it ignores: node --test tests/prose/prose.test.mjs */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { exceptionsFrom } from "./exceptions.mjs";
import { deadLinks } from "./links.mjs";
import { unknownMessages } from "./messages.mjs";
import { missingNames } from "./names.mjs";
import { findWords, wrongSamples } from "./words.mjs";

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-prose-"));
process.chdir(folder);
after(() => rmSync(folder, { recursive: true }));

function place(name, content) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
  return name;
}

const wordsIn = (name, content) => findWords(name, content).map(({ line, text }) => [line, text]);

test("each pattern finds its samples, and nothing in the others", () => assert.deepEqual(wrongSamples(), []));

test("finds a phrase across lines and marks of comments, with its line", () => {
  assert.deepEqual(wordsIn("a.md", "One.\nIt is put\nout by\nitself.\n"), [
    [2, "put out"],
    [3, "by itself"],
  ]);
  assert.deepEqual(wordsIn("a.sh", "# It works by\n# itself.\n"), [[1, "by itself"]]);
});

test("looks at comments and strings of C alone", () => {
  const source = `int told = says("it says");\n/* A \`text\`: \`texts\` and\n * a text. */\nchar c = '"'; int stands;\n`;
  assert.deepEqual(wordsIn("a.c", source), [
    [1, "says"],
    [3, "a text"],
  ]);
});

test("reports links to missing files and headings, and links out of the repository", () => {
  place("doc/b.md", "# Two words\n\n## Two words\n\n## `code` & more: §1\n\n```\n# No heading\n```\n");
  const page = place(
    "a.md",
    [
      "[a](doc/b.md) [b](doc/b.md#two-words) [c](doc/b.md#two-words-1) [d](doc/b.md#code--more-1) [e](#here) [f](doc)",
      "[g](doc/c.md)",
      "[h](doc/b.md#no-heading)",
      "[i](../x) `[j](doc/none.md)` [k](https://example.com/none)",
      "![l](doc/none.svg)",
      "    [m](doc/none.md)",
      "## Here",
    ].join("\n"),
  );
  assert.deepEqual(deadLinks(page), [
    "a.md:2: link doc/c.md: there is no such file",
    "a.md:3: link doc/b.md#no-heading: doc/b.md has no such heading",
    "a.md:4: link ../x: leads out of the repository",
    "a.md:5: link doc/none.svg: there is no such file",
  ]);
});

test("reports quoted messages that no single source has", () => {
  const page = place("c.md", "### `cannot open …: …`\n\n### `cannot … the log`\n\n`cannot sing`\n\n### Other `cannot sing`\n");
  assert.deepEqual(unknownMessages(page, ["cannot open %s: %s", "the log"]), [
    "c.md:3: no file has this message: cannot … the log",
    "c.md:7: no file has this message: cannot sing",
  ]);
});

test("reports variables and options that a page does not name in code", () => {
  const page = place("d.md", "`LEVEL`, `-f`, `--file FILE`; NAME is not code\n");
  assert.deepEqual(missingNames(page, ["LEVEL", "NAME", "--file", "--fil"]), [
    "d.md: NAME is not described",
    "d.md: --fil is not described",
  ]);
});

test("an exception covers a word of one file, and has a reason", () => {
  const [exception] = exceptionsFrom("# comment\nsrc/a.c: a text\n    A name of the standard.\n");
  assert.ok(exception.covers({ file: "src/a.c", text: "A text" }));
  assert.ok(!exception.covers({ file: "src/b.c", text: "a text" }));
  assert.throws(() => exceptionsFrom("src/a.c: a text\n"), /without a reason/);
  assert.throws(() => exceptionsFrom("    A reason\n"), /without a word/);
});
