/* A Debian tree that a test may change, and commands in it. Needs root (chroot). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** gives {status, stdout, said: what was printed to both} */
export function run(command, args, options) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error) throw error;
  return { status, stdout, said: stdout + stderr };
}

/** The same; throws unless the exit status is 0. Gives what was printed to standard output. */
export function succeed(command, args, options) {
  const { status, stdout, said } = run(command, args, options);
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${said.slice(-4000)}`);
  return stdout;
}

/**
 * A tree at `folder`: a copy of `made`, or where that is not given, what debootstrap makes of `release`.
 * gives {tree, within(COMMAND, ...ARGUMENTS), as run()}
 */
export function openTree(folder, { made, release }) {
  if (made) succeed("cp", ["-a", "--reflink=auto", made, folder]);
  else succeed("debootstrap", ["--variant=minbase", release, folder]);
  for (const name of ["resolv.conf", "hosts"]) run("cp", ["-L", `/etc/${name}`, join(folder, "etc", name)]);
  // No package starts a service.
  writeFileSync(join(folder, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return { tree: folder, within: (...words) => runWithin(folder, words) };
}

/** Runs a command in a tree, with /proc in a mount namespace of its own. */
export function runWithin(tree, words) {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const command = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  return run("unshare", ["--mount", "sh", "-c", command, tree, ...words], { env });
}

/** Sets variables that the environment file of the package in a tree has as comments; gives its text. */
export function setVariables(tree, values) {
  const file = join(tree, "etc/o2s-medusa/environment");
  let settings = readFileSync(file, "utf8");
  for (const [name, value] of Object.entries(values))
    settings = settings.replace(new RegExp(`^#${name}=.*$`, "m"), `${name}=${value}`);
  writeFileSync(file, settings);
  return settings;
}
