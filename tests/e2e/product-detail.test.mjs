import { before, describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertStatus } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { clientOf, eur, ids, rankedVariants, tableWith } from "./product-support.mjs";
import * as shapes from "./shapes.mjs";

const { store, gateway, start } = await openContext();
const { products, shops } = store.fixtures;
const { list, detail, listed } = clientOf(gateway);

describe("GET /products/:id", () => {
  test("by id and by handle", async () => {
    const byId = await detail(products.sixVariants.id);
    const byHandle = await detail("t-shirt");
    assertEqual(byHandle.answer, byHandle.product, byId.product, "by handle as by id");
    const { product, answer } = byId;
    assertEqual(answer, product.id, products.sixVariants.id, "id");
    assertEqual(answer, product.shortDescription, "Heavy cotton", "shortDescription");
    assertEqual(answer, product.category, "Shirts", "category");
    assertEqual(
      answer,
      product.tags.map(({ label }) => label),
      ["Cotton", "New"],
      "tags",
    );
    assertEqual(answer, product.variants.length, 6, "number of variants");
  });

  test("a product that has next to nothing", async () => {
    const { answer, product } = await detail("bare");
    const { optionGroups, ...rest } = product;
    assertEqual(
      answer,
      rest,
      {
        id: products.bare.id,
        sku: "BARE-1",
        name: "Bare",
        description: "",
        shortDescription: "",
        variantId: products.bare.variants[0].id,
        price: eur(1),
        link: "/bare/bare-1",
        type: "PHYSICAL",
        category: "",
        tags: [],
      },
      "the product",
    );
    assertEqual(
      answer,
      optionGroups.map(({ title, values }) => [title, values]),
      [["Edition", ["Standard"]]],
      "groups",
    );
  });

  const third = products.sixVariants.variants[2];
  for (const [what, variantId] of [
    ["id", third.id],
    ["slug", "shirt-m-black"],
  ]) {
    test(`variantId as ${what}`, async () => {
      const { answer, product } = await detail(`t-shirt?variantId=${variantId}`);
      const { variantId: chosen, sku, price, link } = product;
      assertEqual(
        answer,
        { chosen, sku, price, link },
        { chosen: third.id, sku: "SHIRT-M-BLACK", price: eur(20.99), link: "/t-shirt/shirt-m-black" },
        "the chosen variant",
      );
    });
  }

  test("a slug of a SKU that is no word", async () => {
    const { answer, product } = await detail("mug?variantId=mug-u1");
    assertEqual(answer, product.sku, "MUG ü/1", "sku");
  });

  for (const id of ["variant_01UNKNOWN", "var_01UNKNOWN", "var_"]) {
    test(`an unknown variant id, ${id}, is not found`, async () => {
      assertFailure(await gateway.get(`/products/t-shirt?variantId=${id}`), 404);
    });
  }

  test("another product's variant id is not found", async () => {
    const answer = await gateway.get(`/products/t-shirt?variantId=${products.bare.variants[0].id}`);
    assertFailure(answer, 404);
  });

  test("an unknown slug gives the first variant by rank, an empty one too", async () => {
    const [first] = await rankedVariants(store, products.sixVariants);
    for (const slug of ["shirt-xl-green", "variant", "", "%20"]) {
      const { answer, product } = await detail(`t-shirt?variantId=${slug}`);
      assertEqual(answer, product.variantId, first.id, `variantId for "${slug}"`);
    }
  });

  test("variants come by rank, then by id", async () => {
    const { answer, product } = await detail("t-shirt");
    assertEqual(
      answer,
      ids({ data: product.variants }),
      ids({ data: await rankedVariants(store, product) }),
      "variants",
    );
  });

  test("attributes: the variant's before the product's", async () => {
    const common = { material: "Cotton", origin_country: "pt", hs_code: "610910", mid_code: "PT-TEX-1" };
    const small = await detail("t-shirt?variantId=shirt-s-black");
    assertEqual(small.answer, small.product.attributes, { weight: "180", ...common }, "of S");
    const large = await detail("t-shirt?variantId=shirt-l-black");
    const own = { weight: "220", length: "78", width: "58", height: "2" };
    assertEqual(large.answer, large.product.attributes, { ...own, ...common }, "of L");
  });

  test("options come in the order of their ids, in titles, options and optionGroups", async () => {
    for (const path of ["t-shirt", products.sixVariants.id]) {
      const { answer, product } = await detail(path);
      const groups = ids({ data: product.optionGroups });
      assertEqual(answer, groups, [...groups].sort(), "the groups");
      for (const { title, options } of product.variants) {
        assertEqual(answer, Object.keys(options), groups, "the options of a variant");
        assertEqual(answer, title, Object.values(options).join(" / "), "its title");
      }
    }
  });

  test("optionGroups: one an option, each value once", async () => {
    const { answer, product } = await detail("t-shirt");
    const titles = product.optionGroups.map(({ title }) => title).sort();
    assertEqual(answer, titles, ["Color", "Size"], "the titles");
    const groups = product.optionGroups.map(({ id, values }) => [id, values]);
    const seen = {};
    for (const { options } of product.variants)
      for (const [id, value] of Object.entries(options)) (seen[id] ??= new Set()).add(value);
    const expected = Object.entries(seen).map(([id, values]) => [id, [...values]]);
    assertEqual(answer, groups, expected, "groups and values, in order of first appearance");
  });

  const labels = (...pairs) =>
    pairs
      .map(([medusaTitle, label], index) =>
        Object.entries({ medusaTitle, label })
          .map(([key, value]) => `variantOptionGroups[${index}][${key}]=${encodeURIComponent(value)}`)
          .join("&"),
      )
      .join("&");
  for (const [first, second] of [
    [
      ["Size", "Größe & Schnitt"],
      ["Color", "Farbe"],
    ],
    [
      ["Color", "Farbe"],
      ["Size", "Größe & Schnitt"],
    ],
  ]) {
    test(`variantOptionGroups: ${first[0]} first`, async () => {
      const { answer, product } = await detail(`t-shirt?${labels(first, second)}`);
      assertEqual(
        answer,
        product.optionGroups.map(({ title }) => title),
        [first[1], second[1]],
        "the titles",
      );
    });
  }

  test("variantOptionGroups in percent-encoded brackets", async () => {
    const query = labels(["Color", "Farbe"], ["Size", "Größe"]).replace(/\[/g, "%5B").replace(/\]/g, "%5D");
    const { answer, product } = await detail(`t-shirt?${query}`);
    assertEqual(
      answer,
      product.optionGroups.map(({ title }) => title),
      ["Farbe", "Größe"],
      "the titles",
    );
  });

  test("variantOptionGroups for one option: it comes first, the other keeps its title", async () => {
    const { answer, product } = await detail(`t-shirt?${labels(["Color", "Farbe"])}`);
    assertEqual(
      answer,
      product.optionGroups.map(({ title }) => title),
      ["Farbe", "Size"],
      "the titles",
    );
  });

  test("variantOptionGroups without label is refused, and names it", async () => {
    const answer = await gateway.get("/products/t-shirt?variantOptionGroups[0][medusaTitle]=Size");
    assertFailure(answer, 400, /variantOptionGroups.*label/);
  });

  test("with x-locale Medusa translates options and their values", async () => {
    const { answer, product } = await detail("t-shirt", { headers: { "x-locale": "de" } });
    assertEqual(answer, product.optionGroups.map(({ title }) => title).sort(), ["Farbe", "Größe"], "the titles");
  });

  test("variantOptionGroups names options by the titles of the answer's locale", async () => {
    const query = labels(["Farbe", "Farbton"], ["Größe", "Konfektionsgröße"]);
    const { answer, product } = await detail(`t-shirt?${query}`, { headers: { "x-locale": "de" } });
    assertEqual(
      answer,
      product.optionGroups.map(({ title }) => title),
      ["Farbton", "Konfektionsgröße"],
      "the titles",
    );
  });

  test("basePath", async () => {
    const { answer, product } = await detail("t-shirt?variantId=shirt-l-black&basePath=/products");
    assertEqual(answer, product.link, "/products/t-shirt/shirt-l-black", "link");
    const [{ link, slug }] = product.variants;
    assertEqual(answer, link, `/products/t-shirt/${slug}`, "a variant's link");
  });

  test("a product without SKU is not found", async () => {
    assertFailure(await gateway.get(`/products/${products.noSku.id}`), 404);
    assertFailure(await gateway.get("/products/gift-box"), 404);
  });

  test("an unknown id or handle is not found", async () => {
    assertFailure(await gateway.get("/products/prod_01UNKNOWN"), 404);
    assertFailure(await gateway.get("/products/no-such-product"), 404);
    assertFailure(await gateway.get("/products/M%C3%BCtze%20%26%20Co%3Flimit%3D1"), 404);
  });

  test("a list that is given once is a list of one", async () => {
    const answer = await gateway.get("/products/t-shirt?variantOptionGroups=Color");
    assertFailure(answer, 400, /variantOptionGroups(\[0\]|\.0)/);
  });
});

describe("GET /products/:id in the shop of special cases", () => {
  const special = shops.special.products;
  let shop, client;
  before(async () => {
    shop = await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: shops.special.publishableKey } });
    client = clientOf(shop);
  });

  test("the first variant by rank is shown", async () => {
    const { answer, product } = await client.detail(special.ranked.handle);
    assertEqual(answer, [product.sku, product.price], ["RANK-S", eur(10)], "the variant");
    assertEqual(
      answer,
      product.variants.map(({ title }) => title),
      ["Small", "Medium", "Large"],
      "the variants",
    );
    assertEqual(answer, product.optionGroups[0].values, ["Small", "Medium", "Large"], "the values");
  });

  test("each variant by its id and its slug", async () => {
    for (const [index, sku] of ["RANK-L", "RANK-M", "RANK-S"].entries()) {
      const { id } = special.ranked.variants[index];
      for (const variantId of [id, sku.toLowerCase()]) {
        const { answer, product } = await client.detail(`ranked?variantId=${variantId}`);
        assertEqual(answer, [product.variantId, product.sku], [id, sku], `the variant for ${variantId}`);
        assertEqual(answer, product.price, eur([30, 20, 10][index]), "its price");
      }
    }
  });

  test("the first variant that has a SKU is shown, one without is not found", async () => {
    const { firstWithoutSku } = special;
    const { answer, product } = await client.detail(firstWithoutSku.handle);
    assertEqual(answer, [product.sku, product.price], ["SECOND-1", eur(10)], "the variant");
    const [sample] = firstWithoutSku.variants;
    assertFailure(await shop.get(`/products/${firstWithoutSku.handle}?variantId=${sample.id}`), 404);
  });

  test("a slug of Cyrillic letters", async () => {
    const { answer, product } = await client.detail("cyrillic-skus?variantId=sinij-1");
    assertEqual(answer, [product.sku, product.price], ["Синий-1", eur(11)], "the variant");
  });

  test("the slug that variants share gives the first, an own slug its variant", async () => {
    const [first, second] = special.sameSlug.variants;
    for (const variant of [first, second]) {
      const { product } = await client.detail(`same-slug?variantId=${variant.id}`);
      const slug = product.link.split("/").at(-1);
      const { answer, product: shown } = await client.detail(`same-slug?variantId=${slug}`);
      assertEqual(answer, shown.variantId, variant.id, `the variant at ${slug}`);
    }
    const { answer, product } = await client.detail("same-slug?variantId=col-1a");
    assertEqual(answer, product.variantId, first.id, "variantId");
  });
});

// Whether a product with a single variant is in stock does not show in its answer, so these are asked for with a table
// that lists every product's variants.
describe("stock", () => {
  let always;
  before(async () => {
    const table = tableWith(["variants: $variants | when $variants.1 | each", "variants: $variants | each"]);
    always = await start({ table });
  });

  for (const [name, expected] of Object.entries({ outOfStock: false, backorder: true, lastPiece: true, bare: true })) {
    test(`${name} is ${expected ? "" : "not "}in stock`, async () => {
      const answer = await always.get(`/products/${products[name].id}`);
      assertStatus(answer, 200);
      assertEqual(
        answer,
        answer.body.variants?.map((variant) => variant.inStock),
        [expected],
        "inStock",
      );
    });
  }
});

describe("locale", () => {
  for (const [locale, title] of [
    ["de", "T-Shirt aus Baumwolle"],
    ["pl", "Koszulka"],
  ]) {
    test(`x-locale: ${locale} gives translated texts, and is echoed`, async () => {
      const { answer, product } = await listed(products.sixVariants, "", { headers: { "x-locale": locale } });
      assertEqual(answer, product.name, title, "name");
      assertEqual(answer, product.image.alt, title, "alt of the image");
      assertEqual(answer, answer.headers["x-locale"], locale, "x-locale");
      const one = await detail("t-shirt", { headers: { "x-locale": locale } });
      assertEqual(one.answer, one.product.name, title, "name");
      assertEqual(one.answer, one.answer.calls[0].headers.locale, locale, "x-medusa-locale");
    });

    test(`?locale=${locale} does so too`, async () => {
      const { answer, product } = await listed(products.sixVariants, `&locale=${locale}`);
      assertEqual(answer, product.name, title, "name");
      const one = await detail(`t-shirt?locale=${locale}`);
      assertEqual(one.answer, one.product.name, title, "name");
    });
  }

  test("both response headers are exposed to browsers", async () => {
    const { answer } = await list("?limit=1", { headers: { "x-locale": "de" } });
    const exposed = answer.headers["access-control-expose-headers"]?.toLowerCase().split(/, */).sort();
    assertEqual(answer, exposed, ["retry-after", "x-currency", "x-locale", "x-request-id"], "Access-Control-Expose-Headers");
  });

  test("without one there is none", async () => {
    const { answer, product } = await listed(products.sixVariants);
    assertEqual(answer, product.name, "T-shirt", "name");
    assertEqual(answer, answer.calls[0].headers.locale, undefined, "x-medusa-locale");
  });

  test("what is not supported is refused", async () => {
    const strict = await start({
      env: { SUPPORTED_LOCALES: "en,de", SUPPORTED_CURRENCIES: "EUR,USD", DEFAULT_LOCALE: "de" },
    });
    const locale = await strict.get("/products", { headers: { "x-locale": "pl" } });
    assertFailure(locale, 400, /x-locale.*en.*de/);
    const currency = await strict.get("/products", { headers: { "x-currency": "PLN" } });
    assertFailure(currency, 400, /x-currency.*EUR.*USD/);
    const query = await strict.get("/products?locale=pl");
    assertFailure(query, 400, /locale/);
    for (const answer of [locale, currency, query]) assertCalls(answer, []);
    const byDefault = await strict.get("/products/t-shirt");
    assertEqual(
      byDefault,
      assertAnswer(byDefault, 200, shapes.product).name,
      "T-Shirt aus Baumwolle",
      "DEFAULT_LOCALE",
    );
    const good = await strict.get("/products/t-shirt", { headers: { "x-locale": "en", "x-currency": "USD" } });
    assertEqual(good, assertAnswer(good, 200, shapes.product).price.currency, "USD", "currency");
  });

  for (const [name, value] of [
    ["x-locale", "de/../pl"],
    ["x-locale", "de\tpl"],
    ["x-currency", "EURO"],
    ["x-currency", "€"],
  ]) {
    test(`${name}: ${JSON.stringify(value)} is refused`, async () => {
      const answer = await gateway.get("/products", { headers: { [name]: Buffer.from(value).toString("latin1") } });
      assertFailure(answer, 400, new RegExp(name));
      assertCalls(answer, []);
    });
  }
});
