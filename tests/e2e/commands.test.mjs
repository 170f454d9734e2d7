import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { TABLE, gatewayEnvironment, runProgram } from "./harness.mjs";
import { openStore } from "./store.mjs";

const store = await openStore();
const env = gatewayEnvironment(store);
const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-commands-"));
const shipped = readFileSync(TABLE, "utf8");
const CASES = fileURLToPath(new URL("../table", import.meta.url));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await store.stop();
});

// EX_USAGE and EX_CONFIG of sysexits.h.
const USAGE = 64;
const CONFIG = 78;

function run(args, options) {
  const { status, stdout, stderr } = runProgram(args, { env, ...options });
  return { status, stdout, stderr, all: `exit status ${status}\nstdout:\n${stdout}\nstderr:\n${stderr}` };
}

function tableOf(text) {
  const file = join(folder, "routes.yaml");
  writeFileSync(file, text);
  return file;
}

const has = (result, stream, pattern) => assert.match(result[stream], pattern, result.all);
const ends = (result, status) => assert.equal(result.status, status, result.all);

describe("check", () => {
  test("a good table: a line with its counts", () => {
    for (const args of [
      ["check", TABLE],
      ["-f", TABLE, "check"],
      ["check", "--file", TABLE],
    ]) {
      const result = run(args);
      ends(result, 0);
      has(result, "stdout", /\d+ routes/);
      assert.equal(result.stdout.trim().split("\n").length, 1, result.all);
    }
  });

  test("all mistakes, each with its place, the line and a caret", () => {
    const table = shipped
      .replace("sku: $variant.sku", "sku: $varient.sku")
      .replace("each tag ??", "eech tag ??")
      .replace("- found: GET store/products\n", "- found: GET stor/products\n");
    const result = run(["check", tableOf(table)]);
    ends(result, 1);
    const output = result.stdout + result.stderr;
    const line = (text) => table.split("\n").findIndex((candidate) => candidate.includes(text)) + 1;
    for (const [wrong, hint] of [
      ["$varient.sku", "variant"],
      ["eech tag", "each"],
      ["GET stor/products", "store"],
    ]) {
      const place = new RegExp(`routes\\.yaml:${line(wrong)}:(\\d+): .*${hint}`);
      const column = Number(place.exec(output)?.[1] ?? assert.fail(`no ${place} in\n${output}`));
      const source = table.split("\n")[line(wrong) - 1];
      const shown = output.slice(place.exec(output).index).split("\n");
      assert.ok(shown[1].endsWith(source), `the source line is shown:\n${output}`);
      assert.equal(shown[2].indexOf("^") - shown[1].indexOf(source), column - 1, `the caret's column:\n${output}`);
    }
  });

  test("YAML that is none", () => {
    const result = run(["check", tableOf("routes:\n  - [\n")]);
    ends(result, 1);
    has(result, "stderr", /routes\.yaml:\d+:\d+: /);
  });

  test("an empty table", () => {
    const result = run(["check", tableOf("\n")]);
    ends(result, 1);
    has(result, "stderr", /routes|upstreams|empty/);
  });

  test("no table", () => {
    const result = run(["check", join(folder, "none.yaml")]);
    ends(result, 1);
    has(result, "stderr", /none\.yaml: No such file/);
  });

  test("needs no environment, and says what workers will need", () => {
    const result = run(["check", TABLE], { env: {} });
    ends(result, 0);
    has(result, "stderr", /MEDUSAJS_BASE_URL/);
  });
});

describe("call", () => {
  // As HTTP has it: the status, headers, a blank line, the body.
  const parsed = ({ stdout }) => {
    const end = stdout.indexOf("\n\n");
    return { head: stdout.slice(0, end), body: JSON.parse(stdout.slice(end)) };
  };

  test("a request through the whole path", () => {
    const result = run(["-f", TABLE, "call", "GET /products?limit=2&sort=name_ASC"]);
    ends(result, 0);
    const { head, body } = parsed(result);
    assert.match(head, /^200 OK\n/);
    assert.equal(body.total, 54, result.all);
    assert.equal(body.data[0].name, "Bare", result.all);
  });

  test("with a header and a body", () => {
    const result = run(["-f", TABLE, "call", "POST /carts", "-H", "x-currency: USD", "-d", '{"currency":"EUR"}']);
    ends(result, 0);
    const { head, body } = parsed(result);
    assert.match(head, /^201 Created\n/);
    assert.match(head, /^x-currency: USD$/m);
    assert.match(body.id, /^cart_/);
  });

  test("a failure: exit status 1", () => {
    const result = run(["-f", TABLE, "call", "GET /products?limit=x"]);
    ends(result, 1);
    has(result, "stdout", /"statusCode":400/);
  });

  test("without the environment it needs", () => {
    const result = run(["-f", TABLE, "call", "GET /products"], { env: { ...env, DEFAULT_CURRENCY: undefined } });
    ends(result, CONFIG);
    has(result, "stderr", /DEFAULT_CURRENCY/);
  });
});

describe("call tells why", () => {
  test("with -v: each call, its headers without secrets, and what was read but absent", () => {
    const table = tableOf(shipped.replace("    name: .title\n", "    name: .title\n    vendor: .categories.0.vendr\n"));
    const result = run(["-f", table, "-v", "call", "GET /products?limit=2"]);
    ends(result, 0);
    has(result, "stderr", new RegExp(`^\\$\\w+ \\(line \\d+\\): GET ${store.url}/store/products\\?\\S*fields=id,`, "m"));
    has(result, "stderr", /^ {4}x-publishable-api-key: \[hidden\]$/m);
    has(result, "stderr", /^ {4}200 OK \(\d+\.\d ms\)$/m);
    has(result, "stderr", /read but absent: .*products\[\]\.categories\[\]\.vendr/);
    JSON.parse(result.stdout.slice(result.stdout.indexOf("\n\n")));
    assert.ok(!result.all.includes(store.publishableKey), result.all);
  });

  test("a failure of Medusa: the call, the status and its message", () => {
    const result = run(["-f", TABLE, "call", "GET /products?limit=1"], {
      env: { ...env, MEDUSAJS_PUBLISHABLE_API_KEY: "pk_none" },
    });
    ends(result, 1);
    has(result, "stderr", new RegExp(`^\\$\\w+ \\(line \\d+\\): GET ${store.url}/store/\\S+: 4\\d\\d .*key`, "m"));
    assert.ok(!result.all.includes("pk_none"), result.all);
  });

  test("nothing of a request that the caller got wrong, or that succeeds", () => {
    for (const line of ["GET /products?limit=x", "GET /products?limit=1"])
      assert.equal(run(["-f", TABLE, "call", line]).stderr, "");
  });
});

describe("explain", () => {
  test("a read: route, calls, what is read, what goes together", () => {
    const result = run(["-f", TABLE, "explain", "GET /carts/cart_01", "-H", "Authorization: Bearer SECRET"]);
    ends(result, 0);
    has(result, "stdout", /GET \/carts\/\{cartId\}/);
    has(result, "stdout", new RegExp(`GET ${store.url}/store/carts/cart_01\\?fields=`));
    has(result, "stdout", new RegExp(`GET ${store.url}/store/customers/me\\?fields=id`));
    has(result, "stdout", /together/);
    has(result, "stdout", /^ {6}authorization: \[hidden\]$/m);
    has(result, "stdout", /^ {6}x-publishable-api-key: \[hidden\]$/m);
    has(result, "stdout", /has_account/);
    assert.ok(!result.all.includes("SECRET"), result.all);
    assert.ok(!result.all.includes(store.publishableKey), result.all);
  });

  test("nothing is called", async () => {
    const since = store.lastCall();
    run(["-f", TABLE, "explain", "DELETE /carts/cart_01/items/cali_01"]);
    assert.deepEqual(await store.calls(since), []);
  });

  test("URLs are shown as they would be sent", () => {
    const body = JSON.stringify({ cartId: "a/b?c", variantId: "variant_01", quantity: 1 });
    const result = run(["-f", TABLE, "explain", "POST /carts/items", "-d", body]);
    ends(result, 0);
    has(result, "stdout", /GET \S+\/store\/carts\/a%2Fb%3Fc\?/);
    has(result, "stdout", /POST \S+\/store\/carts\/a%2Fb%3Fc\/line-items/);
  });

  test("an unknown path", () => {
    const result = run(["-f", TABLE, "explain", "GET /nothing"]);
    ends(result, 1);
    has(result, "stdout", /404/);
  });

  test("a path that is nearly one of the table's", () => {
    const result = run(["-f", TABLE, "explain", "GET /product"]);
    ends(result, 1);
    assert.equal(result.stderr, "no route matches GET /product; did you mean GET /products?\n");
  });
});

describe("eval", () => {
  const address = { country_code: "de", city: "Kiel", address_2: " 3 ", metadata: { taxId: "DE1" } };
  const expected = {
    taxId: "DE1",
    country: "DE",
    district: "",
    region: "",
    streetName: "",
    streetNumber: "3",
    city: "Kiel",
    postalCode: "",
  };

  test("JSON from standard input", () => {
    const result = run(["-f", TABLE, "eval", ". | address"], { input: JSON.stringify(address) });
    ends(result, 0);
    assert.deepEqual(JSON.parse(result.stdout), expected);
  });

  test("JSON from a file", () => {
    const file = join(folder, "address.json");
    writeFileSync(file, JSON.stringify(address));
    const result = run(["-f", TABLE, "eval", ". | address", file]);
    ends(result, 0);
    assert.deepEqual(JSON.parse(result.stdout), expected);
  });

  test("an unknown mapper: the nearest name", () => {
    const result = run(["-f", TABLE, "eval", ". | adress"]);
    assert.notEqual(result.status, 0, result.all);
    has(result, "stderr", /address/);
  });

  test("input that is no JSON", () => {
    const result = run(["-f", TABLE, "eval", ". | address"], { input: "{" });
    assert.notEqual(result.status, 0, result.all);
    has(result, "stderr", /JSON/);
  });

  test("a list, and an argument that is an object", () => {
    const input = JSON.stringify([address, { ...address, city: "Jena" }]);
    const result = run(["-f", TABLE, "eval", "[$first, . | each address | pluck .city]", "--set", 'first={"a":1}'], { input });
    ends(result, 0);
    assert.deepEqual(JSON.parse(result.stdout), [{ a: 1 }, ["Kiel", "Jena"]]);
  });

  test("a result that is missing", () => {
    const result = run(["-f", TABLE, "eval", ".town"], { input: JSON.stringify(address) });
    ends(result, 1);
    assert.equal(result.stdout, "");
    has(result, "stderr", /missing/);
  });

  test("an error in the expression, with a caret", () => {
    const result = run(["-f", TABLE, "eval", ". | adres"]);
    ends(result, USAGE);
    has(result, "stderr", /^expression:1:5: .*"address"\?\n +1 \| \. \| adres\n +\| {5}\^\n$/);
  });

  test("map was its name", () => {
    const result = run(["-f", TABLE, "map", "address"]);
    ends(result, USAGE);
    has(result, "stderr", /o2s-medusa eval/);
  });
});

describe("the program", () => {
  test("--help", () => {
    for (const option of ["--help", "-h"]) {
      const result = run([option], { env: {} });
      ends(result, 0);
      for (const word of ["check", "call", "explain", "eval", "--file", "--watch"])
        has(result, "stdout", new RegExp(word));
    }
  });

  test("--version", () => {
    const result = run(["--version"], { env: {} });
    ends(result, 0);
    has(result, "stdout", /^o2s-medusa \d+\.\d+\.\d+\n$/);
  });

  test("started without a socket it says how to start it", () => {
    const result = run(["-f", TABLE]);
    ends(result, USAGE);
    has(result, "stderr", /spawn-fcgi -s \S+ .*o2s-medusa/);
  });

  for (const args of [["nonsense"], ["--nonsense"], ["eval"], ["call"], ["explain"], ["check", "a", "b"], ["-f"]]) {
    test(`"${args.join(" ")}" is wrong usage`, () => {
      const result = run(args);
      ends(result, USAGE);
      has(result, "stderr", /o2s-medusa/);
      assert.equal(result.stdout, "", result.all);
    });
  }
});

describe("test", () => {
  const file = join(folder, "case.yaml");
  const request = "GET /products?limit=2&offset=3";

  test("a recorded case has no credentials, passes without Medusa, and agrees with it", () => {
    const recorded = run(["-f", TABLE, "-H", `Authorization: Bearer ${store.alice}`, "test", "--record", request, "-o", file]);
    ends(recorded, 0);
    const text = readFileSync(file, "utf8");
    for (const secret of [store.publishableKey, store.adminKey, store.alice, store.url])
      assert.ok(!text.includes(secret), "a credential or the address of the store is in the case");
    const passed = run(["-f", TABLE, "test", file], { env: {} });
    ends(passed, 0);
    has(passed, "stdout", /^1 case, 0 failed, in \d+ ms$/m);
    const live = run(["-f", TABLE, "test", "--live", file]);
    has(live, "stdout", /^ {2}GET store\/products: (200|401 in place of 200), \d+ ms$/m);
    // Base prices are not asked for in this currency, so they are not missing.
    assert.doesNotMatch(live.stdout, /prices/, live.all);
    has(live, "stdout", /^1 GET call of 1 case, \d with differences$/m);
  });

  test("the cases of the shipped table pass", () => {
    const result = run(["-f", TABLE, "test", "--minimum", "95", CASES], { env: {} });
    ends(result, 0);
    has(result, "stdout", /^coverage \d+\.\d %: /m);
  });
});
