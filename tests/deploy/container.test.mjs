/*
 * The container of deploy/container: built by buildah from a local base, run by podman as its compose file says, it serves,
 * is healthy, reloads, and ends without losing a request. Needs root.
 *
 *   O2S_DEBIAN   a tree as debootstrap makes it: the base
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { send } from "../e2e/http.mjs";
import { freePort } from "../e2e/harness.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";
import { until } from "../store/lib/wait.mjs";
import { run, succeed } from "./tree.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BASE = "localhost/o2s-medusa-base";
const IMAGE = "localhost/o2s-medusa-test";
const RESPONSE_TIME = 1500;

test("the compose file is valid, and names what is missing", () => {
  const file = join(ROOT, "deploy/container/compose.yaml");
  const compose = (env) => run("docker-compose", ["-f", file, "config"], { env: { PATH: process.env.PATH, ...env } });
  const settings = { MEDUSAJS_BASE_URL: "http://m", MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test", DEFAULT_CURRENCY: "EUR" };
  const { status, said } = compose(settings);
  assert.equal(status, 0, said);
  assert.match(said, /read_only: true/);
  assert.match(compose({ ...settings, DEFAULT_CURRENCY: "" }).said, /the currency of prices/);
});

describe("the container", () => {
  let folder;
  let storage;
  let medusa;
  let name;
  let port;
  const options = () => [...storage, "--runtime", "runc", "--cgroup-manager", "cgroupfs"];
  const podman = (...words) => run("podman", [...options(), ...words]);
  const state = (form) => podman("inspect", "--format", form, name).stdout.trim();
  const get = (path) => send(port, "GET", path);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "o2s-container-"));
    storage = ["--root", join(folder, "storage"), "--runroot", join(folder, "run")];
    const pack = ["-C", process.env.O2S_DEBIAN, "--exclude=./var/cache/apt/archives/*.deb", "-c", "."];
    const archive = join(folder, "base.tar");
    succeed("tar", ["-f", archive, ...pack]);
    succeed("podman", [...storage, "import", archive, BASE]);
    rmSync(archive);
    medusa = await startStandIn((request, response) => {
      const answer = () => json(response, 200, { products: [], count: 0, offset: 0 });
      setTimeout(answer, request.url.includes("offset=7") ? RESPONSE_TIME : 0);
    });
  });
  after(async () => {
    if (name) podman("rm", "--force", "--time", "1", name);
    await medusa?.stop();
    spawnSync("sh", ["-c", 'umount "$0"/storage/overlay/*/merged "$0"/storage/overlay 2>/dev/null', folder]);
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test("it is built", () => {
    const words = ["bud", "--format", "docker", "--isolation", "chroot", "--build-arg", `BASE=${BASE}`, "-t", IMAGE];
    succeed("buildah", [...storage, ...words, "-f", join(ROOT, "deploy/container/Containerfile"), ROOT]);
    const user = succeed("podman", [...storage, "inspect", "--format", "{{.Config.User}} {{.Config.StopSignal}}", IMAGE]);
    assert.equal(user.trim(), "33:33 SIGTERM");
  });

  test("it runs without rights on a read-only root file system, and serves", async () => {
    port = await freePort();
    name = `o2s-medusa-${process.pid}`;
    const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--cgroupns", "host"];
    const locked = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges"];
    const tmpfs = ["--tmpfs", "/tmp:mode=1777,size=64m"];
    const settings = {
      MEDUSAJS_BASE_URL: medusa.url,
      MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
      DEFAULT_CURRENCY: "EUR",
      WORKERS: "2",
    };
    const env = Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    // The host's network, so that the stand-in for Medusa is in reach.
    const network = ["--network", "host", "--env", `LISTEN=127.0.0.1:${port}`];
    const started = podman("run", "--detach", "--name", name, ...network, ...limits, ...locked, ...tmpfs, ...env, IMAGE);
    assert.equal(started.status, 0, started.said);
    const isServed = () => get("/healthz").then(({ status }) => status === 200, () => false);
    await until("An answer", isServed, { deadline: 15_000 }).catch((error) => {
      error.message += `\n${podman("logs", name).said}`;
      throw error;
    });
    assert.equal((await get("/products?limit=1")).status, 200);
    assert.equal(podman("exec", name, "id", "-u").stdout.trim(), "33");
    assert.notEqual(podman("exec", name, "touch", "/etc/x").status, 0);
    assert.match(podman("exec", name, "grep", "CapEff", "/proc/1/status").stdout, /CapEff:\t0+$/m);
  });

  test("its health check passes", () => {
    const check = podman("healthcheck", "run", name);
    assert.equal(check.status, 0, check.said);
  });

  test("HUP reloads the table of each worker", async () => {
    podman("kill", "--signal", "HUP", name);
    const reloads = () => podman("logs", name).said.match(/the route table was reloaded/g)?.length ?? 0;
    // A worker reads it before its next request.
    const bothHave = async () => {
      await Promise.all([get("/healthz"), get("/healthz"), get("/healthz")]);
      return reloads() === 2;
    };
    await until("Two reloads", bothHave, { deadline: 10_000 });
  });

  test("TERM ends it when its requests are finished", async () => {
    const answer = get("/products?limit=1&offset=7");
    await until("The call", () => medusa.requests.at(-1)?.url.includes("offset=7"), { deadline: 5000 });
    const stop = spawn("podman", [...options(), "stop", "--time", "20", name]);
    const ended = new Promise((resolve) => stop.once("exit", resolve));
    assert.equal((await answer).status, 200);
    await ended;
    assert.equal(state("{{.State.ExitCode}}"), "0", podman("logs", name).said);
  });
});
