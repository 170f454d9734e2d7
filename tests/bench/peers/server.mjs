/*
 * The two routes by Node.js alone: node:http, connections to Medusa that stay open, and a process for each core. It does
 * the gateway's mapping of what the gateway's own calls get; it is not O2S's own integration, which asks for more.
 *
 *   node server.mjs PORT MEDUSA_URL LOG CART PRODUCTS
 *
 * CART and PRODUCTS are the paths of the gateway's calls, with {id} and {limit} in place of what the request says.
 */
import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import http from "node:http";
import { availableParallelism } from "node:os";
import { cart, productList } from "./mapping.mjs";

const HEADERS = { "content-type": "application/json; charset=utf-8", "x-currency": "EUR" };
const PRIVATE = { ...HEADERS, "cache-control": "private, no-store" };
const PUBLIC = { ...HEADERS, "cache-control": "public, max-age=60", vary: "authorization, x-locale, x-currency" };

const [port, url, logFile, cartCall, productsCall] = process.argv.slice(2);
const CART = cartCall.split("{id}");
const PRODUCTS = productsCall.split("{limit}");
const medusa = new URL(url);
const log = createWriteStream(logFile, { flags: "a" });
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** gives Medusa's JSON; rejects if it is another status than 200 */
function ask(path) {
  const { hostname, port } = medusa;
  const headers = { "x-publishable-api-key": "pk_bench", accept: "application/json" };
  return new Promise((resolve, reject) => {
    const request = http.get({ agent, hostname, port, path, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`Medusa: ${response.statusCode}`));
        resolve(JSON.parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      });
    });
    request.on("error", reject);
  });
}

async function answerTo(target) {
  const [path, query] = target.split("?");
  if (path.startsWith("/carts/")) return [PRIVATE, cart(await ask(CART.join(path.slice("/carts/".length))))];
  const limit = new URLSearchParams(query).get("limit") ?? "50";
  return [PUBLIC, productList(await ask(PRODUCTS.join(limit)))];
}

async function serve({ method, url }, response) {
  const start = performance.now();
  const request = randomUUID();
  let [headers, body, status] = [PRIVATE, { message: "Bad Gateway", statusCode: 502 }, 502];
  try {
    [headers, body] = await answerTo(url);
    status = 200;
  } catch (error) {
    console.error(error.message);
  }
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headers, "content-length": bytes.length, "x-request-id": request }).end(bytes);
  const ms = performance.now() - start;
  log.write(`${JSON.stringify({ time: new Date(), method, url, status, bytes: bytes.length, ms, request })}\n`);
}

if (cluster.isPrimary) for (let i = 0; i < availableParallelism(); i++) cluster.fork();
else http.createServer({ keepAliveTimeout: 60_000 }, serve).listen(Number(port), "127.0.0.1");
