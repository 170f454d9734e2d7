/* The table that people read, and the facts that go with it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release } from "node:os";

/** What the figures depend on. */
export function machineFacts() {
  const version = (command, args, pattern) => {
    const text = execFileSync("/bin/sh", ["-c", '"$0" "$@" 2>&1 || true', command, ...args], { encoding: "utf8" });
    return text.match(pattern)?.[1] ?? "unknown";
  };
  return {
    date: new Date().toISOString(),
    cores: cpus().length,
    processor: cpus()[0].model.trim(),
    system: readFileSync("/etc/os-release", "utf8").match(/^PRETTY_NAME="(.*)"$/m)?.[1],
    kernel: release(),
    nginx: version("nginx", ["-v"], /nginx\/(\S+)/),
    wrk: version("wrk", ["-v"], /wrk (?:debian\/)?(\S+)/),
    node: process.versions.node,
  };
}

/**
 * A section as text. It has a `title`, `notes` (lines), `columns` (heads) and `rows` (of texts; the first column is to
 * the left, the others to the right); or no columns and rows.
 */
export function sectionText({ title, notes = [], columns, rows }) {
  if (!columns) return [`## ${title}`, "", ...notes, ""].join("\n");
  const widths = columns.map((head, column) => Math.max(...[head, ...rows.map((row) => row[column])].map(widthOf)));
  const line = (cells) =>
    `| ${cells.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [`## ${title}`, "", ...notes, ...(notes.length ? [""] : []), line(columns), rule, ...rows.map(line), ""].join(
    "\n",
  );
}

const widthOf = (text) => Math.max(2, text.length);

/**
 * The goals of all parts, as a section. A goal has `what`, `goal` and `value` (texts), `holds`, `decides`: whether the
 * program's exit status tells of it, and `counted`: whether it is a count, which the load of the machine does not change.
 */
export function goalSection(goals) {
  return {
    title: "Goals",
    notes: ["Counts decide, and what holds of one run's figures among themselves (*); figures of a machine do not."],
    columns: ["", "goal", "measured", ""],
    rows: goals.map(({ what, goal, value, holds, decides }) => [
      decides ? `${what} *` : what,
      goal,
      value,
      holds ? "holds" : "MISSED",
    ]),
  };
}

export const whole = (value) => Math.round(value).toLocaleString("en-US");
export const decimals = (value, digits = 2) => value.toFixed(digits);
export const kilobytes = (bytes) => `${decimals(bytes / 1000, 1)} kB`;
export const megabytes = (bytes) => `${decimals(bytes / 2 ** 20)} MiB`;
