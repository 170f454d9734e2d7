/* `cmake --install`: where the files go, and that a route table which was changed is kept. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Installs the build that the program under test is from. */
function install() {
  const args = ["--install", dirname(PROGRAM), "--prefix", "/opt/o2s"];
  const { status, stdout, stderr } = spawnSync("cmake", args, { encoding: "utf8", env: { ...process.env, DESTDIR: tree } });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("it installs the program and the table, which anyone can read", () => {
  const output = install();
  assert.match(output, /^-- Installing: .*\/etc\/o2s-medusa\/routes\.yaml$/m);
  assert.ok(existsSync(join(tree, "opt/o2s/bin/o2s-medusa")));
  assert.ok(existsSync(join(tree, "opt/o2s/share/o2s-medusa/tests/carts.yaml")));
  for (const file of [table, reference]) {
    assert.equal(readFileSync(file, "utf8"), SHIPPED);
    assert.equal(statSync(file).mode & 0o777, 0o644);
  }
});

test("it installs the schema that the table's first line names", () => {
  const [, named] = /^# yaml-language-server: \$schema=(.+)$/m.exec(readFileSync(table, "utf8"));
  assert.equal(readFileSync(join(tree, named), "utf8"), runProgram(["schema"]).stdout);
});

test("a table that is as it was is up to date", () => {
  assert.match(install(), /^-- Up-to-date: .*\/etc\/o2s-medusa\/routes\.yaml$/m);
  assert.equal(readFileSync(table, "utf8"), SHIPPED);
});

test("a table that was changed is kept, and the output says so", () => {
  const changed = `${SHIPPED}\n# Changed.\n`;
  writeFileSync(table, changed);
  writeFileSync(reference, "an older one\n");
  assert.match(install(), /^-- Kept: .*\/etc\/o2s-medusa\/routes\.yaml, which differs from .*\/share\/o2s-medusa\/routes\.yaml$/m);
  assert.equal(readFileSync(table, "utf8"), changed);
  assert.equal(readFileSync(reference, "utf8"), SHIPPED);
});
