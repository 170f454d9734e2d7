/*
 * Checks the words, the links and the quoted messages of the files that are given, and prints what is wrong, then the
 * number of words for each folder. The exit status is 1 if something is wrong. See ../words.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exceptionsFrom } from "./exceptions.mjs";
import { deadLinks } from "./links.mjs";
import { unknownMessages } from "./messages.mjs";
import { missingNames } from "./names.mjs";
import { findWords, wrongSamples } from "./words.mjs";

const SCOPE = [":(glob)**/*.md", "doc", "src", "deploy", "routes.yaml"];
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const MESSAGES = "doc/troubleshooting.md";
const NAMES = "doc/configuration.md";

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).split("\0").filter(Boolean);

/** The files that git knows or would add, below the paths. */
function filesBelow(paths) {
  const missing = paths.find((path) => !existsSync(path));
  if (missing) throw new Error(`${missing}: no such file or folder`);
  const listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...(paths.length ? paths : SCOPE));
  return [...new Set(listed)].filter((file) => existsSync(file) && statSync(file).isFile()).sort();
}

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
  const files = filesBelow(paths.map((path) => relative(".", path) || "."));
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
