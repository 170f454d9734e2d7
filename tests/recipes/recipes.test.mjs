/*
 * The recipes of doc/recipes.md, taken out of the page. Each extends the shipped table without an error or a warning. Its
 * effect is shown by the cases in the file of its heading, `show-a-field.yaml` for "Show a field": they pass with the
 * recipe, and not all of them without it.
 *
 *   O2S_MEDUSA=build/o2s-medusa node --test tests/recipes/recipes.test.mjs
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM, TABLE, runProgram } from "../e2e/harness.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PAGE = readFileSync(new URL("../../doc/recipes.md", import.meta.url), "utf8");
const ENVIRONMENT = {
  MEDUSAJS_BASE_URL: "http://medusa.test",
  MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
  DEFAULT_CURRENCY: "EUR",
  REVIEWS_URL: "http://reviews.test",
};
const SHIPPED = "/usr/share/o2s-medusa/routes.yaml";
// Cases make no calls, so no time passes in them.
const TIMED = "give-one-call-more-time";

/** [{name, blocks}]: the anchor of the heading, and the tables below it */
const recipes = PAGE.split(/^### /m)
  .slice(1)
  .map((section) => ({
    name: section.split("\n")[0].toLowerCase().replace(/[^a-z0-9 -]/g, "").replaceAll(" ", "-"),
    blocks: [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block),
  }));

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-recipes-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function placeTable(name, text) {
  assert.ok(text.startsWith(`extends: ${SHIPPED}\n`), "extends the shipped table");
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text.replace(SHIPPED, TABLE));
  return file;
}

describe("the recipes", () => {
  test("are listed in the page's table", () => {
    assert.ok(recipes.length >= 25);
    const listed = [...PAGE.matchAll(/\]\(#([a-z-]+)\) ?[·|]/g)].map(([, anchor]) => anchor);
    for (const { name } of recipes) assert.ok(listed.includes(name), `no link to ${name}`);
  });

  test("are those that have cases", () => {
    const cases = readdirSync(HERE).filter((file) => file.endsWith(".yaml"));
    const named = recipes.map(({ name }) => `${name}.yaml`);
    assert.deepEqual(cases.filter((file) => !named.includes(file)), []);
  });
});

test("the page's table of mappers is that of the shipped table", () => {
  const rows = [...PAGE.matchAll(/^\| (`(?:GET|POST)\b.*?) \| (`.*?) \|$/gm)];
  assert.ok(rows.length > 5);
  for (const [, endpoints, text] of rows) {
    const mappers = [...text.matchAll(/`([a-z_]+)`/g)].map(([, mapper]) => mapper);
    for (const mapper of mappers) assert.equal(runProgram(["-f", TABLE, "show", mapper]).status, 0, mapper);
    for (const [, route] of endpoints.matchAll(/`((?:GET|POST) \/[^`]*)`/g)) {
      const { stdout } = runProgram(["-f", TABLE, "show", route]);
      assert.match(stdout, new RegExp(`\\b${mappers[0]}\\b`), `${route}: ${mappers[0]}`);
    }
  }
});

for (const { name, blocks } of recipes)
  describe(name, () => {
    test("is one table of at most 12 lines, without a warning", () => {
      assert.equal(blocks.length, 1);
      assert.ok(blocks[0].trimEnd().split("\n").length <= 12, "too long");
      const { status, stdout, stderr } = runProgram(["check", "--strict", placeTable(name, blocks[0])], { env: ENVIRONMENT });
      assert.equal(status, 0, stdout + stderr);
    });

    if (name === TIMED) return;
    test("has the effect that its cases show", () => {
      const cases = join(HERE, `${name}.yaml`);
      assert.ok(existsSync(cases), `no ${cases}`);
      const changed = runProgram(["-f", placeTable(name, blocks[0]), "test", cases]);
      assert.equal(changed.status, 0, changed.stdout + changed.stderr);
      const shipped = runProgram(["-f", TABLE, "test", cases]);
      assert.notEqual(shipped.status, 0, "the shipped table passes too");
    });
  });

describe(TIMED, () => {
  const CART = {
    id: "cart_1",
    currency_code: "eur",
    region_id: "reg_1",
    customer_id: null,
    customer: null,
    email: "ann@shop.example",
    items: [{ requires_shipping: false }],
    shipping_methods: [],
    shipping_address: { city: "Ulm" },
    billing_address: { city: "Ulm" },
    completed_at: null,
    metadata: { paymentMethod: { id: "pp_1", name: "Card" } },
  };
  const text = recipes.find(({ name }) => name === TIMED).blocks[0];

  // The time is made short, as nobody waits for 45 s; the shipped one, 15 s, is longer than the test.
  test("is the time of that call", { timeout: 10_000 }, async () => {
    const standIn = await startStandIn(({ method }, response) => {
      if (method === "GET") json(response, 200, { cart: CART });
    });
    try {
      const table = placeTable("short", text.replace("timeout: 45s", "timeout: 50ms"));
      const env = { ...ENVIRONMENT, MEDUSAJS_BASE_URL: standIn.url };
      const stdout = await new Promise((resolve) =>
        execFile(PROGRAM, ["-f", table, "call", "POST /checkout/cart_1/place-order"], { env, timeout: 9000 }, (_, out) => resolve(out)),
      );
      assert.match(stdout, /^504 /);
      const asked = standIn.requests.map(({ method, url }) => `${method} ${url.split("?")[0]}`);
      assert.deepEqual(asked, ["GET /store/carts/cart_1", "POST /store/carts/cart_1/complete"]);
    } finally {
      await standIn.stop();
    }
  });

  test("has the deadline", () => {
    const arguments_ = ["-f", placeTable(TIMED, text), "explain", "POST /checkout/cart_1/place-order"];
    assert.match(runProgram(arguments_, { env: ENVIRONMENT }).stdout, /^ {2}deadline 60s$/m);
  });
});
