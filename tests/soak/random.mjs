/* Chance that can be had again: what is drawn follows from a seed and a name. */
import { createHash } from "node:crypto";

/**
 * gives:
 *   below(n)         an integer from 0 to n - 1
 *   between(a, b)    a number
 *   chance(p)        true with this probability
 *   pick(list)       one of them
 *   of(name)         another such source, of its own
 */
export function randomOf(seed, name = "") {
  let state = createHash("sha256").update(`${seed}/${name}`).digest().readUInt32LE();
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return {
    below,
    between: (a, b) => a + next() * (b - a),
    chance: (p) => next() < p,
    pick: (list) => list[below(list.length)],
    of: (other) => randomOf(seed, `${name}/${other}`),
  };
}
