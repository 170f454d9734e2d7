/* The page of the API's description, as deploy/docs-api/install installs it, for the web servers under test. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../store/lib/cache.mjs";

const SOURCE = fileURLToPath(new URL("../../deploy/docs-api", import.meta.url));

/** Where the files of deploy/ say that the page is. */
export const INSTALLED = "/usr/share/o2s-medusa/docs-api";

/** Installs the page into a new folder, which every user can read. */
export async function placePage(folder) {
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCE).sort()) hash.update(readFileSync(join(SOURCE, name)));
  const kept = await cached("docs-api", hash.digest("hex").slice(0, 16), (draft) => {
    execFileSync(join(SOURCE, "install"), [draft], { stdio: ["ignore", "ignore", "inherit"] });
  });
  cpSync(kept, folder, { recursive: true });
  chmodSync(folder, 0o755);
}
