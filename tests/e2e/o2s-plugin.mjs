/*
 * A Medusa with O2S's plugin for assets and services, which the store lacks: a proxy before the store that answers the
 * plugin's endpoints, and passes everything else on.
 */
import { once } from "node:events";
import http from "node:http";
import { bodyOf, passOn } from "./relay.mjs";

/** `owner`: {id, email} of the customer whose the assets and services are. Gives {url, stop()}. */
export async function startPlugin(store, owner) {
  const agent = new http.Agent();
  const answers = answersOf(store.fixtures.products, owner);
  const answerTo = async (request) => {
    const own = answers[request.url.split("?")[0]];
    const body = await bodyOf(request);
    if (!own) return passOn(store.url, agent, request, body);
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(own) };
  };
  const server = http.createServer((request, response) => {
    answerTo(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error) => response.destroy(error),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answersOf({ withReferences: drill, virtual }, customer) {
  const variantOf = ({ id, variants: [variant] }) => ({ ...variant, product_id: id, product: { id } });
  const asset = {
    id: "asset_1",
    name: "Drill 2000",
    serial_number: "SN-1",
    end_of_warranty_date: "2027-01-31T00:00:00.000Z",
    customer,
    product_variant: variantOf(drill),
  };
  const serviceInstance = {
    id: "si_1",
    name: "Care for a drill",
    start_date: "2026-01-01T00:00:00.000Z",
    end_date: "2026-12-31T00:00:00.000Z",
    payment_type: "MONTHLY",
    status: "ACTIVE",
    totals: { currency: "eur", total_price: { value: 5 } },
    customer,
    product_variant: variantOf(virtual),
    assets: [asset],
  };
  return {
    "/admin/assets": { assets: [asset], count: 1 },
    "/admin/assets/asset_1": { asset },
    "/admin/assets/asset_1/compatible-services": { compatibleServices: [variantOf(virtual)], count: 1 },
    "/admin/service-instances": { serviceInstances: [serviceInstance], count: 1 },
    "/admin/service-instances/si_1": { serviceInstance },
    "/admin/service-instances/featured": { featuredServices: [variantOf(virtual)], count: 1 },
  };
}
