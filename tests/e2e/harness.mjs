/*
 * Starts the gateway the way it is run: workers by spawn-fcgi on a unix socket, nginx with the site file of
 * deploy/nginx in front, all in a temporary folder and on a free port of 127.0.0.1.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { INSTALLED, placePage } from "../browser/page.mjs";
import { validatorOf } from "../openapi/description.mjs";
import { assertCredentials, faultsOfLog, secretsOf } from "./credentials.mjs";
import { send } from "./http.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The program under test. */
export const PROGRAM = resolve(process.env.O2S_MEDUSA || join(ROOT, "build", "o2s-medusa"));
/** The table that the tests go by: the one that is shipped. */
export const TABLE = resolve(process.env.O2S_ROUTES || join(ROOT, "routes.yaml"));

/** Where the site files of nginx are. */
export const SITES = join(ROOT, "deploy", "nginx");
const START_DEADLINE = 15_000;
const STOP_DEADLINE = 10_000;

/** The environment of a gateway in front of this store. */
export function gatewayEnvironment(store) {
  return {
    MEDUSAJS_BASE_URL: store.url,
    MEDUSAJS_PUBLISHABLE_API_KEY: store.publishableKey,
    MEDUSAJS_ADMIN_API_KEY: store.adminKey,
    DEFAULT_CURRENCY: "EUR",
    DEFAULT_REGION_ID: store.fixtures.regions.eur.id,
    LOG_LEVEL: "debug",
  };
}

// Nothing of the caller's environment but what a program needs to run at all, so that each test says what it sets.
function fullEnvironment(given) {
  const kept = Object.entries(process.env).filter(([name]) => /^(PATH|TMPDIR|(A|L|UB)SAN_OPTIONS)$/.test(name));
  const all = { ...Object.fromEntries(kept), ...given };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * Runs the program to its end, as on a command line.
 * gives {status, stdout, stderr}
 */
export function runProgram(args, { env = {}, input = "", cwd } = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(PROGRAM, args, {
    env: fullEnvironment(env),
    input,
    cwd,
    encoding: "utf8",
    timeout: 30_000,
  });
  if (error) throw error;
  return { status: status ?? signal, stdout, stderr };
}

/**
 * options:
 *   store     whose calls are told for each request; without it they are not
 *   env       the workers' environment beyond the store's; undefined takes a variable away
 *   table     path of the route table, or its text
 *   workers   how many (default 2)
 *   args      further arguments of the program
 *   site      the file of deploy/nginx, or the path of another one, that nginx serves (default o2s-medusa.conf)
 *   nginx     of startNginx(): processes, connections
 *   page      whether the page of the API's description is installed (default: false)
 *   single    one worker that is this process's own child (spawn-fcgi -n), so that its exit status is known
 *   under     a command that the program's own becomes the arguments of, such as strace's (default: none)
 *
 * gives:
 *   port, socket, table and status (paths; the last one is of `--status`), workers (process ids), nginx (of its first
 *     process)
 *   request(method, path, options), and get, post, patch, delete (path, options): see send() in http.mjs; the answer
 *     has `calls` too, what it made Medusa do, and `told`, what the workers wrote to their log meanwhile;
 *     throws if a credential is where it does not belong (credentials.mjs), or, with the shipped table, if the answer
 *     is not as the description of the API says (../openapi/description.mjs)
 *   logFile, log()    the file that `--log` names, and what the workers wrote to it so far
 *   lineOf(id)    waits for the line of that log about the request with this id, and gives it as an object
 *   ended()    with `single`, waits for its end: null if the exit status was 0, else a text that says what it was
 *   stop()     ends what was started; throws if a worker had ended unexpectedly or has written to its standard error
 */
export async function startGateway({ store, env = {}, table = TABLE, workers = 2, args = [], ...options } = {}) {
  const { site = "o2s-medusa.conf", nginx, single = false, page = false, under = [] } = options;
  const workspace = openWorkspace();
  const output = openOutput(workspace);
  const { log } = output;
  try {
    const placed = placeTable(workspace, table);
    const pool = {
      socket: join(workspace.folder, "o2s-medusa.sock"),
      command: [...under, PROGRAM, "-f", placed, "--log", output.logFile, ...sharing(workspace), ...args],
      env: { ...fullEnvironment({ ...(store && gatewayEnvironment(store)), ...env }), ...output.env },
      workers,
    };
    const manager = single ? startWorker(workspace, pool) : startPool(workspace, pool);
    const port = await freePort();
    if (page) await placePage(join(workspace.folder, "docs-api"));
    const text = siteOf(workspace, resolve(SITES, site), { port, socket: pool.socket });
    const server = startNginx(workspace, "nginx", text, nginx);
    await until("The gateway's first answer", () => isServing(port, manager, log), { deadline: START_DEADLINE });
    const described = table === TABLE ? describe(placed, pool.env) : null;
    const parts = { store, workspace, manager, port, output, described };
    return { ...gatewayOf({ ...parts, table: placed, socket: pool.socket }), nginx: server };
  } catch (error) {
    error.message += `\nThe workers' standard error:\n${output.standardError()}\nTheir log:\n${log()}`;
    await workspace.close();
    throw error;
  }
}

// A file of its own for what the workers share: by default they would join those of an installed pool.
const statusOf = (workspace) => join(workspace.folder, "status");
const sharing = (workspace) => ["--status", statusOf(workspace)];

function placeTable(workspace, table) {
  if (!table.includes("\n")) return table;
  const file = join(workspace.folder, "routes.yaml");
  writeFileSync(file, table);
  return file;
}

// spawn-fcgi gives its processes /dev/null for standard error; a shell that becomes the worker gives them a file.
const WITH_OUTPUT = ["/bin/sh", "-c", 'exec "$0" "$@" 2>>"$O2S_E2E_STDERR"'];

/** Files for what workers write: their log, and their standard error, which has to stay empty. */
function openOutput(workspace) {
  const logFile = join(workspace.folder, "workers.log");
  const errorFile = join(workspace.folder, "workers.stderr");
  for (const file of [logFile, errorFile]) writeFileSync(file, "");
  const standardError = () => readFileSync(errorFile, "utf8");
  return {
    logFile,
    log: () => readFileSync(logFile, "utf8"),
    env: { O2S_E2E_STDERR: errorFile },
    standardError,
    /** Throws if a worker has written to its standard error, as sanitizers do. */
    check() {
      if (standardError()) throw new Error(`A worker has written to its standard error\n${standardError()}`);
    },
  };
}

function startPool(workspace, { socket, command, env, workers }) {
  const pidFile = join(workspace.folder, "workers.pid");
  // nginx may run as another user.
  const options = ["-s", socket, "-M", "0666", "-F", String(workers), "-P", pidFile];
  const { status, stderr } = spawnSync("spawn-fcgi", [...options, "--", ...WITH_OUTPUT, ...command], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`spawn-fcgi: exit status ${status}\n${stderr}`);
  const pids = readFileSync(pidFile, "utf8").trim().split(/\s+/).map(Number);
  // Should this process be killed, the workspace's watchdog ends them.
  for (const pid of pids) writeFileSync(join(workspace.folder, "pids", String(pid)), "TERM");
  return { pids, running: () => pids.every(isAlive), end: () => endAll(workspace, pids) };
}

function startWorker(workspace, { socket, command, env }) {
  const options = ["-n", "-s", socket, "-M", "0666"];
  const service = workspace.start("spawn-fcgi", "spawn-fcgi", [...options, "--", ...WITH_OUTPUT, ...command], { env });
  const { pid } = service.child;
  return {
    pids: [pid],
    running: () => isAlive(pid),
    end: () => workspace.end(service),
    ended: () => waitFor(service.ended),
  };
}

/**
 * Starts one worker, with no web server before it, that is expected to end by itself.
 * options: store, env, table as of startGateway(); target, of the log (default: a file)
 * gives {failure, log, standardError}: as `ended()` and `log()` of a gateway, and what else was written
 */
export async function runWorker({ store, env = {}, table = TABLE, target } = {}) {
  const workspace = openWorkspace();
  const output = openOutput(workspace);
  try {
    const worker = startWorker(workspace, {
      socket: join(workspace.folder, "o2s-medusa.sock"),
      command: [PROGRAM, "-f", placeTable(workspace, table), "--log", target ?? output.logFile, ...sharing(workspace)],
      env: { ...fullEnvironment({ ...gatewayEnvironment(store), ...env }), ...output.env },
    });
    await until("The worker's end", () => !worker.running(), { deadline: START_DEADLINE });
    const failure = await worker.ended();
    if (!target) output.check();
    return { failure, log: output.log(), standardError: output.standardError() };
  } finally {
    await workspace.close();
  }
}

// A workspace's processes do not keep the event loop alive.
async function waitFor(event) {
  const timer = setInterval(() => {}, 60_000);
  try {
    return await event;
  } finally {
    clearInterval(timer);
  }
}

/** Whether a process runs; one that has ended but that nobody has asked for its status does not. */
export function isAlive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** The processes that a process has started and not yet asked for their status. */
export function childrenOf(pid) {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? [];
  return pids.map(Number);
}

async function endAll(workspace, pids) {
  for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGTERM");
  try {
    await until("The end of the workers", () => !pids.some(isAlive), { deadline: STOP_DEADLINE });
  } catch (error) {
    for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
    throw error;
  } finally {
    for (const pid of pids) rmSync(join(workspace.folder, "pids", String(pid)), { force: true });
  }
}

// A site file, made to listen elsewhere, to pass on to the socket, and to keep what it caches in the workspace.
function siteOf(workspace, file, { port, socket }) {
  const text = readFileSync(file, "utf8");
  const replace = (site, old, replacement) => {
    if (!old.test(site)) throw new Error(`${file}: nothing in it matches ${old}`);
    return site.replaceAll(old, replacement);
  };
  const site = replace(text, /listen 127\.0\.0\.1:8080;/g, `listen 127.0.0.1:${port};`);
  return replace(site, /unix:\/run\/o2s-medusa\/o2s-medusa\.sock/g, `unix:${socket}`).replaceAll(
    /^(\s*fastcgi_cache_path\s+)\S+/gm,
    `$1${join(workspace.folder, "cache")}`,
  ).replaceAll(INSTALLED, join(workspace.folder, "docs-api"));
}

/**
 * Starts an nginx in the workspace. `http` is what its block of that name holds.
 * options: processes (default 1) and connections (default 256, each process), modules (files to load), env
 * gives the id of its first process
 */
export function startNginx(workspace, name, http, { processes = 1, connections = 256, modules = [], env } = {}) {
  const prefix = join(workspace.folder, name);
  mkdirSync(prefix);
  chmodSync(prefix, 0o711);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${kind};`);
  writeFileSync(join(prefix, "http.conf"), http);
  writeFileSync(
    join(prefix, "nginx.conf"),
    `${modules.map((file) => `load_module ${file};\n`).join("")}daemon off;
worker_processes ${processes};
pid nginx.pid;
error_log error.log;
events { worker_connections ${connections}; }
http {
    access_log off;
    ${temporary.join(" ")}
    include http.conf;
}
`,
  );
  const args = ["-p", prefix, "-c", join(prefix, "nginx.conf"), "-e", join(prefix, "error.log")];
  return workspace.start(name, "nginx", args, { env: { ...process.env, ...env } }).child.pid;
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function isServing(port, manager, log) {
  if (!manager.running()) throw new Error("A worker has ended");
  const answer = await send(port, "GET", "/").catch(() => null);
  // nginx has its own page for a socket that nobody listens on.
  return answer && !/nginx/.test(answer.text) && log;
}

/** Names the file that gets a byte for each answer that was held against the description of the API. */
export const DESCRIBED = "O2S_E2E_DESCRIBED";

/** Asserts that answers are as the description of the API says that the workers of this pool give. */
function describe(table, env) {
  let validator;
  return async (method, path, answer) => {
    validator ??= validatorOf(descriptionOf(table, env));
    const mistakes = (await validator)(method, path, answer);
    if (!mistakes) return;
    if (process.env[DESCRIBED]) appendFileSync(process.env[DESCRIBED], ".");
    if (!mistakes.length) return;
    throw new Error(`${method} ${path}: ${answer.status} is not as described\n${mistakes.join("\n")}\n${answer.text}`);
  };
}

function descriptionOf(table, env) {
  const { stdout } = runProgram(["-f", table, "openapi", "--format", "json"], { env });
  return JSON.parse(stdout);
}

function gatewayOf({ store, workspace, manager, port, output, table, socket, described }) {
  const { log, logFile } = output;
  const request = async (method, path, options) => {
    const since = store?.lastCall();
    const from = log().length;
    const answer = await send(port, method, path, options);
    const calls = store ? (await store.calls(since)).map(callOf) : [];
    const told = log().slice(from);
    assertCredentials({ answer, calls, told, store, options });
    await described?.(method, path, answer);
    return { ...answer, asked: `${method} ${path}`, calls, told };
  };
  return {
    port,
    socket,
    table,
    status: statusOf(workspace),
    logFile,
    log,
    request,
    async lineOf(id) {
      const find = () => log().split("\n").find((line) => line.includes(`"request":"${id}"`));
      return JSON.parse(await until("The request's line", find, { deadline: 5000 }));
    },
    workers: manager.pids,
    ended: manager.ended,
    get: (path, options) => request("GET", path, options),
    post: (path, body, options) => request("POST", path, { body, ...options }),
    patch: (path, body, options) => request("PATCH", path, { body, ...options }),
    delete: (path, options) => request("DELETE", path, options),
    async stop({ mayHaveEnded = false } = {}) {
      const fell = !mayHaveEnded && !manager.running();
      try {
        await manager.end();
        const told = log();
        if (fell) throw new Error(`A worker had ended unexpectedly\n${output.standardError()}${told}`);
        output.check();
        const faults = faultsOfLog(told, secretsOf(store));
        if (faults.length) throw new Error(faults.join("\n"));
      } finally {
        await workspace.close();
      }
    },
  };
}

// A line of Medusa's access log, with its URL taken apart.
function callOf(call) {
  const [path, query = ""] = call.url.split("?");
  return { ...call, path, query: new URLSearchParams(query), line: `${call.method} ${path}` };
}
