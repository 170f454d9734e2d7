/*
 * A server in Medusa's place, for what the real one cannot be made to do: to fail, to be slow, to answer nonsense. It
 * keeps what it was sent, credentials and all.
 */
import http from "node:http";

/**
 * `respond(request, response)` answers; `request.body` is the body as text.
 * gives {url, requests, stop()}
 */
export async function startStandIn(respond) {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    request.body = Buffer.concat(chunks).toString("utf8");
    requests.push(request);
    respond(request, response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

export function json(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
