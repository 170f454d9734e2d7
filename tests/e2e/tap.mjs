/* Reads what Node's test runner reports in TAP, the Test Anything Protocol, version 13. */

/**
 * gives {passed, failed, skipped, failures}: the counts are of tests, not of suites; `todo` tests that fail are not
 * failures. `failures` has the names of the failed tests, each after those of its suites.
 */
export function readTap(text) {
  const lines = text.split("\n");
  const count = (name) => Number(lines.map((line) => new RegExp(`^# ${name} (\\d+)$`).exec(line)?.[1]).find(Boolean) ?? 0);
  return {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped") + count("todo"),
    failures: failuresOf(lines),
  };
}

// "# Subtest: NAME" begins a test or suite, at its depth; its result comes after those of all in it.
function failuresOf(lines) {
  const path = [];
  const failures = [];
  for (const [index, line] of lines.entries()) {
    const [, indent, begun, failed] = /^( *)(?:# Subtest: (.*)|not ok \d+ - (.*))$/.exec(line) ?? [];
    if (indent === undefined) continue;
    const depth = indent.length / 4;
    if (begun !== undefined) path.splice(depth, path.length, begun);
    else if (!/ # (TODO|SKIP)\b/.test(failed) && isTest(lines, index)) failures.push(path.slice(0, depth + 1).join(" > "));
  }
  return failures;
}

// The block behind a result says what it is the result of.
function isTest(lines, index) {
  const type = lines.slice(index, index + 6).find((line) => /^ *type: /.test(line));
  return !type?.includes("'suite'");
}
