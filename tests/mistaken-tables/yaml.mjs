/* The npm package yaml, of the version in package-lock.json, installed into the tests' cache. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../store/lib/cache.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = ["package.json", "package-lock.json", ".npmrc"];

async function install() {
  const hash = createHash("sha256");
  for (const name of PACKAGE) hash.update(readFileSync(join(HERE, name)));
  return cached("yaml", hash.digest("hex").slice(0, 16), (draft) => {
    for (const name of PACKAGE) cpSync(join(HERE, name), join(draft, name));
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: draft, stdio: ["ignore", "ignore", "inherit"] });
  });
}

const yaml = createRequire(join(await install(), "package.json"))("yaml");

export const { isMap, isScalar, isSeq } = yaml;

/** The syntax tree; throws if the text is not YAML. */
export function treeOf(text) {
  const document = yaml.parseDocument(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false });
  if (document.errors.length) throw document.errors[0];
  return document.contents;
}

/**
 * What YAML means, as a string: two tables with the same one are the same table. Comments, indentation and
 * quotation marks do not count, unless they decide whether a scalar is a string. null if it is not YAML.
 */
export function meaningOf(text) {
  try {
    return JSON.stringify(plain(treeOf(text)));
  } catch {
    return null;
  }
}

// Scalars that are no string where they are not quoted.
const NOT_A_STRING = /^(|~|null|true|false|-?\d+(\.\d+)?([eE][-+]?\d+)?)$/;

function plain(node) {
  if (isMap(node)) return { map: node.items.map(({ key, value }) => [plain(key), plain(value)]) };
  if (isSeq(node)) return { list: node.items.map(plain) };
  if (!isScalar(node)) return { other: String(node?.source ?? node) };
  return node.type === "PLAIN" && NOT_A_STRING.test(node.value) ? { word: node.value } : node.value;
}
