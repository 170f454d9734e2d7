/*
 * `o2s-medusa openapi`: two independent validators of npm find nothing wrong with what it prints of the shipped table
 * and of the examples that extend it, both formats say the same, and it takes at most 100 ms.
 *
 *   O2S_MEDUSA=build/o2s-medusa node --test tests/openapi/openapi.test.mjs
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";
import { validatorOf } from "./description.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROJECT = join(HERE, "../..");
const PROGRAM = process.env.O2S_MEDUSA ?? join(PROJECT, "build/o2s-medusa");
const EXAMPLES = join(PROJECT, "deploy/examples");
const LONGEST_MS = 100;
const RUNS = 5;

const packages = await installLocked("openapi", HERE);
const { Validator } = await import(
  createRequire(join(packages, "package.json")).resolve("@seriousme/openapi-schema-validator")
);

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-openapi-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(command, args, options) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const describedAs = (format, table) => run(PROGRAM, ["-f", table, "openapi", "--format", format]);

/** Fails if Redocly CLI has anything to report. */
function lint(files) {
  const redocly = join(packages, "node_modules/@redocly/cli/bin/cli.js");
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", CI: "true" };
  const args = [redocly, "lint", "--format", "stylish", "--config", join(HERE, "redocly.yaml"), ...files];
  run(process.execPath, args, { env });
}

// It compiles the schema of documents once.
const validator = new Validator();

async function validate(document) {
  const { valid, errors } = await validator.validate(document);
  assert.ok(valid, JSON.stringify(errors, null, 2));
}

/** The milliseconds that the program computes, at least, whatever runs beside it on this machine. */
function shortestRun(args) {
  const script = '"$0" "$@" >/dev/null && times';
  const times = Array.from({ length: RUNS }, () => {
    const [, children] = run("/bin/bash", ["-c", script, PROGRAM, ...args]).split("\n");
    return children.split(" ").reduce((sum, time) => sum + secondsOf(time) * 1000, 0);
  });
  return Math.min(...times);
}

// "0m0.012s"
function secondsOf(time) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(time);
  return Number(minutes) * 60 + Number(seconds);
}

const SHIPPED = join(PROJECT, "routes.yaml");
const tables = readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"));
const documents = [SHIPPED, ...tables.map((name) => join(EXAMPLES, name))].map((table) => {
  const file = join(folder, basename(table));
  writeFileSync(file, describedAs("yaml", table));
  return file;
});

describe("the description of the API", () => {
  test("of the shipped table and of the examples is valid, says Redocly CLI", () => lint(documents));

  for (const document of documents) {
    test(`of ${basename(document)} is valid, says @seriousme/openapi-schema-validator`, () => validate(document));
  }

  test("is the same in both formats", async () => {
    await validate(documents[0]);
    assert.deepEqual(validator.specification, JSON.parse(describedAs("json", SHIPPED)));
  });

  test("refuses answers that it does not describe", async () => {
    const mistakesOf = await validatorOf(JSON.parse(describedAs("json", SHIPPED)));
    const given = (path, status, body, type = "application/json") =>
      mistakesOf("GET", path, { status, headers: { "content-type": type }, text: JSON.stringify(body), body });
    const error = { message: "a", error: "Not Found", statusCode: 404 };
    const address = { country: "DE", streetName: "a", city: "a", postalCode: "a" };
    const time = "2026-01-31T12:00:00.000Z";
    const saved = { id: "a", isDefault: true, address, createdAt: time, updatedAt: time };
    for (const [path, status, body] of [
      ["/healthz", 200, { status: "ok", table: "a" }],
      ["/products?limit=1", 200, { data: [], total: 0 }],
      ["/customers/addresses/a%2Fb", 200, saved],
      ["/carts/cart_1", 404, error],
      ["/nowhere", 404, error],
    ])
      assert.deepEqual(given(path, status, body), [], path);
    for (const [path, status, body, type] of [
      ["/healthz", 200, { status: "ok", table: "a", more: 1 }],
      ["/healthz", 200, { status: "ok" }],
      ["/healthz", 200, { status: "bad", table: "a" }],
      ["/healthz", 200, { status: "ok", table: "a" }, "application/yaml"],
      ["/healthz", 202, { status: "ok", table: "a" }],
      ["/products", 200, { data: [{ id: "a" }], total: 1 }],
      ["/products", 200, { data: [], total: 0.5 }],
      ["/customers/addresses/a", 200, { ...saved, address: { ...address, more: 1 } }],
      ["/customers/addresses/a", 200, { ...saved, createdAt: "today" }],
      ["/carts/cart_1", 404, { ...error, more: 1 }],
      ["/carts/cart_1", 418, error],
      ["/nowhere", 200, {}],
    ])
      assert.notDeepEqual(given(path, status, body, type), [], `${path} ${status} ${JSON.stringify(body)}`);
  });

  test(`takes at most ${LONGEST_MS} ms`, () => {
    const time = shortestRun(["-f", SHIPPED, "openapi"]);
    assert.ok(time <= LONGEST_MS, `${time.toFixed(1)} ms`);
  });
});
