/* A client that sends one request at a time, on a connection that stays open, and looks at the clock. */
import http from "node:http";

/**
 * `base`: what a path is put behind, such as http://127.0.0.1:9000.
 * gives request(method, path, {headers, body, expected}) → {status, text, body, start, end}: `body` is of JSON both
 * ways, the times are milliseconds of the system's monotonic clock. Throws if the status is another than `expected`.
 */
export function openClient(base, { headers: common = {} } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return (method, path, { headers = {}, body, expected = 200 } = {}) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const type = payload && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
      const start = now();
      const request = http.request(base + path, { method, agent, headers: { ...common, ...type, ...headers } });
      request.once("error", reject);
      request.once("response", async (response) => {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        const end = now();
        const text = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode;
        if (status !== expected) reject(new Error(`${method} ${path}: ${status} instead of ${expected}: ${text}`));
        else resolve({ status, text, body: text ? JSON.parse(text) : undefined, start, end });
      });
      request.end(payload);
    });
}

// The clock of Medusa's access log.
const now = () => Number(process.hrtime.bigint() / 1000n) / 1000;
