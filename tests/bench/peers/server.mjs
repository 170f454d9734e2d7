/*
 * The two routes by Node.js alone: node:http, connections to Medusa that stay open, and a process for each core.
 *
 *   node server.mjs PORT MEDUSA_URL LOG
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

const PRODUCT_FIELDS = "id,title,description,subtitle,thumbnail,handle,*variants,*images,*categories,*tags";

const [port, url, logFile] = process.argv.slice(2);
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
  if (path.startsWith("/carts/")) return [PRIVATE, cart(await ask(`/store${path}`))];
  const limit = new URLSearchParams(query).get("limit") ?? "50";
  return [PUBLIC, productList(await ask(`/store/products?limit=${limit}&region_id=reg_bench&fields=${PRODUCT_FIELDS}`))];
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
