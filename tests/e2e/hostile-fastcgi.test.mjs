/*
 * What a raw client can do to a worker's socket: records that are cut, interleaved, of unknown types or with wrong
 * lengths. The worker never ends, never waits for good, never answers one request with another's, and serves on.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { askWorker, begin, converse, outputOf, pair, pairs, record, stream, TYPES, variablesOf, wholeRequest } from "../deploy/fastcgi.mjs";
import { openContext } from "./context.mjs";
import { isAlive, startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const { ABORT_REQUEST, BEGIN_REQUEST, DATA, END_REQUEST, GET_VALUES, GET_VALUES_RESULT, PARAMS, STDIN, STDOUT } = TYPES;
const COMPLETE = 0;
const CANT_MULTIPLEX = 1;
const UNKNOWN_ROLE = 3;
// What fcgi_reader.h grants a request to come in.
const PATIENCE = 30_000;

const { store } = await openContext();
// One worker, so that each request finds the one that was maltreated.
const gateway = await startGateway({ store, single: true });
const { socket } = gateway;
after(() => gateway.stop());

// A connection that says half a request, opened before all else: its time is over when the tests are done.
const patient = {};
before(async () => {
  patient.gateway = await startGateway({ store, single: true });
  patient.began = performance.now();
  const half = wholeRequest(variablesOf("GET", "/healthz")).subarray(0, -12);
  patient.closed = converse(patient.gateway.socket, half, { deadline: 2 * PATIENCE }).then((result) => ({
    ...result,
    after: performance.now() - patient.began,
  }));
});
after(() => patient.gateway?.stop());

async function assertServesOn(what) {
  const [pid] = gateway.workers;
  assert.ok(isAlive(pid), `${what}: the worker has ended:\n${gateway.log()}`);
  const { status, text } = await askWorker(socket, "GET", "/healthz");
  assert.equal(status, 200, `${what}: ${text}`);
}

const HEALTH = variablesOf("GET", "/healthz");
const GOOD = wholeRequest(HEALTH);
const CART = Buffer.from('{"currency":"EUR"}');
const NEW_CART = wholeRequest(variablesOf("POST", "/carts", { body: CART }), CART);

/** Calls that Medusa got while `act` ran. */
async function callsDuring(act) {
  const since = store.lastCall();
  const result = await act();
  return { result, calls: (await store.calls(since)).map(({ method, url }) => `${method} ${url.split("?")[0]}`) };
}

/** How a request ended, by its END_REQUEST: its protocol's status. */
const endsOf = (records, id = 1) => records.filter((one) => one.type === END_REQUEST && one.id === id).map(({ content }) => content[4]);

test("a request cut at each of its bytes is none, and calls nobody", { timeout: 60_000 }, async () => {
  const { calls } = await callsDuring(async () => {
    for (let size = 1; size < NEW_CART.length; size++) {
      const { records, ended } = await converse(socket, NEW_CART.subarray(0, size), { hangUp: true });
      assert.deepEqual([records.length, ended], [0, true], `the first ${size} bytes`);
    }
  });
  assert.deepEqual(calls, []);
  await assertServesOn("all prefixes");
});

test("whole, it is one", async () => {
  const { result, calls } = await callsDuring(() => converse(socket, NEW_CART));
  const { status, body } = outputOf(result.records);
  assert.deepEqual([status, typeof body.id, calls], [201, "string", ["POST /store/carts"]]);
});

test("a request that comes byte by byte is one", async () => {
  const connection = connect(socket);
  const chunks = [];
  connection.on("data", (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => connection.once("end", resolve).once("error", reject));
  connection.setNoDelay?.(true);
  for (const byte of GOOD) await new Promise((resolve) => connection.write(Buffer.from([byte]), resolve));
  await ended;
  assert.match(Buffer.concat(chunks).toString("latin1"), /Status: 200 OK/);
});

describe("what is no FastCGI closes the connection", () => {
  const started = (...records) => Buffer.concat([begin({ keep: true }), ...records]);
  const rest = Buffer.concat([stream(PARAMS, pairs(HEALTH)), stream(STDIN, "")]);
  const size = (value) => Buffer.from([0x80 | (value >>> 24), (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
  const params = (...parts) => started(record(PARAMS, Buffer.concat(parts.map((part) => Buffer.from(part)))), record(PARAMS, ""), record(STDIN, ""));

  for (const [what, bytes] of Object.entries({
    HTTP: Buffer.from("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
    zeros: Buffer.alloc(4096),
    "bytes of 255": Buffer.alloc(4096, 255),
    "version 0": Buffer.concat([record(BEGIN_REQUEST, Buffer.alloc(8), { version: 0 }), rest]),
    "version 2": Buffer.concat([begin({ version: 2 }), rest]),
    "another version in the middle": started(record(PARAMS, pairs(HEALTH), { version: 3 })),
    "a beginning that is too short": Buffer.concat([record(BEGIN_REQUEST, [0, 1, 0]), rest]),
    "a beginning that is too long": Buffer.concat([record(BEGIN_REQUEST, Buffer.alloc(16)), rest]),
    "two beginnings": started(begin({ keep: true }), rest),
    "the body before the variables": started(stream(STDIN, "x"), rest),
    "variables after the body has begun": started(stream(PARAMS, pairs(HEALTH)), record(STDIN, "x"), record(PARAMS, pairs(HEALTH))),
    "data of a filter": started(record(DATA, "x"), rest),
    "an answer": started(record(STDOUT, "x"), rest),
    "a type that nobody knows": started(record(77, "x"), rest),
    "content longer than announced": started(record(PARAMS, pairs(HEALTH), { length: 5 }), rest),
    "content shorter than announced": Buffer.concat([started(record(PARAMS, pairs(HEALTH), { length: 200 })), GOOD, GOOD, GOOD]),
    "a name longer than all": params([100, 1], "AB"),
    "a value longer than all": params([1, 100], "AB"),
    "half a length": params([1, 0x80, 0]),
    "lengths of 2 GiB": params(size(0x7ffffffe), size(0x7ffffffe), "AB"),
    "lengths whose sum is nothing in 32 bits": params(size(0x7fffffff), size(0x7fffffff), "AB"),
    "a length of 1 GiB": params(size(0x40000000), [1], "AB"),
    "a NUL in a value": params(pair("REQUEST_METHOD", "GET"), pair("REQUEST_URI", "/healthz\0/x")),
    "a NUL in a name": params(pair("REQUEST_METHOD\0X", "GET"), pair("REQUEST_URI", "/healthz")),
    "a megabyte of variables": started(stream(PARAMS, pairs({ HTTP_X: "x".repeat(1 << 20) })), record(STDIN, "")),
    "150,000 variables without a name": started(stream(PARAMS, Buffer.alloc(300_000)), record(STDIN, "")),
    "values that are asked for half": Buffer.concat([record(GET_VALUES, [14, 0, 70], { id: 0 }), GOOD]),
  })) {
    test(what, async () => {
      const { result, calls } = await callsDuring(() => converse(socket, bytes, { hangUp: true }));
      assert.deepEqual([result.ended, result.records.filter(({ type }) => type === STDOUT), calls], [true, [], []]);
      await assertServesOn(what);
    });
  }
});

describe("records of others", () => {
  test("are no part of the request they stand in", async () => {
    const foreign = Buffer.concat([
      record(STDIN, "", { id: 9 }),
      record(PARAMS, pair("REQUEST_URI", "/carts"), { id: 9, padding: 255 }),
      record(PARAMS, "", { id: 9 }),
      record(ABORT_REQUEST, "", { id: 9 }),
      record(66, "x", { id: 9 }),
    ]);
    const variables = pairs(variablesOf("POST", "/carts", { body: CART }));
    const bytes = Buffer.concat([
      foreign,
      begin({ id: 300 }),
      foreign,
      record(PARAMS, variables.subarray(0, 7), { id: 300, padding: 3 }),
      foreign,
      stream(PARAMS, variables.subarray(7), { id: 300 }),
      foreign,
      record(STDIN, CART.subarray(0, 5), { id: 300 }),
      foreign,
      stream(STDIN, CART.subarray(5), { id: 300, padding: 7 }),
    ]);
    const { records } = await converse(socket, bytes);
    assert.equal(outputOf(records, 300).status, 201, outputOf(records, 300).text);
    assert.ok(records.every(({ id }) => id === 300), "all records are the request's");
  });

  test("a request in the middle of another is refused, and the first one answered", async () => {
    const bytes = Buffer.concat([
      begin({ id: 1 }),
      begin({ id: 2 }),
      record(PARAMS, pairs(HEALTH), { id: 1 }),
      stream(PARAMS, pairs(variablesOf("GET", "/carts/current")), { id: 2 }),
      record(PARAMS, "", { id: 1 }),
      stream(STDIN, "", { id: 2 }),
      stream(STDIN, "", { id: 1 }),
    ]);
    const { records } = await converse(socket, bytes, { until: null });
    assert.deepEqual([endsOf(records, 2), endsOf(records, 1)], [[CANT_MULTIPLEX], [COMPLETE]]);
    assert.deepEqual([outputOf(records, 1).status, outputOf(records, 2).head], [200, ""]);
  });

  test("what comes before a request's answer is not taken for the next request", async () => {
    const keeping = wholeRequest(HEALTH, "", { keep: true });
    const next = wholeRequest(variablesOf("GET", "/carts/current"), "", { keep: true, id: 2 });
    const { records, ended } = await converse(socket, Buffer.concat([keeping, next]), { until: null });
    assert.deepEqual([outputOf(records).status, endsOf(records, 2), ended], [200, [], true]);
    await assertServesOn("two at once");
  });
});

describe("management", () => {
  const asked = (names) => pairs(names.map((name) => [name, ""]));
  const valuesOf = (records) => records.filter(({ type }) => type === GET_VALUES_RESULT).map(({ content }) => content.toString("latin1"));
  const ALL = "\x0e\x01FCGI_MAX_CONNS1\x0d\x01FCGI_MAX_REQS1\x0f\x01FCGI_MPXS_CONNS0";

  for (const [what, names, expected] of [
    ["all values", ["FCGI_MPXS_CONNS", "FCGI_MAX_REQS", "FCGI_MAX_CONNS"], ALL],
    ["each a thousand times", Array.from({ length: 1000 }, () => ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"]).flat(), ALL],
    ["values that nobody knows", ["FCGI_NONE", "", "x".repeat(500), "FCGI_MAX_CONNS="], ""],
    ["no value", [], ""],
  ]) {
    test(`FCGI_GET_VALUES: ${what}`, async () => {
      const bytes = record(GET_VALUES, asked(names), { id: 0, padding: 5 });
      const { records } = await converse(socket, Buffer.concat([bytes, GOOD]));
      assert.deepEqual([valuesOf(records), outputOf(records).status], [[expected], 200]);
      await assertServesOn(what);
    });
  }

  test("records of unknown types are told so, and are no part of a request", async () => {
    const unknown = record(200, pair("REQUEST_URI", "/carts"), { id: 0, padding: 9 });
    const bytes = Buffer.concat([begin(), unknown, stream(PARAMS, pairs(HEALTH)), unknown, stream(STDIN, "")]);
    const { records } = await converse(socket, bytes);
    const told = records.filter(({ type }) => type === TYPES.UNKNOWN_TYPE);
    assert.deepEqual(told.map(({ id, content }) => [id, content[0]]), [[0, 200], [0, 200]]);
    assert.equal(outputOf(records).status, 200);
  });
});

describe("the beginning and the end of a request", () => {
  for (const role of [0, 2, 3, 256, 65_535]) {
    test(`role ${role} is refused, and the connection closed`, async () => {
      const bytes = Buffer.concat([begin({ role, keep: true }), stream(PARAMS, pairs(HEALTH)), stream(STDIN, ""), wholeRequest(HEALTH, "", { id: 2 })]);
      const { records, ended } = await converse(socket, bytes, { until: null });
      assert.deepEqual([endsOf(records, 1), records.length, ended], [[UNKNOWN_ROLE], 1, true]);
      await assertServesOn(`role ${role}`);
    });
  }

  for (const [when, bytes] of Object.entries({
    "at once": begin({ keep: true }),
    "among its variables": Buffer.concat([begin({ keep: true }), record(PARAMS, pairs(variablesOf("POST", "/carts", { body: CART })))]),
    "in its body": NEW_CART.subarray(0, -8),
  })) {
    test(`a request that is taken back ${when} calls nobody`, async () => {
      const { result, calls } = await callsDuring(() => converse(socket, Buffer.concat([bytes, record(ABORT_REQUEST, "")])));
      assert.deepEqual([endsOf(result.records), outputOf(result.records).head, calls], [[COMPLETE], "", []]);
      await assertServesOn(when);
    });
  }

  test("a request taken back ends its connection, kept or not", async () => {
    const bytes = Buffer.concat([begin({ keep: true }), record(ABORT_REQUEST, ""), wholeRequest(HEALTH, "", { id: 7 })]);
    const { records, ended } = await converse(socket, bytes, { until: null });
    assert.deepEqual([endsOf(records, 1), records.length, ended], [[COMPLETE], 1, true]);
    await assertServesOn("a request taken back");
  });

  test("a hundred connections that are to be kept are closed, each after its answer", async () => {
    const asked = Array.from({ length: 100 }, (_, i) => i + 1).map(async (id) => {
      const variables = { ...HEALTH, HTTP_X_REQUEST_ID: `number-${id}` };
      const { records, ended } = await converse(socket, wholeRequest(variables, "", { id, keep: true, padding: id % 8 }), { until: null });
      assert.match(outputOf(records, id).head, new RegExp(`number-${id}$`, "m"));
      assert.deepEqual([endsOf(records, id), ended], [[COMPLETE], true]);
    });
    await Promise.all(asked);
    await assertServesOn("a hundred requests");
  });
});

describe("variables", () => {
  const answerTo = async (variables, body) => outputOf((await converse(socket, wholeRequest(variables, body))).records);

  for (const [what, variables, expected] of [
    ["none at all", {}, [404, 405]],
    ["no method", { REQUEST_URI: "/healthz" }, [405]],
    ["no target", { REQUEST_METHOD: "GET" }, [404]],
    ["an empty target", { REQUEST_METHOD: "GET", REQUEST_URI: "" }, [404]],
    ["a target that is no path", { REQUEST_METHOD: "GET", REQUEST_URI: "healthz" }, [404]],
    ["a method of 50,000 letters", { REQUEST_METHOD: "X".repeat(50_000), REQUEST_URI: "/healthz" }, [405]],
    ["a target of 50,000 bytes", { REQUEST_METHOD: "GET", REQUEST_URI: `/${"x".repeat(50_000)}` }, [414]],
    ["a target with a NUL, encoded", { REQUEST_METHOD: "GET", REQUEST_URI: "/carts/x%00y" }, [400]],
    ["a line's end in the target", { REQUEST_METHOD: "GET", REQUEST_URI: "/carts/x\r\nHost: evil.example" }, [400, 404]],
    ["a line's end in a token", { ...HEALTH, REQUEST_URI: "/products", HTTP_AUTHORIZATION: "Bearer x\r\nx-evil: 1" }, [400]],
    ["a line's end in x-locale", { ...HEALTH, REQUEST_URI: "/products", HTTP_X_LOCALE: "de\r\nx-evil: 1" }, [400]],
    ["a line's end in x-currency", { ...HEALTH, REQUEST_URI: "/products", HTTP_X_CURRENCY: "EUR\r\nx-evil: 1" }, [400]],
    ["a line's end in x-request-id", { ...HEALTH, HTTP_X_REQUEST_ID: "a\r\nx-evil: 1" }, [200]],
    ["a line's end in an origin", { ...HEALTH, HTTP_ORIGIN: "https://a\r\nx-evil: 1" }, [200]],
    ["names of no length", [...Object.entries(HEALTH), ["", "x"], ["", ""]], [200]],
    ["names with an equals sign", [...Object.entries(HEALTH), ["REQUEST_URI=/x", "y"], ["HTTP_X=", ""]], [200]],
    ["5,000 headers", [...Object.entries(HEALTH), ...Array.from({ length: 5000 }, (_, i) => [`HTTP_X_${i}`, "x"])], [200]],
    ["a header of 200,000 bytes", { ...HEALTH, HTTP_X: "x".repeat(200_000) }, [200]],
    ["bytes that are no text", { ...HEALTH, HTTP_X_LOCALE: Buffer.from([0xff, 0xfe]), REQUEST_URI: "/products" }, [400]],
    ["the same one twice: the first counts", [...Object.entries(HEALTH), ["REQUEST_URI", "/nothing"]], [200]],
  ]) {
    test(what, async () => {
      const { result, calls } = await callsDuring(() => answerTo(variables));
      const { status, head, body, text } = result;
      assert.ok(expected.includes(status), `${status} ${text.slice(0, 300)}`);
      assert.doesNotMatch(head, /^x-evil/im);
      if (status >= 400) assert.equal(body?.statusCode, status, text);
      for (const call of calls) assert.match(call, /^GET \/store\/(products|carts\/x[^/]*)$/);
      await assertServesOn(what);
    });
  }

  for (const [length, status] of [
    ["18", 201],
    ["018", 201],
    ["", 201],
    ["17", 400],
    ["19", 400],
    ["0", 400],
    ["-1", 400],
    ["-18", 400],
    ["+18", 400],
    [" 18", 400],
    ["18 ", 400],
    ["1e1", 400],
    ["0x12", 400],
    ["eighteen", 400],
    ["1048577", 413],
    ["18446744073709551634", 413],
    ["9".repeat(1000), 413],
  ]) {
    test(`CONTENT_LENGTH of ${length.length < 40 ? JSON.stringify(length) : `${length.length} digits`} for 18 bytes`, async () => {
      const variables = { ...variablesOf("POST", "/carts", { body: CART }), CONTENT_LENGTH: length };
      const { result, calls } = await callsDuring(() => answerTo(variables, CART));
      assert.equal(result.status, status, result.text);
      assert.deepEqual(calls, status === 201 ? ["POST /store/carts"] : []);
    });
  }

  test("a body that goes on beyond the limit is answered 413, and not waited for", async () => {
    const variables = { ...variablesOf("POST", "/carts", { body: CART }), CONTENT_LENGTH: "" };
    const { status, text } = await answerTo(variables, Buffer.alloc(8 << 20, " "));
    assert.equal(status, 413, text);
    await assertServesOn("8 MiB");
  });
});

test("a caller that hangs up during a call takes nothing with it", async () => {
  let arrived;
  const standIn = await startStandIn((_, response) => {
    arrived();
    setTimeout(() => json(response, 200, { products: [], count: 0 }), 300);
  });
  const slow = await startGateway({ store, single: true, env: { MEDUSAJS_BASE_URL: standIn.url } });
  try {
    const called = new Promise((resolve) => (arrived = resolve));
    const connection = connect(slow.socket);
    connection.write(wholeRequest(variablesOf("GET", "/products")));
    await called;
    connection.destroy();
    const { status, body } = await askWorker(slow.socket, "GET", "/carts/current");
    assert.deepEqual([status, body.statusCode], [501, 501]);
  } finally {
    await slow.stop();
    await standIn.stop();
  }
});

test("half a request is given up after its time, and the worker serves on", { timeout: 3 * PATIENCE }, async () => {
  const { records, ended, after: passed } = await patient.closed;
  assert.deepEqual([records, ended], [[], true]);
  assert.ok(passed > PATIENCE - 1000 && passed < PATIENCE + 5000, `given up after ${passed.toFixed(0)} ms`);
  assert.equal((await askWorker(patient.gateway.socket, "GET", "/healthz")).status, 200);
});
