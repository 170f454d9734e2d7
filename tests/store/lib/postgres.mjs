/*
 * A private PostgreSQL: a cluster in a folder of the workspace, on a free port of the loopback interface, with
 * no care for what a power failure would do to it. Other users of the machine cannot get in: a superuser of the
 * database could run programs as the server's user, so there is a password, made with the cluster.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { until } from "./wait.mjs";

const USER = "medusa";
const DATABASE = "postgres";
const DEBIAN = "/usr/lib/postgresql";
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  min_wal_size: "32MB",
  listen_addresses: "127.0.0.1",
};

/** Finds the installed programs: {folder, version}. */
export function findPostgres() {
  const folder = [...process.env.PATH.split(delimiter), ...debianFolders()].find((one) =>
    existsSync(join(one, "initdb")),
  );
  if (!folder) throw new Error("PostgreSQL's programs were not found (package postgresql-15)");
  const version = execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" }).trim();
  return { folder, version };
}

function debianFolders() {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, "bin"));
}

// PostgreSQL refuses to run as root; Debian's package has made a user for it.
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Makes an empty cluster in `data`. */
export async function createCluster(workspace, postgres, data) {
  const owner = unprivileged();
  const password = `${data}.password`;
  writeFileSync(password, randomBytes(24).toString("hex"), { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  if (owner.uid) for (const path of [data, password]) chownSync(path, owner.uid, owner.gid);
  const args = ["-D", data, "-U", USER, "--auth=scram-sha-256", `--pwfile=${password}`, "--encoding=UTF8"];
  const initdb = join(postgres.folder, "initdb");
  await workspace.run("initdb", initdb, [...args, "--locale=C.UTF-8", "--no-sync", "--no-instructions"], owner);
  renameSync(password, passwordFile(data));
}

// PostgreSQL lets other files lie in its folder; the password goes where the cluster goes.
const passwordFile = (data) => join(data, "launcher.password");

/** Starts the server on the cluster in `data`: {url, stop()}. */
export async function startPostgres(workspace, postgres, data) {
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", data, "-k", data, ...settings];
  // SIGINT is PostgreSQL's "fast shutdown".
  const options = { ...unprivileged(), signal: "SIGINT" };
  const server = workspace.start("PostgreSQL", join(postgres.folder, "postgres"), args, options);
  const failed = server.ended.then((failure) => {
    throw server.fail(failure ?? "ended at once");
  });
  failed.catch(() => {});
  await Promise.race([failed, until("PostgreSQL's start", () => isReady(data), { deadline: 30_000 })]);
  const password = readFileSync(passwordFile(data), "utf8");
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return { url, stop: () => workspace.end(server) };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// The eighth line of this file is the server's own word on its state.
function isReady(data) {
  const file = join(data, "postmaster.pid");
  return existsSync(file) && readFileSync(file, "utf8").split("\n")[7]?.trim() === "ready";
}
