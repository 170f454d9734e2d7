/* The strings whose slugs are compared. */
import { allCharacters, decomposed, isMark } from "./unicode.mjs";

const SEED = 20240229;
const RANDOM_STRINGS = 20_000;

const BLOCKS = {
  "Basic Latin to Latin Extended-B, IPA, modifiers, combining marks, Greek, Cyrillic": [0x0001, 0x052f],
  "Armenian, Hebrew, Arabic": [0x0530, 0x06ff],
  "Arabic Supplement to Arabic Extended-A": [0x0750, 0x08ff],
  "scripts of India, with marks that are composed": [0x0900, 0x0dff],
  Georgian: [0x10a0, 0x10ff],
  "Hangul jamo": [0x1100, 0x11ff],
  "combining marks extended": [0x1ab0, 0x1aff],
  "Latin and Cyrillic extensions, Latin Extended Additional, Greek Extended": [0x1c80, 0x1fff],
  "punctuation, currency, letter-like symbols, arrows, mathematics": [0x2000, 0x22ff],
  "miscellaneous symbols": [0x2600, 0x27bf],
  "Latin Extended-C, Cyrillic Extended-A": [0x2c60, 0x2dff],
  "CJK punctuation, kana": [0x3000, 0x30ff],
  "Latin Extended-D and -E, Cyrillic Extended-B": [0xa640, 0xab6f],
  "compatibility ideographs and presentation forms": [0xf900, 0xffff],
  "musical symbols, some composed": [0x1d100, 0x1d1ff],
  "Cyrillic Extended-D": [0x1e030, 0x1e08f],
  emoji: [0x1f300, 0x1f6ff],
  "compatibility ideographs supplement": [0x2f800, 0x2fa1f],
};

const SAMPLES = [
  "",
  " ",
  "-",
  "–",
  "MUG ü/1",
  "Ж & 100 % $",
  "a\u00a0b\u2028c\ufeffd",
  "\ufeff a \u3000",
  "5 € – 7 €",
  "₣₸",
  "₣ - ₸",
  "a—b_c.d+e*f~g(h)'i\"j!k:l@m",
  "İstanbul ıI",
  "ẞß ſ ﬁ",
  "Ω Ω K K Å Å",
  "\u0344 ι\u0344 υ\u0344",
  "👍🏽 thumbs 👨‍👩‍👧",
  "日本語 10円 20元",
  "한국어 \u1112\u1161\u11ab",
  "مُحَمَّدٌ",
  "e\u034f\u0301 e\u200d\u0301 e\u0315\u0301 e\u0f73\u0301",
  "constructor __proto__ toString",
];

/** Random numbers that are the same in each run (mulberry32): an integer from 0 to below `limit`. */
function randomNumbers(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const isAssigned = (character) => /\p{Assigned}/u.test(character);
const characters = [...allCharacters()].filter(isAssigned);
const marks = characters.filter(isMark);
const within = ([first, last]) => characters.filter((c) => c.codePointAt(0) >= first && c.codePointAt(0) <= last);

const inContext = (character) => [
  character,
  character + character,
  `x${character}y`,
  ` ${character}z`,
  `z${character} `,
  `${character} ${character}`,
];

/** All permutations of the canonical decompositions of composed characters, and what blocks them. */
function* decompositions() {
  for (const character of characters) {
    const [first, ...rest] = decomposed(character);
    if (!rest.length || !rest.every(isMark)) continue;
    yield first + rest.join("");
    yield first + rest.toReversed().join("");
    yield first + rest.at(-1) + rest.join("");
    yield `${first}\u0327${rest.join("")}\u0301a`;
    yield `${first}\u0305${rest.join("")}a`;
    yield `${first}\u200c${rest.join("")}a`;
    yield `${character}\u0323\u0301a`;
    yield `${character}\u0308b`;
  }
}

function* marksOnLetters() {
  for (const letter of ["e", "А", "и", "α", "ω", "ا", "ي", "<"]) {
    for (const mark of marks) {
      yield `${letter}${mark}z`;
      yield `${letter}${mark}\u0301\u0306\u0653z`;
      yield `${letter}\u0301\u0306\u0653${mark}z`;
    }
  }
}

const ARABIC_MARKS = within([0x064b, 0x0655]);
const COMMON_LETTERS = [..." -aeiouAEIOUгиіАЕИУαειουωاوي"];
const COMMON_MARKS = within([0x0300, 0x0345]);

function* randomStrings() {
  const random = randomNumbers(SEED);
  const oneOf = (list) => list[random(list.length)];
  const pools = [...Object.values(BLOCKS).map(within), COMMON_MARKS, COMMON_MARKS, ARABIC_MARKS, marks, COMMON_LETTERS];
  for (let i = 0; i < RANDOM_STRINGS; i++) {
    let string = "";
    for (let length = 1 + random(12); length; length--) {
      string += oneOf(oneOf(pools));
    }
    yield string;
  }
}

/** Pairs of a name and strings. */
export const sets = [
  ["samples", SAMPLES],
  ...Object.entries(BLOCKS).map(([name, range]) => [name, within(range).flatMap(inContext)]),
  ["every character of Unicode, between letters", characters.map((character) => `a${character}b`)],
  ["decompositions, in canonical and other orders", [...decompositions()]],
  ["each mark on letters, before and after others", [...marksOnLetters()]],
  ["many marks on one letter", [`u${"\u0308\u0304\u0323".repeat(2000)}`, `ا${"\u0650\u064b\u0653".repeat(2000)}`]],
  ["random strings", [...randomStrings()]],
];
