/* What servers ask Medusa for: a relay in front of its stand-in keeps their calls. */
import http from "node:http";
import { send } from "../e2e/http.mjs";
import { passOn } from "../e2e/relay.mjs";
import { startStandIn } from "../e2e/standin.mjs";

/**
 * Starts a relay to `target`, the URL of the stand-in, for servers that are to be asked one request after the other.
 * gives {url, exchange(port, path), stop()}: exchange() sends GET `path` to a server whose Medusa is the relay, and gives
 * {status, body, calls}, its answer and what it asked for meanwhile: a list of {method, url, key}
 */
export async function startRecorder(target) {
  const agent = new http.Agent({ keepAlive: true });
  const relay = await startStandIn(async (request, response) => {
    try {
      const { status, headers, body } = await passOn(target, agent, request, Buffer.from(request.body));
      response.writeHead(status, headers).end(body);
    } catch {
      // The server that asked takes Medusa to be down, and answers so.
      response.destroy();
    }
  });
  return {
    url: relay.url,
    async exchange(port, path) {
      const since = relay.requests.length;
      const { status, body } = await send(port, "GET", path);
      return { status, body, calls: relay.requests.slice(since).map(callOf) };
    },
    async stop() {
      agent.destroy();
      await relay.stop();
    },
  };
}

const callOf = ({ method, url, headers }) => ({ method, url, key: headers["x-publishable-api-key"] });
