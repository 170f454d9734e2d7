/*
 * Three hosts in network namespaces behind HAProxy or nginx with the files of deploy/: how throughput grows, and what a
 * host that is killed, cut off or drained under load costs. Needs root.
 *
 *   O2S_HOSTS_SECONDS   for each measurement of throughput (default: 1, HAProxy only, and a tolerance that suits it)
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../e2e/harness.mjs";
import { succeed } from "./tree.mjs";

const LONG = process.env.O2S_HOSTS_SECONDS;
const BALANCERS = LONG ? ["HAProxy", "nginx"] : ["HAProxy"];
// A share of what it should be. In a second the machine's other work counts for more.
const TOLERANCE = LONG ? 0.05 : 0.3;
const INSIDE = fileURLToPath(new URL("hosts-inside.mjs", import.meta.url));
const isRoot = process.getuid() === 0;

for (const balancer of BALANCERS) {
  describe(balancer, { skip: !isRoot && "needs root" }, () => {
    let result;
    before(() => {
      const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child"];
      const args = [...namespaces, process.execPath, INSIDE, balancer, LONG ?? "1", String(TOLERANCE)];
      const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, O2S_MEDUSA: PROGRAM };
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

    for (const [what, name] of [["killed", "killed"], ["cut", "cut off"], ["drained", "drained"]])
      test(`a host that is ${name} under load costs no read, and no POST is sent twice`, (context) => {
        const { gets, posts, lostGets, lostPosts, repeatedPosts, longest } = result[what];
        context.diagnostic(`${gets} reads, ${posts} POSTs, of these ${lostPosts} lost; the longest took ${longest} ms`);
        assert.ok(gets > 20 && posts > 10);
        assert.deepEqual(lostGets, []);
        assert.deepEqual(repeatedPosts, []);
        // Those that were in progress on the host: one for each of its workers.
        assert.ok(lostPosts <= (what === "drained" ? 0 : 4), `${lostPosts} lost`);
      });
  });
}
