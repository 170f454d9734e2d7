/*
 * The Debian package: lintian finds no error in it, and in a fresh Debian tree it installs, serves after three lines of
 * configuration, keeps them, and is gone after a purge. An upgrade asks nothing, and changes the shipped table below the
 * administrator's. Needs root (chroot) and Debian's archive.
 *
 *   O2S_PACKAGE   the package; without it, it is built
 *   O2S_DEBIAN    a tree as debootstrap makes it, which is copied; without it, one is made
 */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

  describe("an upgrade", () => {
    const TABLE = "/etc/o2s-medusa/routes.yaml";
    const CHANGED = `
settings:
  motto: Bread and salt
routes:
  GET /motto:
    answer: {motto: $settings.motto}
change:
  routes:
    GET /healthz:
      answer: {body: {status: null, table: null, mine: true}}
`;
    const table = () => readFileSync(join(tree, TABLE), "utf8");
    let shipped;
    let extension;

    /** A package made of the one under test, in the tree: `edit(FOLDER)` changes what is in it. */
    function repack(name, version, edit) {
      const content = join(workspace.folder, name);
      succeed("dpkg-deb", ["-R", packageFile, content]);
      const control = join(content, "DEBIAN/control");
      writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*$/m, `Version: ${version}`));
      edit(content);
      succeed("dpkg-deb", ["--root-owner-group", "-b", content, join(tree, `${name}.deb`)]);
      rmSync(content, { recursive: true });
    }

    function editTable(content, edit) {
      const file = join(content, "usr/share/o2s-medusa/routes.yaml");
      writeFileSync(file, edit(readFileSync(file, "utf8")));
    }

    // As it was before: the table is a conffile, and postinst does not know of it.
    function asConffile(content) {
      writeFileSync(join(content, TABLE), readFileSync(join(content, "usr/share/o2s-medusa/routes.yaml")));
      appendFileSync(join(content, "DEBIAN/conffiles"), `${TABLE}\n`);
      rmSync(join(content, "usr/share/o2s-medusa/extension.yaml"));
      writeFileSync(join(content, "DEBIAN/postinst"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    }

    /** Installs a package of the tree, with nobody there to answer; gives what it said. */
    function upgrade(file) {
      const { status, said } = within("dpkg", "-i", file);
      assert.equal(status, 0, said);
      assert.doesNotMatch(said, /Configuration file|What would you like to do/);
      return said;
    }

    function startAfresh(file) {
      assert.equal(within("dpkg", "--purge", "o2s-medusa").status, 0);
      upgrade(file);
    }

    before(() => {
      repack("old", "0.0.9-1", (content) => {
        asConffile(content);
        shipped = readFileSync(join(content, TABLE), "utf8");
      });
      repack("this", "0.1.0-1", (content) => {
        extension = readFileSync(join(content, "usr/share/o2s-medusa/extension.yaml"), "utf8");
      });
      repack("next", "9.0-1", (content) => {
        editTable(content, (text) => `${text}\n  GET /news:\n    answer: {news: [], most: $settings.most}\n`);
        writeFileSync(join(content, "usr/share/o2s-medusa/extension.yaml"), `${extension}# More examples.\n`);
      });
      repack("gone", "9.1-1", (content) => {
        editTable(content, (text) => text.replace("  GET /healthz:", "  GET /alive:"));
      });
    });

    test("makes an extension of a conffile that nobody changed", () => {
      startAfresh("/old.deb");
      assert.equal(table(), shipped);
      assert.doesNotMatch(upgrade("/this.deb"), /is kept/);
      assert.equal(table(), extension);
      assert.equal(within("stat", "-c", "%a %U:%G", TABLE).stdout, "644 root:root\n");
      assert.equal(within("o2s-medusa", "check").status, 0);
    });

    test("replaces an extension that nobody changed, and writes one that is missing", () => {
      upgrade("/next.deb");
      assert.equal(table(), `${extension}# More examples.\n`);
      rmSync(join(tree, TABLE));
      upgrade("/next.deb");
      assert.equal(table(), `${extension}# More examples.\n`);
    });

    test("keeps a conffile that was changed, as a table of its own", () => {
      startAfresh("/old.deb");
      appendFileSync(join(tree, TABLE), "\n  GET /motto:\n    answer: {motto: Bread and salt}\n");
      const changed = table();
      assert.match(upgrade("/this.deb"), /o2s-medusa: \/etc\/o2s-medusa\/routes\.yaml is kept\. It does not extend/);
      assert.equal(table(), changed);
      assert.match(within("o2s-medusa", "check").said, /: OK/);
      upgrade("/next.deb");
      assert.equal(table(), changed);
      assert.equal(within("find", "/etc/o2s-medusa", "-name", "*.dpkg-*").stdout, "");
    });

    test("keeps a link", () => {
      startAfresh("/this.deb");
      rmSync(join(tree, TABLE));
      within("ln", "-s", "/srv/table.yaml", TABLE);
      upgrade("/next.deb");
      assert.equal(within("readlink", TABLE).stdout, "/srv/table.yaml\n");
    });

    test("serves the shop's changes and those of the new table", async () => {
      startAfresh("/this.deb");
      appendFileSync(join(tree, TABLE), CHANGED);
      upgrade("/next.deb");
      assert.equal(table(), extension + CHANGED);
      const socket = join(tree, "run/o2s-medusa/extended.sock");
      mkdirSync(join(tree, "run/o2s-medusa"), { recursive: true });
      const args = ["-n", "-s", socket, "--", "/usr/sbin/chroot", tree, "/usr/bin/o2s-medusa"];
      const env = { PATH: process.env.PATH, ...gatewayEnvironment(store) };
      const worker = workspace.start("A worker", "spawn-fcgi", args, { env });
      await until("The socket", () => existsSync(socket), { deadline: 5000 });
      const body = async (path) => JSON.parse((await askWorker(socket, "GET", path)).text);
      assert.deepEqual(await body("/motto"), { motto: "Bread and salt" });
      assert.deepEqual(await body("/news"), { news: [], most: 1000 });
      assert.deepEqual(await body("/healthz"), { mine: true });
      assert.equal((await askWorker(socket, "GET", "/products?limit=1")).status, 200);
      await workspace.end(worker);
    });

    test("names what the table changes and the new one has no longer", () => {
      const said = upgrade("/gone.deb");
      assert.match(said, /routes\.yaml:\d+:\d+: .*\/routes\.yaml has no "GET \/healthz" in routes to change/);
      assert.match(said, /the workers are not restarted/);
    });

    test("and a purge leaves nothing", () => {
      const { status, said } = within("dpkg", "--purge", "o2s-medusa");
      assert.equal(status, 0, said);
      assert.doesNotMatch(said, /warning|error|not empty/i);
      const left = succeed("find", [tree, "-xdev", "-name", "*o2s-medusa*", "-not", "-path", `${tree}/run/*`]);
      assert.equal(left, "");
    });
  });
});
