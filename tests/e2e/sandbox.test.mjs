/*
 * What a worker that serves has given up, by what the kernel says of it, and that it serves all the same: reads its
 * table again, writes its log, looks names up.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertStatus } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { TABLE, isAlive } from "./harness.mjs";
import { until } from "../store/lib/wait.mjs";

const { store, gateway, start } = await openContext();

const proc = (pid, name) => readFileSync(`/proc/${pid}/${name}`, "utf8");
const fact = (pid, name) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(proc(pid, "status"))?.[1];
const isRoot = process.getuid() === 0;
// Its leak detector looks into its own process, so such a build keeps a part of its rights (src/serve/sandbox.h).
function sanitized(pid) {
  try {
    return proc(pid, "maps").includes("libasan");
  } catch {
    // Only root may look into one that is not.
    return false;
  }
}

test("no new rights, no capabilities, a filter of system calls, no core file", async () => {
  // The first answer is that of the first worker.
  const started = () => gateway.log().match(/"serving \d+ routes/g)?.length ?? 0;
  await until("The start of each worker", () => started() === gateway.workers.length, { deadline: 10_000 });
  for (const pid of gateway.workers) {
    assert.equal(fact(pid, "NoNewPrivs"), "1");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) assert.match(fact(pid, set), /^0+$/, set);
    if (sanitized(pid)) continue;
    assert.equal(fact(pid, "Seccomp"), "2", "SECCOMP_MODE_FILTER");
    assert.match(proc(pid, "limits"), /^Max core file size +0 +0 /m);
    // Not even the user it runs as may look into it.
    assert.equal(statSync(`/proc/${pid}/environ`).uid, 0);
  }
});

test("no thread is without the filter", async () => {
  // A name makes libcurl start a thread that looks it up.
  const url = store.url.replace("127.0.0.1", "localhost");
  const named = await start({ env: { MEDUSAJS_BASE_URL: url }, workers: 1 });
  assertStatus(await named.get("/products?limit=1"), 200);
  const [pid] = named.workers;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    if (!sanitized(pid)) assert.match(status, /^Seccomp:\s+2$/m);
  }
});

test("of files it has open its log and its status file alone, to write to", { skip: !isRoot && "only root may see a worker's descriptors" }, async () => {
  const logging = await start({ workers: 1 });
  const { logFile, status } = logging;
  assertStatus(await logging.get("/products?limit=1"), 200);
  const [pid] = logging.workers;
  const written = readdirSync(`/proc/${pid}/fd`).flatMap((number) => {
    const target = readlinkSync(`/proc/${pid}/fd/${number}`);
    const flags = parseInt(/^flags:\s+(\d+)/m.exec(proc(pid, `fdinfo/${number}`))[1], 8);
    return target.startsWith("/") && !target.startsWith("/memfd:") && flags & 3 ? [target] : [];
  });
  // Standard output and error are the manager's choice: it has them on /dev/null, and on a file of these tests.
  const others = written.filter((target) => !["/dev/null", logFile, status].includes(target) && !target.endsWith("/workers.stderr"));
  assert.deepEqual(others, []);
  for (const file of [logFile, status]) assert.ok(written.includes(file), `${written}`);
  // A worker writes the line after it has sent the response.
  const isLogged = () => /"route":"\/products","status":200/.test(readFileSync(logFile, "utf8"));
  await until("The line of the request", isLogged, { deadline: 5000 });
});

test("an upstream is called by https, as far as its certificate allows", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-tls-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", cert];
  const { status, stderr } = spawnSync("openssl", words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end());
  context.after(() => server.close());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${server.address().port}`;
  const calling = await start({ env: { MEDUSAJS_BASE_URL: url }, workers: 1 });
  assertStatus(await calling.get("/readyz"), 502);
  // Which is the library's answer at the end of a handshake; no system call was missing before it.
  const failure = () => /"failure":"call regions: SSL certificate problem: self-signed certificate"/.test(calling.log());
  await until("The reason in the log", failure, { deadline: 5000 });
});

test("the table is read again, by a signal and by --watch", async () => {
  const text = readFileSync(TABLE, "utf8");
  const watching = await start({ table: `${text}\n`, args: ["--watch"], workers: 1 });
  const reloads = () => watching.log().match(/route table was reloaded/g)?.length ?? 0;
  writeFileSync(watching.table, `${text}\n# Another one.\n`);
  await until("the reload by --watch", () => reloads() === 1, { deadline: 10_000 });
  process.kill(watching.workers[0], "SIGUSR2");
  await until("the reload by USR2", () => reloads() === 2, { deadline: 10_000 });
  assert.ok(watching.workers.every(isAlive));
  assertStatus(await watching.get("/products?limit=1"), 200);
});
