/*
 * The Debian package: lintian finds no error in it, and in a fresh Debian tree it installs, serves after three lines of
 * configuration, keeps them, and is gone after a purge. Needs root (chroot) and Debian's archive.
 *
 *   O2S_PACKAGE   the package; without it, it is built
 *   O2S_DEBIAN    a tree as debootstrap makes it, which is copied; without it, one is made
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gatewayEnvironment } from "../e2e/harness.mjs";
import { openStore } from "../e2e/store.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { askWorker } from "./fastcgi.mjs";
import { openTree, run, setVariables, succeed } from "./tree.mjs";
import { poolCommand } from "./unit.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RELEASE = "bookworm";
const SETTINGS = "/etc/o2s-medusa/environment";

function build(folder) {
  succeed("cmake", ["-S", ROOT, "-B", folder, "-DO2S_TESTS=OFF"]);
  succeed("cmake", ["--build", folder, "--parallel", "2", "--target", "package"]);
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".deb")));
}

const isRoot = process.getuid() === 0;

describe("the package", { skip: !isRoot && "needs root" }, () => {
  let workspace;
  let tree;
  let within;
  let packageFile;
  let store;

  const install = () => within("apt-get", "-q", "-y", "--reinstall", "install", "/package.deb");

  before(async () => {
    workspace = openWorkspace();
    packageFile = process.env.O2S_PACKAGE ?? build(join(workspace.folder, "build"));
    ({ tree, within } = openTree(join(workspace.folder, "tree"), { made: process.env.O2S_DEBIAN, release: RELEASE }));
    succeed("cp", [packageFile, join(tree, "package.deb")]);
    store = await openStore();
  });
  after(async () => {
    await workspace?.close();
    await store?.stop();
  });

  test("lintian has nothing to say", () => {
    const { said, status } = run("lintian", ["--allow-root", "--fail-on", "error,warning", packageFile]);
    assert.deepEqual([said.replace(/^running with root privileges.*\n/m, ""), status], ["", 0]);
  });

  test("it installs, with what it needs", () => {
    const update = within("apt-get", "-q", "update");
    assert.equal(update.status, 0, update.said);
    const { status, said } = install();
    assert.equal(status, 0, said);
    assert.doesNotMatch(said, /warning|error/i);
    assert.equal(within("dpkg-query", "-W", "-f", "${Status}", "o2s-medusa").stdout, "install ok installed");
    assert.equal(within("dpkg-query", "-W", "-f", "${Status}", "multiwatch").stdout, "install ok installed");
    assert.equal(within("stat", "-c", "%a %U:%G", SETTINGS).stdout, "640 root:root\n");
  });

  test("its table is good, and where the program looks for it", () => {
    const { status, said } = within("o2s-medusa", "check");
    assert.equal(status, 0, said);
    assert.match(said, /^\/etc\/o2s-medusa\/routes\.yaml: OK/);
    assert.match(said, /MEDUSAJS_BASE_URL is not set/);
  });

  test("the schema that its table names is there, for editors", () => {
    const [, schema] = /^# yaml-language-server: \$schema=(.+)$/m.exec(readFileSync(join(tree, "etc/o2s-medusa/routes.yaml"), "utf8"));
    assert.equal(readFileSync(join(tree, schema), "utf8"), within("o2s-medusa", "schema").stdout);
  });

  test("the units are not enabled by themselves, but can be", () => {
    assert.equal(existsSync(join(tree, "etc/systemd/system/multi-user.target.wants/o2s-medusa.service")), false);
    succeed("systemctl", [`--root=${tree}`, "enable", "o2s-medusa"]);
    const wants = join(tree, "etc/systemd/system");
    assert.ok(readdirSync(join(wants, "multi-user.target.wants")).includes("o2s-medusa.service"));
    assert.ok(readdirSync(join(wants, "sockets.target.wants")).includes("o2s-medusa.socket"));
    succeed("systemctl", [`--root=${tree}`, "disable", "o2s-medusa", "o2s-medusa.socket"]);
  });

  test("after three lines of configuration it serves", async () => {
    const { MEDUSAJS_BASE_URL, MEDUSAJS_PUBLISHABLE_API_KEY, DEFAULT_CURRENCY } = gatewayEnvironment(store);
    const settings = setVariables(tree, { MEDUSAJS_BASE_URL, MEDUSAJS_PUBLISHABLE_API_KEY, DEFAULT_CURRENCY });
    const env = Object.fromEntries([...settings.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    assert.equal(Object.keys(env).length, 3);
    mkdirSync(join(tree, "run/o2s-medusa"), { recursive: true });
    const socket = join(tree, "run/o2s-medusa/o2s-medusa.sock");
    const args = ["-n", "-s", socket, "--", "/usr/sbin/chroot", tree, ...poolCommand(2)];
    const pool = workspace.start("The pool", "spawn-fcgi", args, { env: { PATH: process.env.PATH, ...env } });
    await until("The socket", () => existsSync(socket), { deadline: 5000 });
    const { status, text } = await askWorker(socket, "GET", "/products?limit=1");
    assert.equal(status, 200, text);
    assert.equal((await askWorker(socket, "GET", "/readyz")).status, 200);
    await workspace.end(pool);
  });

  test("workers that a web server starts serve too", async () => {
    const socket = join(tree, "run/o2s-medusa/worker.sock");
    const args = ["-n", "-s", socket, "--", "/usr/sbin/chroot", tree, "/usr/lib/o2s-medusa/worker", "--log", "/log"];
    const worker = workspace.start("A worker", "spawn-fcgi", args, { env: { PATH: process.env.PATH } });
    await until("The socket", () => existsSync(socket), { deadline: 5000 });
    assert.equal((await askWorker(socket, "GET", "/readyz")).status, 200);
    await workspace.end(worker);
    assert.match(readFileSync(join(tree, "log"), "utf8"), /"route":"\/readyz","status":200/);
  });

  test("installed again, it keeps the configuration", () => {
    assert.equal(install().status, 0);
    assert.match(readFileSync(join(tree, SETTINGS), "utf8"), /^MEDUSAJS_BASE_URL=/m);
  });

  test("removed, it leaves the configuration; purged, nothing", () => {
    const removal = within("apt-get", "-q", "-y", "remove", "o2s-medusa");
    assert.equal(removal.status, 0, removal.said);
    assert.ok(existsSync(join(tree, SETTINGS)));
    const purge = within("apt-get", "-q", "-y", "purge", "o2s-medusa");
    assert.equal(purge.status, 0, purge.said);
    assert.doesNotMatch(purge.said, /warning|error|not empty/i);
    const left = succeed("find", [tree, "-xdev", "-name", "*o2s-medusa*", "-not", "-path", `${tree}/run/*`]);
    assert.equal(left, "");
    assert.equal(within("find", "/etc", "-name", "routes.yaml").stdout, "");
  });
});
