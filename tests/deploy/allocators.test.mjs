/* The program with another allocator in glibc's place, as servers are often run: jemalloc and mimalloc by LD_PRELOAD. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { PROGRAM, TABLE, startGateway } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { json, startStandIn } from "../e2e/standin.mjs";

// As Debian's packages libjemalloc2 and libmimalloc2.0 have them; the dynamic linker finds them by their names.
const ALLOCATORS = { jemalloc: "libjemalloc.so.2", mimalloc: "libmimalloc.so.2" };
const PATH = "/products?limit=1";
const REQUESTS = 200;

let medusa;
before(async () => {
  medusa = await startStandIn((request, response) => {
    if (request.url.startsWith("/store/regions")) return json(response, 200, { regions: [] });
    return json(response, 200, { products: [], count: 0, offset: 0, limit: 1 });
  });
});
after(() => medusa?.stop());

const environment = (library) => ({
  LD_PRELOAD: library,
  MEDUSAJS_BASE_URL: medusa.url,
  MEDUSAJS_PUBLISHABLE_API_KEY: "pk_test",
  DEFAULT_CURRENCY: "EUR",
});

/** Runs the program to its end, while this process answers in Medusa's place; gives what it printed. */
async function run(library, ...args) {
  const { stdout, stderr } = await promisify(execFile)(PROGRAM, ["-f", TABLE, ...args], { env: environment(library) });
  // The linker goes on without a library that it cannot find.
  assert.doesNotMatch(stderr, /preload/);
  return stdout;
}

for (const [name, library] of Object.entries(ALLOCATORS)) {
  describe(name, () => {
    test("check", async () => {
      assert.match(await run(library, "check"), /\d+ routes/);
    });

    test("call", async () => {
      const output = await run(library, "call", `GET ${PATH}`);
      assert.match(output, /^200 OK\n/);
      assert.deepEqual(JSON.parse(output.slice(output.indexOf("\n\n"))).data, []);
    });

    test("a worker, also after it has read its table again", async () => {
      const gateway = await startGateway({ env: environment(library), single: true });
      try {
        const [worker] = gateway.workers;
        assert.ok(readFileSync(`/proc/${worker}/maps`, "utf8").includes(library), "the worker has the allocator");
        for (let i = 0; i < REQUESTS; i++) {
          if (i === REQUESTS / 2) process.kill(worker, "SIGUSR2");
          const { status, text } = await send(gateway.port, "GET", PATH);
          assert.equal(status, 200, text);
        }
      } finally {
        await gateway.stop();
      }
    });
  });
}
