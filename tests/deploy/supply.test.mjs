/*
 * What is shipped: the package is the same, bit by bit, when it is built somewhere else; the bill of materials has what
 * the program is linked with; the program is hardened.
 *
 *   O2S_MEDUSA    the program, in the folder in which it was built
 *   O2S_PACKAGE   the package of the same build
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../e2e/harness.mjs";
import { run, succeed } from "./tree.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILD = dirname(PROGRAM);
const PACKAGE = process.env.O2S_PACKAGE;
const NOT_COPIED = /^(build(-.*)?|\.git|node_modules)$/;
// Debian's package node-spdx-license-ids.
const LICENCES = "/usr/share/nodejs/spdx-license-ids/index.json";

const checksum = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

test("the package is bit-identical when it is built in another folder", { skip: !PACKAGE && "needs O2S_PACKAGE" }, (context) => {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-again-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const sources = join(folder, "a", "copy");
  const build = join(folder, "elsewhere");
  cpSync(ROOT, sources, { recursive: true, filter: (path) => path === ROOT || !NOT_COPIED.test(basename(path)) });
  const [, date] = /SOURCE_DATE_EPOCH\} (\d+)/.exec(readFileSync(join(BUILD, "package/source-date.cmake"), "utf8"));
  const env = { PATH: process.env.PATH, SOURCE_DATE_EPOCH: date, TZ: "Asia/Tokyo", LC_ALL: "C" };
  succeed("cmake", ["-S", sources, "-B", build, "-DO2S_TESTS=OFF"], { env });
  succeed("cmake", ["--build", build, "--parallel", String(availableParallelism()), "--target", "package"], { env });
  const again = join(build, readdirSync(build).find((name) => name.endsWith(".deb")));
  assert.equal(basename(again), basename(PACKAGE));
  assert.equal(checksum(again), checksum(PACKAGE));
});

test("the bill of materials has each library, and is valid SPDX 2.3", () => {
  succeed("cmake", ["--build", BUILD, "--target", "sbom"]);
  const bill = JSON.parse(readFileSync(join(BUILD, "o2s-medusa.spdx.json"), "utf8"));
  const licences = JSON.parse(readFileSync(LICENCES, "utf8"));

  assert.deepEqual([bill.spdxVersion, bill.dataLicense, bill.SPDXID], ["SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"]);
  assert.match(bill.documentNamespace, /^https:\/\/[^#\s]+$/);
  assert.match(bill.creationInfo.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  for (const creator of bill.creationInfo.creators) assert.match(creator, /^(Person|Organization|Tool): \S/);

  const ids = bill.packages.map(({ SPDXID }) => SPDXID);
  assert.equal(new Set(ids).size, ids.length);
  for (const one of bill.packages) {
    assert.match(one.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
    assert.match(one.versionInfo, /^\d+(\.\d+)+$/);
    for (const licence of [one.licenseConcluded, one.licenseDeclared]) assert.ok(licences.includes(licence), licence);
    for (const key of ["downloadLocation", "copyrightText"]) assert.equal(one[key], "NOASSERTION");
    for (const { referenceLocator } of one.externalRefs)
      assert.equal(referenceLocator, `pkg:generic/${one.name}@${one.versionInfo}`);
  }
  const known = new Set([...ids, bill.SPDXID]);
  for (const { spdxElementId, relatedSpdxElement } of bill.relationships)
    assert.ok(known.has(spdxElementId) && known.has(relatedSpdxElement), `${spdxElementId} ${relatedSpdxElement}`);

  const [program, ...libraries] = bill.packages;
  assert.deepEqual(program.checksums, [{ algorithm: "SHA256", checksumValue: checksum(PROGRAM) }]);
  assert.ok(run(PROGRAM, ["--version"]).stdout.includes(program.versionInfo));
  const linked = bill.relationships.filter(({ relationshipType }) => relationshipType === "DYNAMIC_LINK");
  assert.deepEqual(
    linked.map(({ relatedSpdxElement }) => relatedSpdxElement),
    libraries.map(({ SPDXID }) => SPDXID),
  );

  const NAMES = { "libfcgi.so": "libfcgi", "libcurl.so": "libcurl", "libjson-c.so": "json-c", "libyaml-0.so": "libyaml" };
  const needed = [...succeed("objdump", ["-p", PROGRAM]).matchAll(/NEEDED +(lib[^ ]+?\.so)/g)].map(([, name]) => name);
  const expected = needed.map((name) => NAMES[name] ?? (/^lib(c|m|dl)\.so$/.test(name) ? "glibc" : name));
  assert.deepEqual([...new Set(expected)].sort(), libraries.map(({ name }) => name).sort());
  for (const [module, name] of Object.entries({ fcgi: "libfcgi", libcurl: "libcurl", "json-c": "json-c", "yaml-0.1": "libyaml" }))
    assert.equal(libraries.find((one) => one.name === name).versionInfo, succeed("pkg-config", ["--modversion", module]).trim());
});

test("the program is hardened", () => {
  // Debian 12's start-up code and libraries are not built for control flow integrity, so no program there has it.
  const { said, status } = run("hardening-check", ["--nocfprotection", PROGRAM]);
  assert.equal(status, 0, said);
  for (const feature of [
    "Position Independent Executable",
    "Stack protected",
    "Fortify Source functions",
    "Read-only relocations",
    "Immediate binding",
  ])
    assert.match(said, new RegExp(`^ ${feature}: yes`, "m"));
});
