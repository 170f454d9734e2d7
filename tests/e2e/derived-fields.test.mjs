/* Calls that ask for the fields that are read of their answers, with a stand-in for an upstream. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertFailure, assertStatus } from "./assertions.mjs";
import { startGateway } from "./harness.mjs";
import { json, startStandIn } from "./standin.mjs";
import { until } from "../store/lib/wait.mjs";

const table = (url) => `
upstreams:
  s:
    url: ${url}
    public: true
    fields: {key: id, whole: [thing.owner]}
mappers:
  thing $full:
    id: .id
    owner: .owner.name
    note: .note | when $full
schemas:
  Full: {type: object, properties: {full: {type: boolean}}}
routes:
  GET /things/{id}:
    query: Full
    steps:
      - found: GET s/things/{$path.id}
        query: {fields: {auto: thing}}
    answer: {thing: $found.thing | thing $query.full, count: $found.count}
  GET /optional/{id}:
    steps:
      - found: GET s/things/{$path.id}
        query: {fields: {auto: thing, optional: true}}
    answer: {name: $found.thing.name ?? 'none'}
  GET /left-out/{id}:
    steps:
      - found: GET s/things/{$path.id}
        optional: true
        query: {fields: {auto: thing}}
    answer: {name: $found.thing.name ?? 'none'}
  GET /each/{a}/{b}:
    query: Full
    steps:
      - let: {ids: "([$path.a, $path.b])"}
      - found: GET s/things/{.}
        each: $ids
        query: {fields: {auto: thing}}
    answer: {things: $found | pluck .thing | each thing $query.full}
`;

const standIn = await startStandIn((request, response) => {
  const id = new URL(request.url, "http://s").pathname.split("/").pop();
  if (id === "lacking") return json(response, 200, { other: { id }, count: 3 });
  if (id === "null") return json(response, 200, { thing: null });
  if (id === "nothing") return response.writeHead(204).end();
  return json(response, 200, { thing: { id, name: "A", owner: { name: "Ann" }, note: "n" }, count: 3 });
});
after(() => standIn.stop());
const gateway = await startGateway({ table: table(standIn.url), workers: 1 });
after(() => gateway.stop());

/** The answer to a request, and the fields that each of its calls asked for. */
async function ask(path) {
  const before = standIn.requests.length;
  const answer = await gateway.get(path);
  const fields = standIn.requests
    .slice(before)
    .map(({ url }) => new URL(url, "http://s").searchParams.get("fields"));
  return { answer, fields };
}

test("a call asks for what is read below the envelope, and for more under its condition", async () => {
  const short = await ask("/things/1");
  assertStatus(short.answer, 200);
  assert.deepEqual(short.answer.body, { thing: { id: "1", owner: "Ann" }, count: 3 });
  assert.deepEqual(short.fields, ["id,*owner"]);
  const full = await ask("/things/1?full=true");
  assert.deepEqual(full.answer.body, { thing: { id: "1", owner: "Ann", note: "n" }, count: 3 });
  assert.deepEqual(full.fields, ["id,*owner,note"]);
});

test("with `each` every call asks for them", async () => {
  const { answer, fields } = await ask("/each/1/2?full=true");
  assert.deepEqual(
    answer.body.things.map(({ id, note }) => [id, note]),
    [
      ["1", "n"],
      ["2", "n"],
    ],
  );
  assert.deepEqual(fields, ["id,*owner,note", "id,*owner,note"]);
});

for (const id of ["lacking", "null", "nothing"])
  test(`an answer without the envelope is 502, in the log too (${id})`, async () => {
    const answer = await gateway.get(`/things/${id}`);
    const message = assertFailure(answer, 502);
    assert.match(message, /"s" gave no "thing"/);
    const isLogged = () => /call found: the answer has no \\?"thing/.test(gateway.log());
    await until("The reason in the log", isLogged, { deadline: 5000 });
    assertFailure(await gateway.get(`/each/1/${id}`), 502, /gave no "thing"/);
  });

test("one that may lack it is read without it", async () => {
  for (const id of ["lacking", "null", "nothing"])
    assert.deepEqual((await gateway.get(`/optional/${id}`)).body, { name: "none" });
  assert.deepEqual((await gateway.get("/optional/1")).body, { name: "A" });
});

test("a call that is optional is left out", async () => {
  assert.deepEqual((await gateway.get("/left-out/lacking")).body, { name: "none" });
});
