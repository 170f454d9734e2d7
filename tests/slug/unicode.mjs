/* Unicode's canonical decompositions, compositions and the order of marks, observed by String.prototype.normalize(). */

/** All code points that are characters of a string: all but surrogates. */
export function* allCharacters() {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

export const decomposed = (string) => [...string.normalize("NFD")];
export const isNormal = (string) => string.normalize() === string;
const isSingle = (string) => [...string].length === 1;

const areSwapped = (first, second) => first !== second && (first + second).normalize("NFD") === second + first;

/** Whether the character has a combining class other than 0. U+0334 is of the lowest class, U+0345 of the highest. */
export const isMark = (character) =>
  character === "\u0334" || areSwapped("\u0345", character) || areSwapped(character, "\u0334");

/** The order of two marks by their combining classes. */
export function compareClasses(a, b) {
  if (areSwapped(a, b)) return 1;
  return areSwapped(b, a) ? -1 : 0;
}

/**
 * The canonical decomposition of a character, by one step: [first, mark], [character] if it has none of its own but is
 * replaced by another (as U+212B is), or undefined.
 */
export function decompositionOf(character) {
  const all = decomposed(character);
  if (all.length === 1 && all[0] === character) return undefined;
  const composed = character.normalize();
  if (composed !== character) return isSingle(composed) ? [composed] : all;
  return [all.slice(0, -1).join("").normalize(), all.at(-1)];
}
