/* The integration package of deploy/o2s, compiled, in an application with O2S's own modules and controllers. */
import { createHash } from "node:crypto";
import { cpSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../store/lib/cache.mjs";
import { installLocked } from "../store/lib/locked.mjs";
import { suitableNode } from "../store/lib/node.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { PROGRAM, freePort, isAlive } from "./harness.mjs";
import { send } from "./http.mjs";

const PACKAGE = fileURLToPath(new URL("../../deploy/o2s", import.meta.url));
const FOLDERS = ["src", "src/gateway", "src/modules", "test"];
const FILES = ["package.json", "tsconfig.json"];
const START_DEADLINE = 20_000;

/** The files that are compiled, as paths in the package. */
function sources() {
  const inFolder = (folder) => readdirSync(join(PACKAGE, folder)).map((name) => join(folder, name));
  return [...FILES, ...FOLDERS.flatMap(inFolder).filter((path) => /\.(ts|json)$/.test(path))].sort();
}

/** The folder with the compiled package and application. TypeScript's errors are thrown. */
async function compilePackage(workspace) {
  const packages = await installLocked("o2s-packages", PACKAGE);
  const hash = createHash("sha256").update(packages);
  for (const path of sources()) hash.update(path).update(readFileSync(join(PACKAGE, path)));
  return cached("o2s-compiled", hash.digest("hex").slice(0, 16), async (draft) => {
    for (const path of sources()) cpSync(join(PACKAGE, path), join(draft, path));
    symlinkSync(join(packages, "node_modules"), join(draft, "node_modules"));
    for (const project of [".", "test"]) {
      await workspace.run("tsc", process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], { cwd: draft });
    }
  });
}

/** The text of a file of the package. */
export const sourceOf = (path) => readFileSync(join(PACKAGE, path), "utf8");

/** A module of the package, by its path in dist/. */
export async function compiledModule(path) {
  const workspace = openWorkspace();
  try {
    return createRequire(import.meta.url)(join(await compilePackage(workspace), "dist", path));
  } finally {
    await workspace.close();
  }
}

/** What the package's `npm run generate` writes for this table: [path in the package, text]. */
export async function generatedTypes(table) {
  const path = "src/gateway/api.ts";
  const workspace = openWorkspace();
  try {
    const { folder } = workspace;
    const packages = await installLocked("o2s-packages", PACKAGE);
    symlinkSync(join(packages, "node_modules"), join(folder, "node_modules"));
    for (const name of ["generate.mjs", path]) cpSync(join(PACKAGE, name), join(folder, name));
    const env = { PATH: process.env.PATH, O2S_MEDUSA: PROGRAM };
    const node = await suitableNode(workspace, (label, act) => act(label));
    await workspace.run("generate.mjs", node, ["generate.mjs", table], { cwd: folder, env });
    return [path, readFileSync(join(folder, path), "utf8")];
  } finally {
    await workspace.close();
  }
}

/**
 * Starts the application before the gateway at `url`. `env`: of the application.
 *
 * gives:
 *   request(method, path, options)             as send() of http.mjs
 *   call(service, method, args, options)       calls a method of a service within a request, as O2S's blocks do
 *   log()                                      what the application has printed
 *   stop()
 */
export async function startApplication(url, env = {}) {
  const workspace = openWorkspace();
  try {
    const folder = await compilePackage(workspace);
    const node = await suitableNode(workspace, (label, act) => act(label));
    const port = await freePort();
    const settings = { PATH: process.env.PATH, PORT: String(port), GATEWAY_URL: url, LOG_LEVEL: "error", ...env };
    const args = [join(folder, "dist-test", "application.js")];
    const { child } = workspace.start("O2S's application", node, args, { env: settings });
    const log = () => readFileSync(join(workspace.folder, "log"), "utf8");
    const isServing = async () => {
      if (!isAlive(child.pid)) throw new Error(`The application has ended:\n${log()}`);
      return send(port, "GET", "/").then(
        () => true,
        () => false,
      );
    };
    await until("The application's first answer", isServing, { deadline: START_DEADLINE });
    const request = (method, path, options) => send(port, method, path, options);
    return {
      request,
      call: (service, method, args, options) =>
        request("POST", "/api/blocks", { ...options, body: { service, method, args } }),
      log,
      stop: () => workspace.close(),
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}
