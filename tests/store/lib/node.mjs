/* A Node.js that Medusa can run on: the one at hand, or one from the npm registry. */
import { join } from "node:path";
import { cached } from "./cache.mjs";
import { npm } from "./npm.mjs";

const VERSION = "22.23.3";

// Medusa's own words: ^20.19.0 || >=22.12.0
function suits(version) {
  const [major, minor] = version.split(".").map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/** Path of a suitable node program. */
export async function suitableNode(workspace, step) {
  if (suits(process.versions.node)) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const folder = await cached("node", `${VERSION}-${process.arch}`, (draft) =>
    step(`Installing Node.js ${VERSION}, as Medusa needs a newer one than ${process.versions.node}`, (label) =>
      npm(workspace, label, ["install", "--prefix", draft, "--no-package-lock", `${name}@${VERSION}`], draft),
    ),
  );
  return join(folder, "node_modules", name, "bin", "node");
}
