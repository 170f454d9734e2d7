/*
 * A request for each route of the shipped table, made once with the real Medusa and then again with its recorded
 * answers: what one worker has served, any other one can be made to serve, at once and without changing anything.
 */
import assert from "node:assert/strict";
import http from "node:http";
import { askWorker } from "./fastcgi.mjs";

/**
 * Stands between workers and Medusa. What is asked for the first time is passed on and kept; the n-th time after a
 * rewind() it is answered with what was kept the n-th time.
 */
export async function startRecorder(medusa) {
  const kept = new Map();
  let counts = new Map();

  async function passOn(request, body) {
    const { host, connection, "content-length": _, ...headers } = request.headers;
    const response = await fetch(medusa + request.url, { method: request.method, headers, body: body || undefined });
    return { status: response.status, text: await response.text() };
  }

  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const key = [request.method, request.url, request.headers.authorization, body].join("\n");
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const answers = kept.get(key) ?? [];
    if (count >= answers.length) {
      answers.push(await passOn(request, body));
      kept.set(key, answers);
    }
    const { status, text } = answers[count];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    rewind: () => (counts = new Map()),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

const ADDRESS = { firstName: "Jo", country: "de", streetName: "Elm", city: "Kiel", postalCode: "24103" };

/**
 * Sends the requests to a worker, and sees to it that each route is among them and answers as it should.
 * gives what replayScenario() needs
 */
export async function recordScenario(socket, store, routes) {
  const requests = [];
  const served = new Set();
  const { products, shippingOptions, paymentProviders, regions } = store.fixtures;
  const product = products.withReferences;
  const variantId = products.sixVariants.variants[0].id;

  async function ask(route, target, { status = route.startsWith("POST") ? 201 : 200, ...options } = {}) {
    const [method] = route.split(" ");
    const request = { method, target, options: { token: store.alice, ...options } };
    const answer = await askWorker(socket, method, target, request.options);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.text}`);
    requests.push({ ...request, status });
    served.add(route);
    return answer.body;
  }

  await ask("GET /health", "/health");
  await ask("GET /healthz", "/healthz");
  await ask("GET /readyz", "/readyz");
  await ask("GET /products", "/products?limit=20&category=shirts");
  await ask("GET /products", "/products?limit=20");
  await ask("GET /products/{id}", `/products/${product.id}`);
  const related = "/products/{id}/variants/{variantId}/related-products";
  await ask(`GET ${related}`, `/products/${product.id}/variants/${product.variants[0].id}/related-products`);

  const { id: cart } = await ask("POST /carts", "/carts", { body: { currency: "EUR", regionId: regions.eur.id } });
  const item = { cartId: cart, variantId, quantity: 2 };
  const { items } = await ask("POST /carts/items", "/carts/items", { body: item });
  const line = `/carts/${cart}/items/${items.data[0].id}`;
  await ask("PATCH /carts/{cartId}/items/{itemId}", line, { body: { quantity: 3 } });
  await ask("POST /carts/{cartId}/promotions", `/carts/${cart}/promotions`, { body: { code: "TEN" } });
  await ask("DELETE /carts/{cartId}/promotions/{code}", `/carts/${cart}/promotions/TEN`);
  await ask("PATCH /carts/{cartId}", `/carts/${cart}`, { body: { email: "alice@example.com", notes: "x" } });
  await ask("GET /carts/{cartId}", `/carts/${cart}`);
  await ask("DELETE /carts/{cartId}/items/{itemId}", line);
  await ask("POST /carts/items", "/carts/items", { body: { ...item, quantity: 1 } });
  for (const [route, target] of [
    ["GET /carts", "/carts"],
    ["GET /carts/current", "/carts/current"],
    ["DELETE /carts/{cartId}", `/carts/${cart}`],
  ])
    await ask(route, target, { status: 501 });

  const checkout = `/checkout/${cart}`;
  const addresses = { shippingAddress: ADDRESS, sameAsBillingAddress: true, billingAddress: ADDRESS };
  await ask("POST /checkout/{cartId}/addresses", `${checkout}/addresses`, { body: addresses });
  await ask("GET /checkout/{cartId}/shipping-options", `${checkout}/shipping-options`);
  const shipping = { shippingOptionId: shippingOptions.standard.id };
  await ask("POST /checkout/{cartId}/shipping-method", `${checkout}/shipping-method`, { body: shipping });
  const payment = { providerId: paymentProviders.system, returnUrl: "https://shop.example/" };
  await ask("POST /checkout/{cartId}/payment", `${checkout}/payment`, { body: payment });
  await ask("GET /payments/providers", `/payments/providers?regionId=${regions.eur.id}`);
  await ask("POST /payments/sessions", "/payments/sessions", { body: { cartId: cart, ...payment } });
  for (const method of ["GET", "PATCH", "DELETE"])
    await ask(`${method} /payments/sessions/{id}`, "/payments/sessions/payses_1", { status: 501 });
  await ask("GET /checkout/{cartId}/summary", `${checkout}/summary`);
  const { order } = await ask("POST /checkout/{cartId}/place-order", `${checkout}/place-order`, { body: {} });

  const { id: second } = await ask("POST /carts", "/carts", { body: { currency: "EUR", regionId: regions.eur.id } });
  await ask("POST /carts/items", "/carts/items", { body: { cartId: second, variantId, quantity: 1 } });
  const whole = {
    ...addresses,
    shippingMethodId: shippingOptions.standard.id,
    paymentProviderId: payment.providerId,
    returnUrl: payment.returnUrl,
  };
  await ask("POST /checkout/{cartId}/complete", `/checkout/${second}/complete`, { body: whole });

  await ask("GET /orders", "/orders");
  await ask("GET /orders/{id}", `/orders/${order.id}`);
  const address = { address: ADDRESS, label: "x" };
  const created = await ask("POST /customers/addresses", "/customers/addresses", { body: address });
  const own = `/customers/addresses/${created.id}`;
  await ask("GET /customers/addresses", "/customers/addresses");
  await ask("GET /customers/addresses/{id}", own);
  await ask("PATCH /customers/addresses/{id}", own, { body: { label: "y" } });
  await ask("POST /customers/addresses/{id}/default", `${own}/default`, { body: {} });
  await ask("DELETE /customers/addresses/{id}", own);

  // A worker makes the description of the API when it is first asked for it, and keeps it from then on.
  const others = routes.filter((route) => !served.has(route) && !route.includes("/docs-api"));
  assert.deepEqual(others, [], "no request for these routes");
  return requests;
}

export async function replayScenario(socket, requests) {
  for (const { method, target, options, status } of requests) {
    const answer = await askWorker(socket, method, target, options);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.text}`);
  }
}
