/*
 * Several hosts behind a balancer, each a network namespace with a pool of workers: run by hosts.test.mjs in namespaces
 * of its own (network and mounts), which end with it.
 *
 *   node hosts-inside.mjs BALANCER SECONDS TOLERANCE
 *
 * Throughput that is not 1 : 2 : 3 within the tolerance is measured again, up to three times; of each, the best counts,
 * which the machine's other work has disturbed least.
 * Prints one line of JSON: {throughput: [requests/s with 1, 2, 3 hosts], killed, cut, drained, metrics: status}; killed,
 * cut and drained are {gets, posts, lostGets: [...], lostPosts: [...], repeatedPosts: [...], longest (ms)}.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "../e2e/harness.mjs";

const BALANCER = process.argv[2];
const [SECONDS, TOLERANCE] = process.argv.slice(3).map(Number);
const ROUNDS = 3;
const PROGRAM = process.env.O2S_MEDUSA;
const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));
const HOSTS = [1, 2, 3];
const WORKERS = 2;
const TIME_OF_UPSTREAM = 50;
const HERE = "10.0.0.254";
const FRONT = 8080;
const TABLE = `
upstreams:
  things: {url: "http://${HERE}:9000", public: true}
routes:
  GET /healthz: {answer: {ok: true}}
  GET /things/{id}: {steps: [{thing: "GET things/{$path.id}"}], answer: {id: $thing.id}}
  POST /things/{id}: {body: {type: object}, steps: [{thing: "POST things/{$path.id}", body: $body}], answer: {id: $thing.id}}
`;

const folder = mkdtempSync(join(tmpdir(), "o2s-hosts-"));
chmodSync(folder, 0o755);
const table = join(folder, "routes.yaml");
const log = openSync(join(folder, "log"), "a");
const running = [];

function ip(...words) {
  const { status, stderr } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
}

function start(command, args, env = {}) {
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", log, log], detached: true };
  const child = spawn(command, args, options);
  running.push(child);
  return child;
}

function kill(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** A network of the balancer, this namespace, and three hosts. */
function makeNetwork() {
  spawnSync("mount", ["--make-rprivate", "/"]);
  mkdirSync("/run/netns", { recursive: true });
  spawnSync("mount", ["-t", "tmpfs", "none", "/run/netns"]);
  ip("link", "set", "lo", "up");
  ip("link", "add", "bridge", "type", "bridge");
  ip("addr", "add", `${HERE}/24`, "dev", "bridge");
  ip("link", "set", "bridge", "up");
  for (const host of HOSTS) {
    ip("netns", "add", `host${host}`);
    ip("link", "add", `to${host}`, "type", "veth", "peer", "name", "eth0", "netns", `host${host}`);
    ip("link", "set", `to${host}`, "master", "bridge", "up");
    for (const words of [
      ["addr", "add", `10.0.0.${host}/24`, "dev", "eth0"],
      ["link", "set", "eth0", "up"],
      ["link", "set", "lo", "up"],
    ])
      ip("-n", `host${host}`, ...words);
  }
  // What doc/scaling.md advises for nginx.
  for (const [name, value] of [["time", 1], ["intvl", 1], ["probes", 2]])
    writeFileSync(`/proc/sys/net/ipv4/tcp_keepalive_${name}`, String(value));
}

function startHost(host) {
  const words = ["-n", "-a", `10.0.0.${host}`, "-p", "9100", "-b", "1024", "--"];
  const pool = ["/usr/bin/multiwatch", "-f", String(WORKERS), "--", PROGRAM, "-f", table];
  return start("ip", ["netns", "exec", `host${host}`, "spawn-fcgi", ...words, ...pool], { LOG_LEVEL: "warn", FCGI_WEB_SERVER_ADDRS: HERE });
}

const counts = new Map();
/** What the upstream works on, as "METHOD HOST". */
const inProgress = new Set();
const upstream = http.createServer((request, response) => {
  const work = { what: `${request.method} ${request.socket.remoteAddress}` };
  inProgress.add(work);
  const key = `${request.method} ${request.url}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  request.resume();
  setTimeout(() => {
    inProgress.delete(work);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: request.url.split("/").pop() }));
  }, TIME_OF_UPSTREAM);
});

/** The balancer with the file of deploy/, and the first `hosts` of its hosts. */
function startBalancer(hosts) {
  const file = BALANCER === "nginx" ? "nginx/o2s-medusa-hosts.conf" : "haproxy/o2s-medusa-hosts.cfg";
  const text = readFileSync(join(DEPLOY, file), "utf8");
  const isBeyond = (line) => Number(/^ *server .*10\.0\.0\.(\d):9100/.exec(line)?.[1] ?? 0) > hosts;
  const kept = text.split("\n").filter((line) => !isBeyond(line));
  const site = join(folder, "site");
  writeFileSync(site, kept.join("\n").replace("maxconn 8", `maxconn ${WORKERS}`));
  const own = join(folder, "own");
  if (BALANCER === "nginx") {
    writeFileSync(own, `daemon off; pid ${folder}/pid; error_log stderr;
events { worker_connections 512; }
http { access_log off; client_body_temp_path ${folder}/b; fastcgi_temp_path ${folder}/f; proxy_temp_path ${folder}/p;
uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; include ${site}; }\n`);
    return start("nginx", ["-c", own, "-e", "stderr"]);
  }
  writeFileSync(own, `global\n    log stderr local0 notice\n    stats socket ${folder}/admin.sock mode 600 level admin\n`);
  return start("haproxy", ["-db", "-f", own, "-f", site]);
}

/** What an administrator does to take a host out without a loss. */
async function drain(host, balancer) {
  if (BALANCER === "nginx") {
    const site = join(folder, "site");
    const text = readFileSync(site, "utf8");
    writeFileSync(site, text.replace(`server 10.0.0.${host}:9100`, `server 10.0.0.${host}:9100 down`));
    const old = childrenOf(balancer.pid);
    process.kill(balancer.pid, "SIGHUP");
    await until(() => !childrenOf(balancer.pid).some((pid) => old.includes(pid)));
    return;
  }
  await tellHaproxy(`set server o2s-medusa/host${host} state drain`);
  const inUse = async () => {
    const line = (await tellHaproxy("show stat")).split("\n").find((one) => one.startsWith(`o2s-medusa,host${host},`));
    return Number(line.split(",")[4]) > 0;
  };
  while (await inUse()) await sleep(20);
}

function tellHaproxy(command) {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(join(folder, "admin.sock"), () => socket.write(`${command}\n`));
    socket.on("data", (part) => (text += part)).on("end", () => resolve(text)).on("error", reject);
  });
}

/** gives {status, time} */
function ask(agent, method, path) {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (status) => resolve({ status, time: performance.now() - began });
    const headers = method === "POST" ? { "content-type": "application/json", "content-length": 2 } : {};
    const request = http.request({ host: "127.0.0.1", port: FRONT, method, path, headers, agent }, (response) => {
      response.resume().on("end", () => done(response.statusCode)).on("error", ({ code }) => done(code));
    });
    request.on("error", ({ code }) => done(code));
    request.end(method === "POST" ? "{}" : undefined);
  });
}

/** `clients` callers, each with one request at a time, until `act` is done. */
async function load(name, clients, act, { posts = true } = {}) {
  // A reload of nginx closes connections of callers that wait for their next request, which may be on its way.
  const agent = new http.Agent({ keepAlive: BALANCER !== "nginx", maxSockets: clients });
  const result = { gets: 0, posts: 0, lostGets: [], lostPosts: [], repeatedPosts: [], longest: 0 };
  let over = false;
  let next = 0;
  const client = async () => {
    while (!over) {
      const number = next++;
      const method = posts && number % 3 === 2 ? "POST" : "GET";
      const path = `/things/${name}-${number}`;
      const { status, time } = await ask(agent, method, path);
      const good = status === (method === "POST" ? 201 : 200);
      result[method === "POST" ? "posts" : "gets"]++;
      result.longest = Math.max(result.longest, Math.round(time));
      if (!good && method === "GET") result.lostGets.push(`${path}: ${status}`);
      if (!good && method === "POST") result.lostPosts.push(`${path}: ${status}`);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  const acted = await act(result);
  over = true;
  await all;
  agent.destroy();
  for (const [key, count] of counts)
    if (key.startsWith(`POST /things/${name}-`) && count > 1) result.repeatedPosts.push(key);
  return { ...result, acted };
}

async function isServed() {
  const { status } = await ask(undefined, "GET", "/healthz");
  return status === 200;
}

async function until(condition, deadline = 10_000) {
  const end = performance.now() + deadline;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition}`);
    await sleep(20);
  }
}

/** nginx asks a host that failed again after its fail_timeout: so long, and until no request has to wait for one. */
async function allAnswerSoon() {
  await sleep(5000);
  for (let soon = 0; soon < 30; ) {
    const { status, time } = await ask(undefined, "GET", "/healthz");
    soon = status === 200 && time < 500 ? soon + 1 : 0;
  }
}

/** Waits until `hosts` of them get requests. */
async function allAreIn(hosts) {
  await until(isServed);
  if (BALANCER === "nginx") return allAnswerSoon();
  const up = async () => ((await tellHaproxy("show stat")).match(/^o2s-medusa,host\d,.*,UP,/gm) ?? []).length === hosts;
  await until(up, 15_000);
}

/** Waits until a host works on a read and on a POST. */
async function isBusy(host) {
  await sleep(300);
  const works = (method) => [...inProgress].some(({ what }) => what === `${method} 10.0.0.${host}`);
  while (!works("GET") || !works("POST")) await sleep(1);
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
}

async function measureThroughput(hosts) {
  const balancer = startBalancer(hosts);
  await allAreIn(hosts);
  const { acted } = await load(`rate${hosts}`, 3 * WORKERS * hosts, async (result) => {
    await sleep(400);
    const [before, began] = [result.gets, performance.now()];
    await sleep(SECONDS * 1000);
    return ((result.gets - before) * 1000) / (performance.now() - began);
  }, { posts: false });
  kill(balancer, "SIGTERM");
  await ended(balancer);
  return Math.round(acted * 10) / 10;
}

async function measureGrowth() {
  const rates = HOSTS.map(() => 0);
  for (let round = 1; ; round++) {
    for (const [index, hosts] of HOSTS.entries()) rates[index] = Math.max(rates[index], await measureThroughput(hosts));
    const grows = rates.every((rate, index) => Math.abs(rate / rates[0] / HOSTS[index] - 1) <= TOLERANCE);
    if (grows || round === ROUNDS) return rates;
  }
}

async function main() {
  makeNetwork();
  writeFileSync(table, TABLE);
  await new Promise((resolve) => upstream.listen(9000, HERE, resolve));
  const pools = Object.fromEntries(HOSTS.map((host) => [host, startHost(host)]));
  const throughput = await measureGrowth();

  const balancer = startBalancer(3);
  const clients = 3 * WORKERS;
  await allAreIn(3);
  const killed = await load("killed", clients, async () => {
    await isBusy(1);
    kill(pools[1], "SIGKILL");
    await sleep(1500);
  });
  pools[1] = startHost(1);
  await allAreIn(3);
  const cut = await load("cut", clients, async () => {
    await isBusy(2);
    ip("link", "set", "to2", "down");
    await sleep(5000);
  });
  ip("link", "set", "to2", "up");
  await allAreIn(3);
  const drained = await load("drained", clients, async () => {
    await isBusy(3);
    await drain(3, balancer);
    kill(pools[3], "SIGTERM");
    await sleep(700);
  });
  const metrics = (await ask(undefined, "GET", "/metrics")).status;
  return { throughput, killed, cut, drained, metrics };
}

main()
  .then(
    (result) => console.log(JSON.stringify(result)),
    (error) => {
      console.error(`${error.stack}\n${readFileSync(join(folder, "log"), "utf8").split("\n").slice(-20).join("\n")}`);
      process.exitCode = 1;
    },
  )
  .finally(() => {
    for (const child of running) kill(child, "SIGKILL");
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
