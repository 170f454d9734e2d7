/* Load, by wrk. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("wrk.lua", import.meta.url));

/**
 * Asks for `path` again and again for so many seconds, on `connections` connections that stay open.
 * headers: lines such as "Name: value"
 *
 * gives {requests, perSecond, p50, p99}: milliseconds. Throws if a single answer was an error or did not come.
 */
export async function load({ port, path, seconds, connections, threads = 2, headers = [] }) {
  const url = `http://127.0.0.1:${port}${path}`;
  const lines = headers.flatMap((line) => ["-H", line]);
  const args = ["-t", threads, "-c", connections, "-d", `${seconds}s`, "--timeout", "10s", ...lines, "-s", SCRIPT, url];
  const { stdout } = await promisify(execFile)("wrk", args.map(String), { timeout: (seconds + 30) * 1000 });
  const result = JSON.parse(stdout.trimEnd().split("\n").at(-1));
  const { requests, duration, refused, broken } = result;
  if (refused || broken || !requests) {
    throw new Error(`${url}: of ${requests} answers ${refused} were errors; ${broken} did not come`);
  }
  return { requests, perSecond: (requests / duration) * 1e6, p50: result.p50 / 1e3, p99: result.p99 / 1e3 };
}
