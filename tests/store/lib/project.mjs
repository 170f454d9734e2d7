/* The Medusa project: its packages, its sources and its database, as cached folders. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.mjs";
import { npm } from "./npm.mjs";
import { createCluster, startPostgres } from "./postgres.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = ["package.json", "package-lock.json", ".npmrc"];
const SOURCES = ["medusa-config.js", "server.js", "access-log.js", "src"];

/** Hash of files, folders and texts of this project, by which what is made of them is cached. */
function hashOf(paths, ...texts) {
  const hash = createHash("sha256");
  const add = (path) => {
    hash.update(`\0${path}\0`).update(readFileSync(join(HERE, path)));
  };
  const walk = (path, entry) => (entry.isDirectory() ? entries(join(path, entry.name)) : add(join(path, entry.name)));
  const entries = (path) => {
    const list = readdirSync(join(HERE, path), { withFileTypes: true });
    for (const entry of list.sort((a, b) => (a.name < b.name ? -1 : 1))) walk(path, entry);
  };
  for (const path of paths) path === "src" ? entries(path) : add(path);
  for (const text of texts) hash.update(`\0${text}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * A folder with the packages of this Medusa version in node_modules. The version in package.json is installed by the
 * lock file; for another one package.json gets its number, and npm resolves the rest.
 */
export async function installPackages(workspace, version, step) {
  const manifest = readFileSync(join(HERE, "package.json"), "utf8");
  const locked = JSON.parse(manifest).dependencies["@medusajs/medusa"];
  const isLocked = version === locked;
  const own = manifest.replaceAll(`"${locked}"`, `"${version}"`);
  const key = isLocked ? hashOf(PACKAGE) : hashOf([".npmrc"], own);
  return cached("packages", `${version}-${key}`, async (draft) => {
    for (const name of isLocked ? PACKAGE : [".npmrc"]) cpSync(join(HERE, name), join(draft, name));
    writeFileSync(join(draft, "package.json"), own);
    // Some releases name peers that npm cannot bring together with the rest, and none of those is used here.
    const command = isLocked ? ["ci"] : ["install", "--legacy-peer-deps", "--no-package-lock"];
    await step(`Installing the packages of Medusa ${version} (only the first time)`, (label) =>
      npm(workspace, label, [...command, "--omit=dev"], draft),
    );
  });
}

/** Lays out the project in the workspace: sources, and the packages by a link. */
export function layOut(workspace, packages) {
  const project = join(workspace.folder, "project");
  for (const name of SOURCES) cpSync(join(HERE, name), join(project, name), { recursive: true });
  cpSync(join(packages, "package.json"), join(project, "package.json"));
  symlinkSync(join(packages, "node_modules"), join(project, "node_modules"));
  disableTelemetry(workspace);
  return project;
}

// Medusa 2.21 goes by this file alone; the variable MEDUSA_DISABLE_TELEMETRY does not stop what it sends at exit.
function disableTelemetry(workspace) {
  const folder = join(workspace.folder, ".config", "medusa");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify({ telemetry: { enabled: false } }));
}

/** What every Medusa process gets to see of the environment: nothing of the launcher's but its search path. */
export function medusaEnvironment(workspace, databaseUrl, more) {
  return {
    PATH: process.env.PATH,
    HOME: workspace.folder,
    NODE_ENV: "production",
    MEDUSA_DISABLE_TELEMETRY: "true",
    LOG_LEVEL: "warn",
    DATABASE_URL: databaseUrl,
    ...more,
  };
}

/**
 * A folder with a seeded cluster (`postgres`, not running) and `fixtures.json`.
 * `types: false`: no product types; `orders`: with orders. Each variant is made from the one before.
 */
export async function databaseTemplate(context, { types, orders }) {
  const { version, postgres } = context;
  const key = hashOf([...PACKAGE, ...SOURCES, "lib/postgres.mjs"], postgres.version, process.getuid(), version);
  const keep = (suffix, fill) =>
    cached("database", `${version}-${key}${suffix}`, (draft) => build(context, draft, fill));
  const extend = async (template, suffix, label, script) => {
    return keep(suffix, async () => {
      await copyTemplate(context.workspace, template);
      await withPostgres(context, (env) =>
        context.step(`${label} (only the first time)`, (text) =>
          medusa(context, text, env, ["exec", `./src/scripts/${script}`]),
        ),
      );
    });
  };
  let template = await keep("", () => createSeeded(context));
  const suffix = types ? "" : "-untyped";
  if (!types) template = await extend(template, suffix, "Removing the product types", "remove-types.js");
  if (orders) template = await extend(template, `${suffix}-orders`, "Placing orders", "seed-orders.js");
  return template;
}

async function build({ workspace }, draft, fill) {
  await fill();
  await workspace.run("Keeping the database", "cp", ["-a", clusterFolder(workspace), fixturesFile(workspace), draft]);
  await workspace.run("Clearing the database", "rm", ["-rf", clusterFolder(workspace), fixturesFile(workspace)]);
}

async function createSeeded(context) {
  const { workspace, postgres, step } = context;
  await step("Making a PostgreSQL cluster", () => createCluster(workspace, postgres, clusterFolder(workspace)));
  await withPostgres(context, async (env) => {
    await step("Making Medusa's tables", (label) =>
      medusa(context, label, env, ["db:migrate", "--skip-scripts", "--execute-all-links"]),
    );
    await step("Seeding the store", (label) => medusa(context, label, env, ["exec", "./src/scripts/seed.js"]));
  });
}

async function withPostgres({ workspace, postgres, version }, work) {
  const server = await startPostgres(workspace, postgres, clusterFolder(workspace));
  const secrets = { JWT_SECRET: "unused", COOKIE_SECRET: "unused" };
  await work(medusaEnvironment(workspace, server.url, { ...secrets, STORE_FIXTURES: fixturesFile(workspace), STORE_VERSION: version }));
  await server.stop();
}

function medusa({ workspace, node, project }, label, env, args) {
  const program = join(project, "node_modules", "@medusajs", "cli", "cli.js");
  return workspace.run(label, node, [program, ...args], { cwd: project, env });
}

/** Copies a template into the workspace. */
export async function copyTemplate(workspace, template) {
  const parts = [join(template, "postgres"), join(template, "fixtures.json")];
  await workspace.run("Copying the database", "cp", ["-a", "--reflink=auto", ...parts, workspace.folder]);
}

export const clusterFolder = (workspace) => join(workspace.folder, "postgres");
export const fixturesFile = (workspace) => join(workspace.folder, "fixtures.json");
