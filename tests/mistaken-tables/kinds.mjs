/*
 * The kinds of mistakes. Each has a `name`; a `mark`; and `drawn(random)`, which gives a mistake, or null where it has
 * found none. A mistake: `text`, of the whole table with it; `at`, the offset of a place, in the table without it,
 * where a report is right as well, or undefined.
 *
 * Marks: "known": `check` can know it. "fields": only the fields that Medusa's answers have could show it.
 * "unknown": nothing in the table distinguishes it from what somebody might want.
 */
import { expressionsOf } from "./expressions.mjs";
import { expressionKinds } from "./kinds-of-expressions.mjs";
import { keywordKinds } from "./kinds-of-keywords.mjs";
import { nameKinds } from "./kinds-of-names.mjs";
import { pathKinds } from "./kinds-of-paths.mjs";
import { schemaKinds } from "./kinds-of-schemas.mjs";
import { unknowableKinds } from "./kinds-unknowable.mjs";
import { yamlKinds } from "./kinds-of-yaml.mjs";
import { mistyped } from "./slips.mjs";

const TRIES = 30;

/** `functions`: functionsOf() of check.mjs. */
export function kindsOf(table, functions) {
  const expressions = expressionsOf(table);
  const known = new Set([...table.words, ...functions.keys()]);
  const tokens = expressions.flat();
  // The mappers that a part of the body is given to.
  const ofBody = tokens.filter(({ call, expression, index }) => call && /^\$body\./.test(expression[index - 2]?.text));
  const context = {
    table,
    tokens,
    bodyMappers: new Set(ofBody.map(({ text }) => text)),
    functions,
    slip: (word, random) => mistyped(word, random, known),
  };
  const families = [nameKinds, keywordKinds, expressionKinds, pathKinds, yamlKinds, schemaKinds, unknowableKinds];
  return families.flatMap((family) => family(context)).map((kind) => kindOf(kind, context));
}

// `places`: where it can be made. `make(place, random)` gives the changes, {from, to, text} or a list, or null.
// `at(place)`: of the mistake's `at`.
function kindOf({ name, mark, places, make, at = () => undefined }, { table }) {
  const drawn = (random) => {
    for (let attempt = 0; places.length && attempt < TRIES; attempt++) {
      const place = random.pick(places);
      const made = make(place, random);
      const text = made && changed(table.text, [made].flat());
      if (text && text !== table.text) return { text, at: at(place) };
    }
    return null;
  };
  return { name, mark, drawn };
}

function changed(text, changes) {
  const sorted = [...changes].sort((a, b) => b.from - a.from);
  return sorted.reduce((whole, { from, to, text: other }) => whole.slice(0, from) + other + whole.slice(to), text);
}

/** Mistakes of a kind, none twice; `count` at most. */
export function mistakesOf(kind, table, count, random) {
  const found = new Map();
  for (let attempt = 0; found.size < count && attempt < 4 * count + 8; attempt++) {
    const drawn = kind.drawn(random);
    if (drawn) found.set(drawn.text, { kind, ...drawn });
  }
  return [...found.values()];
}
