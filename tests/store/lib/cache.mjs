/*
 * Folders that are expensive to make and are kept between runs, outside of the repository. One is there whole or
 * not at all, and of several runs that want it at the same time one makes it.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

const KEPT_FOR = 7 * 24 * 3600 * 1000;

export function cacheFolder() {
  const { O2S_MEDUSA_CACHE, XDG_CACHE_HOME } = process.env;
  return O2S_MEDUSA_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "o2s-medusa");
}

/** The cached folder `<kind>-<key>`; where it is missing, `build(draft)` fills an empty one first. */
export async function cached(kind, key, build) {
  const folder = join(cacheFolder(), `${kind}-${key}`);
  mkdirSync(cacheFolder(), { recursive: true });
  if (!existsSync(folder)) {
    const release = await lock(`${folder}.lock`);
    try {
      if (!existsSync(folder)) await make(folder, build);
      removeUnused(kind);
    } finally {
      release();
    }
  }
  utimesSync(folder, new Date(), new Date());
  return folder;
}

async function make(folder, build) {
  const prefix = `${folder}.draft-`;
  // Drafts of runs that were interrupted: whoever holds the lock is alone.
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(basename(prefix))) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(prefix);
  try {
    await build(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

// A change of the sources makes a new folder; those that nobody used for a while go.
function removeUnused(kind) {
  for (const name of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), name);
    if (!name.startsWith(`${kind}-`) || !statSync(path).isDirectory()) continue;
    if (Date.now() - statSync(path).mtimeMs > KEPT_FOR) rmSync(path, { recursive: true, force: true });
  }
}

// The kernel's lock, held by a process whose standard input is ours: it cannot outlive us.
async function lock(file) {
  const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  holder.stdin.on("error", () => {});
  await new Promise((resolve, reject) => {
    holder.once("error", (error) => reject(new Error(`flock (package util-linux): ${error.message}`)));
    holder.once("exit", (code) => reject(new Error(`flock ${file}: exit status ${code}`)));
    holder.stdout.once("data", resolve);
  });
  return () => holder.stdin.end();
}
