/*
 * Stands between workers and Medusa as a network that is not to be relied on: now and then a connection breaks before a
 * call is passed on, when Medusa has answered it, or in the middle of the answer; or the answer comes late.
 */
import { connect, createServer } from "node:net";

const KINDS = ["before", "after", "half", "late"];
const LATE = 400;

/**
 * `rate`: of calls that something happens to.
 * gives {url, count: {before, after, half, late}, calls(), pause(), stop()}; after pause() nothing happens any more
 */
export async function startFaults(target, random, rate) {
  const { hostname, port } = new URL(target);
  const count = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const open = new Set();
  let active = true;
  let calls = 0;

  const server = createServer((worker) => {
    const medusa = connect(port, hostname);
    // Of the call that is under way on this connection.
    let fault;
    let answered = true;
    const close = () => [worker, medusa].forEach((socket) => socket.destroy());
    open.add(worker);
    worker.once("close", () => open.delete(worker));
    for (const socket of [worker, medusa]) socket.on("error", close).on("close", close).setNoDelay(true);

    worker.on("data", (data) => {
      if (answered) {
        answered = false;
        calls++;
        fault = active && random.chance(rate) ? random.pick(KINDS) : undefined;
        if (fault) count[fault]++;
      }
      if (fault === "before") return close();
      medusa.write(data);
    });

    medusa.on("data", (data) => {
      answered = true;
      if (fault === "after") return close();
      if (fault === "half") return worker.write(data.subarray(0, data.length >> 1), close);
      if (fault !== "late") return worker.write(data);
      fault = undefined;
      medusa.pause();
      setTimeout(() => {
        worker.write(data);
        medusa.resume();
      }, LATE);
    });
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    count,
    calls: () => calls,
    pause: () => (active = false),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of open) socket.destroy();
      }),
  };
}
