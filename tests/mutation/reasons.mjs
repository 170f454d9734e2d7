/*
 * Why mutants may survive: the file `reasons`. Its entries are `FILE: FUNCTION: CHANGE`, which is what tests/mutants
 * prints without the line number. `*` matches any characters.
 */
export function reasonsFrom(text) {
  return entriesFrom(text, "reasons", "mutation").map(reasonOf);
}

/**
 * The entries of a file in which each has its reason, in the lines below it, indented; a line that begins with `#` is a
 * comment. `file` and `what`, which an entry is, are for errors. Gives [{line, entry, reason}].
 */
export function entriesFrom(text, file, what) {
  const entries = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^\s/.test(line)) {
      const last = entries.at(-1);
      if (!last) throw new Error(`${file}:${index + 1}: a reason without a ${what}`);
      last.reason += (last.reason && " ") + line.trim();
    } else {
      entries.push({ line: index + 1, entry: line.trim(), reason: "" });
    }
  }
  const empty = entries.find(({ reason }) => !reason);
  if (empty) throw new Error(`${file}:${empty.line}: a ${what} without a reason`);
  return entries;
}

function reasonOf({ entry, reason }) {
  const expression = entry.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")).join(".*");
  const whole = new RegExp(`^${expression}$`, "s");
  const explains = ({ file, function: name, change }) => whole.test(`${file}: ${name}: ${change}`);
  return { text: reason, explains };
}
