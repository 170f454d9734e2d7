/*
 * Words and phrases that the project does not use, each with what to write instead. A phrase is found across line
 * breaks, also where the next line begins with a comment's mark. The samples are tried before each run: a pattern has
 * to find each sample of `finds`, and nothing in those of `ignores`.
 */

/** Words between each two of which there is white space, and perhaps a comment's mark. */
const BETWEEN = String.raw`\s+(?:(?:\*|#|//|\.\\")\s+)?`;
const phrase = (words) => words.split(" ").join(BETWEEN);
const rule = (pattern, instead, finds, ignores = []) => ({
  pattern: new RegExp(String.raw`(?<![\w/.-])(?:${phrase(pattern)})(?![\w/-])`, "gi"),
  instead,
  finds,
  ignores,
});

const RULES = [
  rule("(?:a|any|each|every|one|another|no) text(?! (?:editor|file|format|node))", "string", ["a text", "Each\n * text"], [
    "a text editor",
    "the text",
    "text/plain",
    "a text-based form",
  ]),
  rule("texts", "strings", ["some texts"], ["contexts", "texts_of"]),
  rule("(?:small|capital|big) letters?", "lower case, upper case", ["in small letters", "capital\n# letters"], [
    "letters and digits",
  ]),
  rule("(?:as|in) (?:capitals|capital ones|small ones)", "upper case, lower case", ["as capitals", "as small ones"]),
  rule("tells?|told|telling", "reports, prints, says which, shows", ["it tells", "is told", "to tell"], ["teller", "retell"]),
  rule("says|said|saying", "specifies, states, reports, prints", ["it says", "as said"], ["essays", "say"]),
  rule("stands?(?!-)|stood|standing", "is, is in, means, replaces", ["it stands", "stand for"], [
    "stand-in",
    "stand-alone",
    "standard",
    "understands",
    "standin.mjs",
  ]),
  rule("(?:put|puts|putting) out", "prints, writes, returns", ["puts out", "is put\n   out"], ["puts outside", "output"]),
  rule("whoever", "anyone who", ["whoever asks"]),
  rule("that one (?:which|that|who)", "the one that", ["that one which"], ["that one is"]),
  rule("that which", "what", ["that which is"]),
  rule("(?:is|are|has|have|was|were) none(?! of)", "does not exist, is not a …", ["there is none", "has none"], [
    "has none of them",
    "is nonempty",
  ]),
  rule("(?:is|are|was|were|be|all) good", "is valid, is OK", ["it is good", "are good"], ["a good table"]),
  rule("by (?:itself|themselves|himself|herself)", "alone, automatically", ["by itself", "by\n// themselves"]),
  rule("(?:is|are|was|were) meant", "is expected, means", ["what is meant"], ["meant for"]),
];

/** A C source with all but its comments and strings blanked, and the names in backquotes too. */
function withoutCode(source) {
  const blank = (code) => code.replace(/[^\n]/g, " ");
  const parts = source.split(/(\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/);
  return parts.map((part, index) => (index % 2 ? part.replace(/`[^`\n]*`/g, blank) : blank(part))).join("");
}

/** gives a list of {line, text, instead}, in the order of the text */
export function findWords(file, content) {
  const text = /\.[ch]$/.test(file) ? withoutCode(content) : content;
  const found = RULES.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ index, 0: match }) => ({ index, text: match.replace(new RegExp(BETWEEN, "g"), " "), instead })),
  );
  found.sort((a, b) => a.index - b.index);
  return found.map(({ index, ...word }) => ({ line: text.slice(0, index).split("\n").length, ...word }));
}

/** The samples that a pattern does not find, or finds although it must not. */
export function wrongSamples() {
  return RULES.flatMap(({ pattern, finds, ignores }) => {
    const matches = (sample) => sample.match(pattern) !== null;
    const wrong = [...finds.filter((sample) => !matches(sample)), ...ignores.filter(matches)];
    return wrong.map((sample) => `${pattern}: ${JSON.stringify(sample)}`);
  });
}
