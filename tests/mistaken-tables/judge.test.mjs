/*
 * That the judge of tests/mistakes is right: by tables that are the same, and by mistakes whose verdict is known.
 *
 *   O2S_MEDUSA=build/o2s-medusa node --test tests/mistaken-tables/judge.test.mjs
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { PROGRAM, TABLE } from "../e2e/harness.mjs";
import { routesOfTable } from "../e2e/table.mjs";
import { randomOf } from "../soak/random.mjs";
import { openBehaviour } from "./behaviour.mjs";
import { check, checkAnswers, failedCases, functionsOf, reportsOf } from "./check.mjs";
import { openJudge } from "./judge.mjs";
import { kindsOf, mistakesOf } from "./kinds.mjs";
import { REQUESTS } from "./requests.mjs";
import { sumsOf } from "./report.mjs";
import { readTable } from "./table.mjs";

const text = readFileSync(TABLE, "utf8");
const table = readTable(text);
const judge = openJudge(table);
const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-judge-"));
let behaviour;
let answers;

before(async () => {
  behaviour = await openBehaviour(PROGRAM, text);
  answers = await behaviour.begin(text);
});
after(async () => {
  await behaviour.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The table with `old` replaced, which has to be there once. */
function edited(old, replacement) {
  const parts = text.split(old);
  assert.equal(parts.length, 2, `"${old}" is in the table ${parts.length - 1} times`);
  return parts.join(replacement);
}

/** [place or outcome, whether there are warnings only, number of follow-up errors] */
async function verdictOf(whole) {
  const checked = await check(PROGRAM, join(folder, "table.yaml"), whole, behaviour.environment);
  return judge.verdict({ text: whole }, checked, behaviour);
}

describe("the behaviour of tables", () => {
  for (const time of ["first", "second"])
    test(`the table does not differ from itself, the ${time} time`, async () => {
      assert.equal(await behaviour.difference(text), null);
    });

  test("nor from itself after another table", async () => {
    assert.ok(
      await behaviour.difference(
        edited(
          "name: .title\n    description: .description ?? ''",
          "name: .titel\n    description: .description ?? ''",
        ),
      ),
    );
    assert.equal(await behaviour.difference(text), null);
  });

  test("each route is answered with success, but for those that Medusa has nothing for", () => {
    // The description of the API tells of each edit; what callers get beside it is judged.
    const routes = routesOfTable().filter(({ path }) => !path.includes("/docs-api"));
    for (const { method, path } of routes) {
      const route = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/?]+")}(\\?|$)`);
      const own = answers.filter((_, index) => REQUESTS[index].method === method && route.test(REQUESTS[index].target));
      const statuses = own.map((answer) => Number(/^Status: (\d+)/m.exec(answer)[1]));
      const unserved = statuses.length > 0 && statuses.every((status) => status === 501);
      assert.ok(unserved || statuses.some((status) => status < 300), `${method} ${path}: ${statuses}`);
    }
  });

  test("a difference in a call alone is one", async () => {
    const difference = await behaviour.difference(
      edited("query: {region_id: $query.regionId}", "query: {regionid: $query.regionId}"),
    );
    assert.match(difference.request, /^GET \/payments\/providers/);
    assert.match(difference.actual, /\?regionid=/);
  });

  test("a difference in a header of the answer alone is one", async () => {
    assert.ok(
      await behaviour.difference(
        edited("    x-currency: $currency\n  # How long", "    x-curency: $currency\n  # How long"),
      ),
    );
  });

  test("a table that a worker refuses differs", async () => {
    const difference = await behaviour.difference(`${text}\nnothing: 1\n`);
    assert.match(difference.actual, /nothing/);
  });
});

describe("verdicts", () => {
  const harmful = {
    "a key of an answer": ["total: $all | length", "size: $all | length"],
    "a string": ["contains 'paypal'", "contains 'paypall'"],
    "an error's text, which only a failed request gets": ["400 The cart has no items", "400 The cart had no items"],
    "what only the Admin API decides": ["of_guest: $foreign and (", "of_guest: $foreign or ("],
    "without a key of the Admin API": ["501 This needs Medusa's Admin API", "500 This needs Medusa's Admin API"],
  };
  for (const [name, [old, replacement]] of Object.entries(harmful))
    test(`harmful: ${name}`, async () => {
      const { outcome, place, difference } = await verdictOf(edited(old, replacement));
      assert.deepEqual([outcome, place], ["harmful", null]);
      assert.notEqual(difference.expected, difference.actual);
    });

  test("the same: another indentation, quotation marks and a comment", async () => {
    const whole = edited(
      "    - require: $cart.cart.items.0\n      else: 400 The cart has no items",
      "    - require: \"$cart.cart.items.0\" # one\n      else: '400 The cart has no items'",
    );
    assert.equal((await verdictOf(whole)).outcome, "same");
  });

  test("harmless: what is the default", async () => {
    assert.equal(
      (await verdictOf(edited("    fields: store\n", "    fields: store\n    connect_timeout: 2s\n"))).outcome,
      "harmless",
    );
  });

  test("reported at the line", async () => {
    const { place, followUps, warning } = await verdictOf(edited("ranked: . | sort_by .id", "ranked: . | sort_bi .id"));
    assert.deepEqual([place, followUps.length, warning], ["line", 0, false]);
  });

  test("reported where the name is used, none of which is a follow-up error", async () => {
    const { place, followUps } = await verdictOf(edited("  has_items:\n", "  has_itms:\n"));
    assert.ok(["line", "name"].includes(place), place);
    assert.deepEqual(followUps, []);
  });
});

describe("the cases of the table", () => {
  const file = join(folder, "cases.yaml");
  const written = (whole) => (writeFileSync(file, whole), file);

  test("no case fails with the table, and no answer lacks what it reads", async () => {
    assert.equal(await failedCases(PROGRAM, written(text), behaviour.environment), null);
    assert.deepEqual(await checkAnswers(PROGRAM, file, behaviour.environment), []);
  });

  test("a case that fails is named, and is harm without a request", async () => {
    const whole = edited("requiresRedirect: (", "requiresRedirct: (");
    const cases = await failedCases(PROGRAM, written(whole), behaviour.environment);
    assert.match(cases, /payments\.yaml:\d+: FAILED/);
    const verdict = await judge.verdict({ text: whole }, { status: 0, reports: [], text: "", cases }, null);
    assert.deepEqual([verdict.outcome, verdict.cases], ["harmful", cases]);
  });

  test("a member that no answer has is reported", async () => {
    const reports = await checkAnswers(
      PROGRAM,
      written(edited("productId: .variant_id ?? ''", "productId: .varaint_id ?? ''")),
      behaviour.environment,
    );
    assert.ok(reports.some(({ warning, message }) => warning && message.includes("varaint_id")));
  });

  test("95 of 100 are enough, 94 are too few", () => {
    const judged = (noticed) =>
      Array.from({ length: 100 }, (_, index) => ({
        mistake: { kind: { mark: index % 2 ? "fields" : "unknown" } },
        checked: {},
        verdict: { outcome: "harmful", place: null, followUps: [], cases: index < noticed ? "FAILED" : undefined },
      }));
    assert.equal(sumsOf(judged(95)).good, true);
    assert.equal(sumsOf(judged(94)).good, false);
  });
});

describe("a check that fails", () => {
  for (const status of [1, 71, "SIGSEGV"])
    test(`without a report, with the status ${status}`, async () => {
      const { outcome, difference } = await judge.verdict(
        { text: `${text}#` },
        { status, reports: [], text: "" },
        null,
      );
      assert.equal(outcome, "harmful");
      assert.match(difference.actual, new RegExp(`${status}`));
    });
});

describe("places and follow-up errors of reports", () => {
  const lineOf = (part) => table.lines.findIndex((line) => line.includes(part)) + 1;
  const placed = (whole, ...reports) =>
    judge.placed(
      { text: whole },
      reports.map(([line, message, warning = false]) => ({ line, message, warning })),
    );
  const line = lineOf("sellable_variant: .variants");
  const whole = edited("sellable_variant: .variants", "selable_variant: .variants");

  test("a use of a name that is lost is no follow-up error, something else is", () => {
    const use = lineOf("| sellable_variant | price");
    const { place, followUps } = placed(
      whole,
      [use, 'there is no "sellable_variant"'],
      [use, 'there is no "price"'],
      [3, "something"],
    );
    assert.equal(place, "name");
    assert.deepEqual(
      followUps.map((one) => one.line),
      [3],
    );
  });

  test("a use of a name that is still there is a follow-up error", () => {
    const at = lineOf("- me: GET store/customers/me");
    const broken = edited(
      "    - me: GET store/customers/me\n      when: $headers.authorization\n      query: {fields: {auto: customer}}\n    - let:\n        viewer",
      "    - me: GTE store/customers/me\n      when: $headers.authorization\n      query: {fields: {auto: customer}}\n    - let:\n        viewer",
    );
    const { place, followUps } = placed(broken, [at, 'unknown method "GTE"'], [at + 4, "$me is not defined here"]);
    assert.equal(place, "line");
    assert.equal(followUps.length, 1);
  });

  test("the line, the next one, and those beyond", () => {
    const places = [0, 1, -1, 2].map((distance) => placed(whole, [line + distance, "something"]).place);
    assert.deepEqual(places, ["line", "next", "next", "elsewhere"]);
  });

  test("a line that is taken away: those around it", () => {
    const without = text.replace(table.lines[line - 1] + "\n", "");
    const places = [-1, 0, 2].map((distance) => placed(without, [line + distance, "something"]).place);
    assert.deepEqual(places, ["line", "line", "elsewhere"]);
  });

  test("a use in a scalar over several lines, reported at its begin", () => {
    const changed = edited(
      "        code: $currency | lower\n        product_ids",
      "        cod: $currency | lower\n        product_ids",
    );
    const { place, followUps } = placed(changed, [lineOf("elsewhere: >-"), "$code is not defined here"]);
    assert.deepEqual([place, followUps.length], ["name", 0]);
  });

  test("a report without a place is not at the line", () => {
    const { place, followUps } = placed(whole, [0, "something"]);
    assert.deepEqual([place, followUps.length], ["elsewhere", 0]);
    assert.equal(placed(whole, [0, 'unknown name "sellable_variant"']).place, "name");
  });

  test("an entry of an enum that is lost: its uses are no follow-up errors", () => {
    const changed = edited("enum: [PHYSICAL, VIRTUAL]", "enum: [PHYSICAL VIRTUAL]");
    const at = lineOf("enum: [PHYSICAL, VIRTUAL]");
    const use = lineOf("virtual: $query.type == 'VIRTUAL'");
    assert.deepEqual(placed(changed, [at, "one item"], [use, '$query.type is never "VIRTUAL"']).followUps, []);
  });

  test("what check writes is read", () => {
    const output = [
      "a/t.yaml:3:5: warning: never used",
      "     3 |   a: 1",
      "       |   ^",
      "a/t.yaml:7:1: unknown key",
      "a/t.yaml:9: not UTF-8",
      "a/t.yaml: no routes",
      "the environment variable X is not set: a worker does not start without it",
      "a/t.yaml: errors: 1, warnings: 1",
      "",
    ];
    assert.deepEqual(
      reportsOf(output.join("\n"), "a/t.yaml").map(({ line, column, warning }) => [line, column, warning]),
      [
        [3, 5, true],
        [7, 1, false],
        [9, 0, false],
        [0, 0, true],
        [0, 0, true],
      ],
    );
  });

  test("warnings", () => {
    assert.equal(placed(whole, [line, "warning: nobody uses it", true]).warning, true);
    assert.equal(placed(whole, [line, "warning: nobody uses it", true], [line, "nothing"]).warning, false);
  });
});

describe("mistakes", () => {
  const kinds = kindsOf(table, functionsOf(PROGRAM));
  const drawn = (seed) => kinds.map((kind) => mistakesOf(kind, table, 2, randomOf(seed, kind.name)));

  test("each kind can be made, its names are different, and the same seed makes the same", () => {
    const made = drawn("1");
    for (const [index, mistakes] of made.entries()) {
      assert.ok(mistakes.length > 0, kinds[index].name);
      for (const mistake of mistakes) assert.notEqual(mistake.text, text);
    }
    assert.equal(new Set(kinds.map(({ name }) => name)).size, kinds.length);
    assert.deepEqual(
      drawn("1")
        .flat()
        .map((one) => one.text),
      made.flat().map((one) => one.text),
    );
    assert.notDeepEqual(
      drawn("2")
        .flat()
        .map((one) => one.text),
      made.flat().map((one) => one.text),
    );
  });
});
