/*
 * One JSON line for each request that Medusa gets:
 *
 *   {seq, method, url, status, start, end, headers: {authorization?: {scheme, kind, sha256}, publishableKey,
 *    locale?, requestId?}, aborted?}
 *
 * `kind` is "admin" for a secret key, the Admin API's, "bearer" for a token, else "other".
 * `start` and `end` are milliseconds of the system's monotonic clock, the one of process.hrtime(), so two calls
 * overlapped if each started before the other's end. The line is in the file before the response's last byte
 * leaves: whoever has an answer finds its line. Beside the file, `<file>.started` grows by one byte at each
 * request's start, so that a reader can tell whether a request is still under way.
 */
const { createHash } = require("node:crypto");
const { subscribe } = require("node:diagnostics_channel");
const { appendFileSync } = require("node:fs");

const now = () => Number(process.hrtime.bigint() / 1000n) / 1000;

function logAccess(file) {
  let seq = 0;
  subscribe("http.server.request.start", ({ request, response }) => {
    if (request.url === "/health") return;
    appendFileSync(`${file}.started`, ".");
    const entry = { seq: ++seq, method: request.method, url: request.url, start: now() };
    entry.headers = notableHeaders(request.headers);
    writeOnEnd(file, entry, response);
  });
}

function writeOnEnd(file, entry, response) {
  let written = false;
  const write = (facts) => {
    if (written) return;
    written = true;
    const { seq, method, url, start, headers } = entry;
    const line = { seq, method, url, status: response.statusCode, start, end: now(), headers, ...facts };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
  const end = response.end;
  response.end = function (...args) {
    write();
    return end.apply(this, args);
  };
  // The caller hung up before an answer was there.
  response.once("close", () => write({ status: null, aborted: true }));
}

function kindOf(authorization) {
  const [scheme, content = ""] = authorization.split(/ +/);
  if (/^basic$/i.test(scheme) && Buffer.from(content, "base64").toString("latin1").startsWith("sk_")) return "admin";
  return /^bearer$/i.test(scheme) ? "bearer" : "other";
}

// No secret goes into the file, but enough to recognise one.
function notableHeaders(headers) {
  const authorization = headers.authorization;
  return {
    authorization: authorization && {
      scheme: authorization.split(" ")[0],
      kind: kindOf(authorization),
      sha256: createHash("sha256").update(authorization).digest("hex"),
    },
    publishableKey: headers["x-publishable-api-key"] !== undefined,
    locale: headers["x-medusa-locale"],
    requestId: headers["x-request-id"],
  };
}

module.exports = { kindOf, logAccess };
