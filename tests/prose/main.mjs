/*
 * Checks the words, the links and the quoted messages of the files that are given, and prints what is wrong, then the
 * number of words for each folder. The exit status is 1 if something is wrong. See ../words.
 */
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exceptionsFrom } from "./exceptions.mjs";
import { filesBelow } from "./files.mjs";
import { deadLinks } from "./links.mjs";
import { unknownMessages } from "./messages.mjs";
import { missingNames } from "./names.mjs";
import { findWords, wrongSamples } from "./words.mjs";

const SCOPE = ["doc", "src", "deploy", "routes.yaml"];
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const MESSAGES = "doc/troubleshooting.md";
const NAMES = "doc/configuration.md";

function wordsOf(files, exceptions) {
  const found = files.flatMap((file) => findWords(file, readFileSync(file, "utf8")).map((word) => ({ file, ...word })));
  return found.filter((word) => !exceptions.some((exception) => exception.covers(word)));
}

/** Exceptions that cover nothing hide the next mistake. Those of other files than the given ones are not judged. */
function unusedExceptions(exceptions, files) {
  const unused = exceptions.filter(({ used, file }) => !used && files.includes(file));
  return unused.map(({ line, file, text }) => `tests/prose/exceptions:${line}: covers nothing: ${file}: ${text}`);
}

function countByFolder(files, words) {
  const counts = new Map(files.map((file) => [dirname(file), 0]));
  for (const { file } of words) counts.set(dirname(file), counts.get(dirname(file)) + 1);
  return [...counts].sort().map(([folder, count]) => `${String(count).padStart(6)}  ${folder}`);
}

function main(paths) {
  const samples = wrongSamples();
  if (samples.length) throw new Error(`the patterns do not do what their samples say:\n${samples.join("\n")}`);
  const given = paths.map((path) => relative(".", path) || ".");
  const everywhere = () => [...SCOPE, ...filesBelow(["."]).filter((file) => file.endsWith(".md"))];
  const files = filesBelow(given.length ? given : everywhere());
  const exceptions = exceptionsFrom(readFileSync(`${FOLDER}exceptions`, "utf8"));
  const words = wordsOf(files, exceptions);
  const pages = files.filter((file) => file.endsWith(".md"));
  const problems = [
    ...words.map(({ file, line, text, instead }) => `${file}:${line}: "${text}": ${instead}`),
    ...pages.flatMap((page) => deadLinks(page)),
    ...(files.includes(MESSAGES) ? unknownMessages(MESSAGES) : []),
    ...(files.includes(NAMES) ? missingNames(NAMES) : []),
    ...unusedExceptions(exceptions, files),
  ];
  if (problems.length) console.log(problems.join("\n"), "\n");
  console.log(`words to replace, by folder:\n${countByFolder(files, words).join("\n")}\n${String(words.length).padStart(6)}  in all`);
  return problems.length ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`tests/words: ${error.message}`);
  process.exitCode = 2;
}
