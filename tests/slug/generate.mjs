#!/usr/bin/env node
/*
 * Prints src/language/slug_data.c: what slugify makes of each character, and as much of Unicode's composition (NFC, which
 * slugify applies first) as can make a difference to a slug.
 *
 *   node tests/slug/generate.mjs > src/language/slug_data.c
 */
import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { replacementOf } from "./reference.mjs";
import { allCharacters, compareClasses, decomposed, decompositionOf, isMark, isNormal } from "./unicode.mjs";

const WIDTH = 120;
// Of slug_replacement's text in src/language/slug_data.h, without the NUL.
const LONGEST = 17;
const IGNORED = "SLUG_IGNORED";

const codeOf = (character) => character.codePointAt(0);
const hex = (character) => `0x${codeOf(character).toString(16).toUpperCase().padStart(4, "0")}`;
const byCode = (a, b) => codeOf(a) - codeOf(b);
const isPlain = (character) => /^[A-Za-z0-9]$/.test(character);

/** What slugify makes of each character but ASCII letters and digits, where that is not nothing. */
function replacements() {
  const result = new Map();
  for (const character of allCharacters()) {
    if (isPlain(character) || !isNormal(character)) continue;
    const replacement = replacementOf(character).replaceAll("-", " ");
    if (replacement) result.set(character, replacement);
  }
  return result;
}

/**
 * The rows [first, mark, composite] of characters that begin with one that makes a difference: with any other first
 * character, both the sequence and the composite are dropped. `mark` is undefined where one character replaces another.
 */
function compositions(map) {
  const composites = [...allCharacters()].filter(decompositionOf);
  const matters = (character) => isPlain(character) || map.has(character);
  const firsts = new Set(
    composites.filter((composite) => matters(composite)).map((composite) => decomposed(composite)[0]),
  );
  const rows = [];
  for (const composite of composites) {
    const all = decomposed(composite);
    if (!matters(all[0]) && !firsts.has(all[0])) {
      assert.ok(!all.some(matters), `${hex(composite)} is dropped, but has a part that is not`);
      continue;
    }
    const [first, mark] = decompositionOf(composite);
    assert.ok(all.slice(1).every(isMark), `${hex(composite)} consists of one character and marks`);
    assert.ok(Buffer.byteLength(composite) >= all.length - 1, `${hex(composite)} has no more marks than bytes`);
    if (mark) assert.equal((first + mark).normalize(), composite, `${hex(composite)} is composed again`);
    rows.push([first, mark, composite]);
  }
  return rows;
}

/** Rows for marks that stand for another mark (U+0340) or for two (U+0344): they are replaced, and never composed. */
function marksOfMarks(rankOf) {
  const rows = [];
  for (const character of allCharacters()) {
    const all = decomposed(character);
    if (all[0] === character || !all.every(isMark)) continue;
    if (all.every((mark) => rankOf(mark) === IGNORED)) continue;
    assert.ok(all.length <= 2, `${hex(character)} is at most two marks`);
    rows.push([all[0], all[1], character]);
  }
  return rows;
}

/**
 * A function that gives the rank of a mark: 1 for those that come first in canonical order, and so on, counting only the
 * classes of marks that make a difference themselves. Marks of other classes neither do so nor block others.
 */
function ranking(rows, map) {
  const significant = [...rows.map(([, mark]) => mark).filter(Boolean), ...[...map.keys()].filter(isMark)];
  const representatives = [];
  for (const mark of significant.sort(compareClasses)) {
    if (!representatives.length || compareClasses(representatives.at(-1), mark)) representatives.push(mark);
  }
  const rankOf = (mark) => {
    const index = representatives.findIndex((representative) => !compareClasses(representative, mark));
    return index < 0 ? IGNORED : index + 1;
  };
  return { rankOf, ranks: representatives.length };
}

/** Ranges of marks of the same rank: [first, last, rank]. */
function markRanges(rankOf) {
  const ranges = [];
  for (const character of allCharacters()) {
    const all = decomposed(character);
    if (!all.every(isMark)) continue;
    const ranks = new Set(all.map(rankOf));
    // Those of marksOfMarks().
    if (all[0] !== character && !(ranks.size === 1 && ranks.has(IGNORED))) continue;
    const [rank] = ranks;
    const previous = ranges.at(-1);
    if (previous?.[2] === rank && codeOf(previous[1]) + 1 === codeOf(character)) previous[1] = character;
    else ranges.push([character, character, rank]);
  }
  return ranges;
}

/** As many of `items` on a line as fit. */
function lines(items) {
  const result = [];
  for (const item of items) {
    const longer = `${result.at(-1)} ${item},`;
    if (result.length && longer.length <= WIDTH) result[result.length - 1] = longer;
    else result.push(`    ${item},`);
  }
  return result.join("\n");
}

const array = (type, name, items) =>
  `const ${type} ${name}[] = {\n${lines(items)}\n};\nconst size_t ${name}_count = sizeof ${name} / sizeof ${name}[0];\n`;

/** The text of src/language/slug_data.c. */
export function generate() {
  const map = replacements();
  const composed = compositions(map);
  const { rankOf, ranks } = ranking(composed, map);
  const rows = [...composed, ...marksOfMarks(rankOf)].sort(
    (a, b) => byCode(a[0], b[0]) || codeOf(a[1] ?? "\0") - codeOf(b[1] ?? "\0") || byCode(a[2], b[2]),
  );
  const order = rows.map((_, index) => index).sort((a, b) => byCode(rows[a][2], rows[b][2]));
  const growth = [...map].map(([character, { length }]) => Math.ceil(length / Buffer.byteLength(character)));
  assert.ok([...map.values()].every(({ length }) => length <= LONGEST));
  assert.ok([...map.keys(), ...rows.flat().filter(Boolean)].every((character) => character.length === 1));
  assert.ok([...map.keys()].every((character) => !isMark(character) || rankOf(character) !== IGNORED));
  return `/*
 * Generated by tests/slug/generate.mjs: do not edit. Made from the behaviour of slugify 1.6.6
 * (lower, strict) and of String.prototype.normalize() with Unicode ${process.versions.unicode}.
 */
#include "language/slug_data.h"

/* clang-format off */
const unsigned slug_rank_count = ${ranks};
const size_t slug_growth = ${Math.max(...growth)};

${array(
  "struct slug_replacement",
  "slug_replacements",
  [...map].sort((a, b) => byCode(a[0], b[0])).map(([character, text]) => `{${hex(character)}, "${text}"}`),
)}
${array(
  "struct slug_composition",
  "slug_compositions",
  rows.map(([first, mark, composite]) => `{${hex(first)}, ${mark ? hex(mark) : 0}, ${hex(composite)}}`),
)}
${array("uint16_t", "slug_by_composite", order)}
${array(
  "struct slug_mark_range",
  "slug_mark_ranges",
  markRanges(rankOf).map(([first, last, rank]) => `{${hex(first)}, ${hex(last)}, ${rank}}`),
)}/* clang-format on */
`;
}

/** The marks in the text of src/language/slug_data.c: a map from code points to ranks. */
export function rankedMarks(text) {
  const marks = new Map();
  for (const [, first, last, rank] of text.matchAll(/\{(0x\w+), (0x\w+), (\d+|SLUG_IGNORED)\}/g)) {
    for (let mark = Number(first); mark <= Number(last); mark++) marks.set(mark, rank);
  }
  return marks;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.stdout.write(generate());
