/*
 * A proxy that stands between the gateway and Medusa and, when told to, cuts the gateway's connection in the middle of
 * a call.
 */
import http from "node:http";

// Of one connection, and so not passed on.
const OWN = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

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

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function withoutOwn(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
}

function passOn(target, agent, { method, url, headers }, body) {
  const sent = { ...withoutOwn(headers), ...(body.length && { "content-length": body.length }) };
  return new Promise((resolve, reject) => {
    const request = http.request(target + url, { method, agent, headers: sent });
    request.once("error", reject);
    request.once("response", (response) => {
      const { statusCode: status } = response;
      bodyOf(response).then((body) => resolve({ status, headers: withoutOwn(response.headers), body }), reject);
    });
    request.end(body);
  });
}
