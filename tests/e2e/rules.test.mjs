/*
 * Rules that hold for every route: empty values, integers, lists, limits, and in which order a request is checked. The
 * routes of the second part are read from the shipped table, so that a new one is tested automatically.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertCalls, assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { newCustomer } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { startGateway } from "./harness.mjs";
import { routesOfTable, schemasOfTable } from "./table.mjs";

const { store, gateway } = await openContext();
const { fixtures } = store;

describe("a table of one's own", () => {
  let echo;
  before(async () => {
    echo = await startGateway({
      workers: 1,
      table: `
common:
  headers: {x-locale: {type: string, enum: [en, de], ignoreCase: true}}
schemas:
  Query:
    type: object
    required: [name]
    properties:
      name: {type: string}
      word: {type: string, enum: [a, b]}
      count: {type: integer, minimum: 0, maximum: 1000}
      tags: {type: array, items: {type: string}}
      day: {type: string, format: iso8601}
  Body:
    type: object
    required: [name]
    properties:
      name: {type: string}
      word: {type: string, enum: [a, b]}
      mail: {type: string, format: email}
      notes: {type: string, allowEmpty: true}
      free: {type: object}
upstreams: {nobody: {url: "http://127.0.0.1:9"}}
routes:
  GET /query:
    query: Query
    answer: {query: $query, locale: $headers.x-locale}
  POST /body:
    body: Body
    answer: {given: $body}
  POST /signed-in:
    query: Query
    body: Body
    steps:
      - require: $headers.authorization
        else: 401 Authentication required
    answer: {given: $body}
`,
    });
  });
  after(() => echo.stop());

  const queried = async (query, options) => {
    const answer = await echo.get(`/query?${query}`, options);
    assertStatus(answer, 200);
    return answer.body;
  };

  for (const empty of ["", "%20", "+%20", "%09"]) {
    test(`a query parameter with the value "${empty}" is absent`, async () => {
      const query = ["word", "count", "tags", "day"].map((name) => `${name}=${empty}`).join("&");
      assert.deepEqual((await queried(`name=x&${query}`)).query, { name: "x" });
    });

    test(`a required query parameter with the value "${empty}" is refused`, async () => {
      assertFailure(await echo.get(`/query?name=${empty}`), 400, /^name /);
    });
  }

  test("a query parameter without a value is absent", async () => {
    assert.deepEqual((await queried("name=x&word&count")).query, { name: "x" });
    assertFailure(await echo.get("/query?name"), 400, /^name /);
  });

  test("an empty header is absent", async () => {
    assert.equal((await queried("name=x", { headers: { "x-locale": "" } })).locale, undefined);
    assert.equal((await queried("name=x", { headers: { "x-locale": " " } })).locale, undefined);
    assert.equal((await queried("name=x", { headers: { "x-locale": "DE" } })).locale, "de");
    assertFailure(await echo.get("/query?name=x", { headers: { "x-locale": "fr" } }), 400, /x-locale/);
  });

  test("an empty or blank optional member of a body is absent", async () => {
    for (const empty of ["", " ", " \t\n"]) {
      const answer = await echo.post("/body", { name: "x", word: empty, mail: empty });
      assertStatus(answer, 201);
      assert.deepEqual(answer.body, { given: { name: "x" } });
    }
  });

  test("an empty or blank required member of a body is refused", async () => {
    for (const empty of ["", " ", " \t\n"]) assertFailure(await echo.post("/body", { name: empty }), 400, /^name /);
  });

  test("an empty string stays where the schema allows it, and in an object without a schema", async () => {
    const body = { name: "x", notes: "", free: { a: "", b: { c: " " } } };
    const answer = await echo.post("/body", body);
    assertStatus(answer, 201);
    assert.deepEqual(answer.body, { given: body });
  });

  for (const number of [0, 7, 1000]) {
    test(`count=${number} is an integer`, async () => {
      assert.equal((await queried(`name=x&count=${number}`)).query.count, number);
    });
  }

  for (const wrong of ["1e1", "1.0", "0x1", "+1", "%2B1", "1_0", "1,0", "ten", "-1", "1001", "9".repeat(400), "١"]) {
    test(`count=${wrong.slice(0, 20)} is refused`, async () => {
      assertFailure(await echo.get(`/query?name=x&count=${encodeURI(wrong)}`), 400, /^count /);
    });
  }

  test("a list may be given once", async () => {
    assert.deepEqual((await queried("name=x&tags=a")).query.tags, ["a"]);
    assert.deepEqual((await queried("name=x&tags=a&tags=b")).query.tags, ["a", "b"]);
    assert.deepEqual((await queried("name=x&tags[]=a")).query.tags, ["a"]);
  });

  test("the token is checked before the query and the body", async () => {
    const wrong = { name: 5 };
    assertFailure(await echo.post("/signed-in?count=x", wrong), 401);
    assertFailure(await echo.post("/signed-in?name=x", wrong), 401);
    assertFailure(await echo.post("/signed-in?count=x", wrong, { token: "t" }), 400, /count/);
    assertFailure(await echo.post("/signed-in?name=x", wrong, { token: "t" }), 400, /^name /);
  });
});

describe("the shipped table", () => {
  const routes = routesOfTable();
  const schemas = schemasOfTable();
  const product = fixtures.products.withReferences;
  // Values of the parameters of a path; any id does where nothing is called.
  const ids = { id: "x", cartId: "cart_01", itemId: "cali_01", code: "TEN", variantId: product.variants[0].id };
  const pathOf = ({ path }) => {
    const id = path.startsWith("/products") ? product.id : ids.id;
    return path.replace(/\{(\w+)\}/g, (_, name) => (name === "id" ? id : ids[name]));
  };
  const queryOf = ({ query }) => {
    const given = schemas[query].required.map((name) => [name, { regionId: fixtures.regions.eur.id }[name]]);
    assert.ok(given.every(([, value]) => value), `${query} requires what this test has no value for`);
    return new URLSearchParams(given);
  };

  let token;
  before(async () => {
    ({ token } = await newCustomer(store));
  });

  const withQuery = routes.filter(({ query }) => query);
  const signedIn = routes.filter(({ needsToken }) => needsToken);

  test("has the routes that these tests are about", () => {
    assert.ok(routes.length >= 37, `${routes.length} routes`);
    assert.deepEqual(
      withQuery.map(({ method, path }) => `${method} ${path}`),
      [
        "GET /products",
        "GET /products/{id}",
        "GET /products/{id}/variants/{variantId}/related-products",
        "GET /orders",
        "GET /customers/addresses",
        "GET /payments/providers",
      ],
    );
    assert.deepEqual(
      signedIn.map(({ method, path }) => `${method} ${path}`),
      [
        "GET /orders",
        "GET /customers/addresses",
        "GET /customers/addresses/{id}",
        "POST /customers/addresses",
        "PATCH /customers/addresses/{id}",
        "DELETE /customers/addresses/{id}",
        "POST /customers/addresses/{id}/default",
      ],
    );
  });

  for (const route of withQuery) {
    const { method, path, query } = route;
    const { required, members } = schemas[query];
    const ask = (add) => {
      const params = queryOf(route);
      for (const [name, value] of Object.entries(add)) params.set(name, value);
      return gateway.get(`${pathOf(route)}?${params}`, { token });
    };
    // The calls without what differs from one request to the next.
    const callsOf = ({ calls }) => calls.map(({ line, query: sent }) => `${line}?${sent}`).sort();

    test(`${method} ${path}: an empty parameter is absent`, async () => {
      const optional = Object.keys(members).filter((name) => !required.includes(name));
      const plain = await ask({});
      assertStatus(plain, 200);
      assertThat(plain, plain.calls.length > 0, "a call to Medusa");
      const all = await ask(Object.fromEntries(optional.map((name) => [name, ""])));
      assertStatus(all, 200);
      assertEqual(all, callsOf(all), callsOf(plain), "the calls");
      for (const name of optional) {
        const answer = await ask({ [name]: " " });
        assertStatus(answer, 200);
        assertEqual(answer, callsOf(answer), callsOf(plain), `the calls with ${name} blank`);
      }
    });

    for (const name of required) {
      test(`${method} ${path}: an empty ${name} is refused`, async () => {
        const answer = await ask({ [name]: "" });
        assertFailure(answer, 400, new RegExp(`^${name} `));
        assertCalls(answer, []);
      });
    }

    for (const name of ["limit", "offset"].filter((candidate) => candidate in members)) {
      test(`${method} ${path}: ${name} is written in decimal digits`, async () => {
        for (const wrong of ["1e1", "1.0", "0x1", "+1", "-1", "ten", "1;2"]) {
          const answer = await ask({ [name]: wrong });
          assertFailure(answer, 400, new RegExp(`^${name} `));
          assertCalls(answer, []);
        }
      });
    }

    if (!("limit" in members)) continue;
    test(`${method} ${path}: limit is at least 1 and at most 1000`, async () => {
      assertStatus(await ask({ limit: "1000" }), 200);
      assertStatus(await ask({ limit: "1" }), 200);
      for (const wrong of ["0", "1001", "100000000000000000000"]) {
        const answer = await ask({ limit: wrong });
        assertFailure(answer, 400, /^limit /);
        assertCalls(answer, []);
      }
    });
  }

  for (const route of signedIn) {
    const { method, path, query, body } = route;
    const wrong = {
      ...(query && { "a wrong query": { target: `${pathOf(route)}?limit=x&offset=x` } }),
      ...(body && {
        "a wrong body": { body: { label: 5, isDefault: "yes" } },
        "a body that is no JSON": { body: "{", headers: { "content-type": "application/json" } },
      }),
    };
    const ask = ({ target = pathOf(route), ...options }) => gateway.request(method, target, options);

    test(`${method} ${path}: 401 without a token`, async () => {
      const answer = await ask(body ? { body: {} } : {});
      assertFailure(answer, 401, "Authentication required");
      assertCalls(answer, []);
    });

    for (const [what, request] of Object.entries(wrong)) {
      test(`${method} ${path}, ${what}: 401 without a token, 400 with one`, async () => {
        const refused = await ask(request);
        assertFailure(refused, 401, "Authentication required");
        assertCalls(refused, []);
        const checked = await ask({ ...request, token });
        assertFailure(checked, 400);
        assertCalls(checked, []);
      });
    }
  }

  test("a required or optional member of a body that is empty", async () => {
    const plain = await gateway.post("/carts", { currency: "EUR", regionId: "" });
    assertStatus(plain, 201);
    assertEqual(plain, plain.body.regionId, fixtures.regions.eur.id, "the default region");
    for (const currency of ["", "  "]) {
      const answer = await gateway.post("/carts", { currency });
      assertFailure(answer, 400, /^currency /);
      assertCalls(answer, []);
    }
  });

  test("an empty header is absent", async () => {
    for (const name of ["x-currency", "x-locale"]) {
      const answer = await gateway.get("/products?limit=1", { headers: { [name]: "" } });
      assertStatus(answer, 200);
      assertEqual(answer, answer.headers["x-currency"], "EUR", "the currency");
      assertEqual(answer, answer.headers["x-locale"], undefined, "the locale");
    }
    const anonymous = await gateway.get("/orders", { headers: { authorization: "" } });
    assertFailure(anonymous, 401, "Authentication required");
    assertCalls(anonymous, []);
  });
});
