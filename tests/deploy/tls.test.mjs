/*
 * TLS: in front of the web servers, by the lines of doc/deployment.md, and from the workers to an upstream whose
 * certificate is of an authority of one's own.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../e2e/harness.mjs";
import { until } from "../store/lib/wait.mjs";
import { startServer } from "./servers.mjs";
import { run, succeed } from "./tree.mjs";

const DOCUMENTATION = readFileSync(fileURLToPath(new URL("../../doc/deployment.md", import.meta.url)), "utf8");
const TABLE = `
upstreams:
  things: {url: "\${THINGS_URL}", public: true}
routes:
  GET /healthz: {answer: {ok: true}}
  GET /things/{id}:
    steps: [{thing: "GET things/{$path.id}"}]
    answer: {id: $thing.id}
`;
// The line of each file that becomes those of the documentation.
const IN_FRONT = {
  nginx: { old: "listen 127.0.0.1:8080;" },
  "Apache, mod_proxy_fcgi": { old: "<VirtualHost 127.0.0.1:8080>", loaded: ["socache_shmcb", "ssl"] },
  HAProxy: { old: "bind 127.0.0.1:8080" },
  Caddy: { old: "http://:8080 {" },
};

let folder;
let table;
const inFolder = (name) => join(folder, name);
const openssl = (...words) => succeed("openssl", words, { cwd: folder });
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

before(() => {
  folder = mkdtempSync(join(tmpdir(), "o2s-tls-"));
  chmodSync(folder, 0o755);
  table = inFolder("routes.yaml");
  writeFileSync(table, TABLE);
  makeAuthority("ca");
  makeAuthority("other");
  makeCertificate("server", "ca");
});
after(() => rmSync(folder, { recursive: true }));

function makeAuthority(name) {
  openssl("req", "-x509", ...NEW_KEY, "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`);
}

/** For localhost: NAME.pem, NAME.key, and both in NAME.both. */
function makeCertificate(name, authority) {
  writeFileSync(inFolder("names"), "subjectAltName=DNS:localhost\n");
  openssl("req", ...NEW_KEY, "-subj", "/CN=localhost", "-keyout", `${name}.key`, "-out", `${name}.csr`);
  const signer = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signer, "-days", "2", "-extfile", "names", "-out", `${name}.pem`);
  const parts = [`${name}.pem`, `${name}.key`].map((part) => readFileSync(inFolder(part), "utf8"));
  writeFileSync(inFolder(`${name}.both`), parts.join(""));
}

/** gives {status, text}; rejects if the certificate is not trusted */
function ask(port, path, authority) {
  const options = { host: "127.0.0.1", servername: "localhost", port, path, agent: false, ca: readFileSync(inFolder(authority)) };
  return new Promise((resolve, reject) => {
    const request = https.get({ ...options, headers: { host: `localhost:${port}` } }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    request.once("error", reject);
  });
}

/** The lines that the documentation has for a server, with the files of this test. */
function documentedLines(name) {
  const section = DOCUMENTATION.split("### TLS\n")[1].split("\n### ")[0];
  const blocks = [...section.matchAll(/^- (\w+)(?:(?!\n- )[^])*?:\n\n((?: {6}[^\n]*\n)+)/gm)];
  const block = blocks.find(([, title]) => name.startsWith(title));
  assert.ok(block, `no lines for ${name}`);
  return block[2]
    .replaceAll("/etc/ssl/shop.", inFolder("server."))
    .replaceAll("https://shop.example.com", "https://localhost:8080")
    // Of IPv6, the same port: a test has one address.
    .replaceAll(/^.*\[::\]:443.*\n/gm, "")
    .replace(/listen 443|\*:443|:443/, (part) => part.replace(/\*?:?443/, "127.0.0.1:8080"));
}

describe("in front", () => {
  for (const [name, { old, loaded }] of Object.entries(IN_FRONT))
    test(name, async (context) => {
      const answers = (port, path) => ask(port, path, "ca.pem").then(({ status }) => status === 200, () => false);
      const edits = [[old, documentedLines(name)]];
      const env = { THINGS_URL: "http://127.0.0.1:9" };
      const server = await startServer(name, { env, workers: 1, table, edits, loaded, answers });
      context.after(() => server.stop());
      assert.equal((await ask(server.port, "/healthz", "ca.pem")).text, '{"ok":true}');
      await assert.rejects(ask(server.port, "/healthz", "other.pem"), /certificate/);
    });
});

describe("to an upstream", () => {
  let upstream;
  let requests = 0;
  before(async () => {
    const pair = { key: readFileSync(inFolder("server.key")), cert: readFileSync(inFolder("server.pem")) };
    upstream = https.createServer(pair, (_, response) => {
      requests++;
      response.writeHead(200, { "content-type": "application/json" }).end('{"id":"one"}');
    });
    await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  });
  after(() => upstream?.close());

  for (const [title, { host = "localhost", file, status, failure }] of Object.entries({
    "an authority of SSL_CERT_FILE is trusted": { file: "ca.pem", status: 200 },
    "without it, only those of the system": { status: 502, failure: /SSL certificate problem: unable to get local issuer/ },
    "another one is not": { file: "other.pem", status: 502, failure: /SSL certificate problem/ },
    "nor for another name": { host: "127.0.0.1", file: "ca.pem", status: 502, failure: /SSL: no alternative certificate/ },
  }))
    test(title, async (context) => {
      const env = { THINGS_URL: `https://${host}:${upstream.address().port}`, SSL_CERT_FILE: file ? inFolder(file) : "" };
      const server = await startServer("nginx", { env, workers: 1, table });
      context.after(() => server.stop());
      const before = requests;
      const answer = await server.request("GET", "/things/one");
      assert.equal(answer.status, status, answer.text);
      assert.equal(requests - before, status === 200 ? 1 : 0);
      // The line of the log is written after the answer.
      if (failure) await until("The reason in the log", () => failure.test(server.log()), { deadline: 5000 });
    });

  // In a namespace whose folder of authorities holds the server's.
  test("it replaces the authorities of the system", async () => {
    mkdirSync(inFolder("system"), { recursive: true });
    const hash = openssl("x509", "-noout", "-hash", "-in", "ca.pem").trim();
    copyFileSync(inFolder("ca.pem"), join(inFolder("system"), `${hash}.0`));
    copyFileSync(inFolder("other.pem"), join(inFolder("system"), "ca-certificates.crt"));
    const ask = (file) => {
      const env = { PATH: process.env.PATH, THINGS_URL: `https://localhost:${upstream.address().port}`, ...file };
      const script = 'mount --bind "$1" /etc/ssl/certs && exec "$2" -f "$3" call "GET /things/one"';
      const args = ["-m", "sh", "-c", script, "sh", inFolder("system"), PROGRAM, table];
      return new Promise((resolve) => execFile("unshare", args, { env }, (_, stdout) => resolve(stdout.split("\n")[0])));
    };
    assert.equal(await ask({}), "200 OK");
    assert.equal(await ask({ SSL_CERT_FILE: inFolder("other.pem") }), "502 Bad Gateway");
    assert.equal(await ask({ SSL_CERT_FILE: inFolder("ca.pem") }), "200 OK");
  });

  test("a file that cannot be read is an error at start", () => {
    const env = { THINGS_URL: "https://localhost:1", SSL_CERT_FILE: inFolder("none.pem") };
    const { status, said } = run(PROGRAM, ["-f", table, "check"], { env });
    assert.equal(status, 78, said);
    assert.equal(said, "the environment variable SSL_CERT_FILE must name a readable file\n");
  });
});
