/* A FastCGI 1.0 client, as small as one can be: a request on a connection of its own to a worker's socket. */
import { connect } from "node:net";

const BEGIN_REQUEST = 1;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;
const LARGEST = 65_535;

function record(type, content) {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header[1] = type;
  header.writeUInt16BE(1, 2);
  header.writeUInt16BE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** A stream as records, the last of them empty. */
function stream(type, content) {
  const records = [];
  for (let at = 0; at < content.length; at += LARGEST) records.push(record(type, content.subarray(at, at + LARGEST)));
  return Buffer.concat([...records, record(type, Buffer.alloc(0))]);
}

function sizeOf(content) {
  if (content.length < 128) return Buffer.from([content.length]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE((content.length | 0x80000000) >>> 0);
  return size;
}

function pair(name, value) {
  const [key, content] = [Buffer.from(name), Buffer.from(value)];
  return Buffer.concat([sizeOf(key), sizeOf(content), key, content]);
}

/**
 * `body` goes out as JSON.
 * gives {status, text, body}
 */
export function askWorker(socket, method, target, { token, body } = {}) {
  const payload = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const variables = {
    REQUEST_METHOD: method,
    REQUEST_URI: target,
    ...(token && { HTTP_AUTHORIZATION: `Bearer ${token}` }),
    ...(body !== undefined && { CONTENT_TYPE: "application/json", CONTENT_LENGTH: String(payload.length) }),
  };
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    const chunks = [];
    connection.once("error", reject);
    connection.on("data", (chunk) => chunks.push(chunk));
    connection.once("end", () => resolve(answerOf(Buffer.concat(chunks))));
    connection.setTimeout(30_000, () => connection.destroy(new Error(`${method} ${target}: no answer in 30 s`)));
    connection.write(record(BEGIN_REQUEST, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])));
    const pairs = Object.entries(variables).map(([name, value]) => pair(name, value));
    connection.write(stream(PARAMS, Buffer.concat(pairs)));
    connection.write(stream(STDIN, payload));
  });
}

function answerOf(bytes) {
  const parts = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt16BE(at + 4);
    if (bytes[at + 1] === STDOUT) parts.push(bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + bytes[at + 6];
  }
  const output = Buffer.concat(parts).toString("utf8");
  const [head] = output.split("\r\n\r\n", 1);
  const text = output.slice(head.length + 4);
  return { status: Number(/^Status: (\d+)/m.exec(head)?.[1]), text, body: jsonOf(text) };
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
