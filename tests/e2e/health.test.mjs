/* Whether a worker serves, whether Medusa answers, and what the log says when it does not. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { freePort, startGateway } from "./harness.mjs";

const { gateway, start } = await openContext({ workers: 1 });

/** A request's answer and its line in the log. */
async function ask(server, path) {
  const id = randomUUID();
  const answer = await server.get(path, { headers: { "x-request-id": id } });
  return { ...answer, line: await server.lineOf(id) };
}

const HEALTH = { status: "ok", info: { worker: { status: "up" } }, error: {}, details: { worker: { status: "up" } } };

test("/health has the form of O2S's own, below the prefix too, whether Medusa is up or not", async () => {
  const healthy = await ask(gateway, "/health");
  assertStatus(healthy, 200);
  assert.deepEqual(healthy.body, HEALTH);
  const down = await start({
    workers: 1,
    env: { API_PREFIX: "/api", MEDUSAJS_BASE_URL: `http://127.0.0.1:${await freePort()}` },
  });
  const answer = await ask(down, "/api/health");
  assertStatus(answer, 200);
  assert.deepEqual(answer.body, HEALTH);
  assertFailure(await ask(down, "/api/readyz"), 502);
});

test("/readyz is 200 with Medusa's own key", async () => {
  assertStatus(await ask(gateway, "/readyz"), 200);
});

test("/readyz is 503 when Medusa rejects the publishable key, and the log has it as an error", async () => {
  const other = await start({ workers: 1, env: { MEDUSAJS_PUBLISHABLE_API_KEY: `pk_${"0".repeat(64)}` } });
  const answer = await ask(other, "/readyz");
  assertFailure(answer, 503, /publishable key/);
  assert.equal(answer.line.level, "error");
  assert.equal(answer.line.failure, "Medusa rejects the publishable key");
  assertStatus(await ask(other, "/health"), 200);
});

test("an error of the table is logged as it is written, without values", async () => {
  const small = await startGateway({
    workers: 1,
    table: `
upstreams: {s: {url: "http://127.0.0.1:9"}}
routes:
  GET /step/{id}:
    steps:
      - require: $path.id == 'good'
        else: 500 No {$path.id} here
    answer: {id: $path.id}
  GET /minor/{id}:
    steps:
      - require: $path.id == 'good'
        else: 404 No {$path.id} here
    answer: {id: $path.id}
  GET /whole/{id}: {answer: "501 No {$path.id} at all"}
`,
  });
  after(() => small.stop());
  const step = await ask(small, "/step/ann@example.org");
  assert.equal(assertFailure(step, 500), "No ann@example.org here");
  assert.equal(step.line.level, "error");
  assert.equal(step.line.failure, "No {$path.id} here");
  for (const [path, status] of [["/minor/a", 404], ["/whole/a", 501]]) {
    const answer = await ask(small, path);
    assertFailure(answer, status);
    assert.equal(answer.line.level, "info");
    assert.equal(answer.line.failure, undefined);
  }
});
