/*
 * A proxy between workers and Medusa that spoils one call of a request, and watches all of them. It knows the calls of
 * a request by its X-Request-Id, so that many can be under way at once. What Medusa answered a request once is kept:
 * the same request can then be made again and again, each time with another call spoilt, in no time and without
 * changing anything in Medusa.
 */
import { once } from "node:events";
import http from "node:http";
import { createServer } from "node:net";
import { passOn } from "./relay.mjs";

/**
 * `store`: as openStore() gives it; its credentials are what is looked for.
 *
 * gives:
 *   url, port
 *   watch(id, options)   from now on the calls of the request with this id are watched; gives what is noted of them:
 *     calls              [{key, method, authorized}], `key` with the query: "GET /store/carts/x?fields=id"
 *     answers            Map of key to what Medusa answered it
 *     options:
 *       token            the caller's, null if there is none; without it any may come
 *       answers          of a request before: Medusa is not asked, and what is not among them is a mistake,
 *       answerOther(call)  unless this gives an answer to it
 *       spoil({call, times, socket, answer})   is given each call with the number of times it has come by now, the
 *                        connection, and what Medusa (or `answers`) says to it; true: it has answered the call itself
 *       alter(answer)    changes an answer before it goes out
 *   mistakes()           what was wrong with calls since this was asked last: credentials where they do not belong,
 *                        calls that were not expected
 *   forget(id)           no longer watches it
 *   watchOthers(options) watches the calls of all requests that are not watched by their id; nothing is kept of them
 *   listen(), refuse()   takes connections (as it does at first), or refuses them and cuts those that are there
 *   stop()
 */
export async function startFaultProxy(store) {
  const agent = new http.Agent({ keepAlive: true });
  const watched = new Map();
  let others = watchOf({});
  const sockets = new Set();
  let mistakes = [];

  const server = createServer((socket) => {
    sockets.add(socket);
    // A worker closes a connection whenever it likes.
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    readRequests(socket, (request) => serve(socket, request));
  });

  async function serve(socket, request) {
    const { id, ...call } = callOf(request);
    const trial = watched.get(id) ?? others;
    try {
      mistakes.push(...misplaced(store, request, trial.token).map((what) => `${call.key}: ${what}`));
      trial.calls.push(call);
      const answer = await answerTo(trial, call, request);
      const times = trial.calls.filter(({ key }) => key === call.key).length;
      if (trial.spoil && (await trial.spoil({ call, times, socket, answer }))) return;
      send(socket, trial.alter(answer));
    } catch (error) {
      mistakes.push(`${call.key}: ${error.message}`);
      socket.destroy();
    }
  }

  async function answerTo(trial, call, request) {
    if (!trial.replays) {
      const answer = await passOn(store.url, agent, request, request.body);
      if (!trial.keeps) return answer;
      if (trial.answers.has(call.key)) throw new Error("it was sent twice");
      trial.answers.set(call.key, answer);
      return answer;
    }
    const answer = trial.answers.get(call.key) ?? trial.answerOther(call);
    if (!answer) throw new Error("it was not expected");
    return answer;
  }

  const listen = async (port) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address();
  const refuse = () =>
    new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    watch: (id, options = {}) => {
      const trial = { ...watchOf(options), keeps: true };
      watched.set(id, trial);
      return trial;
    },
    forget: (id) => watched.delete(id),
    watchOthers: (options = {}) => (others = watchOf(options)),
    mistakes: () => {
      const made = mistakes;
      mistakes = [];
      return made;
    },
    listen: () => listen(port),
    refuse,
    stop: async () => {
      agent.destroy();
      if (server.listening) await refuse();
    },
  };
}

function watchOf({ answers, answerOther = () => undefined, alter = (answer) => answer, ...options }) {
  return { ...options, answerOther, alter, calls: [], answers: answers ?? new Map(), replays: answers !== undefined };
}

function callOf({ method, url, headers }) {
  return {
    id: headers["x-request-id"],
    key: `${method} ${url}`,
    method,
    authorized: headers.authorization !== undefined,
  };
}

/*
 * Calls `serve` with each request that comes on the connection: {method, url, headers, body}. What Node's HTTP server
 * does is no help here: it does not let an answer be wrong. Workers send a body with its length, or none.
 */
function readRequests(socket, serve) {
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [line, ...rest] = bytes.subarray(0, end).toString("latin1").split("\r\n");
      const headers = Object.fromEntries(rest.map(headerOf));
      const begin = end + 4;
      const length = Number(headers["content-length"] ?? 0);
      if (bytes.length < begin + length) return;
      const [method, url] = line.split(" ");
      const body = bytes.subarray(begin, begin + length);
      bytes = bytes.subarray(begin + length);
      serve({ method, url, headers, body });
    }
  });
}

function headerOf(line) {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function send(socket, { status, headers, body }) {
  const all = { ...headers, "content-length": body.length };
  const lines = Object.entries(all).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  const head = [`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`, ...lines, "", ""].join("\r\n");
  socket.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
}

/** Credentials of a call that are not where they belong, as texts. `token`: as in watch(). */
function misplaced(store, { url, headers, body }, token) {
  const wrong = [];
  const basic = `Basic ${Buffer.from(store.adminKey).toString("base64")}`;
  const { authorization, "x-publishable-api-key": publishable, ...others } = headers;
  if (url.startsWith("/admin/")) {
    if (authorization !== basic) wrong.push("the Admin API is called with another key than its own");
  } else if (url.startsWith("/store/")) {
    if (authorization && !authorization.startsWith("Bearer ")) wrong.push("a key that is no caller's");
    if (token === null && authorization) wrong.push("a token where the caller has none");
    if (token && authorization !== `Bearer ${token}`) wrong.push("another token than the caller's");
  } else {
    wrong.push("neither the Store API nor the Admin API");
  }
  if (publishable !== store.publishableKey) wrong.push("not the publishable key");
  const secrets = [store.adminKey, basic.slice("Basic ".length), store.publishableKey, token].filter(Boolean);
  const elsewhere = url + JSON.stringify(others) + body.toString("latin1");
  if (secrets.some((secret) => elsewhere.includes(secret))) wrong.push("a credential in another place");
  return wrong;
}
