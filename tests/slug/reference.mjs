/* npm's slugify, in the version whose results src/language/slug.c has to give, installed into the tests' cache. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";

const packages = await installLocked("slugify", fileURLToPath(new URL(".", import.meta.url)));
const slugify = createRequire(join(packages, "package.json"))("slugify");

/** The slug that src/language/slug.c has to give. */
export const reference = (string) => slugify(string, { lower: true, strict: true });

/** What one character becomes in the middle of a string: with the hyphens that are trimmed at its ends. */
export const replacementOf = (character) => slugify(character, { lower: true, strict: true, trim: false });
