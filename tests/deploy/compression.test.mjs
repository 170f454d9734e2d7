/*
 * Each web server compresses JSON for a caller that accepts it, and what it makes of the ETag still validates: a caller
 * that sends it back gets 304.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { json, startStandIn } from "../e2e/standin.mjs";
import { SERVER_NAMES, startServer } from "./servers.mjs";

const LIST = Array.from({ length: 200 }, (_, index) => ({ id: `thing-${index}`, title: `Thing ${index}` }));
// The path is one that nginx's cache keeps.
const PATH = "/products";
const TABLE = `
upstreams:
  things: {url: "\${THINGS_URL}", public: true}
routes:
  GET /healthz: {answer: {ok: true}}
  GET ${PATH}:
    cache: {max_age: 60s}
    steps: [{found: "GET things/list"}]
    answer: {data: $found.things}
`;

let upstream;
let folder;
before(async () => {
  upstream = await startStandIn((_, response) => json(response, 200, { things: LIST }));
  folder = mkdtempSync(join(tmpdir(), "o2s-compression-"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "routes.yaml"), TABLE);
});
after(async () => {
  await upstream?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

/** gives {status, headers, bytes} */
function get(port, path, headers) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port, path, headers, agent: false }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) });
    });
    request.once("error", reject);
  });
}

for (const name of SERVER_NAMES) {
  describe(name, () => {
    let server;
    before(async () => {
      const env = { THINGS_URL: upstream.url, LOG_LEVEL: "warn" };
      server = await startServer(name, { env, workers: 2, table: join(folder, "routes.yaml") });
    });
    after(() => server?.stop());

    for (const encoding of ["gzip", "identity"])
      test(`${encoding}: the list, and a 304 to its ETag`, async () => {
        const accept = { "accept-encoding": encoding };
        const { status, headers, bytes } = await get(server.port, PATH, accept);
        assert.equal(status, 200);
        assert.equal(headers["content-encoding"], encoding === "gzip" ? "gzip" : undefined);
        const text = encoding === "gzip" ? gunzipSync(bytes) : bytes;
        assert.deepEqual(JSON.parse(text), { data: LIST });
        if (encoding === "gzip") assert.ok(bytes.length < text.length / 4, `${bytes.length} of ${text.length} bytes`);
        // What is not compressed is for all.
        if (encoding === "gzip") assert.match(headers.vary, /accept-encoding/i);
        assert.match(headers.etag, /^(W\/)?"/);
        const again = await get(server.port, PATH, { ...accept, "if-none-match": headers.etag });
        assert.deepEqual([again.status, again.bytes.length], [304, 0]);
        const other = await get(server.port, PATH, { ...accept, "if-none-match": '"0123-gzip"' });
        assert.equal(other.status, 200);
      });
  });
}
