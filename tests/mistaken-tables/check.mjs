/* Runs o2s-medusa: `check` of a table, and the list of functions. */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

const DEADLINE = 30_000;

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
  const { status, output } = await run(program, ["check", file], env);
  return { status, reports: reportsOf(output, file), text: output };
}

function run(program, args, env) {
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"], timeout: DEADLINE });
  let output = "";
  child.stderr.on("data", (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ status: code ?? signal, output }));
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
