/*
 * The site of nginx in doc/o2s.md: what the portal's browser calls is answered by o2s-medusa, and everything else by O2S's
 * API in Node.js, of which a stand-in tells what it got.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, startGateway, startNginx } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { bodyOf } from "../e2e/relay.mjs";
import { openStore } from "../e2e/store.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";

const PAGE = fileURLToPath(new URL("../../doc/o2s.md", import.meta.url));
const ORIGIN = "https://portal.example.com";

/** The one block of this language in a page. */
function blockOf(page, language) {
  const blocks = [...readFileSync(page, "utf8").matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  assert.equal(blocks.length, 1, `blocks of ${language} in ${page}`);
  return blocks[0][1];
}

let workspace;
let store;
let gateway;
let node;
let request;
before(async () => {
  store = await openStore();
  workspace = openWorkspace();
  gateway = await startGateway({ store, env: { API_PREFIX: "api", FRONT_BASE_URLS: ORIGIN } });
  node = http.createServer(async (got, response) => {
    const body = (await bodyOf(got)).toString();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ node: true, method: got.method, url: got.url, headers: got.headers, body }));
  });
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  const port = await freePort();
  const replacements = [
    ["127.0.0.1:8080", `127.0.0.1:${port}`],
    ["127.0.0.1:3001", `127.0.0.1:${node.address().port}`],
    ["unix:/run/o2s-medusa/o2s-medusa.sock", `unix:${gateway.socket}`],
  ];
  let site = blockOf(PAGE, "nginx");
  for (const [old, other] of replacements) {
    assert.ok(site.includes(old), `${PAGE}: no ${old}`);
    site = site.replace(old, other);
  }
  startNginx(workspace, "portal", site);
  request = (method, path, options) => send(port, method, path, options);
  await until(
    "nginx's first answer",
    () =>
      request("GET", "/").then(
        () => true,
        () => false,
      ),
    { deadline: 15_000 },
  );
});
after(async () => {
  await workspace?.close();
  await gateway?.stop();
  node?.closeAllConnections();
  node?.close();
  await store?.stop();
});

describe("what o2s-medusa answers", () => {
  test("a cart is created, filled, read and emptied", async () => {
    const token = store.alice;
    const created = await request("POST", "/api/carts", { token, body: { currency: "EUR" } });
    assert.equal(created.status, 201, created.text);
    const { id } = created.body;
    const filled = await request("POST", "/api/carts/items", {
      token,
      body: { cartId: id, sku: "BARE-1", quantity: 10 },
    });
    assert.equal(filled.body.items.total, 1, filled.text);
    const read = await request("GET", `/api/carts/${id}`, { token });
    const direct = await gateway.get(`/api/carts/${id}`, { token });
    assert.equal(read.text, direct.text);
    const item = filled.body.items.data[0].id;
    const emptied = await request("DELETE", `/api/carts/${id}/items/${item}`, { token });
    assert.deepEqual([emptied.status, emptied.body.items.total], [200, 0], emptied.text);
  });

  const ANSWERS = [
    ["GET", "/api/carts", 501],
    ["GET", "/api/carts/none", 404],
    ["PATCH", "/api/carts/a%2Fb", 404],
    ["DELETE", "/api/carts/none/promotions/X", 404],
    ["GET", "/api/checkout/none/summary", 404],
    ["POST", "/api/checkout/none/place-order", 404],
    ["GET", "/api/payments/providers?regionId=none", 200],
  ];
  for (const [method, path, status] of ANSWERS) {
    test(`${method} ${path}`, async () => {
      const answer = await request(method, path, method === "GET" || method === "DELETE" ? {} : { body: {} });
      assert.equal(answer.body.node, undefined, answer.text);
      assert.ok(answer.headers["x-request-id"], "x-request-id");
      assert.equal(answer.status, status, answer.text);
    });
  }

  test("a preflight of the portal's origin", async () => {
    const headers = { origin: ORIGIN, "access-control-request-method": "PATCH" };
    const { status, headers: got } = await request("OPTIONS", "/api/carts/x", { headers });
    assert.deepEqual([status, got["access-control-allow-origin"]], [204, ORIGIN]);
  });
});

describe("what Node.js answers", () => {
  const PATHS = [
    "/api/page?slug=%2Fcart",
    "/api/blocks/cart?id=x",
    "/api/blocks/checkout-summary",
    "/api/products?limit=2",
    "/api/orders",
    "/api/cartsx",
    "/api/x/carts",
    "/carts",
  ];
  for (const path of PATHS) {
    test(`GET ${path}`, async () => {
      const { body } = await request("GET", path, { token: "abc", headers: { host: "portal.example.com" } });
      assert.deepEqual([body.node, body.url], [true, path]);
      assert.equal(body.headers.authorization, "Bearer abc");
      assert.equal(body.headers.host, "portal.example.com");
      assert.equal(body.headers["x-forwarded-for"], "127.0.0.1");
    });
  }

  test("a body", async () => {
    const { body } = await request("POST", "/api/tickets", { body: { a: "ü" } });
    assert.deepEqual([body.method, body.body], ["POST", '{"a":"ü"}']);
  });

  test("while Node.js is away, carts are answered", async () => {
    node.closeAllConnections();
    node.close();
    await once(node, "close");
    assert.equal((await request("GET", "/api/page")).status, 502);
    assert.equal((await request("GET", "/api/payments/providers?regionId=none")).status, 200);
  });
});
