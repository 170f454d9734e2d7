/*
 * A temporary folder with the processes that work in it. Each process is started through the workspace, writes
 * to its log and is known to the watchdog, which ends it and removes the folder if the launcher cannot.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const WATCHDOG = fileURLToPath(new URL("watchdog.sh", import.meta.url));
const LINES_IN_AN_ERROR = 25;
const LENGTH_OF_A_LINE = 300;
const GRACE = 5000;

/**
 * `log`: the file that gets what the processes print (default: one in the folder).
 * A running workspace does not keep the launcher's event loop alive.
 */
export function openWorkspace({ log } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-store-"));
  // PostgreSQL may run as another user, who has to pass through.
  chmodSync(folder, 0o711);
  const pids = join(folder, "pids");
  mkdirSync(pids);
  const logFile = log ?? join(folder, "log");
  const watchdog = spawn(WATCHDOG, [folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  watchdog.stdin.on("error", () => {});
  watchdog.unref();
  watchdog.stdin.unref();
  const running = new Set();

  /** Starts a process in a group of its own. `signal` is the one that ends it. */
  function start(step, command, args, { signal = "SIGTERM", ipc = false, ...options } = {}) {
    const output = openSync(logFile, "a");
    const from = statSync(logFile).size;
    const stdio = ["ignore", output, output, ...(ipc ? ["ipc"] : [])];
    const child = spawn(command, args, { cwd: folder, ...options, stdio, detached: true });
    closeSync(output);
    const service = { child, signal, pidFile: join(pids, String(child.pid)) };
    service.fail = (why) => new Error(`${step}: ${why}\n${lastLines(logFile, from)}`);
    service.ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, by) => resolve(by ? `ended by ${by}` : code === 0 ? null : `exit status ${code}`));
    }).then((failure) => forget(service, failure));
    if (child.pid) {
      writeFileSync(service.pidFile, signal.slice(3));
      running.add(service);
    }
    child.unref();
    child.channel?.unref();
    return service;
  }

  function forget(service, failure) {
    running.delete(service);
    rmSync(service.pidFile, { force: true });
    return failure;
  }

  /** Runs a process to its end; throws, with the last lines it printed, unless its exit status is 0. */
  async function run(step, command, args, options) {
    const service = start(step, command, args, options);
    const release = keepAlive();
    const failure = await service.ended.finally(release);
    if (failure) throw service.fail(failure);
  }

  /** Ends a process: by its signal, and after a grace period by force. */
  async function end(service) {
    if (!running.has(service)) return;
    const release = keepAlive();
    process.kill(-service.child.pid, service.signal);
    const force = setTimeout(() => running.has(service) && process.kill(-service.child.pid, "SIGKILL"), GRACE);
    await service.ended;
    clearTimeout(force);
    release();
  }

  /** Ends what still runs, the newest first, and removes the folder. */
  async function close() {
    for (const service of [...running].reverse()) await end(service);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    watchdog.stdin.end();
  }

  return { folder, start, run, end, close };
}

// Processes are unreferenced, so what waits for one has to hold the event loop itself.
function keepAlive() {
  const timer = setInterval(() => {}, 60_000);
  return () => clearInterval(timer);
}

function lastLines(file, from) {
  try {
    const text = readFileSync(file).subarray(from).toString("utf8").trimEnd();
    return text.split("\n").slice(-LINES_IN_AN_ERROR).map(shortened).join("\n");
  } catch {
    return "";
  }
}

// Medusa writes JSON with the stack behind the message.
function shortened(line) {
  return line.length > LENGTH_OF_A_LINE ? `${line.slice(0, LENGTH_OF_A_LINE)} ...` : line;
}
