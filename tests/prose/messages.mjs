/*
 * The messages that a page quotes, in headings such as "### `cannot watch the route table: …`", are messages of the
 * program or of its files: each part between places that vary, which are written `…`, has to be in one file of src/,
 * deploy/ or routes.yaml.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A source as its compiler sees it: adjacent string literals are one, and `\"` is a quotation mark. */
const joined = (source) => source.replace(/"\s*\n\s*"/g, "").replaceAll('\\"', '"');

function sources() {
  const files = execFileSync("git", ["ls-files", "-z", "--", "src", "deploy", "routes.yaml"], { encoding: "utf8" });
  return files.split("\0").filter(Boolean).map((file) => joined(readFileSync(file, "utf8")));
}

/** gives a list of lines "PAGE:LINE: what is wrong" */
export function unknownMessages(page) {
  const texts = sources();
  return readFileSync(page, "utf8").split("\n").flatMap((line, index) => {
    if (!/^#{2,6} /.test(line)) return [];
    return [...line.matchAll(/`([^`]+)`/g)].flatMap(([, message]) => {
      const parts = message.split("…").map((part) => part.trim()).filter(Boolean);
      const known = texts.some((text) => parts.every((part) => text.includes(part)));
      return known ? [] : [`${page}:${index + 1}: no file has this message: ${message}`];
    });
  });
}
