import { describe, test } from "node:test";
import {
  assertAnswer,
  assertCalls,
  assertEqual,
  assertFailure,
  assertStatus,
  assertThat,
  assertTogether,
} from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { clientOf, eur, picture, relatedPath, tableWithParts } from "./product-support.mjs";
import * as shapes from "./shapes.mjs";

const { store, gateway, start } = await openContext();
const { products } = store.fixtures;
const client = clientOf(gateway);

describe("GET /products/:id/variants/:variantId/related-products", () => {
  const drill = products.withReferences;
  const path = relatedPath(drill);
  const related = (query, options) => client.related(drill, query, options);

  test("all of them, without the one that has no SKU", async () => {
    const { answer, data, total } = await related("?limit=16");
    assertEqual(answer, total, 16, "total");
    assertEqual(answer, data.length, 15, "length of data");
    assertThat(answer, !data.some(({ id }) => id === products.noSku.id), "none without SKU");
  });

  test("what one looks like", async () => {
    const { answer, data } = await related();
    assertEqual(
      answer,
      data.find(({ id }) => id === products.umlautSku.id),
      {
        id: products.umlautSku.id,
        sku: "MUG ü/1",
        variantId: products.umlautSku.variants[0].id,
        name: "Standard",
        description: "A mug whose SKU needs care in a URL.",
        shortDescription: "300 ml",
        subtitle: "300 ml",
        image: { url: picture("mug"), alt: "Standard" },
        price: eur(9.5),
        link: "/mug/mug-u1",
        type: "PHYSICAL",
        category: "Mugs & Cups",
        tags: [{ label: "New", variant: "default" }],
      },
      "the mug",
    );
    assertEqual(
      answer,
      data.find(({ id }) => id === products.tiered.id),
      {
        id: products.tiered.id,
        sku: "SCREW-100",
        variantId: products.tiered.variants[0].id,
        name: "Standard",
        description: "",
        image: { url: "", alt: "Standard" },
        price: eur(4),
        link: "/screws/screw-100",
        type: "PHYSICAL",
        category: "Spare parts",
        tags: [],
      },
      "the screws",
    );
    const plain = data.find(({ id }) => id === products.plain[0].id);
    assertEqual(
      answer,
      plain.images.map(({ url }) => url),
      [picture("plain-01"), picture("plain-01-detail")],
      "images",
    );
  });

  test("type", async () => {
    const services = await related("?type=COMPATIBLE_SERVICE");
    const ids = services.data.map(({ id }) => id);
    assertEqual(services.answer, ids, [products.virtual.id, products.virtualTwo.id], "the services");
    assertEqual(
      services.answer,
      services.data.map(({ type }) => type),
      ["VIRTUAL", "VIRTUAL"],
      "their types",
    );
    assertEqual(services.answer, services.total, 2, "total");
    const parts = await related("?type=SPARE_PART&limit=100");
    assertEqual(parts.answer, [parts.data.length, parts.total], [11, 12], "spare parts");
    const none = await related("?type=NOTHING");
    assertEqual(none.answer, [none.data, none.total], [[], 0], "of an unknown type");
  });

  test("limit and offset", async () => {
    const first = await related("?type=SPARE_PART&limit=3");
    assertEqual(
      first.answer,
      first.data.map(({ sku }) => sku),
      ["SCREW-100", "MUG ü/1"],
      "the first page",
    );
    assertEqual(first.answer, first.total, 12, "total");
    const next = await related("?type=SPARE_PART&limit=3&offset=3");
    assertEqual(
      next.answer,
      next.data.map(({ sku }) => sku),
      ["PLAIN-01", "PLAIN-02", "PLAIN-03"],
      "the second page",
    );
    assertEqual(next.answer, next.total, 12, "total");
  });

  test("basePath and x-currency", async () => {
    const { answer, data } = await related("?type=REPLACEMENT&basePath=/shop", { headers: { "x-currency": "USD" } });
    assertEqual(
      answer,
      data.map(({ link, price }) => [link, price]),
      [
        ["/shop/t-shirt/shirt-s-black", { value: 24, currency: "USD" }],
        ["/shop/dollar-poster/poster-usd", { value: 30, currency: "USD" }],
      ],
      "links and prices",
    );
  });

  for (const [query, field] of [
    ["?limit=0", "limit"],
    ["?limit=1001", "limit"],
    ["?limit=1e1", "limit"],
    ["?offset=-1", "offset"],
    ["?basePath=x", "basePath"],
  ]) {
    test(`${query} is refused`, async () => {
      const answer = await gateway.get(path + query);
      assertFailure(answer, 400, new RegExp(field));
      assertCalls(answer, []);
    });
  }

  test("an unknown variant has none", async () => {
    const answer = await gateway.get(`/products/${drill.id}/variants/variant_01UNKNOWN/related-products`);
    const { data, total } = assertAnswer(answer, 200, shapes.relatedProducts);
    assertEqual(answer, [data, total], [[], 0], "data and total");
  });

  test("it calls the Admin API with the shop's key, and the Store API with the caller's token", async () => {
    const { answer } = await related("", { token: store.alice });
    const schemes = answer.calls.map(({ path, headers }) => [path.split("/")[1], headers.authorization.kind]);
    assertEqual(
      answer,
      schemes,
      [
        ["admin", "admin"],
        ["store", "bearer"],
      ],
      "the credentials",
    );
  });

  test("the order is that of the references, the price that of a list item", async () => {
    const references = await store.medusa("GET", `/admin${path.replace("related-products", "references")}?limit=100`);
    const expected = references.productReferences.filter(({ targetProduct }) => targetProduct.sku);
    const { answer, data, total } = await related("?limit=100");
    const variants = expected.map(({ targetProduct }) => targetProduct.id);
    assertEqual(
      answer,
      data.map(({ variantId }) => variantId),
      variants,
      "the variants, in order",
    );
    assertEqual(answer, total, references.count, "total");
    const { data: listed } = await client.list("?limit=100");
    for (const { id, variantId, price, link, type, category, tags } of data) {
      const item = listed.find((product) => product.id === id);
      // A reference may be to another variant than the list shows.
      if (item.variantId !== variantId) continue;
      const { price: asked, link: to, type: kind, category: of, tags: labels } = item;
      assertEqual(
        answer,
        { price, link, type, category, tags },
        { price: asked, link: to, type: kind, category: of, tags: labels },
        `${id} as in a list`,
      );
    }
  });

  test("more products than Medusa is asked for at once come in parts, all together", async () => {
    const small = clientOf(await start({ table: tableWithParts(100, 5) }));
    const { answer, data, total } = await small.related(drill, "?limit=100");
    const whole = await related("?limit=100");
    assertEqual(answer, { data, total }, { data: whole.data, total: whole.total }, "the products");
    const [, ...parts] = answer.calls;
    assertEqual(answer, parts.map(({ query }) => query.getAll("id[]").length).sort(), [1, 5, 5, 5], "ids of each part");
    assertTogether(answer, parts);
  });

  for (const query of ["?type=&limit=&offset=&sort=&locale=&basePath=", "?type&limit&offset&sort"]) {
    test(`${query}: an empty value is an absent one`, async () => {
      const { answer, data, total } = await related(query);
      const plain = await related();
      assertEqual(answer, { data, total }, { data: plain.data, total: plain.total }, "the products");
      assertEqual(answer, answer.calls[0].url, plain.answer.calls[0].url, "what Medusa was asked");
    });
  }

  test("references to products of another shop, to internal categories", async () => {
    const { shops } = store.fixtures;
    const { ranked, internalFirst, onlyInternal, sameSlug, salePrice } = shops.special.products;
    const [source] = ranked.variants;
    const targets = [
      internalFirst.variants[0],
      onlyInternal.variants[0],
      // The later one of two variants with one slug.
      sameSlug.variants[1],
      salePrice.variants[0],
      products.umlautSku.variants[0],
      sameSlug.variants[0],
    ];
    const references = targets.map(({ id }, index) => ({ id: `ref_${index}`, type: "SPARE_PART", variant_id: id }));
    const update = (metadata) =>
      store.medusa("POST", `/admin/products/${ranked.id}/variants/${source.id}`, { body: { metadata } });
    await update({ references });
    try {
      const shop = clientOf(await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: shops.special.publishableKey } }));
      const { answer, data, total } = await shop.related(ranked);
      assertEqual(answer, total, targets.length, "total");
      const shown = data.map(({ variantId }) => variantId);
      const expected = targets.filter((target) => target !== products.umlautSku.variants[0]);
      assertEqual(
        answer,
        shown,
        expected.map(({ id }) => id),
        "the variants",
      );
      assertEqual(
        answer,
        data.map(({ category }) => category),
        ["Mugs & Cups", "", "", "", ""],
        "the categories",
      );
      assertEqual(
        answer,
        data.map(({ price }) => price),
        [eur(10), eur(10), eur(11), eur(5), eur(10)],
        "the prices",
      );
      const links = [data[2], data[4]].map(({ link }) => link);
      const later = sameSlug.variants[1].id.slice(-6).toLowerCase();
      assertEqual(answer, links, [`/same-slug/col-1a-${later}`, "/same-slug/col-1a"], "the links");
    } finally {
      await update({ references: [] });
    }
  });

  test("without an admin key it says why it cannot", async () => {
    const without = await start({ env: { MEDUSAJS_ADMIN_API_KEY: undefined } });
    const answer = await without.get(path, { token: store.alice });
    assertFailure(answer, 501, /MEDUSAJS_ADMIN_API_KEY/);
    assertCalls(answer, []);
    assertStatus(await without.get("/products?limit=1"), 200);
  });
});
