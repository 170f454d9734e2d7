/*
 * Starts a web server, and the workers behind it, from the files in deploy/ with only ports and paths replaced, on a
 * free port of 127.0.0.1 and in a temporary folder.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { INSTALLED, placePage } from "../browser/page.mjs";
import { PROGRAM, TABLE, childrenOf, freePort, isAlive } from "../e2e/harness.mjs";
import { send } from "../e2e/http.mjs";
import { until } from "../store/lib/wait.mjs";
import { openWorkspace } from "../store/lib/workspace.mjs";
import { poolCommand } from "./unit.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DEADLINE = 15_000;
const USER = "www-data";
// Servers are not in the search path of every user.
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const isRoot = process.getuid() === 0;

/** Routes beside the shipped ones, which show what reached the worker. */
const MORE_ROUTES = `
  GET /echo/{text}:
    query: {type: object, properties: {q: {}}}
    answer: {path: $path.text, query: $query.q, token: $headers.authorization}

  POST /echo:
    body: {type: object}
    answer: {body: $body, type: $headers.content-type}
`;

/**
 * `mount`: what the server's own mount point is, as the files have it, and what takes its place under a prefix;
 * `refusesChunks`: the status of a request whose body comes in chunks.
 */
const SERVERS = {
  nginx: { file: "nginx/o2s-medusa.conf", start: startNginx, mount: [["location / {", "location /api {"]] },
  "nginx, with a cache": {
    file: "nginx/o2s-medusa-cache.conf",
    start: startNginx,
    mount: [
      ["location / {", "location /api {"],
      ['"~^/products', '"~^/api/products'],
    ],
  },
  "Apache, mod_proxy_fcgi": {
    file: "apache/o2s-medusa-proxy.conf",
    start: startApache,
    modules: ["alias", "authz_host", "dir", "mime", "proxy", "proxy_fcgi", "deflate", "headers", "filter"],
    mount: [
      ['<Location "/">', '<Location "/api">'],
      ['fcgi://o2s-medusa/"', 'fcgi://o2s-medusa/api"'],
    ],
  },
  "Apache, mod_fcgid": {
    file: "apache/o2s-medusa-fcgid.conf",
    start: startApache,
    modules: ["alias", "authz_host", "dir", "mime", "fcgid", "deflate", "headers", "filter"],
    startsWorkers: true,
    mount: [['ScriptAlias "/"', 'ScriptAlias "/api/"']],
  },
  HAProxy: {
    file: "haproxy/o2s-medusa.cfg",
    start: startHaproxy,
    refusesChunks: 411,
    mount: [["default_backend o2s-medusa", "use_backend o2s-medusa if { path_beg /api }"]],
  },
  Caddy: {
    file: "caddy/Caddyfile",
    start: startCaddy,
    refusesChunks: 400,
    mount: [["reverse_proxy unix/", "reverse_proxy /api/* unix/"]],
  },
  "lighttpd, by socket": {
    file: "lighttpd/o2s-medusa-socket.conf",
    start: startLighttpd,
    mount: [['"/" => ((', '"/api/" => ((']],
  },
  "lighttpd, starting the workers": {
    file: "lighttpd/o2s-medusa-spawn.conf",
    start: startLighttpd,
    startsWorkers: true,
    mount: [['"/" => ((', '"/api/" => ((']],
  },
};

export const SERVER_NAMES = Object.keys(SERVERS);

/**
 * options:
 *   env       the workers' environment
 *   workers   how many, where the server does not start them (default 4)
 *   mounted   the server passes on only what is below /api
 *   table     path of the table (default: the shipped one and two routes more)
 *   page      whether the page of the API's description is installed (default: false)
 *   edits     [text, other text] of the server's file, for what a test sets otherwise
 *   loaded    Apache's modules, in addition to those that the file names
 *   serverEnv the environment of the server itself, in addition to the search path
 *   answers   (port, path) => whether the server answers 200 (default: by http)
 *
 * gives {refusesChunks, port, folder (of a pool it has the file `status`), pool (multiwatch's process id), socket, table,
 *   log(), request(method, path, options), stop()}
 */
export async function startServer(name, options) {
  const { env, workers = 4, mounted = false, table, edits = [], loaded = [], serverEnv } = options;
  const { answers = isAnswered, page = false } = options;
  const { file, start, modules, startsWorkers, mount, refusesChunks } = SERVERS[name];
  const workspace = openWorkspace();
  const { folder } = workspace;
  try {
    // The server, and with it workers that it starts, may be another user.
    const own = join(folder, "server");
    mkdirSync(own);
    if (isRoot) spawnSync("chown", [USER, own]);
    const gateway = {
      folder,
      own,
      workspace,
      modules: modules && [...modules, ...loaded],
      refusesChunks,
      serverEnv: { PATH, ...serverEnv },
      port: await freePort(),
      socket: join(folder, "o2s-medusa.sock"),
      table: table ?? placeTable(folder),
    };
    const configuration = readFileSync(join(ROOT, "deploy", file), "utf8");
    placeWorker(gateway, env);
    if (page) await placePage(join(folder, "docs-api"));
    const changes = [...edits, ...(mounted ? mount : [])];
    for (const [old] of changes) if (!configuration.includes(old)) throw new Error(`${file} has no ${old}`);
    const replacements = [
      ...changes,
      [":8080", `:${gateway.port}`],
      ["/run/o2s-medusa/o2s-medusa.sock", gateway.socket],
      ["/run/lighttpd/o2s-medusa.sock", join(own, "worker.sock")],
      ["/run/lighttpd/o2s-medusa.status", join(own, "status")],
      ["/usr/lib/o2s-medusa", own],
      [INSTALLED, join(folder, "docs-api")],
      ["/var/cache/o2s-medusa", join(own, "cache")],
    ];
    if (!startsWorkers) gateway.pool = startPool(gateway, env, workers);
    const site = join(folder, "site.conf");
    writeFileSync(site, replacements.reduce((text, [old, other]) => text.replaceAll(old, other), configuration));
    const server = start(gateway, site);
    const probe = env.API_PREFIX ? `${env.API_PREFIX}/healthz` : "/healthz";
    await until(`${name}'s first answer`, () => answers(gateway.port, probe), { deadline: DEADLINE });
    return {
      ...gateway,
      pool: gateway.pool?.child.pid,
      log: () => readFileSync(join(folder, "log"), "utf8"),
      request: (method, path, options) => send(gateway.port, method, path, options),
      async stop() {
        await workspace.end(server);
        await endPool(gateway);
        await workspace.close();
      },
    };
  } catch (error) {
    error.message += `\n${spawnSync("tail", ["-n", "20", join(folder, "log")], { encoding: "utf8" }).stdout}`;
    await workspace.close();
    throw error;
  }
}

function isAnswered(port, path) {
  return send(port, "GET", path).then(({ status }) => status === 200, () => false);
}

function placeTable(folder) {
  const table = join(folder, "routes.yaml");
  writeFileSync(table, readFileSync(TABLE, "utf8") + MORE_ROUTES);
  chmodSync(table, 0o644);
  return table;
}

function startPool({ workspace, folder, socket, table }, env, workers) {
  const command = poolCommand(workers).map((word) => word.replace("/usr/bin/o2s-medusa", PROGRAM));
  const args = ["-n", "-s", socket, "-M", "0666", "--", ...command, "-f", table, "--status", join(folder, "status")];
  return workspace.start("The pool", "spawn-fcgi", args, { env: { PATH, ...env } });
}

// Its manager alone is told, and tells the workers: one that is ended at the same moment would be replaced. A process
// that multiwatch has just forked, and that is no worker yet, would take the signal for its parent, and live on.
async function endPool({ pool, table }) {
  if (!pool || !isAlive(pool.child.pid)) return;
  const { pid } = pool.child;
  const areWorkers = () => {
    const workers = workersOf({ table });
    return childrenOf(pid).every((child) => workers.includes(child));
  };
  await until("A pool of nothing but workers", areWorkers, { deadline: DEADLINE });
  process.kill(pid, "SIGTERM");
  await until("The end of the pool", () => !isAlive(pid), { deadline: DEADLINE });
}

// What a server that starts the workers itself runs.
function placeWorker({ folder, own, table }, env) {
  const variables = join(folder, "environment");
  const lines = Object.entries(env).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(variables, lines.join(""), { mode: 0o644 });
  const worker = readFileSync(join(ROOT, "deploy", "worker"), "utf8")
    .replace(". /etc/o2s-medusa/environment", `. ${variables}`)
    .replace("exec /usr/bin/o2s-medusa", `exec ${PROGRAM} -f ${table}`);
  writeFileSync(join(own, "worker"), worker, { mode: 0o755 });
}

function startNginx({ workspace, own }, site) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`);
  const configuration = join(own, "nginx.conf");
  writeFileSync(
    configuration,
    `${isRoot ? `user ${USER};` : ""}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
    access_log off;
    ${temporary.join(" ")}
    include ${site};
}
`,
  );
  return workspace.start("nginx", "nginx", ["-p", own, "-c", configuration, "-e", "stderr"], { env: { PATH } });
}

function startApache({ workspace, own, modules }, site) {
  const loaded = ["mpm_event", "authz_core", "setenvif", ...modules].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const fcgid = `FcgidIPCDir ${own}\nFcgidProcessTableFile ${join(own, "processes")}`;
  const configuration = join(own, "apache.conf");
  writeFileSync(
    configuration,
    `ServerRoot ${own}
ServerName localhost
DefaultRuntimeDir ${own}
PidFile apache.pid
ErrorLog /dev/stderr
TypesConfig /etc/mime.types
${isRoot ? `User ${USER}\nGroup ${USER}` : ""}
${loaded.join("\n")}
${modules.includes("fcgid") ? fcgid : ""}
Include ${site}
`,
  );
  return workspace.start("Apache", "apache2", ["-f", configuration, "-D", "FOREGROUND"], { env: { PATH } });
}

function startHaproxy({ workspace, own, serverEnv }, site) {
  const configuration = join(own, "haproxy.cfg");
  const user = isRoot ? `    user ${USER}\n    group ${USER}\n` : "";
  writeFileSync(configuration, `global\n    log stderr local0 notice\n${user}`);
  return workspace.start("HAProxy", "haproxy", ["-db", "-f", configuration, "-f", site], { env: serverEnv });
}

// Caddy keeps its last configuration below HOME.
function startCaddy({ workspace, own }, site) {
  const file = join(own, "Caddyfile");
  writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${readFileSync(site, "utf8")}`);
  const args = ["run", "--config", file, "--adapter", "caddyfile"];
  return workspace.start("Caddy", "caddy", args, { env: { PATH, HOME: own } });
}

function startLighttpd({ workspace, own, port }, site) {
  const configuration = join(own, "lighttpd.conf");
  // As Debian's own file has them, but for what the site's file changes.
  writeFileSync(
    configuration,
    `server.modules = ()
server.document-root = "${own}"
server.upload-dirs = ("${own}")
server.bind = "127.0.0.1"
server.port = ${port}
${isRoot ? `server.username = "${USER}"\nserver.groupname = "${USER}"` : ""}
server.http-parseopts = (
  "header-strict" => "enable",
  "host-strict" => "enable",
  "host-normalize" => "enable",
  "url-normalize-unreserved" => "enable",
  "url-normalize-required" => "enable",
  "url-ctrls-reject" => "enable",
  "url-path-2f-decode" => "enable",
  "url-path-dotseg-remove" => "enable",
)
include "${site}"
`,
  );
  return workspace.start("lighttpd", "lighttpd", ["-D", "-f", configuration], { env: { PATH } });
}

/** The processes of a server's workers: those that run the program with its table. */
export function workersOf({ table }) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes(table) && /o2s-medusa$/.test(words[0]);
    } catch {
      return false;
    }
  });
}
