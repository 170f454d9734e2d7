/* Headers that the table sets in place of the program's own, with a stand-in for Medusa. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";

const standIn = await startStandIn((request, response) => json(response, 200, { id: 1 }));
after(() => standIn.stop());
const gateway = await startGateway({
  table: `
upstreams:
  plain: {url: "${standIn.url}/plain", public: true}
  own: {url: "${standIn.url}/own", public: true, headers: {Accept: application/vnd.a+json}}
routes:
  POST /calls:
    steps:
      - a: POST plain/a
        body: {a: 1}
      - b: POST own/a
        body: {a: 1}
        headers: {Content-Type: application/vnd.b+json}
    answer:
      headers: {Content-Type: application/vnd.c+json}
      body: [$a.id, $b.id]
`,
  workers: 1,
});
after(() => gateway.stop());

/** All values of a header that came, however often. */
const values = ({ rawHeaders }, name) =>
  rawHeaders.filter((_, index) => index % 2 && rawHeaders[index - 1].toLowerCase() === name);

test("each is sent once, with the table's value if it has one", async () => {
  const answer = await gateway.request("POST", "/calls", { body: {} });
  assertStatus(answer, 201);
  assert.equal(answer.headers["content-type"], "application/vnd.c+json");
  const sent = standIn.requests.map((request) => [
    request.url,
    values(request, "accept"),
    values(request, "content-type"),
  ]);
  assert.deepEqual(sent, [
    ["/plain/a", ["application/json"], ["application/json"]],
    ["/own/a", ["application/vnd.a+json"], ["application/vnd.b+json"]],
  ]);
});
