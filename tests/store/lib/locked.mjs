/* Packages of npm, in the versions of a lock file. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.mjs";

const FILES = ["package.json", "package-lock.json", ".npmrc"];

/**
 * Installs what the package in `folder` needs, by its lock file, into the cached folder `<kind>-…`, which it gives. No
 * package's scripts are run.
 */
export function installLocked(kind, folder) {
  const hash = createHash("sha256");
  for (const name of FILES) hash.update(readFileSync(join(folder, name)));
  return cached(kind, hash.digest("hex").slice(0, 16), (draft) => {
    for (const name of FILES) cpSync(join(folder, name), join(draft, name));
    execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: draft, stdio: ["ignore", "ignore", "inherit"] });
  });
}
