/* Debian's Chromium, without a window, driven by npm's playwright-core. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = "/usr/bin/chromium";

/** gives playwright's Browser, to be closed by the caller. */
export async function startBrowser() {
  const packages = await installLocked("playwright-core", HERE);
  const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");
  // Its sandbox needs rights that root's processes in containers have not.
  return chromium.launch({ executablePath: PROGRAM, args: ["--no-sandbox"] });
}
