/* `cmake --install`: where the files go, and that a route table which was changed is kept. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { PROGRAM, runProgram } from "../e2e/harness.mjs";

const FOLDER = "/opt/o2s/share/o2s-medusa";
// Its first line names the schema where that was installed.
const SHIPPED = readFileSync(new URL("../../routes.yaml", import.meta.url), "utf8").replace(
  "$schema=/usr/share/o2s-medusa/",
  () => `$schema=${FOLDER}/`,
);
const tree = mkdtempSync(join(tmpdir(), "o2s-medusa-install-"));
after(() => rmSync(tree, { recursive: true }));

const table = join(tree, "etc/o2s-medusa/routes.yaml");
const reference = join(tree, FOLDER, "routes.yaml");
const EXTENSION = readFileSync(new URL("../../deploy/routes.yaml.in", import.meta.url), "utf8")
  .replace("@O2S_SHIPPED_TABLE@", `${FOLDER}/routes.yaml`)
  .replace("@O2S_TABLE_SCHEMA@", `${FOLDER}/routes.schema.json`);

/** Installs the build that the program under test is from. */
function install() {
  const args = ["--install", dirname(PROGRAM), "--prefix", "/opt/o2s"];
  const { status, stdout, stderr } = spawnSync("cmake", args, { encoding: "utf8", env: { ...process.env, DESTDIR: tree } });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("it installs the program, the table, and one that extends it, which anyone can read", () => {
  const output = install();
  assert.match(output, /^-- Installing: .*\/etc\/o2s-medusa\/routes\.yaml$/m);
  assert.ok(existsSync(join(tree, "opt/o2s/bin/o2s-medusa")));
  assert.ok(existsSync(join(tree, "opt/o2s/share/o2s-medusa/tests/carts.yaml")));
  assert.equal(readFileSync(table, "utf8"), EXTENSION);
  assert.equal(readFileSync(reference, "utf8"), SHIPPED);
  for (const file of [table, reference]) assert.equal(statSync(file).mode & 0o777, 0o644);
});

test("the table that it writes is good, also with its examples", () => {
  const here = EXTENSION.replace(/^extends: .*$/m, `extends: ${reference}`);
  const examples = here.split("\n# For example")[1].replaceAll(/^# ?/gm, "").split("\n").slice(1).join("\n");
  for (const text of [here, `${here.split("\n# For example")[0]}\n${examples}`]) {
    const file = join(tree, "table.yaml");
    writeFileSync(file, text);
    const { status, stdout, stderr } = runProgram(["check", file]);
    assert.equal(status, 0, stdout + stderr + text);
  }
  assert.match(examples, /^change:\n(.*\n)+routes:\n/m);
});

test("the example tables are good where it installs them, and their cases pass", () => {
  const folder = join(tree, FOLDER, "examples/tables");
  const examples = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.deepEqual(examples.sort(), ["cached-catalogue.yaml", "erp-stock.yaml", "own-endpoint.yaml", "resources.yaml", "sale-prices.yaml"]);
  for (const name of examples) {
    for (const args of [["check", "--strict", join(folder, name)], ["-f", join(folder, name), "test"]]) {
      const { status, stdout, stderr } = runProgram(args);
      assert.equal(status, 0, stdout + stderr);
    }
  }
});

test("it installs the schema that the table's first line names", () => {
  const [, named] = /^# yaml-language-server: \$schema=(.+)$/m.exec(readFileSync(table, "utf8"));
  assert.equal(readFileSync(join(tree, named), "utf8"), runProgram(["schema"]).stdout);
});

test("a table that is as it was is up to date", () => {
  assert.match(install(), /^-- Up-to-date: .*\/etc\/o2s-medusa\/routes\.yaml$/m);
  assert.equal(readFileSync(table, "utf8"), EXTENSION);
});

test("what an earlier installation wrote is replaced", () => {
  const earlier = "# An earlier version's.\n";
  for (const name of ["routes.yaml", "extension.yaml"]) {
    writeFileSync(table, earlier);
    writeFileSync(join(dirname(reference), name), earlier);
    assert.match(install(), /^-- Installing: .*\/etc\/o2s-medusa\/routes\.yaml$/m);
    assert.equal(readFileSync(table, "utf8"), EXTENSION);
  }
  // A copy of the shipped table.
  writeFileSync(table, SHIPPED);
  install();
  assert.equal(readFileSync(table, "utf8"), EXTENSION);
});

test("a table that was changed is kept, and the output says so", () => {
  for (const changed of [`${SHIPPED}\n# Changed.\n`, `${EXTENSION}\n# Changed.\n`]) {
    writeFileSync(table, changed);
    writeFileSync(reference, "an older one\n");
    assert.match(install(), /^-- Kept: .*\/etc\/o2s-medusa\/routes\.yaml, which you have changed$/m);
    assert.equal(readFileSync(table, "utf8"), changed);
    assert.equal(readFileSync(reference, "utf8"), SHIPPED);
  }
});
