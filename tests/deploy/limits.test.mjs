/*
 * The rate limits of deploy/: a request beyond one is answered 429 by the web server, in the form of all errors, and
 * reaches no worker.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./servers.mjs";

const OF_A_CALLER = 10;
const OF_AN_ADDRESS = 30;
const LIMITS = fileURLToPath(new URL("../../deploy/nginx/o2s-medusa-limits.conf", import.meta.url));
// The address of a caller is the one that a proxy on this machine reports.
const BEHIND_A_PROXY = "set_real_ip_from 127.0.0.0/8; real_ip_header X-Real-IP;";
const limitsOfNginx = (text) => ["server {", `${text}\nserver { ${BEHIND_A_PROXY}`];
const AFTER_LIMITS = limitsOfNginx(readFileSync(LIMITS, "utf8"));
const LIMITED = {
  nginx: { name: "nginx", edits: [AFTER_LIMITS] },
  "nginx, with a cache": { name: "nginx, with a cache", edits: [AFTER_LIMITS] },
  HAProxy: { name: "HAProxy", serverEnv: { O2S_MEDUSA_LIMITS: "1" } },
};
const PATHS = ["/carts/cart_1/promotions", "/checkout/cart_1/place-order", "/checkout/cart_1/complete"];
const TABLE = `
upstreams:
  unused: {url: "http://127.0.0.1:9", public: true}
routes:
  GET /healthz: {answer: {ok: true}}
  GET /unused: {steps: [{unused: GET unused/x}], answer: {x: $unused.x}}
  GET /carts/{id}: {answer: {id: $path.id}}
  POST /carts: {body: {type: object}, answer: {id: cart_1}}
${["/carts/{id}/promotions", "/checkout/{id}/place-order", "/checkout/{id}/complete"]
  .map((path) => `  POST ${path}: {body: {type: object}, answer: {id: $path.id}}`)
  .join("\n")}
`;

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "o2s-limits-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "routes.yaml"), TABLE);
});
after(() => rmSync(folder, { recursive: true }));

for (const [title, { name, ...options }] of Object.entries(LIMITED)) {
  describe(title, () => {
    let server;
    // Each test has limits that nobody has used.
    const serve = async (context) => {
      server = await startServer(name, { env: {}, workers: 2, table: join(folder, "routes.yaml"), ...options });
      context.after(() => server.stop());
    };
    const post = (path, token) => server.request("POST", path, { body: {}, token });
    const assertPassed = ({ status, text }) => assert.equal(status, 201, text);
    const assertRefused = ({ status, headers, body }) => {
      assert.equal(status, 429);
      assert.deepEqual(body, { message: "Too many requests", error: "Too Many Requests", statusCode: 429 });
      assert.equal(headers["content-type"], "application/json; charset=utf-8");
      assert.equal(headers["retry-after"], "60");
      assert.equal(headers["cache-control"], "private, no-store");
    };

    test("a customer, by the token, over all limited paths", async (context) => {
      await serve(context);
      for (let i = 0; i < OF_A_CALLER; i++) assertPassed(await post(PATHS[i % PATHS.length], "alice"));
      for (const path of PATHS) assertRefused(await post(path, "alice"));
      for (const path of ["/carts/x/%70romotions", "/checkout/x/complet%65"]) assertRefused(await post(path, "alice"));
      assertPassed(await post(PATHS[0], "bob"));
      assertPassed(await post("/carts", "alice"));
      assert.equal((await server.request("GET", "/carts/x", { token: "alice" })).status, 200);
    });

    test("a customer cannot be several by another spelling of the header", async (context) => {
      await serve(context);
      const spelt = (i) => ["Bearer alice", `Bearer alice ${i}`, "bEARER  alice", "Bearer alice "][i % 4];
      const ask = (i) => server.request("POST", PATHS[0], { body: {}, headers: { authorization: spelt(i) } });
      for (let i = 0; i < OF_A_CALLER; i++) assertPassed(await ask(i));
      for (let i = 0; i < 4; i++) assertRefused(await ask(i));
    });

    test("an address, also with a new token for each request", async (context) => {
      await serve(context);
      for (let i = 0; i < OF_AN_ADDRESS; i++) assertPassed(await post(PATHS[0], i % 2 ? `token-${i}` : undefined));
      assertRefused(await post(PATHS[0]));
      assertRefused(await post(PATHS[1], "another"));
      assertPassed(await post("/carts"));
    });
  });
}

describe("nginx, of addresses that a proxy reports", () => {
  const serve = async (context, text) => {
    const options = { env: {}, workers: 2, table: join(folder, "routes.yaml"), edits: [limitsOfNginx(text)] };
    const server = await startServer("nginx", options);
    context.after(() => server.stop());
    const post = (address) => server.request("POST", PATHS[0], { body: {}, headers: { "x-real-ip": address } });
    return async (addresses) => {
      const statuses = [];
      for (const address of addresses) statuses.push((await post(address)).status);
      return statuses.filter((status) => status === 201).length;
    };
  };
  const times = (count, address) => Array.from({ length: count }, (_, i) => address(i + 1));

  test("those of one IPv6 network are one", async (context) => {
    const passed = await serve(context, readFileSync(LIMITS, "utf8"));
    assert.equal(await passed(times(OF_AN_ADDRESS + 5, (i) => `2001:db8:1:1::${i}`)), OF_AN_ADDRESS);
    assert.equal(await passed(times(5, (i) => `2001:db8:1:2::${i}`)), 5);
  });

  test("those of a storefront's servers have no limit", async (context) => {
    const text = readFileSync(LIMITS, "utf8");
    assert.match(text, /^ {4}default 1;$/m);
    const passed = await serve(context, text.replace(/^ {4}default 1;$/m, "    default 1;\n    192.0.2.10 0;"));
    assert.equal(await passed(times(OF_AN_ADDRESS + 5, () => "192.0.2.10")), OF_AN_ADDRESS + 5);
    assert.equal(await passed(times(OF_AN_ADDRESS + 5, () => "192.0.2.11")), OF_AN_ADDRESS);
  });
});
