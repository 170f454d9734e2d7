/*
 * The store that the tests run against: the one that run.mjs started, if it did; else one of the test file's own.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { until } from "../store/lib/wait.mjs";
import { startStore } from "../store/store.mjs";

const { ISSUER, signToken } = createRequire(import.meta.url)("../store/src/auth/jwt.js");

/** Names the file in which a running store's coordinates are. */
export const STORE_FILE = "O2S_E2E_STORE";

/** Writes what another process needs to use this store. */
export function describeStore(store, file) {
  const { url, version, publishableKey, adminKey, ssoSecret, accessLog, fixtures } = store;
  const coordinates = { url, version, publishableKey, adminKey, ssoSecret, accessLog, fixtures };
  writeFileSync(file, JSON.stringify(coordinates), { mode: 0o600 });
}

/**
 * gives, beside what startStore() does:
 *   alice, bob             their tokens
 *   lastCall()             number of the last request that Medusa got
 *   medusa(method, path, {token, body, publishableKey, parse})   a request to Medusa past the gateway: its JSON; throws
 *                          unless it succeeds. `publishableKey`: that of another shop (fixtures.shops); `parse`:
 *                          instead of JSON.parse
 */
export async function openStore() {
  const file = process.env[STORE_FILE];
  const store = file ? attach(JSON.parse(readFileSync(file, "utf8"))) : await startStore();
  const { alice, bob } = store.fixtures.customers;
  return {
    ...store,
    alice: store.token(alice.email),
    bob: store.token(bob.email),
    medusa: (method, path, options) => askMedusa(store, method, path, options),
    lastCall: () => sizeOf(`${store.accessLog}.started`),
  };
}

function attach(coordinates) {
  const { accessLog, ssoSecret } = coordinates;
  return {
    ...coordinates,
    token: (email, { expiresIn = 3600, secret = ssoSecret, issuer = ISSUER, create } = {}) =>
      signToken({ iss: issuer, sub: email, email, create }, secret, expiresIn),
    calls: (since = 0) => readCalls(accessLog, since),
    stop: async () => {},
  };
}

async function readCalls(accessLog, since) {
  const started = sizeOf(`${accessLog}.started`);
  // The last line may be on its way.
  const lines = () => (sizeOf(accessLog) ? readFileSync(accessLog, "utf8").split("\n").slice(0, -1) : []);
  const all = await until("The end of Medusa's open requests", () => [lines()].find((some) => some.length >= started), {
    deadline: 20_000,
  });
  const calls = all.slice(Math.max(0, since - 50)).map((line) => JSON.parse(line));
  return calls.filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq);
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function askMedusa(store, method, path, options = {}) {
  const { token, body, publishableKey = store.publishableKey, parse = JSON.parse } = options;
  const headers = { "content-type": "application/json" };
  if (path.startsWith("/admin/")) headers.authorization = `Basic ${Buffer.from(store.adminKey).toString("base64")}`;
  else headers["x-publishable-api-key"] = publishableKey;
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(store.url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`Medusa, ${method} ${path}: ${response.status} ${text}`);
  return parse(text);
}
