/*
 * Words that a file may have: the file `exceptions`. Its entries are `FILE: WORD`, with the word as tests/words prints
 * it; each has its reason.
 */
import { entriesFrom } from "../mutation/reasons.mjs";

export function exceptionsFrom(text) {
  return entriesFrom(text, "exceptions", "word").map(exceptionOf);
}

function exceptionOf({ entry, line }) {
  const [, file, text] = /^(\S+): (.+)$/.exec(entry) ?? [];
  if (!file) throw new Error(`exceptions:${line}: expected FILE: WORD`);
  const exception = { line, file, text, used: false };
  exception.covers = (word) => {
    const covers = word.file === file && word.text.toLowerCase() === text.toLowerCase();
    exception.used ||= covers;
    return covers;
  };
  return exception;
}
