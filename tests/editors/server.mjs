/*
 * The language server of the usual editors (npm's yaml-language-server), run as they run it: JSON-RPC over its standard
 * input and output (Language Server Protocol 3.17).
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DEADLINE = 30_000;

/**
 * Starts the server. It applies `schema`, a file, to each document whose first line does not name another one.
 * gives {open, complete, hover, stop}
 */
export async function startLanguageServer(schema) {
  const packages = await installLocked("yaml-language-server", HERE);
  const program = join(packages, "node_modules", "yaml-language-server", "bin", "yaml-language-server");
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const settings = {
    yaml: { schemas: { [pathToFileURL(schema)]: "*" }, schemaStore: { enable: false }, hover: true, completion: true },
  };
  const waiting = new Map();
  let configured;
  const configuration = new Promise((resolve) => (configured = resolve));
  const { request, notify } = connect(child, {
    "workspace/configuration": ({ items }) => {
      configured();
      return items.map(({ section }) => settings[section] ?? {});
    },
    "textDocument/publishDiagnostics": ({ uri, diagnostics }) => waiting.get(uri)?.(diagnostics),
  });
  const capabilities = { workspace: { configuration: true } };
  await request("initialize", { processId: process.pid, rootUri: null, capabilities });
  notify("initialized", {});
  // What is opened before would be looked at without the schema.
  await inTime("The server asks for its settings", configuration);

  /** Opens a document; gives what the server reports in it: [{line, message}], lines counting from 1. */
  async function open(uri, text) {
    const report = new Promise((resolve) => waiting.set(uri, resolve));
    notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    const diagnostics = await inTime(`A report about ${uri}`, report);
    waiting.delete(uri);
    return diagnostics.map(({ range, message }) => ({ line: range.start.line + 1, message }));
  }

  const at = (uri, line, character) => ({ textDocument: { uri }, position: { line: line - 1, character } });

  /** The names that are offered at a place of an open document. */
  async function complete(uri, line, character) {
    const list = await request("textDocument/completion", at(uri, line, character));
    return (list.items ?? list).map(({ label }) => label);
  }

  /** What is shown about a place of an open document; "": nothing. */
  async function hover(uri, line, character) {
    return (await request("textDocument/hover", at(uri, line, character)))?.contents.value ?? "";
  }

  async function stop() {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  }

  return { open, complete, hover, stop };
}

async function inTime(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${DEADLINE} ms`)), DEADLINE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** JSON-RPC with the child. `handlers`: what it asks or tells, by method. */
function connect(child, handlers) {
  const pending = new Map();
  let number = 0;
  let input = Buffer.alloc(0);

  function send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  }

  function receive({ id, method, params, result, error }) {
    if (!method) {
      const { resolve, reject } = pending.get(id);
      pending.delete(id);
      return error ? reject(new Error(error.message)) : resolve(result);
    }
    const answer = handlers[method]?.(params);
    if (id !== undefined) send({ id, result: answer ?? null });
  }

  child.stdout.on("data", (chunk) => {
    input = Buffer.concat([input, chunk]);
    for (;;) {
      const end = input.indexOf("\r\n\r\n");
      const size = end < 0 ? NaN : Number(/Content-Length: (\d+)/i.exec(input.toString("latin1", 0, end))[1]);
      if (!(input.length >= end + 4 + size)) return;
      const body = input.toString("utf8", end + 4, end + 4 + size);
      input = input.subarray(end + 4 + size);
      receive(JSON.parse(body));
    }
  });
  child.once("exit", (code) => {
    for (const { reject } of pending.values()) reject(new Error(`The language server ended: exit status ${code}`));
  });

  return {
    notify: (method, params) => send({ method, params }),
    request(method, params) {
      const id = ++number;
      send({ id, method, params });
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    },
  };
}
