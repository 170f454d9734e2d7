/*
 * Words that a file may have: the file `exceptions`. An entry is a line `FILE: WORD`, with the word as tests/words
 * prints it, and the reason in the lines below, indented. A line that begins with `#` is a comment.
 */
export function exceptionsFrom(text) {
  const exceptions = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^\s/.test(line)) {
      const last = exceptions.at(-1);
      if (!last) throw new Error(`exceptions:${index + 1}: a reason without a word`);
      last.reason += line.trim();
    } else {
      exceptions.push(exceptionOf(line.trim(), index + 1));
    }
  }
  const empty = exceptions.find(({ reason }) => !reason);
  if (empty) throw new Error(`exceptions:${empty.line}: a word without a reason`);
  return exceptions;
}

function exceptionOf(entry, line) {
  const [, file, text] = /^(\S+): (.+)$/.exec(entry) ?? [];
  if (!file) throw new Error(`exceptions:${line}: expected FILE: WORD`);
  const exception = { line, file, text, reason: "", used: false };
  exception.covers = (word) => {
    const covers = word.file === file && word.text.toLowerCase() === text.toLowerCase();
    exception.used ||= covers;
    return covers;
  };
  return exception;
}
