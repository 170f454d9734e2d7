/* The environment: what a worker, `check` and `call` say to invalid variables, and lists in any case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertCalls, assertEqual, assertFailure, assertStatus } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { TABLE, gatewayEnvironment, runProgram, runWorker } from "./harness.mjs";
import { until } from "../store/lib/wait.mjs";

const { store, start } = await openContext({ workers: 1 });
const CONFIG = 78;

// Values that do not occur in a message by chance.
const INVALID = {
  MEDUSAJS_BASE_URL: [
    "shop-host.example:9000",
    "//shop-host.example",
    "ftp://shop-host.example",
    "http://shop-host.example?a=b",
    "http://shop host.example",
    "http://shop-host.example\n",
    "http://user:hunter2@shop-host.example",
  ],
  MEDUSAJS_PUBLISHABLE_API_KEY: ["pk_f00d\n", "pk_f00d\r\n", "pk_ f00d", " pk_f00d", "pk_f00dé"],
  MEDUSAJS_ADMIN_API_KEY: ["sk_f00d\n", "sk_f00d\r", "sk_f00d "],
  DEFAULT_CURRENCY: ["QQ", "QQQQ", " QQQ", "QQQ ", "QQQ\n", "Q€", "7Q7"],
  SUPPORTED_CURRENCIES: ["QQQ;QQZ", "QQQQ", "QQQ,QQ", "QQQ\n", ",", "QQQ QQZ"],
  DEFAULT_LOCALE: ["q", "qq;zz", "qq,zz", "qq zz", "qq-QQ\n"],
  SUPPORTED_LOCALES: ["qq;zz", "qq,z", "qq zz", "qq,zz\n"],
  DEFAULT_REGION_ID: ["reg_f00d\n", "reg_ f00d"],
  DEFAULT_SALES_CHANNEL_ID: ["sc_f00d\n", "sc_ f00d"],
  API_PREFIX: ["/shop-api v2", "/shop-api\n", " /shop-api", "shop-api//v2", "/shop-api?x", "/shop-api/{id}"],
  FRONT_BASE_URLS: [
    "https://shop-page.example/",
    "https://shop-page.example/de",
    "shop-page.example",
    "//shop-page.example",
    "https://shop-page.example;https://other-page.example",
    "https://shop-page.example https://other-page.example",
    "https://Shop-Page.example",
    "https://shop-page.example:443",
    "http://shop-page.example:80",
    "https://good.example,https://shop-page.example/",
    "https://shop-page.example\n",
    "*",
  ],
  LOG_FORMAT: ["xml", "jsons", "plain\n"],
  LOG_LEVEL: ["loudest", "inform", "info,debug", "3", "debug\n"],
};

for (const [name, values] of Object.entries(INVALID)) {
  describe(`an invalid ${name}`, () => {
    for (const value of values) {
      const env = { ...gatewayEnvironment(store), [name]: value };
      // Names the variable; the value, or a part of it that says something, does not occur.
      const assertNamed = (output, status) => {
        assert.equal(status, CONFIG, output);
        assert.match(output, new RegExp(`the environment variable ${name} `), output);
        const parts = value.split(/[\s,;/]+/).filter((part) => part.length > 3 && !/^(https?:|ftp:|info|debug)$/.test(part));
        for (const part of parts) assert.ok(!output.includes(part), `${part} is printed:\n${output}`);
      };

      test(`${JSON.stringify(value)}: check and call`, () => {
        for (const args of [["check", TABLE], ["-f", TABLE, "call", "GET /healthz"], ["-f", TABLE, "explain", "GET /carts/x"]]) {
          const { status, stdout, stderr } = runProgram(args, { env });
          assertNamed(stdout + stderr, status);
        }
      });
    }

    test("a worker does not start", async () => {
      const value = values[0];
      const { failure, log } = await runWorker({ store, env: { [name]: value } });
      assert.equal(failure, `exit status ${CONFIG}`, log);
      assert.match(log, new RegExp(`the environment variable ${name} `));
      assert.ok(!log.includes(value.trim()), log);
    });
  });
}

test("all invalid variables are named at once", () => {
  const bad = { DEFAULT_CURRENCY: "QQQQ", SUPPORTED_LOCALES: "q", FRONT_BASE_URLS: "*", API_PREFIX: "/a b" };
  const { status, stderr } = runProgram(["check", TABLE], { env: { ...gatewayEnvironment(store), ...bad } });
  assert.equal(status, CONFIG, stderr);
  for (const name of Object.keys(bad)) assert.match(stderr, new RegExp(`\\b${name}\\b`));
});

describe("valid values", () => {
  const VALID = {
    MEDUSAJS_BASE_URL: ["http://127.0.0.1:9000", "https://shop.example/base", "http://[::1]:9000/"],
    DEFAULT_CURRENCY: ["EUR", "eur", "Eur"],
    SUPPORTED_CURRENCIES: ["EUR", "eur,USD", " eur , usd ,", ""],
    SUPPORTED_LOCALES: ["en-US", "en-US, de", ""],
    DEFAULT_REGION_ID: ["", " "],
    API_PREFIX: ["", "/", "/api", "api", "/api/v2/", "/api.v2~x"],
    FRONT_BASE_URLS: ["", "https://shop.example", "http://localhost:3000, https://shop.example", "http://[::1]:3000"],
    LOG_FORMAT: ["", "json", "text", "JSON"],
    LOG_LEVEL: ["", "error", "WARN", "Info", "debug", "log", "verbose"],
  };
  for (const [name, values] of Object.entries(VALID)) {
    test(name, () => {
      for (const value of values) {
        const env = { ...gatewayEnvironment(store), [name]: value };
        const { status, stdout, stderr } = runProgram(["check", TABLE], { env });
        assert.equal(status, 0, `${JSON.stringify(value)}: ${stdout}${stderr}`);
        assert.equal(stderr, "");
      }
    });
  }
});

describe("currencies and locales in any case", () => {
  test("SUPPORTED_CURRENCIES, DEFAULT_CURRENCY and x-currency", async () => {
    const gateway = await start({ workers: 1, env: { SUPPORTED_CURRENCIES: "eur,Usd", DEFAULT_CURRENCY: "eur" } });
    const currencies = async (headers) => {
      const answer = await gateway.get("/products?limit=5&sort=name_ASC", { headers });
      assertStatus(answer, 200);
      return [answer.headers["x-currency"], answer.body.data[0].price.currency];
    };
    assert.deepEqual(await currencies({}), ["EUR", "EUR"]);
    for (const given of ["USD", "usd", "uSd"]) assert.deepEqual(await currencies({ "x-currency": given }), ["USD", "USD"]);
    for (const given of ["GBP", "EURO", "EU"]) {
      const answer = await gateway.get("/products?limit=1", { headers: { "x-currency": given } });
      assertFailure(answer, 400, /^x-currency /);
      assertCalls(answer, []);
    }
  });

  test("DEFAULT_CURRENCY in lower case gives the prices that it gives in upper case", async () => {
    const prices = async (currency) => {
      const gateway = await start({ workers: 1, env: { DEFAULT_CURRENCY: currency } });
      const answer = await gateway.get("/products?limit=20&sort=name_ASC");
      assertStatus(answer, 200);
      return answer.body.data.map(({ id, price }) => ({ id, ...price }));
    };
    const capitals = await prices("EUR");
    assert.ok(capitals.some(({ value }) => value > 0));
    assert.deepEqual(await prices("eur"), capitals);
  });

  test("SUPPORTED_LOCALES and x-locale: the list's spelling goes to Medusa and back", async () => {
    const gateway = await start({ workers: 1, env: { SUPPORTED_LOCALES: "en-US,DE-de" } });
    for (const given of ["DE-de", "de-DE", "de-de"]) {
      const answer = await gateway.get("/products?limit=1", { headers: { "x-locale": given } });
      assertStatus(answer, 200);
      assertEqual(answer, answer.headers["x-locale"], "DE-de", "x-locale");
    }
    const asked = await gateway.get("/products?limit=1&locale=de-de");
    assertStatus(asked, 200);
    for (const request of [{ path: "/products?limit=1", headers: { "x-locale": "fr" } }, { path: "/products?locale=fr" }]) {
      const answer = await gateway.get(request.path, request);
      assertFailure(answer, 400, /locale /);
      assertCalls(answer, []);
    }
  });

  test("LOG_LEVEL in any case", async () => {
    const quiet = await start({ workers: 1, env: { LOG_LEVEL: "ERROR" } });
    assertStatus(await quiet.get("/healthz"), 200);
    assert.equal(quiet.log(), "");
    const usual = await start({ workers: 1, env: { LOG_LEVEL: "Info" } });
    assertStatus(await usual.get("/healthz"), 200);
    await until("The request in the log", () => usual.log().includes('"route":"/healthz"'), { deadline: 5000 });
  });

  test("LOG_FORMAT in any case", async () => {
    const people = await start({ workers: 1, env: { LOG_FORMAT: "Text", LOG_LEVEL: "info" } });
    assertStatus(await people.get("/healthz"), 200);
    const line = /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO  \d+ method=GET route=\/healthz status=200 bytes=\d+ ms=[\d.]+ /m;
    await until("The request in the log", () => line.test(people.log()), { deadline: 5000 });
    assert.ok(!people.log().includes("{\"time\""), people.log());
  });
});
