/* The User-Agent of calls, with a stand-in for Medusa. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertStatus } from "./assertions.mjs";
import { runProgram, startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";
import { until } from "../store/lib/wait.mjs";

const breaker = "{failures: 1, retry_after: 100ms, probe: /probe}";
const table = (url) => `
upstreams:
  plain: {url: "${url}/plain", public: true, breaker: ${breaker}}
  own: {url: "${url}/own", public: true, headers: {user-agent: shop/1}, breaker: ${breaker}}
  forwards: {url: "${url}/forwards", public: true, forward: [user-agent]}
routes:
  GET /calls:
    steps:
      - a: GET plain/a
      - b: GET own/a
      - c: GET forwards/a
    answer: [$a.id, $b.id, $c.id]
`;
let fails = false;
const standIn = await startStandIn((request, response) => json(response, fails ? 503 : 200, { id: 1 }));
after(() => standIn.stop());
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());
const version = runProgram(["--version"]).stdout.match(/\d+\.\d+\.\d+/)[0];
const agents = () => Object.fromEntries(standIn.requests.map(({ url, headers }) => [url, headers["user-agent"]]));

test("is ours, unless the table sets or forwards one", async () => {
  assertStatus(await gateway.get("/calls", { headers: { "user-agent": "browser/9" } }), 200);
  assert.deepEqual(agents(), {
    "/plain/a": `o2s-medusa/${version}`,
    "/own/a": "shop/1",
    "/forwards/a": "browser/9",
  });
});

test("a probe has the same", async () => {
  fails = true;
  await gateway.get("/calls");
  fails = false;
  const recovers = async () => (await gateway.get("/calls")).status === 200;
  await until("A request that succeeds", recovers, { deadline: 5000 });
  assert.equal(agents()["/plain/probe"], `o2s-medusa/${version}`);
  assert.equal(agents()["/own/probe"], "shop/1");
});
