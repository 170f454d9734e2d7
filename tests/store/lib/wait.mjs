import { setTimeout as pause } from "node:timers/promises";

/**
 * Looks every `every` ms whether `condition` gives something other than a falsy value, and gives that. After
 * `deadline` ms it throws an error that says what was awaited.
 */
export async function until(what, condition, { deadline, every = 20 }) {
  const end = performance.now() + deadline;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (performance.now() > end) throw new Error(`${what}: waited ${deadline / 1000} s in vain`);
    await pause(every);
  }
}
