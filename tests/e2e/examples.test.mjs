/*
 * The examples of the integration's documentation, word for word, with ids of the store in place of the made-up ones.
 */
import { describe, test } from "node:test";
import { assertAnswer, assertEqual } from "./assertions.mjs";
import { newCart } from "./carts.mjs";
import { openContext } from "./context.mjs";
import * as shapes from "./shapes.mjs";

const { store, gateway } = await openContext();
const { products, regions } = store.fixtures;
const drill = products.withReferences;

/** Sends an example: the request line, headers, then the body. The placeholders are replaced in all of it. */
function example(text, ids) {
  const real = Object.entries(ids).reduce((all, [made, actual]) => all.replaceAll(made, actual), text.trim());
  const [line, ...rest] = real.split("\n");
  const [method, path] = line.split(" ");
  const isHeader = (part) => /^[A-Za-z-]+: /.test(part);
  const headers = rest.filter(isHeader).map((part) => part.split(/: (.*)/).slice(0, 2));
  const body = rest.filter((part) => !isHeader(part)).join("\n");
  return gateway.request(method, path, { headers: Object.fromEntries(headers), body: body || undefined });
}

const token = { "{token}": store.alice };

describe("products", () => {
  test("list", async () => {
    const answer = await example("GET /products?limit=20&offset=0\nAuthorization: Bearer {token}", token);
    const { data, total } = assertAnswer(answer, 200, shapes.productList);
    assertEqual(answer, total, 54, "total");
    assertEqual(answer, data.length >= 19, true, "a page of twenty, of which one may have no SKU");
  });

  test("one", async () => {
    const answer = await example("GET /products/prod_01ABC123\nAuthorization: Bearer {token}", {
      ...token,
      prod_01ABC123: drill.id,
    });
    assertEqual(answer, assertAnswer(answer, 200, shapes.product).id, drill.id, "id");
  });

  test("related", async () => {
    const text = `GET /products/prod_01ABC123/variants/var_01XYZ789/related-products
Authorization: Bearer {token}`;
    const ids = { ...token, prod_01ABC123: drill.id, var_01XYZ789: drill.variants[0].id };
    const answer = await example(text, ids);
    assertEqual(answer, assertAnswer(answer, 200, shapes.relatedProducts).total, 16, "total");
  });
});

describe("carts", () => {
  test("create", async () => {
    const text = `POST /carts
Content-Type: application/json
{
"currency": "EUR",
"regionId": "reg_01ABC123",
"metadata": {}
}`;
    const answer = await example(text, { reg_01ABC123: regions.eur.id });
    const cart = assertAnswer(answer, 201, shapes.cart);
    assertEqual(answer, [cart.regionId, cart.currency, cart.metadata], [regions.eur.id, "EUR", {}], "the cart");
  });

  test("get", async () => {
    const { id } = await newCart(gateway, { token: store.alice });
    const text = "GET /carts/cart_01ABC123\nAuthorization: Bearer {token}";
    const answer = await example(text, { ...token, cart_01ABC123: id });
    assertEqual(answer, assertAnswer(answer, 200, shapes.cart).id, id, "id");
  });

  test("add an item", async () => {
    const { id } = await newCart(gateway);
    const variant = products.sixVariants.variants[2];
    const text = `POST /carts/items
Content-Type: application/json
{
"cartId": "cart_01ABC123",
"sku": "var_01XYZ789",
"quantity": 2
}`;
    const answer = await example(text, { cart_01ABC123: id, var_01XYZ789: variant.id });
    const [item] = assertAnswer(answer, 201, shapes.cart).items.data;
    assertEqual(answer, [item.sku, item.quantity], [variant.sku, 2], "the item");
  });
});
