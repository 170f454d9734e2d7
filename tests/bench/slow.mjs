/*
 * A server in Medusa's place that takes its time, in a process of its own:
 *
 *   node slow.mjs FILE MILLISECONDS     answers with the file; prints its port
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import { fileURLToPath } from "node:url";
import { until } from "../store/lib/wait.mjs";

const START_DEADLINE = 10_000;
const TIMER = 1;

/** Starts one in the workspace. gives its URL */
export async function startSlow(workspace, file, delay) {
  const program = fileURLToPath(import.meta.url);
  const service = workspace.start("slow stand-in", process.execPath, [program, file, String(delay)], { ipc: true });
  let port;
  service.child.once("message", (message) => (port = message));
  // (A workspace's processes do not keep the event loop alive; until() does.)
  await until("The port of the slow stand-in", () => port, { deadline: START_DEADLINE });
  return `http://127.0.0.1:${port}`;
}

function serve(file, delay) {
  const body = readFileSync(file);
  const headers = { "content-type": "application/json", "content-length": body.length };
  // What waits, the oldest first: all wait equally long, so one look at the clock serves them all.
  const waiting = [];
  // Timers are of whole milliseconds: what is due within half of one is answered along with what is due now, so that
  // some come early by as much as others come late. (To wait the last bit by looping would take a core.)
  const answerDue = () => {
    const now = performance.now() + TIMER / 2;
    while (waiting.length && waiting[0].due <= now) waiting.shift().response.writeHead(200, headers).end(body);
    if (waiting.length) setTimeout(answerDue, Math.max(TIMER, waiting[0].due - performance.now() - TIMER / 2));
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    waiting.push({ due: performance.now() + delay, response });
    if (waiting.length === 1) setTimeout(answerDue, delay - TIMER / 2);
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(process.argv[2], Number(process.argv[3]));
