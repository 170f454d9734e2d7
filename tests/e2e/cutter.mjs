/*
 * A proxy that stands between the gateway and Medusa and, when told to, cuts the gateway's connection in the middle of
 * a call.
 */
import http from "node:http";
import { bodyOf, passOn } from "./relay.mjs";

/**
 * gives:
 *   url
 *   plan(number, moment)   from now on calls are counted anew, and the connection of call `number` is cut, "before" it is
 *                          passed on or "after" Medusa has answered it; without arguments none is
 *   calls()                what came since the last plan(), as texts: "POST /store/carts"
 *   cut()                  the call that was cut since then, or undefined
 *   stop()
 */
export async function startCutter(target) {
  const agent = new http.Agent({ keepAlive: true });
  let current = { calls: [] };
  const server = http.createServer(async (request, response) => {
    const plan = current;
    const line = `${request.method} ${request.url.split("?")[0]}`;
    const mine = plan.calls.push(line) === plan.number;
    if (mine) plan.cut = line;
    try {
      const body = await bodyOf(request);
      if (mine && plan.moment === "before") return request.socket.destroy();
      const answer = await passOn(target, agent, request, body);
      if (mine) return request.socket.destroy();
      response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
      response.end(answer.body);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    plan: (number, moment) => (current = { number, moment, calls: [] }),
    calls: () => current.calls,
    cut: () => current.cut,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
