#!/usr/bin/env node
/*
 * Starts a real Medusa with a real PostgreSQL and a known catalogue, for the end-to-end tests and the demo.
 *
 *   node store.mjs up [--version X.Y.Z] [--port N] [--orders] [--no-types] [--until-stdin-closes]
 *
 * From a program: `startStore()`. README.md describes what is in the store.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { suitableNode } from "./lib/node.mjs";
import { findPostgres, startPostgres } from "./lib/postgres.mjs";
import * as project from "./lib/project.mjs";
import { chosenVersion } from "./lib/versions.mjs";
import { until } from "./lib/wait.mjs";
import { openWorkspace } from "./lib/workspace.mjs";

const { ISSUER, signToken } = createRequire(import.meta.url)("./src/auth/jwt.js");

const START_DEADLINE = 60_000;
const IDLE_DEADLINE = 10_000;
const TOKEN_LIFE = 3600;

/**
 * Starts a store of its own for the caller.
 *
 * options:
 *   port        Medusa's port on 127.0.0.1; without it any free one
 *   version     Medusa's; default: that of the environment variable O2S_MEDUSA_VERSION, else of versions.json
 *   orders      true: there are orders (see README.md)
 *   types       false: there are no product types at all
 *   log         file that gets what PostgreSQL, Medusa and npm print
 *   onProgress  is called with a line of text for each step
 *
 * gives:
 *   url, version, publishableKey, adminKey, ssoSecret, fixtures
 *   accessLog          path of the access log (see access-log.js)
 *   calls(since = 0)   the access log's entries after number `since`, in the order the requests came, once all
 *                      that have come are answered
 *   token(email, {expiresIn = 3600, secret, issuer, create})   a token of the identity provider; see src/auth/sso.js
 *   stop()             ends what was started and removes its files
 *
 * The store ends with the calling process in any case, and does not keep it alive.
 */
export async function startStore({ port = 0, orders = false, types = true, log, ...options } = {}) {
  const { onProgress = () => {} } = options;
  const version = chosenVersion(options.version);
  const workspace = openWorkspace({ log });
  try {
    const postgres = findPostgres();
    const step = timed(onProgress);
    const node = await suitableNode(workspace, step);
    const packages = await project.installPackages(workspace, version, step);
    const folder = project.layOut(workspace, packages);
    const context = { workspace, postgres, version, step, node, project: folder };
    const template = await project.databaseTemplate(context, { orders, types });
    const database = await step("Starting PostgreSQL", async () => {
      await project.copyTemplate(workspace, template);
      return startPostgres(workspace, postgres, project.clusterFolder(workspace));
    });
    const medusa = await step(`Starting Medusa ${version}`, () => startMedusa(context, database.url, port));
    return storeOf(workspace, version, medusa);
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

function timed(onProgress) {
  return async (label, work) => {
    const start = performance.now();
    onProgress(`${label} ...`);
    const result = await work(label);
    onProgress(`${label}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
}

async function startMedusa({ workspace, node, project: folder }, databaseUrl, port) {
  const ssoSecret = randomBytes(32).toString("hex");
  const accessLog = join(workspace.folder, "access.log");
  const env = project.medusaEnvironment(workspace, databaseUrl, {
    JWT_SECRET: randomBytes(32).toString("hex"),
    COOKIE_SECRET: randomBytes(32).toString("hex"),
    SSO_JWT_SECRET: ssoSecret,
    MEDUSA_ACCESS_LOG: accessLog,
    STORE_PORT: String(port),
  });
  const server = workspace.start("Medusa", node, ["server.js"], { cwd: folder, env, ipc: true });
  let address;
  server.child.once("message", (message) => {
    address = `http://127.0.0.1:${message.port}`;
  });
  const failed = server.ended.then((failure) => {
    throw server.fail(failure ?? "ended at once");
  });
  failed.catch(() => {});
  const healthy = until("Medusa's start", () => address && isHealthy(address), { deadline: START_DEADLINE });
  await Promise.race([failed, healthy]).catch((error) => {
    throw error.message.startsWith("Medusa:") ? error : server.fail(error.message);
  });
  return { url: address, ssoSecret, accessLog };
}

async function isHealthy(address) {
  try {
    return (await fetch(`${address}/health`)).ok;
  } catch {
    return false;
  }
}

function storeOf(workspace, version, { url, ssoSecret, accessLog }) {
  const { keys, ...fixtures } = JSON.parse(readFileSync(project.fixturesFile(workspace), "utf8"));
  let stopped;
  return {
    url,
    version,
    publishableKey: keys.publishable,
    adminKey: keys.secret,
    ssoSecret,
    accessLog,
    fixtures,
    calls: (since = 0) => calls(accessLog, since),
    token: (email, { expiresIn = TOKEN_LIFE, secret = ssoSecret, issuer = ISSUER, create } = {}) =>
      signToken({ iss: issuer, sub: email, email, create }, secret, expiresIn),
    stop: () => (stopped ??= workspace.close()),
  };
}

async function calls(accessLog, since) {
  const started = sizeOf(`${accessLog}.started`);
  // The last line may be on its way.
  const lines = () => (sizeOf(accessLog) ? readFileSync(accessLog, "utf8").split("\n").slice(0, -1) : []);
  const all = await until(
    "The end of Medusa's open requests",
    () => [lines()].find(({ length }) => length >= started),
    {
      deadline: IDLE_DEADLINE,
    },
  );
  const entries = all.map((line) => JSON.parse(line)).filter(({ seq }) => seq > since);
  return entries.sort((a, b) => a.seq - b.seq);
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function environmentOf(store) {
  const { customers, regions } = store.fixtures;
  const day = { expiresIn: 24 * 3600 };
  return {
    MEDUSAJS_BASE_URL: store.url,
    MEDUSAJS_PUBLISHABLE_API_KEY: store.publishableKey,
    MEDUSAJS_ADMIN_API_KEY: store.adminKey,
    DEFAULT_CURRENCY: "EUR",
    DEFAULT_REGION_ID: regions.eur.id,
    STORE_TOKEN_ALICE: store.token(customers.alice.email, day),
    STORE_TOKEN_BOB: store.token(customers.bob.email, day),
  };
}

async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      version: { type: "string" },
      port: { type: "string" },
      orders: { type: "boolean" },
      "no-types": { type: "boolean" },
      "until-stdin-closes": { type: "boolean" },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== "up") {
    throw new Error("Usage: store.mjs up [--version X.Y.Z] [--port N] [--orders] [--no-types] [--until-stdin-closes]");
  }
  const store = await startStore({
    version: values.version,
    port: Number(values.port ?? 0),
    orders: values.orders,
    types: !values["no-types"],
    onProgress: (line) => console.error(line),
  });
  for (const [name, value] of Object.entries(environmentOf(store))) console.log(`${name}=${value}`);
  console.log("READY");
  await endOf(values["until-stdin-closes"]);
  await store.stop();
}

async function endOf(stdin) {
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
    if (stdin) process.stdin.resume().once("end", resolve).once("error", resolve);
    else setInterval(() => {}, 60_000);
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error) => {
      console.error(error.message);
      process.exit(1);
    },
  );
}
