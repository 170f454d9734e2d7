/* What the kinds of mistakes share: changes of a string, as kinds.mjs wants them, and the places of its parts. */

export const replaced = ({ from, to }, text) => ({ from, to, text });
export const removed = ({ from, to }) => ({ from, to, text: "" });
export const inserted = (from, text) => ({ from, to: from, text });

/** Takes blanks before it along. */
export function removedWithBlanks({ text }, { from, to }) {
  let begin = from;
  while (text[begin - 1] === " ") begin--;
  return { from: begin, to, text: "" };
}

/** A kind that `check` can know. */
export const known = (name, places, make) => ({ name, mark: "known", places, make });

/** The parts of a string that match a global pattern: [{text, from, to}]; the string begins at `from`. */
export function partsOf(text, from, pattern) {
  return [...text.matchAll(pattern)].map(({ 0: part, index }) => ({
    text: part,
    from: from + index,
    to: from + index + part.length,
  }));
}
