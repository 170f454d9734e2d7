/* Each web server with its files of deploy/: the page of the API's description, and the routes beside it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SERVER_NAMES, startServer } from "./servers.mjs";

// Nothing here asks Medusa.
const env = {
  MEDUSAJS_BASE_URL: "http://127.0.0.1:9",
  MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
  DEFAULT_CURRENCY: "EUR",
};

// The files of the others are about the API alone.
for (const name of SERVER_NAMES.filter((name) => /^(nginx|Apache|lighttpd)/.test(name))) {
  describe(name, () => {
    let server;
    before(async () => {
      server = await startServer(name, { env, workers: 1, page: true });
    });
    after(() => server?.stop());

    test("serves the page and its files with their types", async () => {
      const redirect = await server.request("GET", "/docs-api");
      assert.equal(redirect.status, 301);
      assert.match(redirect.headers.location, /^(http:\/\/[^/]+)?\/docs-api\/$/);
      for (const [file, type] of [
        ["", "text/html"],
        ["page.js", "text/javascript"],
        ["swagger-ui-bundle.js", "text/javascript"],
        ["swagger-ui.css", "text/css"],
      ]) {
        const { status, headers } = await server.request("GET", `/docs-api/${file}`);
        assert.equal(status, 200, file);
        assert.ok(headers["content-type"]?.startsWith(type), `${file}: ${headers["content-type"]}`);
      }
      assert.equal((await server.request("GET", "/docs-api/other")).status, 404);
    });

    test("passes the routes of the description on", async () => {
      const json = await server.request("GET", "/docs-api-json");
      assert.equal(json.body?.openapi, "3.1.0", json.text.slice(0, 200));
      const yaml = await server.request("GET", "/docs-api-yaml");
      assert.equal(yaml.headers["content-type"], "application/yaml; charset=utf-8");
    });
  });
}
