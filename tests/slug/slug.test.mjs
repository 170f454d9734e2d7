/*
 * The function `slug` gives the results of npm's slugify, in any locale; its tables are what generate.mjs makes.
 *
 *   O2S_MEDUSA=build/o2s-medusa node --test tests/slug/slug.test.mjs
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { generate, rankedMarks } from "./generate.mjs";
import { reference } from "./reference.mjs";
import { sets } from "./strings.mjs";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = process.env.O2S_MEDUSA ?? join(PROJECT, "build/o2s-medusa");
const COMMITTED = readFileSync(join(PROJECT, "src/language/slug_data.c"), "utf8");
const TABLE = `
upstreams: {store: {url: "http://store.test"}}
routes: {GET /any: {answer: 501 Not implemented}}
mappers: {slugs: ". | each slug"}
`;
const LEAST_STRINGS = 5000;

// Unicode's versions only add marks. A Node.js with a later version than that of src/language/slug_data.c knows more of them.
const versionOf = (text) => Number(/Unicode (\d+\.\d+)/.exec(text)[1]);
const generated = generate();
const [committedVersion, ownVersion] = [COMMITTED, generated].map(versionOf);
const [committedMarks, ownMarks] = [COMMITTED, generated].map(rankedMarks);
const isAssigned = (code) => /\p{Assigned}/u.test(String.fromCodePoint(code));
const newMarks = new Set(
  ownVersion > committedVersion ? [...ownMarks.keys()].filter((mark) => !committedMarks.has(mark)) : [],
);
const isComparable = (string) => !newMarks.size || ![...string].some((c) => newMarks.has(c.codePointAt(0)));

const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-slug-"));
const table = join(folder, "routes.yaml");
writeFileSync(table, TABLE);
after(() => rmSync(folder, { recursive: true, force: true }));

/** The program's slugs of all strings, by one process. `locale` is its LC_ALL. */
function slugsOf(strings, locale) {
  const env = { ...process.env, LC_ALL: locale };
  for (const name of ["LANG", "LC_CTYPE"]) delete env[name];
  if (locale === undefined) delete env.LC_ALL;
  const input = JSON.stringify(strings);
  const result = spawnSync(PROGRAM, ["-f", table, "eval", ". | slugs"], { env, input, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(result.status, 0, result.error?.message ?? result.stderr);
  return JSON.parse(result.stdout);
}

const codes = (string) => [...string].map((c) => c.codePointAt(0).toString(16).padStart(4, "0")).join(" ");

function assertSlugs(candidates, locale) {
  const strings = candidates.filter(isComparable);
  const slugs = slugsOf(strings, locale);
  assert.equal(slugs.length, strings.length);
  const faults = [];
  for (const [index, string] of strings.entries()) {
    const expected = reference(string);
    if (slugs[index] !== expected) faults.push(`"${string}" (${codes(string)}): "${slugs[index]}", not "${expected}"`);
  }
  assert.equal(faults.length, 0, `${faults.length} of ${strings.length}:\n${faults.slice(0, 20).join("\n")}`);
}

describe("slug gives slugify's result", () => {
  for (const [name, strings] of sets) test(`${name} (${strings.length})`, () => assertSlugs(strings, "C.UTF-8"));

  for (const locale of ["C", "POSIX", "tr_TR.UTF-8", undefined]) {
    test(`all of them with LC_ALL ${locale ?? "unset"}`, () => {
      const strings = sets.flatMap(([, some]) => some);
      assert.ok(strings.length >= LEAST_STRINGS);
      assertSlugs(strings, locale);
    });
  }
});

describe("src/language/slug_data.c is what generate.mjs makes", () => {
  const withoutMarks = (text) => text.slice(0, text.indexOf("slug_mark_ranges")).replace(/Unicode [\d.]+/, "");

  test("replacements and compositions, with any version of Unicode", () => {
    assert.equal(withoutMarks(COMMITTED), withoutMarks(generated));
  });

  test(`marks: Unicode ${committedVersion}, compared with ${ownVersion} of this Node.js`, () => {
    if (ownVersion === committedVersion) assert.equal(COMMITTED, generated);
    const inBoth = (marks) => [...marks].filter(([mark]) => isAssigned(mark) && !newMarks.has(mark));
    assert.deepEqual(inBoth(committedMarks), inBoth(ownMarks));
    assert.ok(inBoth(ownMarks).length > 900);
  });
});
