/*
 * How doc/scaling.md computes the number of workers. Three hosts in network namespaces behind HAProxy or nginx with the
 * files of deploy/: how throughput grows, and what a host that is killed, cut off or drained under load costs. The hosts
 * need root.
 *
 *   O2S_HOSTS_SECONDS   for each measurement of throughput (default: 1, HAProxy only, and a tolerance that suits it)
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../e2e/harness.mjs";
import { queue, shareThatWaits } from "../bench/queue.mjs";
import { succeed } from "./tree.mjs";

const LONG = process.env.O2S_HOSTS_SECONDS;
const BALANCERS = LONG ? ["HAProxy", "nginx"] : ["HAProxy"];
// A share of what it should be. In a second the machine's other work counts for more.
const TOLERANCE = LONG ? 0.05 : 0.3;
const INSIDE = fileURLToPath(new URL("hosts-inside.mjs", import.meta.url));
const isRoot = process.getuid() === 0;

describe("the number of workers", () => {
  const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-4, `${value} instead of ${expected}`);

  test("the share that waits is Erlang's", () => {
    // With one worker it is the load; with two and an offered load of a, it is a^2 / (2 + a).
    for (const load of [0.1, 0.5, 0.9]) near(shareThatWaits(1, load), load);
    for (const offered of [0.5, 1, 1.5]) near(shareThatWaits(2, offered), offered ** 2 / (2 + offered));
    // One worker: the mean wait is service * load / (1 - load).
    near(queue(1, 0.05, 0.8).mean, (0.05 * 0.8) / 0.2);
  });

  test("the table of doc/scaling.md is what the script prints", () => {
    const script = fileURLToPath(new URL("../bench/queue.mjs", import.meta.url));
    const page = readFileSync(new URL("../../doc/scaling.md", import.meta.url), "utf8");
    assert.ok(page.includes(succeed(process.execPath, [script])));
  });
});

// A container may have neither the right nor the module of the kernel.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const hasNetworks = () =>
  spawnSync("unshare", ["--net", "ip", "link", "add", "one", "type", "veth", "peer", "name", "other"], { env: { PATH } }).status === 0;

for (const balancer of BALANCERS) {
  describe(balancer, { skip: (!isRoot || !hasNetworks()) && "needs root, and network namespaces with veth" }, () => {
    let result;
    before(() => {
      const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
      const args = [...namespaces, process.execPath, INSIDE, balancer, LONG ?? "1", String(TOLERANCE)];
      const env = { PATH, O2S_MEDUSA: PROGRAM };
      result = JSON.parse(succeed("unshare", args, { env }));
    });

    test("throughput grows with the hosts, as 1 : 2 : 3", (context) => {
      const [one, ...more] = result.throughput;
      context.diagnostic(`${result.throughput.join(", ")} requests/s with 1, 2 and 3 hosts`);
      for (const [index, rate] of more.entries()) {
        const ratio = rate / one / (index + 2);
        assert.ok(Math.abs(ratio - 1) <= TOLERANCE, `${index + 2} hosts: ${rate} instead of ${(index + 2) * one}`);
      }
    });

    test("the metrics of a host, any of them, are not passed on", () => assert.equal(result.metrics, 403));

    for (const [what, name] of [["killed", "killed"], ["cut", "cut off"], ["drained", "drained"]])
      test(`a host that is ${name} under load costs no read, and no POST is sent twice`, (context) => {
        const { gets, posts, lostGets, lostPosts, repeatedPosts, longest } = result[what];
        context.diagnostic(`${gets} reads, ${posts} POSTs, of these ${lostPosts.length} lost; the longest took ${longest} ms`);
        assert.ok(gets > 20 && posts > 10);
        assert.deepEqual(lostGets, []);
        assert.deepEqual(repeatedPosts, []);
        // Those that were in progress on the host: one for each of its workers.
        assert.ok(lostPosts.length <= (what === "drained" ? 0 : 2), `${lostPosts}`);
      });
  });
}
