/* A FastCGI 1.0 client of a worker's socket: for requests as web servers make them, and for any other bytes. */
import { connect } from "node:net";

/** Types of records. */
export const TYPES = {
  BEGIN_REQUEST: 1,
  ABORT_REQUEST: 2,
  END_REQUEST: 3,
  PARAMS: 4,
  STDIN: 5,
  STDOUT: 6,
  STDERR: 7,
  DATA: 8,
  GET_VALUES: 9,
  GET_VALUES_RESULT: 10,
  UNKNOWN_TYPE: 11,
};
const { BEGIN_REQUEST, PARAMS, STDIN, STDOUT } = TYPES;
const LARGEST = 65_535;
const RESPONDER = 1;

/** `length`: what is announced, where that is not the content's. */
export function record(type, content, { id = 1, version = 1, padding = 0, length } = {}) {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(8);
  header[0] = version;
  header[1] = type;
  header.writeUInt16BE(id, 2);
  header.writeUInt16BE(length ?? bytes.length, 4);
  header[6] = padding;
  return Buffer.concat([header, bytes, Buffer.alloc(padding, "#")]);
}

/** A stream as records, the last of them empty. */
export function stream(type, content, options) {
  const bytes = Buffer.from(content);
  const records = [];
  for (let at = 0; at < bytes.length; at += LARGEST)
    records.push(record(type, bytes.subarray(at, at + LARGEST), options));
  return Buffer.concat([...records, record(type, "", options)]);
}

export function begin({ role = RESPONDER, keep = false, ...options } = {}) {
  return record(BEGIN_REQUEST, [role >> 8, role & 255, keep ? 1 : 0, 0, 0, 0, 0, 0], options);
}

function sizeOf(content) {
  if (content.length < 128) return Buffer.from([content.length]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE((content.length | 0x80000000) >>> 0);
  return size;
}

export function pair(name, value) {
  const [key, content] = [Buffer.from(name), Buffer.from(value)];
  return Buffer.concat([sizeOf(key), sizeOf(content), key, content]);
}

/** Variables, {name: value} or a list of pairs, as the content of records. */
export function pairs(variables) {
  const entries = Array.isArray(variables) ? variables : Object.entries(variables);
  return Buffer.concat(entries.map(([name, value]) => pair(name, value)));
}

/** The variables of a request; `body`, if there is one, is its bytes. */
export function variablesOf(method, target, { token, body } = {}) {
  return {
    REQUEST_METHOD: method,
    REQUEST_URI: target,
    ...(token && { HTTP_AUTHORIZATION: `Bearer ${token}` }),
    ...(body !== undefined && { CONTENT_TYPE: "application/json", CONTENT_LENGTH: String(body.length) }),
  };
}

/** All of a request, as bytes. */
export function wholeRequest(variables, body = "", options) {
  return Buffer.concat([begin(options), stream(PARAMS, pairs(variables), options), stream(STDIN, body, options)]);
}

/**
 * Sends bytes on a connection of its own: with `hangUp` its side ends then, without it what comes until the end of a
 * request, or of the connection, is waited for.
 * gives {records: [{type, id, content}], ended}, `ended` being whether the worker closed the connection
 */
export function converse(socket, bytes, { hangUp = false, until = TYPES.END_REQUEST, deadline = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const connection = connect({ path: socket, allowHalfOpen: true });
    const chunks = [];
    const finish = (ended) => {
      connection.destroy();
      resolve({ records: recordsOf(Buffer.concat(chunks)), ended });
    };
    // The worker has closed a connection on which there was more to read.
    connection.on("error", (error) => (/ECONNRESET|EPIPE/.test(error.code) ? finish(true) : reject(error)));
    connection.on("data", (chunk) => {
      chunks.push(chunk);
      if (recordsOf(Buffer.concat(chunks)).some(({ type }) => type === until)) finish(false);
    });
    connection.once("end", () => finish(true));
    connection.setTimeout(deadline, () => {
      connection.destroy();
      reject(new Error(`no answer in ${deadline} ms to ${Buffer.from(bytes).subarray(0, 80).toString("latin1")}`));
    });
    connection.write(bytes);
    if (hangUp) connection.end();
  });
}

/** The records that are there as a whole. */
export function recordsOf(bytes) {
  const records = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt16BE(at + 4);
    const end = at + 8 + size + bytes[at + 6];
    if (end > bytes.length) break;
    records.push({ type: bytes[at + 1], id: bytes.readUInt16BE(at + 2), content: bytes.subarray(at + 8, at + 8 + size) });
    at = end;
  }
  return records;
}

/** What a request's output says: {status, head, text, body}. */
export function outputOf(records, id = 1) {
  const parts = records.filter((one) => one.type === STDOUT && one.id === id).map(({ content }) => content);
  const output = Buffer.concat(parts).toString("utf8");
  const [head] = output.split("\r\n\r\n", 1);
  const text = output.slice(head.length + 4);
  return { status: Number(/^Status: (\d+)/m.exec(head)?.[1]), head, text, body: jsonOf(text) };
}

/**
 * `body` goes out as JSON.
 * gives {status, head, text, body}
 */
export async function askWorker(socket, method, target, { token, body } = {}) {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const bytes = wholeRequest(variablesOf(method, target, { token, body: payload }), payload);
  const { records } = await converse(socket, bytes);
  return outputOf(records);
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
