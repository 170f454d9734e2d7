/*
 * Hostile requests (tests/e2e/hostile-requests.mjs) through the web servers that tests/e2e does not have: each takes
 * HTTP apart in a way of its own, and passes on what another one turns away. (nginx is one, with a cache or without.
 * HAProxy and Caddy are left out, for the time that it takes.)
 * And what becomes of a body in chunks.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { faultsOfAnswer, faultsOfCall, faultsOfLog, secretsOf } from "../e2e/credentials.mjs";
import { gatewayEnvironment, isAlive } from "../e2e/harness.mjs";
import { GROUPS, probe } from "../e2e/hostile-requests.mjs";
import { sendBytes, shown } from "../e2e/raw.mjs";
import { openStore } from "../e2e/store.mjs";
import { SERVER_NAMES, startServer, workersOf } from "./servers.mjs";

let store;
before(async () => {
  store = await openStore();
});
after(() => store?.stop());

const HEAD = "POST /carts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

for (const name of SERVER_NAMES.filter((one) => !/^(nginx|HAProxy|Caddy)/.test(one))) {
  describe(name, () => {
    let server;
    let workers;
    before(async () => {
      server = await startServer(name, { env: { ...gatewayEnvironment(store), LOG_LEVEL: "info" } });
      workers = workersOf(server);
      assert.ok(workers.length, "no worker was found");
    });
    after(() => server?.stop());

    for (const [group, rows] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const row of rows) {
          test(row.what ?? shown(row.bytes), async () => {
            const from = server.log().length;
            const { answer, calls } = await probe(server, store, row);
            // The server's own log is there too, and has what was asked for in it: only what workers write counts.
            const lines = server.log().slice(from).split("\n").filter((line) => line.startsWith("{"));
            const secrets = secretsOf(store);
            assert.deepEqual(
              [
                ...calls.flatMap((call) => faultsOfCall(call, secrets)),
                ...faultsOfLog(lines.join("\n"), secrets),
                ...faultsOfAnswer(answer, store),
              ],
              [],
            );
          });
        }

        test("the workers serve on", async () => {
          assert.deepEqual(workers.filter((pid) => !isAlive(pid)), [], "workers that have ended");
          assert.equal((await server.request("GET", "/products?limit=1")).status, 200);
        });
      });
    }

    test("a body in chunks, with moments between them, makes one cart", async () => {
      const parts = [...'{"currency":"EUR"}'].map(chunk).concat("0\r\n\r\n");
      const since = store.lastCall();
      const { status, text, body } = await sendBytes(
        server.port,
        [`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...parts].map((part) => Buffer.from(part)),
      );
      assert.equal(status, 201, text);
      assert.match(body.id, /^cart_/);
      assert.deepEqual((await store.calls(since)).map(({ method, url }) => `${method} ${url.split("?")[0]}`), ["POST /store/carts"]);
    });
  });
}
