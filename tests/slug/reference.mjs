/* npm's slugify, in the version whose results src/language/slug.c has to give, installed into the tests' cache. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../store/lib/cache.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = ["package.json", "package-lock.json", ".npmrc"];

async function install() {
  const hash = createHash("sha256");
  for (const name of PACKAGE) hash.update(readFileSync(join(HERE, name)));
  return cached("slugify", hash.digest("hex").slice(0, 16), (draft) => {
    for (const name of PACKAGE) cpSync(join(HERE, name), join(draft, name));
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: draft, stdio: ["ignore", "ignore", "inherit"] });
  });
}

const slugify = createRequire(join(await install(), "package.json"))("slugify");

/** The slug that src/language/slug.c has to give. */
export const reference = (string) => slugify(string, { lower: true, strict: true });

/** What one character becomes in the middle of a string: with the hyphens that are trimmed at its ends. */
export const replacementOf = (character) => slugify(character, { lower: true, strict: true, trim: false });
