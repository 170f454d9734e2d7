/* What the proxies of the tests share. */
import http from "node:http";

// Of one connection, and so not passed on.
const OWN = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

/**
 * Breaks a connection off with a reset, unless the other end has closed it already: Node.js 20 then loses track of it,
 * and waits for it for ever when the process is to end.
 */
export function reset(socket) {
  if (socket.readableEnded || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}

/** All of a request or response, as a Buffer. */
export async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function withoutOwn(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
}

/** Sends the request with this body on to `target`: {status, headers, body}. */
export function passOn(target, agent, { method, url, headers }, body) {
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
