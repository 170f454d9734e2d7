/* The variables and options that doc/configuration.md has to name: those of the table, the package and the program. */
import { readFileSync } from "node:fs";

const read = (file) => readFileSync(file, "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

/** gives a list of lines "PAGE: what is wrong" */
export function missingNames(page) {
  const names = new Set([
    ...all(read("routes.yaml"), /\$\{(\w+)/g),
    ...all(read("deploy/environment"), /^#?([A-Z_]+)=/gm),
    ...all(read("src/serve/main.c"), /^ *"[^"]* (--[a-z]+)/gm),
  ]);
  if (names.size < 15) throw new Error(`only ${names.size} names of variables and options were found`);
  const text = read(page);
  const isNamed = (name) => new RegExp(`\`[^\`]*${name}\\b`).test(text);
  return [...names].filter((name) => !isNamed(name)).map((name) => `${page}: ${name} is not described`);
}
