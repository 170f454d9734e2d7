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

/** Each hunk's lines without "+" must stand in the text once; they give way to those without "-". */
function applyDiff(text, diff) {
  for (const hunk of diff.split(/^@@.*\n/m).slice(1)) {
    const lines = hunk.trimEnd().split("\n");
    const side = (left_out) => lines.filter((line) => line[0] !== left_out).map((line) => line.slice(1)).join("\n");
    assert.equal(text.split(side("+")).length, 2, `the table has these lines once:\n${side("+")}`);
    text = text.replace(side("+"), () => side("-"));
  }
  return text;
}

const { store, start } = await openContext();

describe("the README's examples", () => {
  let gateway;
  before(async () => {
    const table = applyDiff(readFileSync(TABLE, "utf8"), codeBlock("diff")) + "\n" + codeBlock("yaml");
    gateway = await start({ table });
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
    const [, shown] = README.match(/\$ o2s-medusa check routes\.yaml\n(.*?)\n\n/s);
    const broken = readFileSync(TABLE, "utf8").replace("    name: .title\n", "    name: .title | uper\n");
    // An edit of the table does not require one of the README, so the number of the line is the table's.
    const number = broken.split("\n").findIndex((line) => line.endsWith("| uper")) + 1;
    const shownLines = shown.split("\n").map((line) => line.slice(4).replace(/(?<=^ *|:)\d{3,4}(?=:| \|)/, number));
    const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-readme-"));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "routes.yaml"), broken);
    const { status, stderr } = runProgram(["check", "routes.yaml"], { cwd: folder });
    assert.equal(status, 1, "a table with a mistake");
    assert.equal(stderr.split("\n").slice(0, 3).join("\n"), shownLines.join("\n"), "what is told");
  });
});
