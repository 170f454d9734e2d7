/* The callers' side: requests that are counted, and sent again where an answer did not come. */
import { setTimeout as pause } from "node:timers/promises";
import { send } from "../e2e/http.mjs";

const MOST_ATTEMPTS = 40;

/** Whether a request failed on its way: at a connection that broke, or at Medusa's. It may have been done all the same. */
const isCut = ({ status }) => [0, 502, 503, 504].includes(status);

/**
 * gives:
 *   counts       Map of a kind of requests to a Map of a status to a number
 *   cuts()       how many failed on their way, those not counted that were turned away for a while (503, Retry-After)
 *   violations   texts: answers that must not have come
 *   once(kind, statuses, method, path, options)    sends it; the answer, status 0 where there was none
 *   surely(kind, statuses, method, path, options)  sends it until an answer comes that is not cut; null if none does
 */
export function openClient(port) {
  const counts = new Map();
  const violations = [];
  let cuts = 0;

  function countOne(kind, status) {
    const row = counts.get(kind) ?? counts.set(kind, new Map()).get(kind);
    row.set(status, (row.get(status) ?? 0) + 1);
  }

  async function once(kind, statuses, method, path, options) {
    const answer = await send(port, method, path, options).catch((error) => ({ status: 0, headers: {}, text: error.message }));
    countOne(kind, answer.status);
    if (isCut(answer)) cuts += answer.headers["retry-after"] === undefined;
    else if (!statuses.includes(answer.status))
      violations.push(`${kind}: ${method} ${path} was answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    return answer;
  }

  async function surely(kind, statuses, method, path, options) {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const answer = await once(kind, statuses, method, path, options);
      if (!isCut(answer)) return statuses.includes(answer.status) ? answer : null;
      await pause(100);
    }
    violations.push(`${kind}: ${method} ${path} was not answered in ${MOST_ATTEMPTS} attempts`);
    return null;
  }

  return { counts, violations, cuts: () => cuts, countOne, once, surely };
}
