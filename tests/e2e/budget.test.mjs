/*
 * How often Medusa is asked: each endpoint makes the calls that it needs, no more, and those that do not wait for one
 * another are under way at the same time.
 */
import { describe, test } from "node:test";
import { assertCalls, assertStatus, assertSteps } from "./assertions.mjs";
import { newCart } from "./carts.mjs";
import { openContext } from "./context.mjs";

const { store, gateway } = await openContext();
const { products } = store.fixtures;
const shirt = products.sixVariants.variants[0];
const bare = products.bare.variants[0];
const drill = products.withReferences;
const ME = "GET /store/customers/me";
const VARIANTS = "GET /store/product-variants";

/*
 * A request: [method, path, body?], and the calls it makes, a list for those that go out together.
 * `me` is a list with the call for the caller's own id if there is a token, else without.
 */
const PRODUCTS = {
  "a list": () => [["GET", "/products"], "GET /store/products"],
  "a sorted page": () => [["GET", "/products?limit=3&offset=2&sort=name_ASC"], "GET /store/products"],
  "a list by type": () => [["GET", "/products?type=VIRTUAL"], "GET /store/product-types", "GET /store/products"],
  "a list of physical products": () => [
    ["GET", "/products?type=PHYSICAL&limit=12"],
    "GET /store/product-types",
    "GET /store/products",
  ],
  "a list by price": () => [["GET", "/products?sort=price_DESC&limit=3"], "GET /store/products", "GET /store/products"],
  "a list by price, type and category": () => [
    ["GET", "/products?sort=price_ASC&type=PHYSICAL&category=mugs"],
    ["GET /store/product-types", "GET /store/product-categories"],
    "GET /store/products",
    "GET /store/products",
  ],
  "a list of what there cannot be": () => [
    ["GET", "/products?category=no-such-category&sort=price_ASC"],
    "GET /store/product-categories",
  ],
  "a list of a region's prices": () => [
    ["GET", `/products?regionId=${store.fixtures.regions.austria.id}`],
    "GET /store/products",
  ],
  "a list by category": () => [
    ["GET", "/products?category=mugs"],
    "GET /store/product-categories",
    "GET /store/products",
  ],
  "a list by type and category": () => [
    ["GET", "/products?category=services&type=VIRTUAL"],
    ["GET /store/product-types", "GET /store/product-categories"],
    "GET /store/products",
  ],
  "a product by id": () => [["GET", `/products/${drill.id}`], `GET /store/products/${drill.id}`],
  "a product by handle": () => [["GET", `/products/${drill.handle}`], "GET /store/products"],
  "a product's variant": () => [
    [
      "GET",
      `/products/${products.sixVariants.id}?variantId=shirt-l-white&variantOptionGroups[0][medusaTitle]=Size&variantOptionGroups[0][label]=L`,
    ],
    `GET /store/products/${products.sixVariants.id}`,
  ],
  "related products": () => {
    const path = `${drill.id}/variants/${drill.variants[0].id}`;
    const references = `GET /admin/products/${path}/references`;
    return [["GET", `/products/${path}/related-products?limit=2`], references, "GET /store/products"];
  },
};

const CARTS = {
  "a new cart": () => [["POST", "/carts", { currency: "EUR" }], "POST /store/carts"],
  "a cart": ({ id, me }) => [
    ["GET", `/carts/${id}`],
    [`GET /store/carts/${id}`, ...me],
  ],
  "a change": ({ id, me }) => [
    ["PATCH", `/carts/${id}`, { notes: "n", email: "a@example.com", metadata: { a: 1 } }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}`,
  ],
  "an item by variant id": ({ id, me }) => [
    ["POST", "/carts/items", { cartId: id, variantId: shirt.id, quantity: 1 }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}/line-items`,
  ],
  "an item by a variant id as SKU": ({ id, me }) => [
    ["POST", "/carts/items", { cartId: id, sku: shirt.id, quantity: 1 }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}/line-items`,
  ],
  "an item by SKU": ({ id, me }) => [
    ["POST", "/carts/items", { cartId: id, sku: shirt.sku, quantity: 1 }],
    [`GET /store/carts/${id}`, VARIANTS, ...me],
    `POST /store/carts/${id}/line-items`,
  ],
  "an item by variant id into a new cart": () => [
    ["POST", "/carts/items", { variantId: shirt.id, quantity: 1, currency: "EUR" }],
    "POST /store/carts",
  ],
  "an item by SKU into a new cart": () => [
    ["POST", "/carts/items", { sku: shirt.sku, quantity: 1, currency: "EUR" }],
    VARIANTS,
    "POST /store/carts",
  ],
  "another quantity": ({ id, item, me }) => [
    ["PATCH", `/carts/${id}/items/${item}`, { quantity: 3 }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}/line-items/${item}`,
  ],
  "a quantity of 0": ({ id, item, me }) => [
    ["PATCH", `/carts/${id}/items/${item}`, { quantity: 0 }],
    [`GET /store/carts/${id}`, ...me],
    `DELETE /store/carts/${id}/line-items/${item}`,
  ],
  "an item's metadata": ({ id, item, me }) => [
    ["PATCH", `/carts/${id}/items/${item}`, { metadata: { a: 1 } }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}/line-items/${item}`,
  ],
  "an item less": ({ id, item, me }) => [
    ["DELETE", `/carts/${id}/items/${item}`],
    [`GET /store/carts/${id}`, ...me],
    `DELETE /store/carts/${id}/line-items/${item}`,
  ],
  "a promotion": ({ id, me }) => [
    ["POST", `/carts/${id}/promotions`, { code: "TEN" }],
    [`GET /store/carts/${id}`, ...me],
    `POST /store/carts/${id}/promotions`,
  ],
  "a promotion less": ({ id, me }) => [
    ["DELETE", `/carts/${id}/promotions/TEN`],
    [`GET /store/carts/${id}`, ...me],
    `DELETE /store/carts/${id}/promotions`,
  ],
};
const NOTHING = {
  "the list of carts": ["GET", "/carts"],
  "the current cart": ["GET", "/carts/current"],
  "a cart less": ["DELETE", "/carts/cart_01"],
};

async function assertBudget([method, path, body], steps, token) {
  const answer = await gateway.request(method, path, { body, token });
  assertStatus(answer, method === "POST" ? 201 : 200);
  assertSteps(answer, steps);
}

for (const [caller, token] of [
  ["without a token", undefined],
  ["with a token", store.alice],
]) {
  describe(caller, () => {
    for (const [what, calls] of Object.entries(PRODUCTS)) {
      test(what, async () => {
        const [request, ...steps] = calls();
        await assertBudget(request, steps, token);
      });
    }

    for (const [what, calls] of Object.entries(CARTS)) {
      test(what, async () => {
        const { id, items } = await newCart(gateway, { token, items: [[bare.id, 1]] });
        const [request, ...steps] = calls({ id, item: items.data[0].id, me: token ? [ME] : [] });
        await assertBudget(request, steps, token);
      });
    }

    for (const [what, [method, path]] of Object.entries(NOTHING)) {
      test(what, async () => {
        const answer = await gateway.request(method, path, { token });
        assertStatus(answer, 501);
        assertCalls(answer, []);
      });
    }
  });
}
