/* The npm package yaml, of the version in package-lock.json, installed into the tests' cache. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";

const packages = await installLocked("yaml", fileURLToPath(new URL(".", import.meta.url)));
const yaml = createRequire(join(packages, "package.json"))("yaml");

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
