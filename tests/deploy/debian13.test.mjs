/*
 * Debian 13: the sources build there without a warning, the unit tests pass, and the package that is built there
 * installs in a fresh tree and serves through Debian 13's nginx. Needs root (chroot) and Debian's archive.
 *
 *   O2S_DEBIAN         a tree as debootstrap makes it, which is copied
 *   O2S_DEBIAN_BUILD   a tree that has what a build needs
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { openTree, runWithin, setVariables, succeed } from "./tree.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUILD_TREE = process.env.O2S_DEBIAN_BUILD;
const JOBS = String(availableParallelism());
const NOT_COPIED = /^(build(-.*)?|\.git|node_modules)$/;

describe("Debian 13", () => {
  let sources;
  let packageFile;
  const inSources = (...words) => {
    const { status, said } = runWithin(BUILD_TREE, ["env", "-C", `/tmp/${basename(sources)}`, ...words]);
    assert.equal(status, 0, said.slice(-8000));
  };
  before(() => {
    sources = mkdtempSync(join(BUILD_TREE, "tmp/o2s-medusa-"));
    cpSync(ROOT, sources, { recursive: true, filter: (path) => !NOT_COPIED.test(basename(path)) });
  });
  after(() => rmSync(sources, { recursive: true, force: true }));

  test("the sources build without a warning", () => {
    inSources("cmake", "-B", "build", "-DO2S_WERROR=ON", "-DO2S_TESTS=ON");
    inSources("cmake", "--build", "build", "--parallel", JOBS);
  });

  test("the unit tests pass", () => {
    inSources("ctest", "--test-dir", "build", "--output-on-failure", "--no-tests=error", "--parallel", JOBS);
  });

  test("the package is built", () => {
    inSources("cmake", "--build", "build", "--target", "package");
    const [name] = readdirSync(join(sources, "build")).filter((one) => one.endsWith(".deb"));
    packageFile = join(sources, "build", name);
  });

  describe("the package, in a fresh tree", () => {
    let workspace;
    let medusa;
    let tree;
    let within;
    let port;
    before(async () => {
      workspace = openWorkspace();
      medusa = await startStandIn((request, response) => json(response, 200, { products: [], count: 0, offset: 0 }));
      ({ tree, within } = openTree(join(workspace.folder, "tree"), { made: process.env.O2S_DEBIAN }));
    });
    after(async () => {
      await workspace?.close();
      await medusa?.stop();
    });

    test("it installs, with what it needs", () => {
      succeed("cp", [packageFile, join(tree, "package.deb")]);
      for (const words of ["update", "-y install /package.deb nginx"]) {
        const { status, said } = within("apt-get", "-q", ...words.split(" "));
        assert.equal(status, 0, said.slice(-8000));
      }
      const { status, said } = within("o2s-medusa", "check");
      assert.equal(status, 0, said);
    });

    test("nginx and a worker start, by the files of the package", async () => {
      const key = "pk_test";
      setVariables(tree, { MEDUSAJS_BASE_URL: medusa.url, MEDUSAJS_PUBLISHABLE_API_KEY: key, DEFAULT_CURRENCY: "EUR" });

      port = await freePort();
      const site = readFileSync(join(tree, "usr/share/doc/o2s-medusa/examples/nginx/o2s-medusa.conf"), "utf8");
      const listen = "listen 127.0.0.1:8080;";
      assert.ok(site.includes(listen));
      rmSync(join(tree, "etc/nginx/sites-enabled/default"));
      writeFileSync(join(tree, "etc/nginx/sites-enabled/o2s-medusa"), site.replace(listen, `listen 127.0.0.1:${port};`));

      mkdirSync(join(tree, "run/o2s-medusa"));
      const socket = join(tree, "run/o2s-medusa/o2s-medusa.sock");
      const env = { PATH: process.env.PATH };
      const worker = ["-n", "-s", socket, "-M", "0666", "--", "/usr/sbin/chroot", tree, "/usr/lib/o2s-medusa/worker"];
      workspace.start("A worker", "spawn-fcgi", worker, { env });
      await until("The socket", () => existsSync(socket), { deadline: 5000 });
      workspace.start("nginx", "/usr/sbin/chroot", [tree, "nginx", "-g", "daemon off;"], { env });
      const answers = () => send(port, "GET", "/healthz").catch(() => undefined);
      await until("An answer", answers, { deadline: 10_000 });
    });

    test("a request that needs no call is answered", async () => {
      const { status, text } = await send(port, "GET", "/healthz");
      assert.equal(status, 200, text);
      assert.equal(medusa.requests.length, 0);
    });

    test("a request that needs a call is answered", async () => {
      const { status, body, text } = await send(port, "GET", "/products?limit=1");
      assert.equal(status, 200, text);
      assert.deepEqual(body.data, []);
      assert.match(medusa.requests.at(-1).url, /^\/store\/products\?/);
    });
  });
});
