/* What a test file begins with: a store, a gateway in front of it, and their end. */
import { after } from "node:test";
import { startGateway } from "./harness.mjs";
import { openStore } from "./store.mjs";

/**
 * options: see startGateway().
 * gives {store, gateway, start}: `start(options)` starts another gateway, which ends with the file too.
 */
export async function openContext(options) {
  const store = await openStore();
  const gateways = [];
  const start = async (more) => {
    const gateway = await startGateway({ store, ...more });
    gateways.push(gateway);
    return gateway;
  };
  after(async () => {
    try {
      for (const gateway of gateways) await gateway.stop();
    } finally {
      await store.stop();
    }
  });
  return { store, gateway: await start(options), start };
}
