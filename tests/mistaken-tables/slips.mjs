/* How a word is mistyped. */

const NEAR = {
  a: "s", b: "v", c: "x", d: "f", e: "r", f: "d", g: "h", h: "g", i: "o", j: "k", k: "l", l: "k", m: "n", n: "m",
  o: "i", p: "o", q: "w", r: "t", s: "a", t: "r", u: "i", v: "b", w: "e", x: "c", y: "t", z: "x",
}; // prettier-ignore

const WAYS = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word[at] + word.slice(at),
  (word, at) => word.slice(0, at) + (word[at + 1] ?? "") + word[at] + word.slice(at + 2),
  (word, at) => word.slice(0, at) + near(word[at]) + word.slice(at + 1),
];

function near(letter) {
  const other = NEAR[letter.toLowerCase()] ?? letter;
  return letter === letter.toLowerCase() ? other : other.toUpperCase();
}

/** A word with a letter lost, doubled, swapped or replaced, which is none of `known`; null if there is no such one. */
export function mistyped(word, random, known) {
  for (let attempt = 0; attempt < 20; attempt++) {
    const letters = [...word.matchAll(/[A-Za-z]/g)].map(({ index }) => index);
    if (!letters.length) return null;
    const slip = random.pick(WAYS)(word, random.pick(letters));
    if (slip !== word && /^[A-Za-z_$]/.test(slip) && slip.length > 1 && !known.has(slip)) return slip;
  }
  return null;
}
