/*
 * The examples of the manual pages. One is a literal block behind a line `.\" example: KIND`; manual.test.mjs says which
 * kinds there are.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const PAGES = ["o2s-medusa.1", "o2s-medusa-test.5", "routes.yaml.5"];
export const pathOf = (page) => join(ROOT, "doc", page);
export const sourceOf = (page) => readFileSync(pathOf(page), "utf8");

const CHARACTERS = { "\\&": "", "\\e": "\\", "\\-": "-", "\\(ha": "^", "\\(ti": "~", "\\(aq": "'", "\\(:u": "ü" };

function unescaped(line) {
  return line.replace(/\\(\(..|\[u[0-9A-F]{4,6}\]|.)/g, (escape) => {
    if (escape.startsWith("\\[u")) return String.fromCodePoint(parseInt(escape.slice(3), 16));
    assert.ok(escape in CHARACTERS, `unknown escape ${escape}: ${line}`);
    return CHARACTERS[escape];
  });
}

/** gives [{kind, argument, line, lines}] */
export function examplesOf(source) {
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

/** The text of an example's table, with what it may leave out; one that extends another has it from there. */
export function withDefaults(lines) {
  if (lines.some((line) => line.startsWith("extends:"))) return `${lines.join("\n")}\n`;
  const sections = lines.filter((line) => /^[a-z]+:/.test(line)).map((line) => line.split(":")[0]);
  const missing = {
    upstreams: ["upstreams:", '  store: {url: "http://127.0.0.1:9000/store"}'],
    routes: ["routes:", "  GET /nothing: {answer: 501 Nothing}"],
  };
  const added = Object.entries(missing).filter(([name]) => !sections.includes(name));
  return `${[...lines, ...added.flatMap(([, text]) => text)].join("\n")}\n`;
}
