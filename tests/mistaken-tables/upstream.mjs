/*
 * The answers of the stand-in for Medusa: made up, the same each time, and with every member that the table reads. What
 * it answers follows from the path, the query, the token ("Bearer ann") and, where one answer needs variants, the locale
 * of the request. Nothing is kept from one call to the next.
 */
import { json } from "../e2e/standin.mjs";
import {
  ADDRESSES,
  CARTS,
  CUSTOMERS,
  OPTIONS,
  ORDERS,
  SINGLE_ORDERS,
  cart,
  cartOf,
  collection,
  order,
  productsFor,
} from "./upstream-data.mjs";

const failure = (status, message = `Medusa: ${status}`) => ({ status, body: { type: "x", message } });
const missing = failure(404);

/* Rows of [method, path, answer]; the answer's function gets {id, other, query, body, name, locale}. */
const ROWS = [
  ["GET", "/store/regions", ({ locale }) => (locale === "cc" ? { nothing: [] } : { regions: [{ id: "reg_eur" }] })],
  [
    "GET",
    "/store/product-types",
    ({ query, locale }) => ({
      product_types:
        locale === "bb"
          ? []
          : query.get("value")
            ? [{ id: "ptyp_1", value: "VIRTUAL" }]
            : locale === "dd"
              ? [{ id: "ptyp_1", value: "VIRTUAL" }]
              : [
                  { id: "ptyp_1", value: "VIRTUAL" },
                  { id: "ptyp_2", value: "PHYSICAL" },
                  { id: "ptyp_3", value: "other" },
                ],
    }),
  ],
  [
    "GET",
    "/store/product-categories",
    ({ query }) => ({
      product_categories: query.get("$or[1][handle]") === "none" ? [] : [{ id: "pcat_1" }, { id: "pcat_2" }],
    }),
  ],
  ["GET", "/store/products", productList],
  [
    "GET",
    "/store/products/ID",
    ({ id, locale }) =>
      productsFor(locale).some((one) => one.id === id)
        ? { product: productsFor(locale).find((one) => one.id === id) }
        : missing,
  ],
  [
    "GET",
    "/store/product-variants",
    ({ query }) => ({
      variants: query.get("id")
        ? /unpriced/.test(query.get("id"))
          ? [{ id: query.get("id"), calculated_price: null }]
          : /gone/.test(query.get("id"))
            ? []
            : [{ id: query.get("id"), calculated_price: { calculated_amount: 1 } }]
        : query.get("sku") === "NONE"
          ? []
          : [{ id: `variant_of_${query.get("sku")}` }],
    }),
  ],
  [
    "POST",
    "/store/carts",
    ({ body, locale }) =>
      broken(body.items?.[0]?.variant_id)
        ? failure(500)
        : {
            cart: cart("cart_new", {
              region_id: body.region_id,
              currency_code: body.region_id === "reg_usd" ? "usd" : locale === "ee" ? null : "eur",
              metadata: body.metadata,
              promotions: [],
            }),
          },
  ],
  [
    "GET",
    "/store/carts/ID",
    ({ id }) =>
      /^cart_\d{3}$/.test(id)
        ? failure(Number(id.slice(5)))
        : id === "cart_odd"
          ? { nocart: 1 }
          : cartOf(id)
            ? { cart: cartOf(id) }
            : missing,
  ],
  [
    "POST",
    "/store/carts/ID",
    ({ id, body }) =>
      cartOf(id)
        ? body.region_id === "reg_bad"
          ? failure(422, "No such region")
          : {
              cart: cartOf(id, {
                ...("email" in body && { email: body.email }),
                ...(body.region_id && { region_id: body.region_id }),
                ...("metadata" in body && { metadata: { ...CARTS[id].metadata, ...body.metadata } }),
              }),
            }
        : missing,
  ],
  [
    "POST",
    "/store/carts/ID/line-items",
    ({ id, body }) =>
      broken(body.variant_id)
        ? failure(500)
        : body.variant_id === "variant_400"
          ? failure(400, "Not enough")
          : { cart: cartOf(id, { total: 99 }) },
  ],
  ["POST", "/store/carts/ID/line-items/OTHER", ({ id, body }) => ({ cart: cartOf(id, { total: body.quantity ?? 1 }) })],
  [
    "DELETE",
    "/store/carts/ID/line-items/OTHER",
    ({ id }) => ({ id: "x", deleted: true, parent: cartOf(id, { total: 5 }) }),
  ],
  ["POST", "/store/carts/ID/promotions", ({ id }) => ({ cart: cartOf(id, { total: 6 }) })],
  ["DELETE", "/store/carts/ID/promotions", ({ id }) => ({ cart: cartOf(id, { promotions: [] }) })],
  [
    "POST",
    "/store/carts/ID/shipping-methods",
    ({ id, body }) =>
      body.option_id === "so_bad" ? failure(400, "No such option") : { cart: cartOf(id, { shipping_total: 8 }) },
  ],
  [
    "GET",
    "/store/shipping-options",
    ({ query }) => ({ shipping_options: query.get("cart_id") === "cart_empty" ? [] : OPTIONS }),
  ],
  [
    "POST",
    "/store/shipping-options/ID/calculate",
    ({ id }) =>
      id === "so_4"
        ? failure(500)
        : {
            shipping_option: {
              ...OPTIONS.find((one) => one.id === id),
              calculated_price: { calculated_amount: 7, calculated_amount_without_tax: 6, currency_code: "eur" },
            },
          },
  ],
  ["POST", "/store/payment-collections", () => ({ payment_collection: { id: "paycol_1", payment_sessions: [] } })],
  [
    "POST",
    "/store/payment-collections/ID/payment-sessions",
    ({ body }) =>
      ["pp_500", "pp_off"].includes(body.provider_id)
        ? failure(500)
        : body.provider_id === "pp_400"
          ? failure(400, "Not enabled")
          : { payment_collection: collection(body.provider_id) },
  ],
  [
    "GET",
    "/store/payment-providers",
    () => ({ payment_providers: [{ id: "pp_system" }, { id: "pp_stripe_x" }, { id: "pp_paypal" }, { id: "pp_500" }] }),
  ],
  [
    "POST",
    "/store/carts/ID/complete",
    ({ id }) =>
      id === "cart_refused"
        ? { type: "cart", error: { message: "Payment failed" }, cart: { id } }
        : id === "cart_wordless"
          ? { type: "cart", cart: { id } }
          : {
              type: "order",
              order: order("order_new", {
                customer_id: CARTS[id]?.customer_id ?? "cus_new",
                payment_status: undefined,
                ...(id === "cart_digital" && { payment_collections: [] }),
              }),
            },
  ],
  [
    "GET",
    "/store/customers/me",
    ({ name }) =>
      name in CUSTOMERS
        ? { customer: { ...CUSTOMERS[name], addresses: name === "ann" ? ADDRESSES : [] } }
        : failure(401, "Unauthorized"),
  ],
  [
    "GET",
    "/store/customers/me/addresses",
    ({ name }) => (name in CUSTOMERS ? { addresses: ADDRESSES, count: 3 } : failure(401, "Unauthorized")),
  ],
  ["POST", "/store/customers/me/addresses", () => ({ customer: { id: "cus_ann", addresses: ADDRESSES } })],
  [
    "GET",
    "/store/customers/me/addresses/ID",
    ({ id }) =>
      ADDRESSES.some((one) => one.id === id) ? { address: ADDRESSES.find((one) => one.id === id) } : missing,
  ],
  [
    "POST",
    "/store/customers/me/addresses/ID",
    ({ id }) =>
      ADDRESSES.some((one) => one.id === id)
        ? { customer: { id: "cus_ann", addresses: ADDRESSES } }
        : id === "addr_409"
          ? failure(409)
          : missing,
  ],
  [
    "DELETE",
    "/store/customers/me/addresses/ID",
    ({ id }) => (ADDRESSES.some((one) => one.id === id) ? { id, deleted: true } : missing),
  ],
  [
    "GET",
    "/store/orders",
    ({ query }) => ({
      orders: query.getAll("id[]").length ? ORDERS.filter((one) => query.getAll("id[]").includes(one.id)) : ORDERS,
      count: ORDERS.length,
    }),
  ],
  ["GET", "/store/orders/ID", ({ id }) => (id in SINGLE_ORDERS ? { order: order(id, SINGLE_ORDERS[id]) } : missing)],
  [
    "GET",
    "/admin/products/ID/variants/OTHER/references",
    ({ id, query }) =>
      id === "prod_404" ? failure(404, "No such product") : references(id, Number(query.get("limit") ?? 9)),
  ],
  [
    "GET",
    "/admin/orders",
    ({ query }) => ({
      orders: query.get("customer_id") ? ORDERS : [...ORDERS, order("order_b", { customer_id: "cus_bob" })],
      count: ORDERS.length,
    }),
  ],
  ["GET", "/admin/orders/ID", ({ id }) => (id in SINGLE_ORDERS ? { order: order(id, SINGLE_ORDERS[id]) } : missing)],
].map(([method, path, answer]) => [
  method,
  new RegExp(`^${path.replace("ID", "(?<id>[^/]+)").replace("OTHER", "(?<other>[^/]+)")}$`),
  answer,
]);

const broken = (id) => /unpriced|broken|gone/.test(id ?? "");

function references(id, limit) {
  const targets =
    id === "prod_none"
      ? []
      : [
          ["p3", "p3"],
          ["p1", "p1b"],
          ["p1", "p1a"],
          ["gone", "x"],
          ["p2", "p2"],
        ];
  const productReferences = targets.slice(0, limit).map(([of, variant]) => ({
    targetProduct: { id: `variant_${variant}`, product: of === "gone" ? null : { id: `prod_${of}` } },
  }));
  return { ...(id !== "prod_nocount" && { count: 4 }), productReferences };
}

function productList({ query, locale }) {
  const products = productsFor(locale);
  const ids = query.getAll("id[]");
  const handle = query.get("handle");
  const found = products.filter((one) => (!ids.length || ids.includes(one.id)) && (!handle || one.handle === handle));
  return { products: found, count: locale === "ff" ? 2000 : found.length };
}

/** Answers a call, as startStandIn() of standin.mjs wants it. */
export function respond(request, response) {
  const url = new URL(request.url, "http://upstream");
  const name = /^Bearer (\w+)/.exec(request.headers.authorization)?.[1];
  const locale = request.headers["x-medusa-locale"];
  if (name === "nobody" || request.headers["x-publishable-api-key"] !== "pk_test")
    return json(response, 401, { message: "Unauthorized" });
  if (name === "down") return request.socket.destroy();
  if (name === "odd") return response.end("not JSON");
  for (const [method, path, answer] of ROWS) {
    const found = method === request.method && path.exec(url.pathname);
    if (!found) continue;
    const given = answer({ ...found.groups, query: url.searchParams, body: bodyOf(request), name, locale });
    const isFailure = typeof given.status === "number" && "body" in given;
    return json(response, isFailure ? given.status : 200, isFailure ? given.body : given);
  }
  json(response, 404, { message: `Cannot ${request.method} ${url.pathname}` });
}

function bodyOf({ body }) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
