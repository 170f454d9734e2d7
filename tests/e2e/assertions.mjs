/* Assertions about answers. Each failure shows the whole exchange. */
import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import * as shapes from "./shapes.mjs";

const BODY_SHOWN = 3000;

/** The exchange as text: what was asked, what came, what Medusa was asked, what the workers said. */
export function exchange({ asked, status, body, text, calls, told }) {
  const shown = body === undefined ? text : JSON.stringify(body, null, 2);
  const lines = calls.map((call) => `  ${call.method} ${call.url.slice(0, 200)} -> ${call.status}`);
  return [
    `${asked} was answered ${status}`,
    shown.length > BODY_SHOWN ? `${shown.slice(0, BODY_SHOWN)} ...` : shown,
    ...(lines.length ? ["Medusa was asked:", ...lines] : ["Medusa was asked nothing."]),
    ...(told ? ["The workers said:", told.trimEnd()] : []),
  ].join("\n");
}

function fail(answer, what) {
  assert.fail(`${what}\n${exchange(answer)}`);
}

/** A value in an answer, by deep equality. */
export function assertEqual(answer, actual, expected, what) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    fail(answer, `${what}: ${error.message}`);
  }
}

export function assertThat(answer, condition, what) {
  if (!condition) fail(answer, `Expected ${what}`);
}

export function assertStatus(answer, status) {
  if (answer.status !== status) fail(answer, `Expected status ${status}`);
}

/** A success with a body of this shape (of shapes.mjs), as JSON. Gives the body. */
export function assertAnswer(answer, status, shape) {
  assertStatus(answer, status);
  assertJson(answer);
  const mistakes = shapes.mistakes(shape, answer.body);
  if (mistakes.length) fail(answer, `Expected another shape:\n  ${mistakes.join("\n  ")}`);
  return answer.body;
}

/** A failure with this status, in the form all failures have, with a message that matches. Gives the message. */
export function assertFailure(answer, status, message = /./) {
  assertStatus(answer, status);
  assertJson(answer);
  const mistakes = shapes.mistakes(shapes.failure, answer.body);
  if (mistakes.length) fail(answer, `Expected a failure's shape:\n  ${mistakes.join("\n  ")}`);
  assertEqual(answer, answer.body.statusCode, status, "statusCode");
  assertEqual(answer, answer.body.error, STATUS_CODES[status], "error");
  const matches = typeof message === "string" ? answer.body.message === message : message.test(answer.body.message);
  if (!matches) fail(answer, `Expected the message ${message}`);
  return answer.body.message;
}

function assertJson(answer) {
  if (!/^application\/json(; *charset=utf-8)?$/i.test(answer.headers["content-type"] ?? "")) {
    fail(answer, `Expected JSON, not ${answer.headers["content-type"]}`);
  }
  if (answer.body === undefined) fail(answer, "Expected a body of JSON");
}

/** What Medusa was asked, in order of steps: a text, or a list of texts that may come in any order. */
export function assertCalls(answer, steps) {
  const lines = answer.calls.map(({ line }) => line);
  const expected = steps.flat();
  const misplaced = steps.flatMap((step) => {
    const together = [step].flat();
    const there = lines.splice(0, together.length);
    return there.sort().join() === [...together].sort().join() ? [] : [together.join(" and ")];
  });
  if (misplaced.length || lines.length)
    fail(answer, `Expected these calls, in this order:\n  ${expected.join("\n  ")}`);
}

/** That these calls were all under way at one moment. */
export function assertTogether(answer, calls) {
  const lastStart = Math.max(...calls.map(({ start }) => start));
  const firstEnd = Math.min(...calls.map(({ end }) => end));
  if (lastStart >= firstEnd) {
    const times = calls.map(({ line, start, end }) => `  ${line}: ${start} to ${end}`);
    fail(answer, `Expected calls in flight together:\n${times.join("\n")}`);
  }
}

/** That each of these calls started after the one before it had ended. */
export function assertInTurn(answer, calls) {
  for (const [index, call] of calls.entries()) {
    if (index && call.start < calls[index - 1].end) {
      fail(answer, `Expected ${call.line} to wait for ${calls[index - 1].line}`);
    }
  }
}

export function assertNoMutation(answer) {
  const mutations = answer.calls.filter(({ method }) => method !== "GET");
  if (mutations.length) fail(answer, "Expected Medusa to be asked to change nothing");
}

/** Just the calls of these steps were made, one step after the other; a step that is a list, all of it together. */
export function assertSteps(answer, steps) {
  assertCalls(answer, steps);
  // Where each step's calls begin and end in the log.
  let from = 0;
  const groups = steps.map((step) => answer.calls.slice(from, (from += [step].flat().length)));
  for (const group of groups) assertTogether(answer, group);
  groups.slice(1).forEach((group, index) => {
    for (const call of group) for (const earlier of groups[index]) assertInTurn(answer, [earlier, call]);
  });
}
