/* The variables and options that doc/configuration.md has to name: those of the table, the package and the program. */
import { readFileSync } from "node:fs";

const read = (file) => readFileSync(file, "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

function knownNames() {
  const names = new Set([
    ...all(read("routes.yaml"), /\$\{(\w+)/g),
    ...all(read("deploy/environment"), /^#?([A-Z_]+)=/gm),
    ...all(read("src/serve/usage.c"), /^ *"[^"]* (--[a-z]+)/gm),
  ]);
  if (names.size < 15) throw new Error(`only ${names.size} names of variables and options were found`);
  return [...names];
}

/** gives a list of lines "PAGE: what is wrong" */
export function missingNames(page, names = knownNames()) {
  const code = all(read(page), /`([^`\n]+)`/g);
  const isNamed = (name) => code.some((span) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(span));
  return names.filter((name) => !isNamed(name)).map((name) => `${page}: ${name} is not described`);
}
