/*
 * The README's examples of changing a mapping: taken out of it, carried out on a copy of the table, and served.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertStatus } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { TABLE, runProgram } from "./harness.mjs";

const README = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");

function codeBlock(language) {
  const found = [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  assert.equal(found.length, 1, `the README has one block of ${language}`);
  return found[0][1];
}

const { store, start } = await openContext();

describe("the README's examples", () => {
  let gateway;
  before(async () => {
    const table = codeBlock("yaml");
    assert.match(table, /^extends: routes\.yaml$/m);
    gateway = await start({ table: table.replace("extends: routes.yaml", `extends: ${TABLE}`) });
  });

  test("a field more in the products", async () => {
    const answer = await gateway.get("/products?limit=5");
    assertStatus(answer, 200);
    assert.match(answer.body.data[0].createdAt, /^\d{4}-\d\d-\d\dT/, "the product says when it was created");
  });

  test("an endpoint of one's own", async () => {
    const answer = await gateway.get("/regions");
    assertStatus(answer, 200);
    assert.equal(answer.body.total, Object.keys(store.fixtures.regions).length, "as many regions as the store has");
    assert.equal(answer.body.data.length, answer.body.total, "a name for each region");
  });

  test("the mistake that it shows is told as it shows it", () => {
    const [, shown] = README.match(/\$ o2s-medusa check my-routes\.yaml\n(.*?)\n\n/s);
    const broken = codeBlock("yaml").replace("createdAt: .created_at\n", "createdAt: .created_at | uper\n");
    const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-readme-"));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "my-routes.yaml"), broken);
    writeFileSync(join(folder, "routes.yaml"), readFileSync(TABLE));
    const { status, stderr } = runProgram(["check", "my-routes.yaml"], { cwd: folder });
    assert.equal(status, 1, "a table with a mistake");
    assert.equal(stderr.split("\n").slice(0, 3).join("\n"), shown.replaceAll(/^ {4}/gm, ""), "what is told");
  });
});
