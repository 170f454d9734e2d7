/* Changes of a string, as kinds.mjs wants them. */

export const replaced = ({ from, to }, text) => ({ from, to, text });
export const removed = ({ from, to }) => ({ from, to, text: "" });
export const inserted = (from, text) => ({ from, to: from, text });

/** Takes blanks before it along. */
export function removedWithBlanks({ text }, { from, to }) {
  let begin = from;
  while (text[begin - 1] === " ") begin--;
  return { from: begin, to, text: "" };
}
