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

function isKnown(message, texts) {
  const parts = message.split("…").map((part) => part.trim()).filter(Boolean);
  return texts.some((text) => parts.every((part) => text.includes(part)));
}

/** `texts`: the contents of the sources; gives a list of lines "PAGE:LINE: what is wrong" */
export function unknownMessages(page, texts = sources()) {
  return readFileSync(page, "utf8").split("\n").flatMap((line, index) => {
    const quoted = /^#{2,6} /.test(line) ? [...line.matchAll(/`([^`]+)`/g)].map(([, message]) => message) : [];
    const unknown = quoted.filter((message) => !isKnown(message, texts));
    return unknown.map((message) => `${page}:${index + 1}: no file has this message: ${message}`);
  });
}
