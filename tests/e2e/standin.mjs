/*
 * A server in Medusa's place, for what the real one cannot be made to do: to fail, to be slow, to answer nonsense. It
 * keeps what it was sent, credentials and all.
 */
import { createRequire } from "node:module";
import http from "node:http";
import { faultsOfCall } from "./credentials.mjs";

const { kindOf } = createRequire(import.meta.url)("../store/access-log.js");

/**
 * `respond(request, response)` answers; `request.body` is the body as text.
 * gives {url, requests, stop()}; stop() throws if a credential came that does not belong there (credentials.mjs)
 */
export async function startStandIn(respond) {
  const requests = [];
  const faults = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    request.body = Buffer.concat(chunks).toString("utf8");
    requests.push(request);
    const { method, url, headers } = request;
    const authorization = headers.authorization && { kind: kindOf(headers.authorization) };
    faults.push(...faultsOfCall({ method, url, headers: { authorization } }));
    respond(request, response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close(() => (faults.length ? reject(new Error(faults.join("\n"))) : resolve()));
        server.closeAllConnections();
      }),
  };
}

export function json(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
