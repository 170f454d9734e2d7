/* Does a pool do as much as its size lets it, when it is Medusa that takes the time? */
import { join } from "node:path";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { ASKED } from "./bodies.mjs";
import { decimals, whole } from "./report.mjs";
import { CART, startPool } from "./servers.mjs";
import { startSlow } from "./slow.mjs";
import { load } from "./wrk.mjs";

const DELAY = 50;
const SIZES = [8, 32, 128];
const GOAL = 0.95;
// What is under way at the end does not count, so short runs come out too low.
const SECONDS = 10;

export const needsBodies = true;

/** gives a list of {workers, connections, most, direct, perSecond, share, p50, p99} */
export async function measure({ bodies, quick, onProgress }) {
  const workspace = openWorkspace();
  try {
    const url = await startSlow(workspace, join(bodies, ASKED, "cart.json"), DELAY);
    const rows = [];
    for (const workers of quick ? SIZES.slice(0, 1) : SIZES) {
      onProgress(`A pool of ${workers} before a Medusa that takes ${DELAY} ms`);
      rows.push(await measurePool({ url, workers, seconds: quick ? 1 : SECONDS }));
    }
    return rows;
  } finally {
    await workspace.close();
  }
}

async function measurePool({ url, workers, seconds }) {
  const most = (workers * 1000) / DELAY;
  // What the stand-in itself gives to so many connections.
  const direct = await load({ port: new URL(url).port, path: `/store${CART}`, seconds, connections: workers });
  const pool = await startPool({ url, workers });
  try {
    // Some more than there are workers, so that none of them ever waits for a request.
    const connections = workers * 1.5;
    await load({ port: pool.port, path: CART, seconds: 1, connections });
    const { perSecond, p50, p99 } = await load({ port: pool.port, path: CART, seconds, connections });
    return { workers, connections, most, direct: direct.perSecond, perSecond, share: perSecond / most, p50, p99 };
  } finally {
    await pool.stop();
  }
}

export function report(rows, { quick }) {
  return {
    sections: [
      {
        title: `Pools, before a Medusa that takes ${DELAY} ms`,
        notes: [
          `\`GET /carts/:id\`, ${quick ? 1 : SECONDS} s. A pool can give its size / ${DELAY} ms.`,
          "The stand-in is also asked directly, by as many connections as the pool has workers.",
        ],
        columns: [
          "workers",
          "connections",
          "possible /s",
          "stand-in alone /s",
          "pool /s",
          "of the possible",
          "p50",
          "p99",
        ],
        rows: rows.map(({ workers, connections, most, direct, perSecond, share, p50, p99 }) => [
          ...[String(workers), String(connections), whole(most), whole(direct), whole(perSecond)],
          ...[decimals(share, 3), decimals(p50), decimals(p99)],
        ]),
      },
    ],
    goals: rows.map(({ workers, share }) => ({
      ...{ what: `A pool of ${workers}, of what it can give`, goal: `at least ${GOAL}`, value: decimals(share, 3) },
      ...{ holds: share >= GOAL, decides: true },
    })),
  };
}
