/*
 * Medusa is down: after some failures in a row a worker says so at once, instead of making everybody wait, looks once
 * in a while whether Medusa is back, and goes on by itself when it is.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { openEndpoints } from "./endpoints.mjs";
import { startFaultProxy } from "./fault-proxy.mjs";
import { TABLE } from "./harness.mjs";
import { send } from "./http.mjs";
import { until } from "../store/lib/wait.mjs";

// As routes.yaml has it.
const FAILURES = 5;
const RETRY_AFTER = 1000;
const PROBE_TIMEOUT = 500;
const PROBE = "GET /store/regions?fields=id&limit=1";
// What the worker itself may take for an answer that needs no call.
const AT_ONCE = 20;
const RECOVERY = 2000;

const TIMEOUT = 1000;
const shipped = readFileSync(TABLE, "utf8");
const hasty = shipped.replace(/^( +timeout:) 15s$/gm, `$1 ${TIMEOUT}ms`);

const { store, start } = await openContext({ workers: 1 });
const proxy = await startFaultProxy(store);
after(() => proxy.stop());
const env = { MEDUSAJS_BASE_URL: proxy.url };
const endpoints = await openEndpoints(store);
const PRODUCTS = { method: "GET", path: "/products?limit=1" };

/** Makes a request: its answer, with the calls it made and what the worker's log says of it. */
async function ask(gateway, { method = "GET", path, body, token }) {
  const id = randomUUID();
  const trial = proxy.watchOthers({ spoil: current });
  const answer = await send(gateway.port, method, path, { body, token, headers: { "x-request-id": id } });
  const line = await gateway.lineOf(id);
  return { ...answer, asked: `${method} ${path}`, calls: [], told: JSON.stringify(line), made: trial.calls, line };
}

// How Medusa fails at the moment: as `spoil` of the proxy.
let current;
const fail = (spoil) => {
  current = spoil;
  return proxy.watchOthers({ spoil });
};
const recover = () => fail(undefined);

const reply = (socket, status) =>
  socket.write(`HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
const failWith = (status, of = () => true) =>
  fail(({ call, socket }) => {
    if (!of(call)) return false;
    reply(socket, status);
    return true;
  });
// Takes what is asked, and does not answer.
const hang = () => fail(() => true);

function linesOf(gateway) {
  return gateway
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}
const countIn = (gateway, words) => gateway.log().split(words).length - 1;
const openings = (gateway) => countIn(gateway, "consecutive failures");
const closings = (gateway) => countIn(gateway, "answers again");

function assertSuspended(answer) {
  const message = assertFailure(answer, 503);
  assert.doesNotMatch(message, /127\.0\.0\.1|medusa/i);
  assertThat(answer, answer.headers["retry-after"] === "1", "Retry-After: 1");
  assertThat(answer, answer.made.length === 0, "no call");
  assertThat(answer, answer.line.ms < AT_ONCE, `an answer in ${AT_ONCE} ms, not ${answer.line.ms}`);
}

/** The given request fails as often as it takes, and then is answered 503. */
async function open(gateway, request = PRODUCTS, status = 502) {
  for (let i = 0; i < FAILURES; i++) assertFailure(await ask(gateway, request), status);
  assertSuspended(await ask(gateway, request));
}

/** Waits for a request that succeeds, no longer than a recovery may take. */
async function recovery(gateway) {
  const succeeds = async () => (await ask(gateway, PRODUCTS)).status === 200;
  await until("A request that succeeds", succeeds, { deadline: RECOVERY });
}

describe("one worker", () => {
  let worker;
  before(async () => {
    worker = await start({ env, table: hasty, workers: 1 });
  });
  beforeEach(async () => {
    recover();
    await recovery(worker);
  });

  test("nobody who takes connections: 502, then 503 at once, and 200 when it is back", async () => {
    const [opened, closed] = [openings(worker), closings(worker)];
    await proxy.refuse();
    await open(worker);
    for (let i = 0; i < 20; i++) assertSuspended(await ask(worker, PRODUCTS));

    // What needs no call is answered as ever; who asks whether the worker can do its work is told that it cannot.
    assertStatus(await ask(worker, { path: "/healthz" }), 200);
    assertStatus(await ask(worker, { path: "/carts" }), 501);
    assertSuspended(await ask(worker, { path: "/readyz" }));

    await proxy.listen();
    const seen = proxy.watchOthers();
    await until(
      "A request that succeeds",
      async () => (await send(worker.port, "GET", PRODUCTS.path)).status === 200,
      { deadline: RECOVERY },
    );
    assert.deepEqual(
      seen.calls.map(({ key }) => key.split("?")[0]),
      ["GET /store/regions", "GET /store/products"],
      "one probe, and then the call",
    );
    assert.equal(seen.calls[0].key, PROBE);
    assertStatus(await ask(worker, { path: "/readyz" }), 200);
    assert.equal(openings(worker) - opened, 1, "the log tells of the opening once");
    assert.equal(closings(worker) - closed, 1, "and of the closing once");
  });

  test("no answer: 504, then 503 at once", async () => {
    hang();
    await open(worker, PRODUCTS, 504);
  });

  for (const status of [502, 503, 504]) {
    test(`${status} from Medusa's front counts`, async () => {
      failWith(status);
      await open(worker);
    });
  }

  for (const status of [400, 404, 429, 500, 501]) {
    test(`${status} does not`, async () => {
      failWith(status);
      const expected = status < 500 ? status : 502;
      for (let i = 0; i < 3 * FAILURES; i++) assertStatus(await ask(worker, PRODUCTS), expected);
    });
  }

  test("nor does an answer that is no JSON", async () => {
    fail(({ socket }) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html"));
    for (let i = 0; i < 3 * FAILURES; i++) assertFailure(await ask(worker, PRODUCTS), 502);
  });

  test("one answer in between, and the count begins anew", async () => {
    for (let round = 0; round < 3; round++) {
      failWith(503);
      for (let i = 1; i < FAILURES; i++) assertFailure(await ask(worker, PRODUCTS), 502);
      recover();
      assertStatus(await ask(worker, PRODUCTS), 200);
    }
  });

  test("calls that go out together count as one", async () => {
    const request = await endpoints.find(({ name }) => name === "a customer's cart").make();
    failWith(503);
    await open(worker, request);
  });

  test("one that fails beside another that is answered does not count", async () => {
    const request = await endpoints.find(({ name }) => name === "a customer's cart").make();
    failWith(503, ({ key }) => key.includes("/customers/me"));
    for (let i = 0; i < 3 * FAILURES; i++) assertFailure(await ask(worker, request), 502);
  });

  test("optional calls are left out, and nothing else", async () => {
    const request = await endpoints.find(({ name }) => name === "shipping options").make();
    failWith(503, ({ key }) => key.includes("/calculate"));
    for (let i = 0; i < 2 * FAILURES; i++) {
      const answer = await ask(worker, request);
      assertStatus(answer, 200);
      assertThat(answer, answer.body.data.length > 0, "the options that have a price");
    }
  });

  test("the Admin API is the same server", async () => {
    failWith(503);
    await open(worker);
    const { make } = endpoints.find(({ name }) => name === "related products");
    assertSuspended(await ask(worker, await make()));
  });

  test("a change is refused as well, and none is made to see whether Medusa is back", async () => {
    failWith(503);
    const request = { method: "POST", path: "/carts", body: { currency: "EUR" } };
    await open(worker, request);
    const { calls } = proxy.watchOthers({ spoil: current });
    const probed = () => calls.length > 0;
    await until(
      "A probe",
      async () => {
        const answer = await send(worker.port, "POST", "/carts", { body: request.body });
        return answer.status === 503 && probed();
      },
      { deadline: RETRY_AFTER + 1000 },
    );
    assert.deepEqual(
      calls.map(({ key }) => key),
      [PROBE],
    );
  });

  test("a probe does not carry the caller's token", async () => {
    const request = await endpoints.find(({ name }) => name === "a customer's cart").make();
    failWith(503);
    await open(worker, request);
    const { calls } = recover();
    await until(
      "A request that succeeds",
      async () => (await send(worker.port, "GET", request.path, { token: request.token })).status === 200,
      { deadline: RECOVERY },
    );
    assert.deepEqual(
      calls.map(({ key, authorized }) => [key === PROBE, authorized]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  test("another table that is read begins anew", async () => {
    failWith(503);
    await open(worker);
    const reloads = () => countIn(worker, "was reloaded");
    const before = reloads();
    appendFileSync(worker.table, "# Another table.\n");
    process.kill(worker.workers[0], "SIGUSR2");
    await until("The reload", () => reloads() > before, { deadline: 10_000 });
    assertFailure(await ask(worker, PRODUCTS), 502);
  });
});

describe("a pool of two, with many clients", () => {
  const CLIENTS = 20;
  let pool;
  before(async () => {
    recover();
    pool = await start({ env, table: hasty });
  });

  /** Clients that ask without a pause; gives {answers, stop()}. */
  function startClients() {
    const answers = [];
    let going = true;
    const run = async () => {
      while (going) {
        const begin = performance.now();
        const { status, headers } = await send(pool.port, "GET", PRODUCTS.path);
        const end = performance.now();
        answers.push({ status, retryAfter: headers["retry-after"], begin, end, id: headers["x-request-id"] });
      }
    };
    const runs = Array.from({ length: CLIENTS }, run);
    return {
      answers,
      stop: () => {
        going = false;
        return Promise.all(runs);
      },
    };
  }

  const FAULTS = {
    "that hangs": { begin: async () => hang(), end: async () => recover(), status: 504 },
    "that refuses connections": {
      begin: () => proxy.refuse(),
      end: async () => {
        recover();
        await proxy.listen();
      },
      status: 502,
    },
  };

  for (const [what, { begin, end, status }] of Object.entries(FAULTS)) {
    test(`a Medusa ${what} does not tie it up`, async () => {
      recover();
      const clients = startClients();
      const { answers } = clients;
      const count = (wanted, since = 0) => answers.filter((one) => one.status === wanted && one.begin >= since).length;
      let seen;
      let ended;
      let settled;
      let opened;
      const WINDOW = 3000;
      try {
        await until("Answers", () => count(200) > CLIENTS, { deadline: 10_000 });
        const [before, closed] = [openings(pool), closings(pool)];
        await begin();
        await until("The pool to give up", () => openings(pool) > before, {
          deadline: 2 * FAILURES * TIMEOUT + 5000,
        });
        seen = proxy.watchOthers({ spoil: current });
        settled = performance.now();
        await until("Some time", () => performance.now() - settled > WINDOW, { deadline: 2 * WINDOW });
        ended = performance.now();
        await end();
        await until("The pool to go on", () => closings(pool) > closed, { deadline: RECOVERY });
        await until("Success", () => count(200, ended) > 0, { deadline: RECOVERY });
        opened = openings(pool) - before;
      } finally {
        await clients.stop();
      }
      assert.ok(count(status) > 0, `some ${status} at first`);
      const during = answers.filter((one) => one.begin > settled && one.end < ended);
      const others = during.filter((one) => one.status !== 503 || one.retryAfter !== "1");
      assert.deepEqual(others, [], "nothing but 503 with Retry-After while it is down");
      assert.ok(during.length > 500, `at least 500 answers in ${WINDOW} ms, not ${during.length}`);

      const probes = seen.calls.filter(({ key }) => key === PROBE).length;
      assert.equal(seen.calls.length, probes, "no call but probes");
      const most = Math.ceil(WINDOW / RETRY_AFTER) + 1;
      assert.ok(probes <= most, `one of the pool in ${RETRY_AFTER} ms, not ${probes}`);
      assert.equal(opened, 1, "the pool gives up once");

      // The worker's own time for each; a probe has its own limit.
      const lines = new Map(linesOf(pool).map((line) => [line.request, line]));
      const slow = during.map(({ id }) => lines.get(id)).filter(({ ms }) => ms >= AT_ONCE);
      assert.ok(slow.length <= most, `at most the ${most} that probed to take long, not ${slow.length}`);
      for (const { ms } of slow) assert.ok(ms < PROBE_TIMEOUT + AT_ONCE + 200, `a request that probed took ${ms} ms`);
    });
  }

  test("afterwards all is as before", async () => {
    for (let i = 0; i < 20; i++) assertStatus(await ask(pool, PRODUCTS), 200);
    assert.deepEqual(proxy.mistakes(), []);
  });
});
