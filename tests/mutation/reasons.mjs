/*
 * Why mutants may survive: the file `reasons`. It has entries of a line `FILE: FUNCTION: CHANGE`, which is what
 * tests/mutants prints without the line number, and the reason in the lines below, indented. `*` matches any
 * characters; a line that begins with `#` is a comment.
 */
export function reasonsFrom(text) {
  const reasons = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^\s/.test(line)) {
      const last = reasons.at(-1);
      if (!last) throw new Error(`reasons:${index + 1}: a reason without a mutation`);
      last.text += (last.text && " ") + line.trim();
    } else {
      reasons.push(reasonOf(line.trim(), index + 1));
    }
  }
  const empty = reasons.find((reason) => !reason.text);
  if (empty) throw new Error(`reasons:${empty.line}: a mutation without a reason`);
  return reasons;
}

function reasonOf(pattern, line) {
  const expression = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")).join(".*");
  const whole = new RegExp(`^${expression}$`, "s");
  const explains = ({ file, function: name, change }) => whole.test(`${file}: ${name}: ${change}`);
  return { line, text: "", explains };
}
