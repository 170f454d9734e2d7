/*
 * Every endpoint, each of its calls to Medusa, every fault: the worker answers what the API says, in the form of all
 * errors, in time, with nothing of what is behind it, and serves on. Nothing but a GET is ever sent twice.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { assertFailure, assertThat } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { openEndpoints } from "./endpoints.mjs";
import { startFaultProxy } from "./fault-proxy.mjs";
import { INTERNALS, LARGE, faultsWith } from "./faults.mjs";
import { TABLE, isAlive } from "./harness.mjs";
import { send } from "./http.mjs";
import { reset } from "./relay.mjs";
import { until } from "../store/lib/wait.mjs";

// A call's time in these tests, and what a worker may take beyond it.
const DEADLINE = 500;
const SLACK = 200;
const AT_ONCE = 12;

// Failures in a row are what this is about; that a worker then gives up for a while has a test of its own.
const shipped = readFileSync(TABLE, "utf8").replace(/^ +breaker:.*\n(?: {6}.*\n)*/gm, "");
const hasty = shipped.replace(/^( +timeout:) \S+$/gm, `$1 ${DEADLINE}ms`);

const { store, start } = await openContext({ workers: 1 });
const proxy = await startFaultProxy(store);
const elsewhere = await startElsewhere();
after(async () => {
  await proxy.stop();
  elsewhere.stop();
});
const env = { MEDUSAJS_BASE_URL: proxy.url };
const patient = await start({ env, table: shipped });
const gateway = await start({ env, table: hasty, workers: AT_ONCE });
const FAULTS = faultsWith(elsewhere.url);
const endpoints = await openEndpoints(store);

// Where redirects lead: it only counts who comes.
async function startElsewhere() {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, visits: () => visits, stop: () => server.close() };
}

/** Makes a request whose calls the proxy watches: its answer, with what the proxy noted and how long it took. */
async function ask(to, { method, request: { path, body, token } }, options = {}, through = proxy) {
  const id = randomUUID();
  const trial = through.watch(id, { token: token ?? null, ...options });
  const begin = performance.now();
  const answer = await send(to.port, method, path, { token, body, headers: { "x-request-id": id } });
  const ms = performance.now() - begin;
  through.forget(id);
  const calls = trial.calls.map(({ key, method }) => ({ method, url: key.split(" ")[1], status: "?" }));
  return { ...answer, asked: `${method} ${path}`, calls, told: "", trial, ms };
}

const records = new Map();

/** The endpoint with one request for it, and what Medusa answered to each of its calls; made once. */
function record(endpoint) {
  if (!records.has(endpoint)) records.set(endpoint, makeRecord(endpoint));
  return records.get(endpoint);
}

async function makeRecord(endpoint) {
  const recorded = { ...endpoint, request: await endpoint.make() };
  const answer = await ask(patient, recorded);
  assertThat(answer, answer.status === endpoint.status, `${endpoint.status} where nothing is spoilt`);
  const keys = answer.trial.calls.map(({ key }) => key);
  assertThat(answer, keys.length === endpoint.calls, `${endpoint.calls} calls`);
  return { ...recorded, keys, answers: answer.trial.answers, body: answer.body };
}

// The one kind of call without which a request goes on.
const isOptional = (key) => /^POST \/store\/shipping-options\/.*\/calculate/.test(key);

/** What is wrong with the answer of a request whose call `key` had this fault; it throws then. */
function assertHandled(answer, endpoint, key, fault) {
  const { calls } = answer.trial;
  if (isOptional(key)) {
    assertThat(answer, answer.status === 200, "200 without the option that has no price");
    const ids = answer.body.data.map(({ id }) => id);
    assertThat(answer, !ids.includes(key.split("/")[3]), "the option without a price left out");
  } else {
    assertFailure(answer, fault.status, fault.message);
    for (const [name, value] of Object.entries(fault.headers ?? { "retry-after": undefined }))
      assertThat(answer, answer.headers[name] === value, `${name}: ${value}`);
    const later = endpoint.keys.slice(endpoint.keys.indexOf(key) + 1).filter((other) => !other.startsWith("GET "));
    assertThat(answer, !calls.some((call) => later.includes(call.key)), "no change made after that");
  }
  const inside = `${answer.text}${JSON.stringify(answer.headers)}`;
  for (const word of [INTERNALS, "127.0.0.1", `:${proxy.port}`, "<html", " at /", "curl"])
    assertThat(answer, !inside.includes(word), `nothing of Medusa's internals, such as ${word}`);
  const times = calls.filter((call) => call.key === key).length;
  const expected = isRepeated(endpoint, key, fault) ? 2 : 1;
  assertThat(answer, times === expected, `the call to be sent ${expected} times, not ${times}`);
  const twice = calls.filter((call, i) => call.key !== key && calls.findIndex((other) => other.key === call.key) !== i);
  assertThat(answer, twice.length === 0, "no other call to be sent twice");
  assertThat(answer, answer.ms <= DEADLINE + SLACK, `an answer within ${DEADLINE + SLACK} ms, not ${answer.ms}`);
  if (fault.slow) assertThat(answer, answer.ms >= DEADLINE - 50, `it to wait ${DEADLINE} ms, not ${answer.ms}`);
  assertThat(answer, gateway.workers.every(isAlive), "all workers to be there still");
}

// A GET on a connection that breaks; what `retry` in routes.yaml names.
function isRepeated({ route, request }, key, fault) {
  if (fault.repeats && route === "POST /customers/addresses/{id}/default") return true;
  return key.startsWith("GET ") && (fault.breaks || (fault.repeats && request.token && key.startsWith("GET /store/")));
}

const { regions, paymentProviders } = store.fixtures;
const json = (body) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(body)),
});

// What a worker asks once a change has failed with 500, to tell why: that the caller is not the reason.
const QUESTIONS = [
  {
    after: /\/payment-sessions\?/,
    asks: `GET /store/payment-providers?region_id=${regions.eur.id}`,
    answer: json({ payment_providers: [{ id: paymentProviders.system }] }),
  },
  {
    after: /^POST \/store\/carts(\/[^/]+\/line-items)?\?/,
    asks: "GET /store/product-variants?id=",
    answer: json({ variants: [] }),
  },
];

function answerToQuestion(call, key, fault) {
  const question = QUESTIONS.find(({ after, asks }) => after.test(key) && call.key.startsWith(asks));
  return fault.repeats ? question?.answer : undefined;
}

async function tryFault(endpoint, key, name, fault) {
  const spoil = async ({ call, socket, answer }) => {
    if (call.key !== key) return false;
    await fault.spoil({ socket, answer });
    return true;
  };
  const answerOther = (call) => answerToQuestion(call, key, fault);
  const answer = await ask(gateway, endpoint, { answers: endpoint.answers, answerOther, spoil });
  try {
    assertHandled(answer, endpoint, key, fault);
    return [];
  } catch (error) {
    // The worker writes its line once the answer is out.
    const line = () => gateway.log().split("\n").find((each) => each.includes(answer.headers["x-request-id"]));
    await until("The worker's line", line, { deadline: 2000 }).catch(() => {});
    return [`${name}, in ${key}:\n${error.message}\nThe worker said: ${line()}`];
  }
}

/** Runs the functions, `width` of them at a time; gives what they gave. */
async function together(functions, width) {
  const results = [];
  let next = 0;
  const run = async () => {
    while (next < functions.length) {
      const mine = next++;
      results[mine] = await functions[mine]();
    }
  };
  await Promise.all(Array.from({ length: width }, run));
  return results;
}

function assertNone(mistakes, all) {
  const list = [...mistakes, ...proxy.mistakes()];
  assert.ok(list.length === 0, `${list.length} of ${all} went wrong:\n\n${list.slice(0, 5).join("\n\n")}`);
}

for (const endpoint of endpoints) {
  test(`${endpoint.name}: ${endpoint.route}`, async () => {
    const recorded = await record(endpoint);
    const trials = recorded.keys.flatMap((key) =>
      Object.entries(FAULTS).map(([name, fault]) => () => tryFault(recorded, key, name, fault)),
    );
    assertNone((await together(trials, AT_ONCE)).flat(), trials.length);
    const again = await ask(gateway, recorded, { answers: recorded.answers });
    assertThat(again, again.status === endpoint.status, `${endpoint.status} again, where nothing is spoilt`);
    assert.deepEqual(again.body, recorded.body);
  });
}

describe("too much of an answer", () => {
  for (const [name, fault] of Object.entries(LARGE)) {
    test(name, async () => {
      // One at a time: what is measured is the worker, not how fast this process can write.
      const some = endpoints.filter(({ name }) => ["products", "changing a cart", "a checkout in one"].includes(name));
      for (const endpoint of some) {
        const recorded = await record(endpoint);
        const ends = new Set([recorded.keys[0], recorded.keys.at(-1)]);
        for (const key of ends) assertNone(await tryFault(recorded, key, name, fault), 1);
      }
    });
  }
});

describe("nobody who takes a connection", () => {
  let lost;
  let own;
  before(async () => {
    own = await startFaultProxy(store);
    // One worker, so that all connections that are open are known.
    lost = await start({ env: { MEDUSAJS_BASE_URL: own.url }, table: hasty, workers: 1 });
  });
  after(() => own.stop());

  for (const endpoint of endpoints) {
    test(endpoint.name, async () => {
      const recorded = await record(endpoint);
      // A call that is answered once nobody listens any more: the next one finds the port closed.
      const lostAfter = async (key) => {
        const spoil = async ({ call }) => {
          if (call.key !== key) return false;
          await own.refuse();
          return true;
        };
        return ask(lost, recorded, { answers: recorded.answers, spoil }, own);
      };
      const check = (answer) => {
        assertFailure(answer, 502);
        assertThat(answer, !answer.text.includes("127.0.0.1"), "nothing of Medusa's address");
        assertThat(answer, answer.ms <= DEADLINE + SLACK, `an answer within ${DEADLINE + SLACK} ms, not ${answer.ms}`);
        assertThat(answer, lost.workers.every(isAlive), "the worker to be there still");
      };
      await own.refuse();
      const answer = await ask(lost, recorded, { answers: recorded.answers }, own);
      check(answer);
      assertThat(answer, answer.calls.length === 0, "no call");
      await own.listen();
      // In the middle of the last call, the port closed and the connection gone.
      const last = recorded.keys.at(-1);
      const cut = await lostAfter(last);
      await own.listen();
      if (!isOptional(last)) check(cut);
      const again = await ask(lost, recorded, { answers: recorded.answers }, own);
      assertThat(again, again.status === endpoint.status, `${endpoint.status} once there is somebody again`);
      assert.deepEqual(own.mistakes(), []);
    });
  }
});

describe("what does no harm", () => {
  test("a charset that nobody knows: JSON is UTF-8 (RFC 8259, 11)", async () => {
    for (const endpoint of endpoints) {
      const recorded = await record(endpoint);
      const alter = (answer) => ({
        ...answer,
        headers: { ...answer.headers, "content-type": "application/json; charset=x-klingon" },
      });
      const answer = await ask(gateway, recorded, { answers: recorded.answers, alter });
      assertThat(answer, answer.status === endpoint.status, `${endpoint.status}`);
      assert.deepEqual(answer.body, recorded.body);
    }
    assertNone([], endpoints.length);
  });

  test("a connection that breaks once under a GET", async () => {
    for (const endpoint of endpoints) {
      const recorded = await record(endpoint);
      for (const key of recorded.keys.filter((each) => each.startsWith("GET "))) {
        const spoil = ({ call, times, socket }) => {
          if (call.key !== key || times > 1) return false;
          reset(socket);
          return true;
        };
        const answer = await ask(gateway, recorded, { answers: recorded.answers, spoil });
        assertThat(answer, answer.status === endpoint.status, `${endpoint.status} though ${key} broke once`);
        assert.deepEqual(answer.body, recorded.body);
      }
    }
    assertNone([], endpoints.length);
  });

  test("but both tries together have no more time than one", async () => {
    const recorded = await record(endpoints.find(({ name }) => name === "products"));
    const spoil = ({ times, socket }) => {
      if (times === 1) setTimeout(() => reset(socket), DEADLINE * 0.7);
      return true;
    };
    const answer = await ask(gateway, recorded, { answers: recorded.answers, spoil });
    assertFailure(answer, 504);
    assertThat(answer, answer.trial.calls.length === 2, "the GET to be sent twice");
    assertThat(answer, answer.ms <= DEADLINE + SLACK, `an answer within ${DEADLINE + SLACK} ms, not ${answer.ms}`);
    assertNone([], 1);
  });
});

describe("an answer that is lost after Medusa has done what it was asked", () => {
  for (const endpoint of endpoints.filter(({ method }) => method !== "GET")) {
    test(endpoint.name, async () => {
      const request = await endpoint.make();
      const spoil = ({ call, socket }) => {
        if (call.method === "GET") return false;
        reset(socket);
        return true;
      };
      const answer = await ask(patient, { ...endpoint, request }, { spoil });
      assertFailure(answer, 502);
      const changes = answer.trial.calls.filter(({ method }) => method !== "GET");
      assertThat(answer, changes.length === 1, `one change sent, once, not ${changes.length}`);
      assertNone([], 1);
    });
  }
});

test("no redirect was followed", () => {
  assert.equal(elsewhere.visits(), 0);
});
