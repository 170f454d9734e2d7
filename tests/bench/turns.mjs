/* Measurements by turns: what else the machine does meanwhile then disturbs all of them alike. */
import { median } from "./statistics.mjs";

/**
 * asks: functions by name, each of which gives a result of load(); another one is the first in each round.
 * gives lists of results, by the same names
 */
export async function byTurns(asks, rounds) {
  const names = Object.keys(asks);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const turns = names.map((_, turn) => names[(turn + round) % names.length]);
    for (const name of turns) results[name].push(await asks[name]());
  }
  return results;
}

/** {perSecond, p50, p99}, each the median of these results. */
export function medians(results) {
  const keys = ["perSecond", "p50", "p99"];
  return Object.fromEntries(keys.map((key) => [key, median(results.map((result) => result[key]))]));
}

/** Requests per second of one list of results beside another: the median of the rounds. */
export function ratioOf(results, others) {
  return median(results.map(({ perSecond }, round) => perSecond / others[round].perSecond));
}
