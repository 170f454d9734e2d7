/* Runs o2s-medusa: `check` of a table, its cases, and the list of functions. */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DEADLINE = 30_000;
const CASES = fileURLToPath(new URL("../table", import.meta.url));

/** The functions of the route language: Map of their names to the names of their arguments. */
export function functionsOf(program) {
  const lines = execFileSync(program, ["functions"], { encoding: "utf8" }).matchAll(/^(\w+)((?: [A-Z.]+)*) /gm);
  return new Map([...lines].map(([, name, given]) => [name, given.split(" ").filter(Boolean)]));
}

/**
 * gives {status, reports: [{line, column, message, warning}], text}; `line` is 0 if a report has no place.
 */
export async function check(program, file, text, env) {
  writeFileSync(file, text);
  const { status, errors } = await run(program, ["check", file], env);
  return { status, reports: reportsOf(errors, file), text: errors };
}

/** What `test` prints of the cases of the shipped table that fail with the table in a file; null if none does. */
export async function failedCases(program, file, env) {
  const { status, output, errors } = await run(program, ["-f", file, "test", CASES], env);
  if (status !== 0 && status !== 1) throw new Error(`o2s-medusa test ends with ${status}:\n${errors}`);
  return status ? errors + output : null;
}

/** What `check` reports of the table in a file, compared with the upstreams' answers in these cases. */
export async function checkAnswers(program, file, env) {
  const { errors } = await run(program, ["check", "--answers", CASES, file], env);
  return reportsOf(errors, file);
}

function run(program, args, env) {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: DEADLINE });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (errors += data));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ status: code ?? signal, output, errors }));
  });
}

// How many there were, which comes last.
const SUM = /(^|: )errors: \d+, warnings: \d+$/;

/** What `check` wrote to standard error about a file: {line, column, message, warning}. */
export function reportsOf(output, file) {
  // What is shown of the source below a report begins with blanks.
  const lines = output.split("\n").filter((line) => line && !line.startsWith(" ") && !SUM.test(line));
  return lines.map((line) => {
    const rest = line.startsWith(`${file}:`) ? line.slice(file.length + 1) : line;
    const [, number = 0, column = 0, message] = /^(?:(\d+):(?:(\d+):)? )?\s*(.*)$/.exec(rest);
    const place = { line: Number(number), column: Number(column) };
    return { ...place, message, warning: /^(warning|note):/.test(message) || place.line === 0 };
  });
}
