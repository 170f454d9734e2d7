/*
 * The integration package of deploy/o2s in an application with O2S's own controllers and modules: each operation gives
 * the same JSON as the gateway itself, for a guest and for a customer, and makes one request to it.
 */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { KIEL, LYON, completion, newCustomer, placedOrder, savedAddress, uniqueEmail } from "./checkout-support.mjs";
import { startGateway } from "./harness.mjs";
import { send } from "./http.mjs";
import { generatedTypes, sourceOf, startApplication } from "./o2s-package.mjs";
import { startPlugin } from "./o2s-plugin.mjs";
import { openStore } from "./store.mjs";

const RESOURCES = fileURLToPath(new URL("../../deploy/examples/resources.yaml", import.meta.url));
const SHOPPERS = ["a guest", "a customer"];

const store = await openStore();
after(() => store.stop());
const customer = await newCustomer(store);
const savedOne = await savedAddress(store, customer, KIEL);
const order = await placedOrder(store, { token: customer.token });
const plugin = await startPlugin(store, { id: customer.id, email: customer.email });
after(() => plugin.stop());
const env = { MEDUSAJS_BASE_URL: plugin.url, API_PREFIX: "api" };
const gateway = await startGateway({ store, table: RESOURCES, env, workers: 4 });
after(() => gateway.stop());
const application = await startApplication(`http://127.0.0.1:${gateway.port}/api`);
after(() => application.stop());

const { products, paymentProviders, regions, shippingOptions } = store.fixtures;
const tokens = { "a guest": undefined, "a customer": customer.token };

/* ---- Requests. ---- */

const traceIds = new Map();

/** Options of a request with an id and a trace of its own, which the gateway has to get. */
function traced({ headers, ...options } = {}) {
  const id = randomUUID();
  const traceId = randomBytes(16).toString("hex");
  traceIds.set(id, traceId);
  const own = { "x-request-id": id, traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` };
  return { ...options, headers: { ...own, ...headers } };
}

const throughO2S = (method, path, options) => application.request(method, `/api${path}`, traced(options));
const directly = (method, path, options) => send(gateway.port, method, `/api${path}`, options);

/** What is compared: numbers are written as JavaScript does. */
const written = ({ status, text, body }) => [status, body === undefined ? text : JSON.stringify(body)];

function assertSame(through, direct, what) {
  const [status, text] = written(direct);
  assert.deepEqual([through.status, through.text], [status, text], what);
}

/* ---- Reading. ---- */

const drill = products.withReferences;
const PRODUCT = `/products/${products.sixVariants.id}`;
const READS = [
  "/products",
  "/products?limit=3&offset=2&sort=name_ASC&basePath=/products&locale=de",
  "/products?category=mugs&type=PHYSICAL&sort=",
  "/products?limit=x",
  PRODUCT,
  `/products/${products.sixVariants.handle}`,
  "/products/none",
  `/products/${drill.id}/variants/${drill.variants[0].id}/related-products`,
  "/orders",
  "/orders?limit=2&status=PENDING&dateFrom=2025-01-01T00:00:00.000Z&sort=createdAt_DESC",
  `/orders/${order.id}`,
  "/orders/order_none",
  "/carts",
  "/carts/current",
  "/carts/cart_none",
  "/checkout/cart_none/summary",
  "/checkout/cart_none/shipping-options",
  "/customers/addresses",
  `/customers/addresses/${savedOne.id}`,
  "/customers/addresses/none",
  `/payments/providers?regionId=${regions.eur.id}`,
  "/payments/sessions/payses_none",
  "/resources/services",
  "/resources/services?limit=1&status=ACTIVE&locale=de",
  "/resources/services/si_1",
  "/resources/services/none",
  "/resources/services/featured",
  "/resources/assets",
  "/resources/assets/asset_1",
  "/resources/assets/none",
  "/resources/assets/asset_1/compatible-services",
];
// O2S's controllers answer these themselves if there is no token, in words of their own.
const ANSWERED_BY_O2S = /^\/resources\/(services|assets)(\?|$)/;

for (const shopper of SHOPPERS) {
  describe(`${shopper} reads through O2S's controllers what the gateway answers`, { concurrency: 4 }, () => {
    const token = tokens[shopper];
    for (const path of READS) {
      test(path, async () => {
        const options = { token, headers: { "x-locale": "de", "x-currency": "USD" } };
        if (!token && ANSWERED_BY_O2S.test(path)) {
          assert.equal((await application.request("GET", `/api${path}`)).status, 401);
          assert.equal((await directly("GET", path)).status, 401);
          return;
        }
        const requests = [throughO2S("GET", path, options), directly("GET", path, options)];
        assertSame(...(await Promise.all(requests)));
      });
    }
  });
}

/* ---- Changing. ---- */

/*
 * A visit with all operations that change something, made once through O2S and once directly. Each step is [method,
 * path, body, name of the answer]; a path or body may be a function of the answers so far. The visits have different
 * ids and addresses of e-mail, which are compared by the order in which they appear, and different dates.
 */
const cartId = ({ cart }) => cart.id;
const VISIT = [
  ["POST", "/carts", { currency: "EUR", regionId: regions.eur.id, metadata: { a: 1 } }, "cart"],
  ["POST", "/carts/items", (had) => ({ cartId: cartId(had), sku: "BARE-1", quantity: 10 }), "filled"],
  ["POST", "/carts/items", (had) => ({ cartId: cartId(had), sku: "BARE-1", quantity: 0 })],
  ["GET", (had) => `/carts/${cartId(had)}`],
  ["PATCH", (had) => `/carts/${cartId(had)}/items/${had.filled.items.data[0].id}`, { quantity: 12 }],
  ["PATCH", (had) => `/carts/${cartId(had)}/items/none`, { quantity: 12 }],
  ["PATCH", (had) => `/carts/${cartId(had)}`, ({ email }) => ({ notes: "Grüße", email })],
  ["POST", (had) => `/carts/${cartId(had)}/promotions`, { code: "TEN" }],
  ["POST", (had) => `/carts/${cartId(had)}/promotions`, { code: "NONE" }],
  ["DELETE", (had) => `/carts/${cartId(had)}/promotions/TEN`],
  ["DELETE", (had) => `/carts/${cartId(had)}`],
  ["GET", (had) => `/checkout/${cartId(had)}/summary`],
  ["POST", (had) => `/checkout/${cartId(had)}/place-order`, {}],
  ["POST", (had) => `/checkout/${cartId(had)}/addresses`, { shippingAddress: KIEL, billingAddress: LYON }],
  ["GET", (had) => `/checkout/${cartId(had)}/shipping-options`],
  ["POST", (had) => `/checkout/${cartId(had)}/shipping-method`, { shippingOptionId: shippingOptions.standard.id }],
  ["POST", "/payments/sessions", (had) => paymentOf({ cartId: cartId(had) })],
  ["POST", (had) => `/checkout/${cartId(had)}/payment`, () => paymentOf({})],
  ["GET", (had) => `/checkout/${cartId(had)}/summary`],
  ["POST", (had) => `/checkout/${cartId(had)}/place-order`, undefined, "placed"],
  ["GET", (had) => `/orders/${had.placed.order.id}`],
  ["POST", "/carts/items", { currency: "EUR", sku: "BARE-1", quantity: 10 }, "second"],
  ["DELETE", (had) => `/carts/${had.second.id}/items/${had.second.items.data[0].id}`],
  ["POST", "/carts/items", (had) => ({ cartId: had.second.id, sku: "BARE-1", quantity: 10 })],
  ["POST", (had) => `/checkout/${had.second.id}/complete`, ({ email }) => completion(store, { email })],
  ["POST", "/customers/addresses", { label: "Home", address: KIEL }, "address"],
  ["PATCH", (had) => `/customers/addresses/${had.address?.id ?? "none"}`, { label: "Office", address: LYON }],
  ["POST", (had) => `/customers/addresses/${had.address?.id ?? "none"}/default`],
  ["DELETE", (had) => `/customers/addresses/${had.address?.id ?? "none"}`],
  ["PATCH", "/payments/sessions/payses_none", { returnUrl: "https://shop.example.com" }],
  ["DELETE", "/payments/sessions/payses_none"],
  ["POST", "/resources/asset_1/purchase"],
];

function paymentOf(more) {
  return { providerId: paymentProviders.system, returnUrl: "https://shop.example.com/thanks", ...more };
}

async function visit(send, token) {
  const had = { email: uniqueEmail() };
  const answers = [];
  const valueOf = (given) => (typeof given === "function" ? given(had) : given);
  for (const [method, path, body, name] of VISIT) {
    const answer = await send(method, valueOf(path), { token, body: valueOf(body) });
    if (name && answer.status < 300) had[name] = answer.body;
    // A guest has no addresses.
    else if (name && name !== "address") assert.fail(`${method} ${valueOf(path)}: ${answer.status} ${answer.text}`);
    answers.push(answer);
  }
  return answers;
}

const DATE = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const NAME = /\b[a-z]+_[0-9A-Z]{26}\b|[\w.-]+@example\.com/g;

/** Written answers with names in place of what differs between two visits. */
function comparable(answers) {
  const names = new Map();
  const nameOf = (text) => {
    if (!names.has(text)) names.set(text, `#${names.size}`);
    return names.get(text);
  };
  return answers.map((answer) =>
    written(answer).map((part) => String(part).replaceAll(DATE, "a date").replaceAll(NAME, nameOf)),
  );
}

for (const shopper of SHOPPERS) {
  test(`a visit of ${shopper} gives the same through O2S as directly`, async () => {
    const isCustomer = tokens[shopper] !== undefined;
    const someone = async () => (isCustomer ? (await newCustomer(store)).token : undefined);
    const [first, second] = [await someone(), await someone()];
    const [through, direct] = await Promise.all([visit(throughO2S, first), visit(directly, second)]);
    const [actual, expected] = [comparable(through), comparable(direct)];
    const done = direct.filter(({ status }) => status < 300).length;
    for (const [index, [method, path]] of VISIT.entries())
      assert.deepEqual(actual[index], expected[index], `${index}: ${method} ${path}`);
    assert.equal(done, isCustomer ? 23 : 19, `steps that succeed of ${direct.map(({ status }) => status)}`);
  });
}

/* ---- As O2S's blocks do. ---- */

/*
 * What the services of O2S's blocks call (packages/blocks/…/src/api-harmonization/*.service.ts, version 1.23 of the
 * framework), and the request to the gateway that is the same.
 */
const BLOCKS = {
  "product-details: getProduct": {
    service: "products",
    method: "getProduct",
    args: [
      {
        id: products.sixVariants.handle,
        variantId: "no-such-slug",
        locale: "de",
        basePath: "/produkte",
        variantOptionGroups: [
          { medusaTitle: "Size", label: "Größe" },
          { medusaTitle: "Color", label: "Farbe" },
        ],
      },
      "$authorization",
    ],
    path:
      `/products/${products.sixVariants.handle}?variantId=no-such-slug&locale=de&basePath=/produkte` +
      "&variantOptionGroups[0][medusaTitle]=Size&variantOptionGroups[0][label]=Gr%C3%B6%C3%9Fe" +
      "&variantOptionGroups[1][medusaTitle]=Color&variantOptionGroups[1][label]=Farbe",
  },
  "product-list: getProductList": {
    service: "products",
    method: "getProductList",
    args: [
      {
        id: "block-1",
        limit: 12,
        offset: 0,
        type: "PHYSICAL",
        category: "mugs",
        sort: "",
        locale: "de",
        basePath: "/p",
      },
      "$authorization",
    ],
    path: "/products?limit=12&offset=0&type=PHYSICAL&category=mugs&locale=de&basePath=/p",
  },
  "recommended-products: getProductList": {
    service: "products",
    method: "getProductList",
    args: [{ basePath: "", offset: 0, limit: 7, locale: "de" }, "$authorization"],
    path: "/products?offset=0&limit=7&locale=de",
  },
  "order-confirmation: getOrder": {
    service: "orders",
    method: "getOrder",
    args: [{ id: order.id }, "$authorization"],
    path: `/orders/${order.id}`,
  },
  "order-details: getOrder": {
    service: "orders",
    method: "getOrder",
    args: [{ id: order.id, limit: 5, offset: 0, sort: "" }, "$authorization"],
    path: `/orders/${order.id}`,
  },
  "order-list: getOrderList": {
    service: "orders",
    method: "getOrderList",
    args: [{ id: "block-1", status: "PENDING", limit: 1, offset: 0, locale: "de" }, "$authorization"],
    path: "/orders?status=PENDING&limit=1&offset=0",
  },
  "orders-summary: getOrderList": {
    service: "orders",
    method: "getOrderList",
    args: [
      {
        id: "block-1",
        range: "month",
        limit: 1000,
        locale: "de",
        dateFrom: "2026-01-01T00:00:00.000Z",
        dateTo: "2040-01-01T00:00:00.000Z",
      },
      "$authorization",
    ],
    path: "/orders?limit=1000&dateFrom=2026-01-01T00:00:00.000Z&dateTo=2040-01-01T00:00:00.000Z",
  },
  "featured-service-list: getFeaturedServiceList": {
    service: "resources",
    method: "getFeaturedServiceList",
    args: [],
    path: "/resources/services/featured",
  },
  "service-details: getService": {
    service: "resources",
    method: "getService",
    args: [{ id: "si_1", locale: "de" }, "$authorization"],
    path: "/resources/services/si_1?locale=de",
  },
  // Its block gives an empty string in place of a missing token.
  "service-list: getServiceList": {
    service: "resources",
    method: "getServiceList",
    args: [{ id: "block-1", limit: 6, offset: 0, locale: "de" }, "$authorization"],
    path: "/resources/services?limit=6&offset=0&locale=de",
  },
  "service-list without a token: getServiceList": {
    service: "resources",
    method: "getServiceList",
    args: [{ id: "block-1", limit: 6, offset: 0 }, ""],
    path: "/resources/services?limit=6&offset=0",
    anonymous: true,
  },
};

for (const shopper of SHOPPERS) {
  describe(`${shopper} sees in O2S's blocks what the gateway answers`, { concurrency: 4 }, () => {
    const token = tokens[shopper];
    for (const [name, { service, method, args, path, anonymous }] of Object.entries(BLOCKS)) {
      test(name, async () => {
        const headers = { "x-locale": "de", "x-currency": "USD" };
        const through = application.call(service, method, args, traced({ token, headers }));
        const direct = directly("GET", path, { token: anonymous ? undefined : token, headers });
        assertSame(...(await Promise.all([through, direct])));
      });
    }
  });
}

test("the methods of the cart service that no controller of O2S has", async () => {
  const token = customer.token;
  const { body: cart } = await directly("POST", "/carts/items", {
    token,
    body: { currency: "EUR", sku: "BARE-1", quantity: 10 },
  });
  const { body: empty } = await directly("POST", "/carts", { token, body: { currency: "EUR" } });
  const call = (method, id, ...args) =>
    application.call("carts", method, [{ cartId: id }, ...args, "$authorization"], traced({ token }));

  const addressed = await call("updateCartAddresses", cart.id, { shippingAddress: KIEL, billingAddress: LYON });
  assert.equal(addressed.body.shippingAddress.city, KIEL.city);
  const shipped = await call("addShippingMethod", cart.id, { shippingOptionId: shippingOptions.standard.id });
  assert.equal(shipped.body.shippingMethod.id, shippingOptions.standard.id);
  assertSame(await call("prepareCheckout", cart.id), await directly("GET", `/carts/${cart.id}`, { token }));
  const refused = await call("prepareCheckout", empty.id);
  assert.deepEqual(
    [refused.status, refused.body],
    [400, { message: "The cart has no items", error: "Bad Request", statusCode: 400 }],
  );
  const purchase = await application.call(
    "resources",
    "purchaseOrActivateService",
    [{ id: "si_1" }, "$authorization"],
    traced({ token }),
  );
  assert.equal(purchase.status, 501);
});

/* ---- Types. ---- */

test("the types of the package are those that the table has now", async () => {
  const [path, types] = await generatedTypes(RESOURCES);
  assert.equal(sourceOf(path), types, "to be written by npm run generate in deploy/o2s");
});

/* ---- Many at once. ---- */

test("40 requests at once: each has the answer for its own caller, language and currency", async () => {
  const kinds = [];
  for (const path of [
    "/products?limit=4",
    PRODUCT,
    "/orders?limit=3",
    "/customers/addresses",
    "/resources/assets/asset_1",
  ])
    for (const locale of ["de", "pl"])
      for (const currency of ["EUR", "USD"])
        for (const token of [undefined, customer.token])
          kinds.push({ path, options: { token, headers: { "x-locale": locale, "x-currency": currency } } });
  assert.equal(kinds.length, 40);
  const expected = await Promise.all(kinds.map(({ path, options }) => directly("GET", path, options)));
  const answers = await Promise.all(kinds.map(({ path, options }) => throughO2S("GET", path, options)));
  for (const [index, { path, options }] of kinds.entries())
    assertSame(answers[index], expected[index], `${path} ${JSON.stringify(options.headers)}`);
  assert.ok(new Set(answers.map(({ text }) => text)).size >= 12, "the answers differ by language, currency and caller");
});

test("each request to O2S was one request to the gateway, with its id and in its trace", () => {
  const lines = gateway
    .log()
    .split("\n")
    .filter((line) => line.includes('"request":"'));
  const found = new Map([...traceIds.keys()].map((id) => [id, []]));
  for (const { request, trace } of lines.map((line) => JSON.parse(line))) found.get(request)?.push(trace);
  const wrong = [...found].filter(([id, traces]) => traces.length !== 1 || traces[0] !== traceIds.get(id));
  assert.deepEqual(wrong, []);
});
