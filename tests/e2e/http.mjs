/*
 * A client that sends a request as it is told to, byte for byte: no path is tidied, no header added.
 */
import http from "node:http";

/**
 * body: an object goes out as JSON, with its type; a string or Buffer goes out as it is.
 * from: the client's address, such as 127.0.0.2.
 *
 * gives {status, headers, text, body}: `body` is the parsed JSON, undefined if the answer is not JSON.
 */
export function send(port, method, path, { token, headers = {}, body, deadline = 30_000, from } = {}) {
  const { payload, type } = payloadOf(body);
  const all = {
    ...(type && { "content-type": type }),
    ...(payload !== undefined && { "content-length": Buffer.byteLength(payload) }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const to = { host: "127.0.0.1", port, localAddress: from };
    const request = http.request({ ...to, method, path, headers: sent, agent: false });
    request.setTimeout(deadline, () => request.destroy(new Error(`${method} ${path}: no answer in ${deadline} ms`)));
    request.once("error", reject);
    request.once("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => resolve(answerOf(response, Buffer.concat(chunks).toString("utf8"))));
    });
    request.end(payload);
  });
}

function payloadOf(body) {
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) return { payload: body };
  return { payload: JSON.stringify(body), type: "application/json" };
}

function answerOf({ statusCode, headers }, text) {
  return { status: statusCode, headers, text, body: jsonOf(text) };
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
