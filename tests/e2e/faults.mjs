/*
 * The ways in which an answer of Medusa's can be spoilt. Each fault has
 *
 *   status   with which a worker is to answer then
 *   breaks   whether it breaks the connection, after which a GET is sent once more
 *   repeats  whether `retry` in routes.yaml names its status: a GET with the caller's token is sent once more
 *   slow     whether it keeps the worker waiting until its deadline
 *   spoil({socket, answer})   spoils it; `answer` is Medusa's own, {status, headers, body}
 */
import { reset } from "./relay.mjs";

/** Stands in whatever a fault makes up: none of it may reach the caller. */
export const INTERNALS = "select-from-secret-table";

const MiB = 1024 * 1024;
const JSON_TYPE = "application/json";

const head = (status, headers) =>
  [`HTTP/1.1 ${status} Whatever`, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");

// A whole answer; the connection stays.
function write(socket, status, headers, body) {
  const bytes = Buffer.from(body);
  socket.write(Buffer.concat([Buffer.from(head(status, [...headers, ["Content-Length", bytes.length]])), bytes]));
}

const typed = (type) => [["Content-Type", type]];
const failure = (message = INTERNALS) =>
  JSON.stringify({ type: "unknown_error", message, stack: `Error: ${INTERNALS}\n at /srv/medusa/x.js:1` });

// What came so far is on its way before the connection breaks.
const writeAndReset = (socket, bytes) => socket.write(bytes, () => setImmediate(() => reset(socket)));

const wholeHead = ({ body }) =>
  head(200, [
    ["Content-Type", JSON_TYPE],
    ["Content-Length", body.length],
  ]);
const CUT_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Len";

function drip(socket, bytes) {
  let next = 0;
  const timer = setInterval(() => socket.write(bytes.subarray(next, ++next)), 1000);
  socket.once("close", () => clearInterval(timer));
}

async function pour(socket, total) {
  const chunk = Buffer.alloc(MiB, "a");
  for (let sent = 0; sent < total && !socket.destroyed; sent += MiB) {
    if (!socket.write(chunk)) {
      await new Promise((resolve) => {
        const go = () => {
          socket.off("drain", go);
          socket.off("close", go);
          resolve();
        };
        socket.once("drain", go);
        socket.once("close", go);
      });
    }
  }
}

function withLengths(socket, { body }, lengths) {
  const headers = [...typed(JSON_TYPE), ...lengths.map((length) => ["Content-Length", body.length + length])];
  socket.write(Buffer.concat([Buffer.from(head(200, headers)), body]));
}

const broken = (spoil) => ({ status: 502, breaks: true, spoil });
const late = (spoil) => ({ status: 504, slow: true, spoil });
const bad = (spoil) => ({ status: 502, spoil });

/** `elsewhere`: the address that a redirect leads to. */
export function faultsWith(elsewhere) {
  return {
    "reset before the headers": broken(({ socket }) => reset(socket)),
    "closed before the headers": broken(({ socket }) => socket.end()),
    "reset in the headers": broken(({ socket }) => writeAndReset(socket, CUT_HEAD)),
    "closed in the headers": broken(({ socket }) => socket.end(CUT_HEAD)),
    "reset after the headers": broken(({ socket, answer }) => writeAndReset(socket, wholeHead(answer))),
    "half a body": broken(({ socket, answer }) =>
      socket.end(Buffer.concat([Buffer.from(wholeHead(answer)), answer.body.subarray(0, answer.body.length / 2)])),
    ),
    "half a body in chunks": broken(({ socket, answer: { body } }) => {
      const headers = [...typed(JSON_TYPE), ["Transfer-Encoding", "chunked"]];
      socket.end(`${head(200, headers)}${body.length.toString(16)}\r\n${body.subarray(0, body.length / 2)}`);
    }),

    "no answer": late(() => {}),
    "one byte a second": late(({ socket, answer }) =>
      drip(socket, Buffer.concat([Buffer.from(wholeHead(answer)), answer.body])),
    ),
    "a body of one byte a second": late(({ socket, answer }) => {
      socket.write(wholeHead(answer));
      drip(socket, answer.body);
    }),
    "a Content-Length that is too long": late(({ socket, answer }) => withLengths(socket, answer, [100])),

    500: { ...bad(({ socket }) => write(socket, 500, typed(JSON_TYPE), failure())), repeats: true },
    502: bad(({ socket }) => write(socket, 502, typed("text/html"), `<html><h1>${INTERNALS}</h1></html>`)),
    "503 with Retry-After": bad(({ socket }) =>
      write(socket, 503, [...typed("text/html"), ["Retry-After", "120"]], `<html>${INTERNALS}</html>`),
    ),
    "429 with Retry-After": {
      status: 429,
      message: "Not so fast",
      headers: { "retry-after": "7" },
      spoil: ({ socket }) => write(socket, 429, [...typed(JSON_TYPE), ["Retry-After", "7"]], failure("Not so fast")),
    },
    "HTML in place of JSON": bad(({ socket }) =>
      write(socket, 200, typed("text/html"), `<!doctype html><p>${INTERNALS}</p>`),
    ),
    "JSON that is cut off": bad(({ socket, answer: { body } }) =>
      write(socket, 200, typed(JSON_TYPE), body.subarray(0, body.length - 1)),
    ),
    "JSON nested 10,000 deep": bad(({ socket }) =>
      write(socket, 200, typed(JSON_TYPE), `${'{"cart":'.repeat(10_000)}1${"}".repeat(10_000)}`),
    ),
    "JSON nested 10,000 deep where nobody reads it": bad(({ socket }) =>
      write(socket, 200, typed(JSON_TYPE), `{"unread":${"[".repeat(10_000)}${"]".repeat(10_000)}}`),
    ),
    "UTF-16": bad(({ socket, answer: { body } }) =>
      write(socket, 200, typed(`${JSON_TYPE}; charset=utf-16le`), Buffer.from(body.toString("utf8"), "utf16le")),
    ),
    "an encoding that nobody knows": bad(({ socket }) =>
      write(socket, 200, [...typed(JSON_TYPE), ["Content-Encoding", "secret"]], Buffer.alloc(1000, 0xab)),
    ),
    "a redirect to another host": bad(({ socket }) =>
      write(socket, 307, [["Location", `${elsewhere}/${INTERNALS}`]], INTERNALS),
    ),
    "a redirect that says it is moved for good": bad(({ socket }) =>
      write(socket, 301, [["Location", `${elsewhere}/${INTERNALS}`]], ""),
    ),
    "two Content-Length that are equal": bad(({ socket, answer }) => withLengths(socket, answer, [0, 0])),
    "two Content-Length, the first too long": bad(({ socket, answer }) => withLengths(socket, answer, [100, 0])),
    "two Content-Length, the last too long": bad(({ socket, answer }) => withLengths(socket, answer, [0, 100])),
    "a Content-Length that is too short": bad(({ socket, answer }) => withLengths(socket, answer, [-3])),
    "no number for a Content-Length": bad(({ socket }) =>
      socket.end(`${head(200, [...typed(JSON_TYPE), ["Content-Length", "many"]])}{"x":`),
    ),
    "no HTTP at all": bad(({ socket }) => socket.end(`SSH-2.0-${INTERNALS}\r\n`)),
  };
}

/** Too much to have many of them at a time. */
export const LARGE = {
  "a body of 64 MB": bad(async ({ socket }) => {
    const headers = [...typed(JSON_TYPE), ["Content-Length", 64 * MiB + 2]];
    socket.write(`${head(200, headers)}"`);
    await pour(socket, 64 * MiB);
    socket.write('"');
  }),
  "a body of 64 MB whose end is not told": bad(async ({ socket }) => {
    socket.write(`${head(200, [...typed(JSON_TYPE), ["Connection", "close"]])}"`);
    await pour(socket, 64 * MiB);
    socket.end('"');
  }),
};
