/* A client that writes bytes to a web server, whether they are HTTP or not, and reads what comes. */
import { connect } from "node:net";

const TERSE = 120;

/** Bytes as a test's name or a message can show them. */
export function shown(bytes) {
  const text = JSON.stringify(bytes.toString("latin1"));
  return text.length > TERSE ? `${text.slice(0, TERSE)}… (${bytes.length} bytes)` : text;
}

/**
 * Writes `bytes` (a Buffer, or a list of them with a moment between) and, with `hangUp`, ends its side then.
 * gives {status, headers, text, body} of the first answer, status 0 if the connection was closed without one
 */
export function sendBytes(port, bytes, { hangUp = false, deadline = 20_000 } = {}) {
  const parts = [bytes].flat();
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const chunks = [];
    const finish = () => {
      socket.destroy();
      resolve(answerOf(Buffer.concat(chunks)));
    };
    // A server that closes on what it does not like resets the connection if there is more of it.
    socket.on("error", finish);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks))) finish();
    });
    socket.once("end", finish);
    socket.setTimeout(deadline, () => {
      socket.destroy();
      reject(new Error(`${shown(parts[0])}: no answer in ${deadline} ms`));
    });
    const write = ([first, ...rest]) => {
      if (first === undefined) return hangUp && socket.end();
      socket.write(first, () => (rest.length ? setTimeout(write, 20, rest) : write(rest)));
    };
    write(parts);
  });
}

function split(bytes) {
  const at = bytes.indexOf("\r\n\r\n");
  if (at < 0) return null;
  const [first, ...lines] = bytes.subarray(0, at).toString("latin1").split("\r\n");
  const headers = {};
  for (const line of lines) {
    const [, name, value] = /^([^:]*): *(.*)$/s.exec(line) ?? [null, line, ""];
    headers[name.toLowerCase()] = name.toLowerCase() in headers ? `${headers[name.toLowerCase()]}, ${value}` : value;
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? -1);
  const rest = bytes.subarray(at + 4);
  // One like "100 Continue" goes before the answer.
  return status >= 100 && status < 200 ? split(rest) : { status, headers, rest };
}

function isWhole(bytes) {
  const parts = split(bytes);
  if (!parts) return false;
  if (parts.headers["transfer-encoding"] === "chunked") return parts.rest.includes("0\r\n\r\n");
  return parts.rest.length >= Number(parts.headers["content-length"] ?? Infinity);
}

function unchunked(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function answerOf(bytes) {
  const parts = split(bytes);
  // HTTP/0.9 has no head.
  if (!parts) return { status: 0, headers: {}, text: bytes.toString("utf8") };
  const { status, headers, rest } = parts;
  const content = headers["transfer-encoding"] === "chunked" ? unchunked(rest) : rest;
  const text = content.toString("utf8");
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    // It is not JSON.
  }
  return { status, headers, text, body };
}
