/*
 * The requests by which two tables are compared: {method, target, headers, body}; `body` is a value or a string. They
 * reach each route, and of each its ways and errors.
 */

const ADDRESS = {
  firstName: " Jo ",
  lastName: "Doe",
  companyName: "Co",
  taxId: " T1 ",
  country: "de",
  district: "Mitte",
  region: "BE",
  streetName: "Elm",
  streetNumber: "5",
  apartment: "4",
  city: "Kiel",
  postalCode: "24103",
  phone: "1",
};
const OTHER = { country: "FR", streetName: "Rue", city: "", postalCode: "" };
const FULL = { shippingMethodId: "so_1", paymentProviderId: "pp_x", returnUrl: "http://shop.example/back" };
const SORTS =
  "name_ASC name_DESC createdAt_ASC createdAt_DESC updatedAt_ASC updatedAt_DESC price_ASC price_DESC title -title created_at -created_at updated_at -updated_at".split(
    " ",
  );
const ORDER_SORTS =
  "createdAt_ASC createdAt_DESC updatedAt_ASC updatedAt_DESC id_ASC id_DESC total_ASC total_DESC subtotal_ASC subtotal_DESC display_id_ASC display_id_DESC created_at -created_at updated_at -updated_at id -id display_id -display_id total -total subtotal -subtotal".split(
    " ",
  );
const STATUSES =
  "PENDING COMPLETED ARCHIVED CANCELLED REQUIRES_ACTION SHIPPED PROCESSING DELIVERED RETURNED TRAINING_REQUEST UNKNOWN".split(
    " ",
  );
const PAYMENTS = "PENDING NOT_PAID CAPTURED PARTIALLY_REFUNDED REFUNDED REQUIRES_ACTION FAILED PAID UNKNOWN".split(" ");

const list = [];
// `who`: whose token the request has. Other headers by their names.
function ask(method, target, { who, body, ...headers } = {}) {
  list.push({ method, target, body, headers: { ...(who && { authorization: `Bearer ${who}` }), ...headers } });
}
const get = (target, options) => ask("GET", target, options);
const post = (target, body, options) => ask("POST", target, { body, ...options });
const patch = (target, body, options) => ask("PATCH", target, { body, ...options });

for (const target of ["/healthz", "/health", "/readyz", "/nothing", "/carts/x/y/z", "/api/healthz"]) get(target);
get("/readyz", { "x-locale": "cc" });
ask("HEAD", "/healthz");
ask("OPTIONS", "/products");
ask("OPTIONS", "/carts", {
  origin: "http://shop.example",
  "access-control-request-method": "POST",
  "access-control-request-headers": "x-locale",
});
ask("PUT", "/products");
get("/products?limit=2", { origin: "http://shop.example" });
get("/products?limit=2", { origin: "http://other.example" });

for (const query of [
  "",
  "?limit=2&offset=1",
  "?type=VIRTUAL",
  "?type=PHYSICAL",
  "?category=shoes",
  "?category=none",
  "?category=shoes&type=VIRTUAL&limit=1",
  "?basePath=/shop/x",
  "?regionId=reg_us",
  "?locale=de",
  "?regionId=reg_us&basePath=/a&locale=de",
])
  get(`/products${query}`);
for (const query of [
  "?limit=0",
  "?limit=1001",
  "?limit=x",
  "?offset=-1",
  "?type=OTHER",
  "?sort=odd",
  "?basePath=shop",
  "?locale=x",
  "?regionId=" + "x".repeat(201),
  "?limit=1000",
])
  get(`/products${query}`);
for (const sort of SORTS) get(`/products?sort=${sort}&limit=3&offset=1`);
for (const sort of ["price_ASC", "price_DESC"]) {
  get(`/products?sort=${sort}`, { "x-currency": "USD", who: "ann" });
  get(`/products?sort=${sort}&type=PHYSICAL&category=shoes`);
}
for (const locale of ["aa", "bb", "dd", "ff"]) {
  get("/products", { "x-locale": locale });
  get("/products?type=VIRTUAL", { "x-locale": locale });
  get("/products?type=PHYSICAL", { "x-locale": locale });
  get("/products?sort=price_ASC", { "x-locale": locale });
}
get("/products?sort=price_ASC&locale=ff");
for (const headers of [
  { "x-currency": "usd" },
  { "x-currency": "GBP" },
  { "x-currency": "EURO" },
  { "x-locale": "x" },
  { "x-locale": "en-us" },
  { "x-locale": "zz" },
  { "x-currency": "usd", "x-locale": "aa" },
  { who: "nobody" },
  { who: "down" },
  { who: "odd" },
])
  get("/products?limit=3", headers);

for (const id of [
  "prod_p1",
  "prod_p2",
  "prod_p3",
  "prod_gone",
  "prod_nosku",
  "prod_novariant",
  "handle-p1",
  "handle-p3",
  "handle-gone",
])
  get(`/products/${id}`);
for (const query of [
  "variantId=variant_p1b",
  "variantId=variant_p1c",
  "variantId=variant_gone",
  "variantId=var_gone",
  "variantId=sku-p1b",
  "variantId=sku-p1c",
  "variantId=none",
  "variantId=variant_p1a",
  "variantId=variant_p1e",
  "basePath=/shop",
  "regionId=reg_us",
  "locale=de",
  "variantOptionGroups[0][medusaTitle]=Colour&variantOptionGroups[0][label]=Farbe",
  "variantOptionGroups[0][medusaTitle]=Size&variantOptionGroups[0][label]=Gr&variantOptionGroups[1][medusaTitle]=Colour&variantOptionGroups[1][label]=F",
  "variantOptionGroups[0][label]=x",
  "basePath=X",
  "locale=x",
  "variantId=variant_p1d",
])
  get(`/products/prod_p1?${query}`);
get("/products/prod_p1", { "x-currency": "usd" });
get("/products/prod_p1", { "x-locale": "aa" });
get("/products/handle-p1", { "x-locale": "aa", "x-currency": "usd" });
get("/products/prod_p1?regionId=reg_us&variantId=variant_p1d", { "x-currency": "usd" });

const related = "/products/prod_p1/variants/variant_p1b/related-products";
for (const query of [
  "",
  "?limit=2&offset=1",
  "?type=accessory",
  "?sort=x",
  "?basePath=/shop&locale=de",
  "?limit=0",
  "?offset=x",
  "?basePath=X",
  "?regionId=reg_us",
])
  get(related + query);
get(related, { "x-locale": "aa" });
get(related, { "x-currency": "usd", who: "ann" });
for (const id of ["none", "404", "nocount"]) get(`/products/prod_${id}/variants/x/related-products`);

const created = [
  { currency: "EUR" },
  { currency: "usd", regionId: "reg_usd" },
  { currency: "usd" },
  { currency: "EURO" },
  {},
  { currency: "eur", metadata: { a: 1, guestCheckout: true } },
  { currency: "eur", metadata: 5 },
  { currency: "eur", regionId: "" },
  "{",
  "[]",
  { currency: "eur", regionId: 5 },
];
for (const body of created) post("/carts", body);
post("/carts", { currency: "eur" }, { "x-locale": "ee" });
post("/carts", { currency: "eur" }, { who: "ann" });
post("/carts", { currency: "eur" }, { "content-type": "text/plain" });

const CARTS =
  "full empty bare noship digital nobill noaddr nopay noemail ann bob annmark bobmark guest done donemark usd nocurrency nocustomer nothing gone odd 400 401 409 413 418 422 429 500 503"
    .split(" ")
    .map((name) => `cart_${name}`);
for (const id of CARTS) for (const who of [undefined, "ann"]) get(`/carts/${id}`, { who });
for (const who of ["nobody", "down", "odd", "bob"]) get("/carts/cart_ann", { who });
get("/carts/cart_full", { "x-locale": "de", "x-currency": "usd" });
get("/carts/cart_full", { authorization: "Token x" });
get("/carts");
get("/carts/current");
ask("DELETE", "/carts/cart_full");

const changes = [
  { notes: "n" },
  { notes: "" },
  { email: "New@Example.com" },
  { email: "odd" },
  { email: "ü@example.com" },
  { email: "" },
  { regionId: "reg_usd" },
  { regionId: "reg_bad" },
  { metadata: null },
  { metadata: { x: 1, guestCheckout: false } },
  { metadata: { x: null }, notes: "m" },
  {},
  "{",
  { notes: 5 },
  { metadata: [] },
];
for (const body of changes) patch("/carts/cart_full", body);
for (const id of ["cart_ann", "cart_annmark", "cart_bobmark", "cart_bob", "cart_guest"])
  for (const body of [{ email: "ann@example.com" }, { email: "bob@example.com", notes: "x" }, { metadata: null }])
    patch(`/carts/${id}`, body, { who: "ann" });
patch("/carts/cart_ann", { notes: "by a stranger" });

const items = [
  { variantId: "variant_1", quantity: 1, currency: "eur" },
  { sku: " S-1 ", quantity: 2, currency: "EUR", metadata: { a: 1, guestCheckout: true } },
  { sku: "variant_9", quantity: 1, currency: "eur" },
  { sku: "var_9", quantity: 1, currency: "eur" },
  { sku: "NONE", quantity: 1, currency: "eur" },
  { variantId: "unpriced", quantity: 1, currency: "eur" },
  { variantId: "broken", quantity: 1, currency: "eur" },
  { variantId: "gone", quantity: 1, currency: "eur" },
  { variantId: "v", quantity: 1, currency: "usd" },
  { variantId: "v", quantity: 1, currency: "usd", regionId: "reg_usd" },
  { variantId: "v", quantity: 1 },
  { quantity: 1, currency: "eur" },
  { variantId: "v", quantity: 0, currency: "eur" },
  { variantId: "v", quantity: 1000001, currency: "eur" },
  { variantId: "v", currency: "eur" },
  { variantId: "v", quantity: "2", currency: "eur" },
  { variantId: "v", quantity: 1.5, currency: "euro" },
];
for (const body of items) post("/carts/items", body);
for (const body of items.slice(0, 8)) post("/carts/items", { ...body, cartId: "cart_full", currency: undefined });
post("/carts/items", { cartId: "cart_full", variantId: "variant_400", quantity: 1 });
post("/carts/items", { cartId: "cart_ann", variantId: "v", quantity: 1 });
post("/carts/items", { cartId: "cart_ann", variantId: "v", quantity: 1, metadata: { m: 1 } }, { who: "ann" });
post("/carts/items", { cartId: "cart_gone", variantId: "v", quantity: 1 });

for (const body of [
  { quantity: 5 },
  { quantity: 0 },
  { metadata: { a: 1 } },
  {},
  { quantity: -1 },
  { quantity: "x" },
  { quantity: 1000001 },
  { metadata: 5 },
])
  patch("/carts/cart_full/items/item_1", body);
for (const path of ["cart_full/items/gone", "cart_ann/items/item_1", "cart_empty/items/item_1"]) {
  patch(`/carts/${path}`, { quantity: 5 });
  ask("DELETE", `/carts/${path}`);
}
patch("/carts/cart_ann/items/item_2", { quantity: 5 }, { who: "ann" });
ask("DELETE", "/carts/cart_full/items/item_1");
ask("DELETE", "/carts/cart_ann/items/item_1", { who: "ann" });
for (const body of [{ code: " TEN " }, { code: "NONE" }, {}, { code: "" }, { code: 5 }])
  post("/carts/cart_full/promotions", body);
post("/carts/cart_ann/promotions", { code: "TEN" });
post("/carts/cart_ann/promotions", { code: "FIVE" }, { who: "ann" });
ask("DELETE", "/carts/cart_full/promotions/TEN");
ask("DELETE", "/carts/cart_ann/promotions/TEN");
ask("DELETE", "/carts/cart_ann/promotions/TEN", { who: "ann" });

const checkout = (id, rest) => `/checkout/cart_${id}/${rest}`;
const addresses = [
  { shippingAddress: ADDRESS },
  { billingAddress: OTHER },
  { shippingAddress: ADDRESS, billingAddress: OTHER, notes: "n", email: "A@example.com" },
  { billingAddress: ADDRESS, sameAsBillingAddress: true },
  { sameAsBillingAddress: true },
  { sameAsBillingAddress: false, billingAddress: OTHER },
  {},
  { shippingAddressId: "addr_1" },
  { billingAddressId: "addr_2", email: "guest@example.com" },
  { shippingAddressId: "addr_gone" },
  { billingAddressId: "addr_gone" },
  { shippingAddress: { country: "de" } },
  { shippingAddress: { ...ADDRESS, country: "deu", streetName: "" } },
  { billingAddress: { ...OTHER, city: null, postalCode: 5 } },
  { sameAsBillingAddress: "yes" },
  { email: "odd" },
  { notes: 5 },
  { shippingAddress: { ...OTHER, streetNumber: " ", companyName: "" } },
];
for (const body of addresses) post(checkout("full", "addresses"), body);
for (const body of addresses.slice(0, 11)) post(checkout("ann", "addresses"), body, { who: "ann" });
for (const id of ["ann", "empty", "gone", "nobill"]) post(checkout(id, "addresses"), { sameAsBillingAddress: true });
for (const id of ["annmark", "bobmark"])
  post(checkout(id, "addresses"), { shippingAddress: ADDRESS, email: "ann@example.com" }, { who: "ann" });
for (const [id, who] of [["full"], ["empty"], ["ann"], ["ann", "ann"], ["gone"]]) {
  post(checkout(id, "shipping-method"), { shippingOptionId: "so_1" }, { who });
  post(checkout(id, "payment"), { providerId: "pp_x", returnUrl: "http://x" }, { who });
  get(checkout(id, "shipping-options"), { who });
}
get(checkout("usd", "shipping-options"));
for (const body of [{ shippingOptionId: "so_bad" }, {}, { shippingOptionId: "" }])
  post(checkout("full", "shipping-method"), body);
const payments = [
  { providerId: "pp_x", returnUrl: "http://x", cancelUrl: "http://y", metadata: { a: 1 } },
  { providerId: "pp_odd", returnUrl: "x" },
  { providerId: "pp_500", returnUrl: "x" },
  { providerId: "pp_off", returnUrl: "x" },
  { providerId: "pp_400", returnUrl: "x" },
  { returnUrl: "x" },
  { providerId: "pp_x" },
  { providerId: "pp_x", returnUrl: "x", metadata: 5, cancelUrl: 6 },
];
for (const body of payments) {
  post(checkout("full", "payment"), body);
  post("/payments/sessions", { cartId: "cart_full", ...body });
}
for (const id of ["annmark", "bobmark", "ann"]) post(checkout(id, "payment"), payments[0], { who: "ann" });
post("/payments/sessions", { ...payments[0] });
post("/payments/sessions", { cartId: "cart_ann", ...payments[0] });
post("/payments/sessions", { cartId: "cart_ann", ...payments[0] }, { who: "ann" });

const READY = [
  "full",
  "empty",
  "bare",
  "noship",
  "digital",
  "nobill",
  "noaddr",
  "nopay",
  "noemail",
  "done",
  "gone",
  "refused",
  "wordless",
  "guest",
];
for (const id of READY) {
  get(checkout(id, "summary"));
  post(checkout(id, "place-order"), {});
  post(checkout(id, "complete"), FULL);
  post(checkout(id, "complete"), {
    ...FULL,
    shippingAddress: ADDRESS,
    sameAsBillingAddress: true,
    billingAddress: OTHER,
    email: "b@example.com",
    notes: "n",
  });
}
for (const [id, who] of [
  ["ann"],
  ["ann", "ann"],
  ["bob", "ann"],
  ["annmark", "ann"],
  ["bobmark", "ann"],
  ["bobmark"],
  ["donemark"],
  ["donemark", "ann"],
  ["guest", "ann"],
]) {
  get(checkout(id, "summary"), { who });
  for (const body of [{}, { email: "ann@example.com" }, { email: "x@example.com" }])
    post(checkout(id, "place-order"), body, { who });
  post(checkout(id, "complete"), { ...FULL, shippingAddressId: "addr_1", billingAddressId: "addr_2" }, { who });
  post(checkout(id, "complete"), { ...FULL, shippingAddress: ADDRESS, email: "ann@example.com" }, { who });
}
for (const body of [
  {},
  { ...FULL, shippingMethodId: "so_bad" },
  { ...FULL, paymentProviderId: "pp_off" },
  { ...FULL, shippingAddressId: "addr_1" },
  { ...FULL, metadata: 1, cancelUrl: 1, notes: 1 },
  { ...FULL, returnUrl: "" },
])
  post(checkout("full", "complete"), body);
post(checkout("full", "complete"), { ...FULL, shippingAddressId: "addr_gone" }, { who: "ann" });
post(checkout("full", "place-order"), { email: "odd" });
post(checkout("full", "place-order"), { email: "Guest@Example.com" });

get("/orders");
for (const query of [
  "",
  "?limit=2&offset=1",
  "?limit=0",
  "?offset=x",
  "?sort=odd",
  "?dateFrom=2026-01-01",
  "?dateTo=2026-02-01T10:00:00Z",
  "?dateFrom=odd",
  "?dateFrom=2026-01-01&sort=total_DESC&limit=2",
  "?dateFrom=2026-01-01&dateTo=2026-02-01&paymentStatus=captured",
  "?status=pending&sort=-subtotal&offset=1",
  "?status=SHIPPED&sort=total",
  "?status=SHIPPED&dateTo=2026-01-01",
  "?status=completed&dateTo=2026-02-01&limit=2",
  "?locale=de",
  "?locale=x",
  "?paymentStatus=odd",
  "?status=odd",
])
  get(`/orders${query}`, { who: "ann" });
for (const sort of ORDER_SORTS) get(`/orders?sort=${sort}&limit=3`, { who: "ann" });
for (const status of STATUSES) get(`/orders?status=${status}`, { who: "ann" });
for (const status of PAYMENTS) get(`/orders?paymentStatus=${status}`, { who: "ann" });
for (const who of ["bob", "nobody", "down"]) get("/orders?dateFrom=2026-01-01", { who });
for (const id of ["ann", "bob", "guest", "marked", "nobody", "gone"])
  for (const who of [undefined, "ann", "nobody"]) get(`/orders/order_${id}`, { who });

const book = "/customers/addresses";
for (const who of [undefined, "ann", "nobody"]) {
  for (const query of ["", "?limit=2&offset=1", "?limit=0", "?offset=-1"]) get(book + query, { who });
  for (const id of ["addr_1", "addr_2", "addr_3", "addr_gone"]) {
    get(`${book}/${id}`, { who });
    patch(`${book}/${id}`, { label: "L", isDefault: true }, { who });
    ask("DELETE", `${book}/${id}`, { who });
    post(`${book}/${id}/default`, undefined, { who });
  }
  post(book, { label: "Home", isDefault: true, address: ADDRESS }, { who });
}
for (const body of [
  { address: OTHER },
  { address: {} },
  {},
  { label: 5, address: ADDRESS },
  { isDefault: "x", address: ADDRESS },
  { label: "", address: { ...ADDRESS, streetNumber: "", companyName: " ", apartment: "" } },
])
  post(book, body, { who: "ann" });
for (const body of [
  {
    address: {
      ...ADDRESS,
      firstName: "",
      lastName: "",
      companyName: "",
      taxId: "",
      district: "",
      region: "",
      streetNumber: "",
      apartment: "",
      city: "",
      postalCode: "",
      phone: "",
    },
  },
  { address: ADDRESS },
  { address: { streetName: "", country: "x" } },
  { label: "" },
  {},
  { isDefault: false },
])
  patch(`${book}/addr_2`, body, { who: "ann" });
post(`${book}/addr_409/default`, {}, { who: "ann" });

for (const query of ["", "?regionId=reg_eur", "?regionId=reg_eur&locale=de", "?regionId=", "?regionId=x&locale=x"])
  get(`/payments/providers${query}`);
for (const method of ["GET", "PATCH", "DELETE"])
  ask(method, "/payments/sessions/payses_1", method === "PATCH" ? { body: {} } : {});

export const REQUESTS = list;
