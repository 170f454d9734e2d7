/*
 * What the route table is for: the API is changed by an edit of it alone, while it is being served.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { TABLE, isAlive, startGateway } from "./harness.mjs";
import { until } from "../store/lib/wait.mjs";
import { send } from "./http.mjs";
import { json, startStandIn } from "./standin.mjs";

const { store, start } = await openContext();
const { regions, products } = store.fixtures;
const shipped = readFileSync(TABLE, "utf8");

function edited(table, ...edits) {
  return edits.reduce((text, [old, replacement]) => {
    assert.equal(text.split(old).length, 2, `the table has "${old}" once`);
    return text.replace(old, () => replacement);
  }, table);
}

// Put out a product's handle and when it was created: named in the answer, they are asked of Medusa too.
const MORE_OF_A_PRODUCT = [
  [
    "    name: .title\n    description:",
    "    name: .title\n    handle: .handle\n    createdAt: .created_at\n    description:",
  ],
];

// An endpoint of one's own.
const REGIONS = `
  GET /regions:
    summary: List regions
    query: RegionList
    steps:
      - found: GET store/regions
        query: {limit: $query.limit, fields: "id,name,currency_code,*countries"}
    answer:
      data: $found.regions | each region
      total: $found.count
`;
const REGION_LIST = `
  RegionList:
    type: object
    properties:
      limit: {type: integer, minimum: 1, maximum: 10}
`;
const REGION = `
  region:
    id: .id
    currency: .currency_code | upper
    countries: .countries | pluck .iso_2
`;
const A_ROUTE_MORE = [
  ["\nschemas:\n", `\nschemas:${REGION_LIST}\n`],
  ["\nmappers:\n", `\nmappers:${REGION}\n`],
  ["\nroutes:\n", `\nroutes:${REGIONS}\n`],
];

describe("an edit of the table", () => {
  test("adds fields to an answer", async () => {
    const gateway = await start({ table: edited(shipped, ...MORE_OF_A_PRODUCT) });
    const list = await gateway.get("/products?sort=createdAt_ASC&limit=1");
    assertStatus(list, 200);
    const { handle, createdAt, name } = list.body.data[0];
    assertEqual(
      list,
      { handle, createdAt, name },
      { handle: "t-shirt", createdAt: "2025-01-01T12:00:00.000Z", name: "T-shirt" },
      "the fields",
    );
    const one = await gateway.get("/products/t-shirt");
    assertEqual(one, [one.body.handle, one.body.createdAt], [handle, createdAt], "the fields of a product by itself");
  });

  test("adds a member to the items of a cart", async () => {
    const mapper = "  cart_item $currency:\n";
    const table = edited(shipped, [mapper, `${mapper}    variantTitle: .variant_title\n`]);
    const gateway = await start({ table });
    const added = await gateway.post("/carts/items", {
      currency: "EUR",
      regionId: regions.eur.id,
      variantId: products.sixVariants.variants[0].id,
      quantity: 1,
    });
    assertStatus(added, 201);
    const cart = await gateway.get(`/carts/${added.body.id}`);
    assertEqual(cart, cart.body.items.data[0].variantTitle, "S / Black", "the variant's title");
    assertEqual(added, added.body.items.data[0].variantTitle, "S / Black", "the variant's title");
  });

  test("adds a route with a schema and a mapper", async () => {
    const gateway = await start({ table: edited(shipped, ...A_ROUTE_MORE) });
    const answer = await gateway.get("/regions");
    assertStatus(answer, 200);
    const eur = answer.body.data.find(({ id }) => id === regions.eur.id);
    assertEqual(answer, eur.currency, "EUR", "currency");
    assertEqual(answer, eur.countries.sort(), ["de", "fr"], "countries");
    assertEqual(answer, answer.body.total, Object.keys(regions).length, "total");
    assertFailure(await gateway.get("/regions?limit=11"), 400, /limit/);
    assertFailure(await gateway.delete("/regions"), 405);
    assertStatus(await gateway.get("/products?limit=1"), 200);
  });

  test("makes another upstream call of an existing route", async () => {
    const table = edited(shipped, [
      "  GET /carts:\n    summary: List carts\n    answer: 501 Medusa cannot list carts\n",
      "  GET /carts:\n    answer: {data: [], total: 0}\n",
    ]);
    const gateway = await start({ table });
    const answer = await gateway.get("/carts");
    assertStatus(answer, 200);
    assertEqual(answer, answer.body, { data: [], total: 0 }, "the body");
  });
});

const SERVING = /"serving \d+ routes/g;
const RELOADED = /route table was reloaded/g;
const REFUSED = /route table was not reloaded/g;
const occurrences = (gateway, pattern) => gateway.log().match(pattern)?.length ?? 0;
const logged = (gateway, pattern, times) =>
  until(`"${pattern.source}" ${times} times in the log`, () => occurrences(gateway, pattern) >= times, {
    deadline: 10_000,
  });

// Whichever worker is asked. One that is still starting would read what a test writes next as its first table.
async function isServedByAll(gateway, status) {
  await logged(gateway, SERVING, gateway.workers.length);
  for (let i = 0; i < 4 * gateway.workers.length; i++) assertStatus(await gateway.get("/regions"), status);
}

describe("the table while it is served", () => {
  const broken = `${shipped}\n  NONSENSE /x:\n    answer: $headers.y | nofunction\n`;

  test("USR2 makes workers read it again", async () => {
    const gateway = await start({ table: `${shipped}\n`, workers: 2 });
    const signal = () => gateway.workers.forEach((pid) => process.kill(pid, "SIGUSR2"));
    await isServedByAll(gateway, 404);

    writeFileSync(gateway.table, edited(shipped, ...A_ROUTE_MORE));
    await isServedByAll(gateway, 404);
    signal();
    await logged(gateway, RELOADED, 2);
    await isServedByAll(gateway, 200);

    writeFileSync(gateway.table, broken);
    signal();
    await logged(gateway, REFUSED, 2);
    for (const mistake of ["write a route as", "nofunction"])
      assert.match(gateway.log(), new RegExp(`"message":"[^\n]*${mistake}[^\n]*","file":"[^"]*routes\\.yaml","line":\\d+,"column":\\d+}`));
    await isServedByAll(gateway, 200);

    writeFileSync(gateway.table, shipped);
    signal();
    await logged(gateway, RELOADED, 4);
    await isServedByAll(gateway, 404);
    assert.ok(gateway.workers.every(isAlive), "the workers are the same");
  });

  test("--watch does so by itself", async () => {
    const gateway = await start({ table: `${shipped}\n`, workers: 2, args: ["--watch"] });
    await isServedByAll(gateway, 404);
    writeFileSync(gateway.table, edited(shipped, ...A_ROUTE_MORE));
    await logged(gateway, RELOADED, 2);
    await isServedByAll(gateway, 200);

    writeFileSync(gateway.table, broken);
    await logged(gateway, REFUSED, 2);
    await isServedByAll(gateway, 200);

    // As editors do it.
    const before = occurrences(gateway, RELOADED);
    writeFileSync(`${gateway.table}.new`, shipped);
    renameSync(`${gateway.table}.new`, gateway.table);
    await logged(gateway, RELOADED, before + 2);
    await isServedByAll(gateway, 404);
  });

  test("a table that extends another is read again when either changes", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-extended-"));
    context.after(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    const base = join(folder, "base.yaml");
    const extension = `extends: ${base}\nchange: {settings: {most: 100}}\n`;
    writeFileSync(base, shipped);
    const gateway = await start({ table: extension, workers: 2, args: ["--watch"] });
    await isServedByAll(gateway, 404);
    const version = async () => (await gateway.get("/healthz")).body.table;
    const first = await version();

    writeFileSync(`${base}.new`, edited(shipped, ...A_ROUTE_MORE));
    renameSync(`${base}.new`, base);
    await logged(gateway, RELOADED, 2);
    await isServedByAll(gateway, 200);
    assert.notEqual(await version(), first, "the version is of both files");

    // A base that a change makes it extend is followed too, also where it is not there yet.
    const other = join(folder, "other.yaml");
    writeFileSync(gateway.table, `extends: ${other}\n`);
    await logged(gateway, REFUSED, 2);
    await isServedByAll(gateway, 200);
    writeFileSync(other, shipped);
    await logged(gateway, RELOADED, 4);
    await isServedByAll(gateway, 404);

    const last = occurrences(gateway, RELOADED);
    writeFileSync(gateway.table, extension);
    await logged(gateway, RELOADED, last + 2);
    process.kill(gateway.workers[0], "SIGUSR2");
    await logged(gateway, RELOADED, last + 3);
    await isServedByAll(gateway, 200);
  });

  test("--watch follows a ConfigMap's links", async (context) => {
    const volume = mkdtempSync(join(tmpdir(), "o2s-medusa-volume-"));
    context.after(() => rmSync(volume, { recursive: true }));
    chmodSync(volume, 0o755);
    const publish = (name, table) => {
      mkdirSync(join(volume, name));
      writeFileSync(join(volume, name, "routes.yaml"), table);
      symlinkSync(name, join(volume, "..data_tmp"));
      renameSync(join(volume, "..data_tmp"), join(volume, "..data"));
    };
    publish("..2026_01", shipped);
    symlinkSync("..data/routes.yaml", join(volume, "routes.yaml"));
    const gateway = await start({ table: join(volume, "routes.yaml"), workers: 2, args: ["--watch"] });
    await isServedByAll(gateway, 404);
    publish("..2026_02", edited(shipped, ...A_ROUTE_MORE));
    rmSync(join(volume, "..2026_01"), { recursive: true });
    await logged(gateway, RELOADED, 2);
    await isServedByAll(gateway, 200);
    publish("..2026_03", shipped);
    rmSync(join(volume, "..2026_02"), { recursive: true });
    await logged(gateway, RELOADED, 4);
    await isServedByAll(gateway, 404);
    assert.equal(occurrences(gateway, REFUSED), 0);
  });
});

describe("the end of a worker", () => {
  let standIn;
  let arrived;
  before(async () => {
    standIn = await startStandIn((_, response) => {
      arrived();
      setTimeout(() => json(response, 200, { products: [], count: 0 }), 400);
    });
  });
  after(() => standIn.stop());

  for (const signal of ["SIGTERM", "SIGINT", "SIGUSR1"]) {
    test(`${signal} ends an idle one with 0`, async () => {
      const gateway = await startGateway({ store, single: true });
      process.kill(gateway.workers[0], signal);
      try {
        assert.equal(await gateway.ended(), null, gateway.log());
      } finally {
        await gateway.stop({ mayHaveEnded: true });
      }
    });

    test(`${signal} lets one finish its request`, async () => {
      const gateway = await startGateway({ store, single: true, env: { MEDUSAJS_BASE_URL: standIn.url } });
      try {
        const waited = new Promise((resolve) => (arrived = resolve));
        const request = gateway.get("/products");
        await waited;
        process.kill(gateway.workers[0], signal);
        const answer = await request;
        assertStatus(answer, 200);
        assertThat(answer, answer.body.total === 0, "the whole answer");
        assert.equal(await gateway.ended(), null, gateway.log());
      } finally {
        await gateway.stop({ mayHaveEnded: true });
      }
    });
  }

  test("HUP during a request lets it finish, and reopens the log", async () => {
    const gateway = await startGateway({ store, single: true, env: { MEDUSAJS_BASE_URL: standIn.url } });
    const rotated = `${gateway.logFile}.1`;
    try {
      const waited = new Promise((resolve) => (arrived = resolve));
      const request = send(gateway.port, "GET", "/products");
      await waited;
      renameSync(gateway.logFile, rotated);
      process.kill(gateway.workers[0], "SIGHUP");
      assertStatus(await request, 200);
      await until("The log", () => existsSync(gateway.logFile), { deadline: 10_000 });
      await logged(gateway, /the log was reopened/g, 1);
      // The log's line of the request was written before the signal was handled.
      assert.match(readFileSync(rotated, "utf8"), /"route":"\/products","status":200/);
      assertStatus(await gateway.get("/healthz"), 200);
      await logged(gateway, /"route":"\/healthz","status":200/g, 1);
      // An old file stays in use where there can be no new one.
      renameSync(gateway.logFile, `${rotated}.moved`);
      mkdirSync(gateway.logFile);
      process.kill(gateway.workers[0], "SIGHUP");
      const old = () => readFileSync(`${rotated}.moved`, "utf8");
      await until("The line in the old log", () => /cannot reopen the log .*workers\.log: Is a directory/.test(old()), { deadline: 10_000 });
      rmSync(gateway.logFile, { recursive: true });
      renameSync(`${rotated}.moved`, gateway.logFile);
      assert.ok(isAlive(gateway.workers[0]));
    } finally {
      await gateway.stop();
    }
  });

  test("USR2 during a request lets it finish by the old table", async () => {
    const gateway = await startGateway({ store, single: true, env: { MEDUSAJS_BASE_URL: standIn.url } });
    try {
      const waited = new Promise((resolve) => (arrived = resolve));
      const request = gateway.get("/products");
      await waited;
      process.kill(gateway.workers[0], "SIGUSR2");
      assertStatus(await request, 200);
      await logged(gateway, RELOADED, 1);
    } finally {
      await gateway.stop();
    }
  });
});
