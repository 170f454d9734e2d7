import { before, describe, test } from "node:test";
import { assertCalls, assertEqual, assertFailure, assertStatus, assertThat, assertTogether } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { clientOf, eur, ids, names, picture, rankedVariants, tableWithParts } from "./product-support.mjs";
import * as shapes from "./shapes.mjs";

const { store, gateway, start } = await openContext();
const { products, productTypes, shops } = store.fixtures;
const { list, detail, listed } = clientOf(gateway);
const shopOf = async ({ publishableKey }, { env, ...more } = {}) =>
  clientOf(await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: publishableKey, ...env }, ...more }));
const ALL = 54;

describe("GET /products", () => {
  test("a product with more than one variant lists them", async () => {
    const { answer, product } = await listed(products.sixVariants);
    const { variants, ...rest } = product;
    const ranked = await rankedVariants(store, products.sixVariants);
    const [first] = ranked;
    const price = products.sixVariants.variants.findIndex(({ id }) => id === first.id) >> 1;
    assertEqual(
      answer,
      rest,
      {
        id: products.sixVariants.id,
        sku: first.sku,
        name: "T-shirt",
        description: "A T-shirt of heavy cotton.",
        shortDescription: "Heavy cotton",
        subtitle: "Heavy cotton",
        variantId: first.id,
        image: { url: picture("t-shirt-front"), alt: "T-shirt" },
        images: ["t-shirt-front", "t-shirt-back"].map((name) => ({ url: picture(name), alt: "T-shirt" })),
        price: eur([19.99, 20.99, 21.99][price]),
        link: `/t-shirt/${first.sku.toLowerCase()}`,
        type: "PHYSICAL",
        category: "Shirts",
        tags: rest.tags,
      },
      "the product",
    );
    assertEqual(
      answer,
      rest.tags.map(({ label }) => label),
      ["Cotton", "New"],
      "the tags",
    );
    assertEqual(answer, ids({ data: variants }), ids({ data: ranked }), "variants, by rank and id");
    const { options, ...variant } = variants.find(({ slug }) => slug === "shirt-m-white");
    assertEqual(
      answer,
      variant,
      {
        id: products.sixVariants.variants[3].id,
        title: variant.title,
        slug: "shirt-m-white",
        link: "/t-shirt/shirt-m-white",
        inStock: true,
      },
      "a variant",
    );
    assertEqual(
      answer,
      Object.values(options),
      variant.title.split(" / "),
      "the title's parts are the options' values",
    );
    assertEqual(answer, Object.values(options).sort(), ["M", "White"], "the option values");
  });

  test("a product that has next to nothing", async () => {
    const { answer, product } = await listed(products.bare);
    assertEqual(
      answer,
      product,
      {
        id: products.bare.id,
        sku: "BARE-1",
        name: "Bare",
        description: "",
        variantId: products.bare.variants[0].id,
        price: eur(1),
        link: "/bare/bare-1",
        type: "PHYSICAL",
        category: "",
        tags: [],
      },
      "the product",
    );
  });

  test("a SKU that is no word becomes a slug", async () => {
    const { answer, product } = await listed(products.umlautSku);
    assertEqual(answer, product.sku, "MUG ü/1", "sku");
    assertEqual(answer, product.link, "/mug/mug-u1", "link");
    assertEqual(answer, product.tags, [{ label: "New", variant: "default" }], "tags");
    assertEqual(answer, product.category, "Mugs & Cups", "category");
  });

  test("a product without SKU is skipped, and counted", async () => {
    const { answer, data, total } = await list("?limit=100");
    assertEqual(answer, total, ALL, "total");
    assertEqual(answer, data.length, ALL - 1, "length of data");
    assertThat(answer, !data.some(({ id }) => id === products.noSku.id), "no product without SKU");
  });

  test("limit and offset cut pages, total counts all", async () => {
    const all = (await list("?limit=100&sort=createdAt_ASC")).data.map(({ id }) => id);
    const { answer, data, total } = await list("?limit=7&offset=20&sort=createdAt_ASC");
    // The second product is the one without SKU, so that the list lags by one.
    assertEqual(
      answer,
      data.map(({ id }) => id),
      all.slice(19, 26),
      "the page",
    );
    assertEqual(answer, total, ALL, "total");
    const beyond = await list("?limit=7&offset=1000");
    assertEqual(beyond.answer, { data: beyond.data, total: beyond.total }, { data: [], total: ALL }, "beyond the end");
  });

  const ASCENDING = ["Dollar poster", "Lamp on order", "Last piece", "Sold-out lamp"];
  const BY_AGE = ["Dollar poster", "Sold-out lamp", "Lamp on order", "Last piece"];
  const down = (ascending) => [...ascending].reverse();
  for (const [sort, expected] of Object.entries({
    name_ASC: ASCENDING,
    name_DESC: down(ASCENDING),
    createdAt_ASC: BY_AGE,
    createdAt_DESC: down(BY_AGE),
    updatedAt_ASC: BY_AGE,
    updatedAt_DESC: down(BY_AGE),
    title: ASCENDING,
    "-title": down(ASCENDING),
    created_at: BY_AGE,
    "-created_at": down(BY_AGE),
    updated_at: BY_AGE,
    "-updated_at": down(BY_AGE),
  })) {
    test(`sort=${sort}`, async () => {
      const answer = await list(`?category=accessories&sort=${sort}`);
      assertEqual(answer.answer, names(answer), expected, "the names");
    });
  }

  for (const sort of ["price", "-price", "price_asc", "name_UP", "id", "handle", "constructor"]) {
    test(`sort=${sort} is refused, and told what is allowed`, async () => {
      const answer = await gateway.get(`/products?sort=${sort}`);
      const message = assertFailure(answer, 400, /sort/);
      for (const allowed of [
        "name_ASC",
        "name_DESC",
        "createdAt_ASC",
        "createdAt_DESC",
        "updatedAt_ASC",
        "updatedAt_DESC",
        "price_ASC",
        "price_DESC",
      ])
        assertThat(answer, message.includes(allowed), `the message to name ${allowed}`);
      assertCalls(answer, []);
    });
  }

  test("type=VIRTUAL filters in Medusa", async () => {
    const { answer, data, total } = await list("?type=VIRTUAL&sort=createdAt_ASC");
    assertEqual(answer, names({ data }), ["Maintenance plan", "Extended warranty"], "the names");
    assertEqual(answer, total, 2, "total");
    assertEqual(
      answer,
      data.map(({ type }) => type),
      ["VIRTUAL", "VIRTUAL"],
      "the types",
    );
  });

  test("type=PHYSICAL lists everything that is not VIRTUAL, untyped products included", async () => {
    const all = await list("?limit=100&sort=createdAt_ASC");
    const { answer, data, total } = await list("?type=PHYSICAL&limit=100&sort=createdAt_ASC");
    assertEqual(answer, total, ALL - 2, "total");
    const expected = all.data.filter(({ type }) => type === "PHYSICAL");
    assertEqual(answer, data, expected, "the products that are shown as PHYSICAL");
    assertThat(answer, ids({ data }).includes(products.bare.id), "the untyped product");
  });

  test("category filters in Medusa, by name or handle", async () => {
    for (const category of ["Mugs & Cups", "mugs"]) {
      const { answer, data, total } = await list(`?limit=10&category=${encodeURIComponent(category)}`);
      assertEqual(answer, total, 11, `total of ${category}`);
      assertEqual(answer, data.length, 10, "a full page");
      assertThat(
        answer,
        data.every((product) => product.category === "Mugs & Cups"),
        "mugs only",
      );
    }
  });

  test("type and category together", async () => {
    const services = await list("?type=VIRTUAL&category=services");
    assertEqual(services.answer, services.total, 2, "total");
    const none = await list("?type=VIRTUAL&category=tools");
    assertEqual(none.answer, { data: none.data, total: none.total }, { data: [], total: 0 }, "virtual tools");
  });

  for (const query of [
    "?category=no-such-category",
    "?category=empty",
    "?category=Empty",
    "?category=no&type=VIRTUAL",
  ]) {
    test(`${query} finds nothing`, async () => {
      const { answer, data, total } = await list(query);
      assertEqual(answer, { data, total }, { data: [], total: 0 }, "the list");
    });
  }

  test("basePath goes before each link", async () => {
    const { answer, product } = await listed(products.sixVariants, "&basePath=/shop/p-1");
    assertEqual(answer, product.link, `/shop/p-1/t-shirt/${product.variants[0].slug}`, "link");
    for (const { link, slug } of product.variants)
      assertEqual(answer, link, `/shop/p-1/t-shirt/${slug}`, "a variant's link");
  });

  for (const [query, field] of [
    ["limit=0", "limit"],
    ["limit=-1", "limit"],
    ["limit=ten", "limit"],
    ["limit=1.5", "limit"],
    ["limit=1e1", "limit"],
    ["limit=+5", "limit"],
    ["limit=0x10", "limit"],
    ["limit=1001", "limit"],
    ["offset=1e1", "offset"],
    ["offset=-1", "offset"],
    ["offset=1e99999", "offset"],
    ["type=OTHER", "type"],
    ["type=physical", "type"],
    ["basePath=shop", "basePath"],
    ["basePath=/Shop", "basePath"],
    ["basePath=/shop%0A", "basePath"],
    ["basePath=/%22onclick", "basePath"],
  ]) {
    test(`${query} is refused`, async () => {
      const answer = await gateway.get(`/products?${query}`);
      assertFailure(answer, 400, new RegExp(`\\b${field}\\b`));
      assertCalls(answer, []);
    });
  }

  for (const query of [
    "limit=&offset=&sort=&type=&category=&basePath=&locale=&regionId=",
    "limit&offset&sort&type&category",
  ]) {
    test(`?${query}: an empty value is an absent one`, async () => {
      const { answer, data, total } = await list(`?${query}`);
      const plain = await list();
      assertEqual(answer, { data, total }, { data: plain.data, total: plain.total }, "the list");
      assertCalls(answer, ["GET /store/products"]);
      assertEqual(answer, answer.calls[0].url, plain.answer.calls[0].url, "what Medusa was asked");
    });
  }

  test("limit=1000 is the largest", async () => {
    const { answer, data } = await list("?limit=1000");
    assertEqual(answer, data.length, ALL - 1, "the number of products");
    assertEqual(answer, answer.calls[0].query.get("limit"), "1000", "limit");
  });
});

describe("type in shops", () => {
  const SHOPS = {
    "untyped products, PHYSICAL": [shops.untyped, "PHYSICAL", shops.untyped.count],
    "untyped products, VIRTUAL": [shops.untyped, "VIRTUAL", 0],
    "mixed types, PHYSICAL": [shops.mixed, "PHYSICAL", shops.mixed.counts.PHYSICAL + shops.mixed.counts.untyped],
    "mixed types, VIRTUAL": [shops.mixed, "VIRTUAL", shops.mixed.counts.VIRTUAL],
  };
  for (const [what, [shop, type, count]] of Object.entries(SHOPS)) {
    test(`${what}: full pages that hold each product once, and the total of all`, async () => {
      const client = await shopOf(shop);
      const all = await client.list("?limit=100&sort=createdAt_ASC");
      const expected = all.data.filter((product) => product.type === type);
      assertEqual(all.answer, expected.length, count, "the number of products in the fixtures");
      const first = await client.list(`?type=${type}&limit=12&sort=createdAt_ASC`);
      assertEqual(first.answer, first.data.length, Math.min(12, count), "the length of the first page");
      const { answer, data, total } = await client.pages(`?type=${type}&sort=createdAt_ASC`, 12);
      assertEqual(answer, total, count, "total");
      assertEqual(answer, ids({ data }), ids({ data: expected }), "the products");
    });
  }

  test("a product of a third type is PHYSICAL, in a list and in the filter", async () => {
    const client = await shopOf(shops.special);
    const { thirdType, digital } = shops.special.products;
    const { answer, data } = await client.list("?type=PHYSICAL&limit=100");
    const shown = new Map(data.map(({ id, type }) => [id, type]));
    assertEqual(answer, [shown.get(thirdType.id), shown.get(digital.id)], ["PHYSICAL", undefined], "the types");
    assertThat(answer, productTypes.BUNDLE, "a third type in the fixtures");
  });

  test("type and category narrow each other", async () => {
    const client = await shopOf(shops.special);
    const { answer, data } = await client.list("?type=PHYSICAL&category=mugs&limit=100");
    assertEqual(answer, ids({ data }), [shops.special.products.internalFirst.id], "the products");
  });
});

describe("sort=price_ASC and price_DESC", () => {
  const values = (data) => data.map(({ price }) => price.value);
  const ascending = (numbers) => [...numbers].sort((a, b) => a - b);
  const ORDERS = { price_ASC: ascending, price_DESC: (numbers) => ascending(numbers).reverse() };
  for (const [sort, order] of Object.entries(ORDERS)) {
    test(`${sort}: the pages hold each product once, in order, equal prices too`, async () => {
      const plain = await list("?limit=100");
      const { answer, data, total } = await clientOf(gateway).pages(`?sort=${sort}`, 7);
      assertEqual(answer, total, ALL, "total");
      assertEqual(answer, values(data), order(values(plain.data)), "the prices");
      assertThat(answer, new Set(values(data)).size < data.length, "equal prices in the fixtures");
      assertEqual(answer, ids({ data }).sort(), ids(plain).sort(), "the products");
      const whole = await list(`?limit=100&sort=${sort}`);
      assertEqual(whole.answer, whole.data, data, "the pages put together");
      const shown = new Map(plain.data.map((product) => [product.id, product]));
      assertEqual(
        answer,
        data,
        data.map(({ id }) => shown.get(id)),
        "each product as in an unsorted list",
      );
    });

    test(`${sort} goes with type, category and offset`, async () => {
      const { answer, data, total } = await list(`?sort=${sort}&category=accessories&type=PHYSICAL&offset=1&limit=2`);
      const all = await list("?category=accessories&type=PHYSICAL");
      assertEqual(answer, values(data), order(values(all.data)).slice(1, 3), "the prices");
      assertEqual(answer, total, all.total, "total");
    });

    test(`${sort} in another currency sorts by its base prices`, async () => {
      const options = { headers: { "x-currency": "USD" } };
      const plain = await list("?limit=100", options);
      const { answer, data } = await list(`?limit=100&sort=${sort}`, options);
      assertEqual(answer, values(data), order(values(plain.data)), "the prices");
      assertThat(
        answer,
        values(data).some((value) => value > 0),
        "prices in USD",
      );
    });
  }

  test("a page of more products than Medusa is asked for at once comes in parts, all together", async () => {
    const client = clientOf(await start({ table: tableWithParts(100, 20) }));
    const { answer, data } = await client.list("?sort=price_ASC&limit=50");
    const whole = await list("?sort=price_ASC&limit=50");
    assertEqual(answer, data, whole.data, "the page");
    assertEqual(answer, answer.calls.length, 4, "the number of calls");
    assertTogether(answer, answer.calls.slice(1));
    const parts = answer.calls.slice(1).map(({ query }) => query.getAll("id[]").length);
    assertEqual(answer, parts.sort(), [10, 20, 20], "ids of each part");
  });

  test("more products than can be sorted are answered 400, and sort by other fields", async () => {
    const gateway = await start({ table: tableWithParts(ALL - 1, 20) });
    const answer = await gateway.get("/products?sort=price_DESC&limit=5");
    assertFailure(answer, 400, new RegExp(`\\b${ALL - 1} products\\b`));
    assertCalls(answer, ["GET /store/products"]);
    assertStatus(await gateway.get("/products?sort=name_ASC&limit=5"), 200);
    assertStatus(await gateway.get("/products?sort=price_DESC&category=mugs"), 200);
    const just = await start({ table: tableWithParts(ALL, 20) });
    assertStatus(await just.get("/products?sort=price_DESC&limit=5"), 200);
  });

  test("beyond the end the page is empty", async () => {
    const { answer, data, total } = await list("?sort=price_ASC&offset=1000");
    assertEqual(answer, { data, total }, { data: [], total: ALL }, "the list");
    assertCalls(answer, ["GET /store/products"]);
  });
});

describe("the shop of special cases", () => {
  const special = shops.special.products;
  let client;
  before(async () => (client = await shopOf(shops.special)));

  test("category is the first that is active and not internal", async () => {
    for (const [name, category] of Object.entries({
      internalFirst: "Mugs & Cups",
      onlyInternal: "",
      onlyInactive: "",
    })) {
      const { answer, product } = await client.listed(special[name]);
      assertEqual(answer, product.category, category, `category of ${name} in the list`);
      const one = await client.detail(special[name].id);
      assertEqual(one.answer, one.product.category, category, `category of ${name}`);
    }
  });

  test("sku, variantId and price are the first variant's by rank that has a SKU", async () => {
    const SHOWN = { ranked: ["RANK-S", 10, 2], firstWithoutSku: ["SECOND-1", 10, 1] };
    for (const [name, [sku, value, index]] of Object.entries(SHOWN)) {
      const { answer, product } = await client.listed(special[name]);
      const shown = [product.sku, product.variantId, product.price];
      assertEqual(answer, shown, [sku, special[name].variants[index].id, eur(value)], `the variant of ${name}`);
      assertThat(answer, product.link.endsWith(`/${sku.toLowerCase()}`), "its slug in the link");
    }
  });

  test("variants come by rank", async () => {
    const { answer, product } = await client.listed(special.ranked);
    assertEqual(
      answer,
      product.variants.map(({ title }) => title),
      ["Small", "Medium", "Large"],
      "the titles",
    );
    const ranked = await rankedVariants(store, special.ranked, shops.special);
    assertEqual(answer, ids({ data: product.variants }), ids({ data: ranked }), "Medusa's order");
  });

  test("a variant without SKU has its id as slug", async () => {
    const { answer, product } = await client.listed(special.firstWithoutSku);
    const [sample] = product.variants;
    assertEqual(answer, sample.slug, special.firstWithoutSku.variants[0].id, "slug");
  });

  test("slugs are those of npm slugify", async () => {
    const { answer, product } = await client.listed(special.cyrillic, "&basePath=/p");
    assertEqual(
      answer,
      product.variants.map(({ slug }) => slug),
      ["krasnyj-1", "sinij-1"],
      "the slugs",
    );
    assertEqual(answer, product.link, "/p/cyrillic-skus/krasnyj-1", "link");
  });

  test("of variants with the same slug the later ones get the end of their id", async () => {
    const { answer, product } = await client.listed(special.sameSlug);
    const [first, second] = special.sameSlug.variants;
    const slugs = ["col-1a", `col-1a-${second.id.slice(-6).toLowerCase()}`];
    assertEqual(
      answer,
      product.variants.map(({ slug }) => slug),
      slugs,
      "the slugs",
    );
    const links = slugs.map((slug) => `/same-slug/${slug}`);
    assertEqual(
      answer,
      product.variants.map(({ link }) => link),
      links,
      "the links",
    );
    assertEqual(answer, product.link, links[0], "the product's link");
    for (const [index, variant] of [first, second].entries()) {
      const one = await client.detail(`same-slug?variantId=${slugs[index]}`);
      assertEqual(one.answer, one.product.variantId, variant.id, `the variant at ${slugs[index]}`);
      assertEqual(one.answer, one.product.link, links[index], "its link");
    }
  });
});

describe("a key of two sales channels", () => {
  const { publishableKey, salesChannelIds } = shops.twoChannels;
  const drill = products.withReferences;

  test("needs DEFAULT_SALES_CHANNEL_ID, which decides what is listed", async () => {
    const [main, special] = await Promise.all(
      salesChannelIds.map((id) => shopOf({ publishableKey }, { env: { DEFAULT_SALES_CHANNEL_ID: id } })),
    );
    const { answer, total } = await main.list("?limit=1");
    assertEqual(answer, total, ALL, "total of the main channel");
    const other = await special.list("?limit=100");
    assertEqual(other.answer, other.total, Object.keys(shops.special.products).length, "total of the other");
    const answers = [
      await main.detail(drill.id),
      await main.detail(drill.handle),
      await main.related(drill),
      await main.list("?sort=price_ASC&limit=2"),
    ].map(({ answer }) => answer);
    for (const answer of answers) {
      const calls = answer.calls.filter(({ path }) => path.startsWith("/store/products"));
      const channels = new Set(calls.map(({ query }) => query.get("sales_channel_id")));
      assertEqual(answer, [...channels], [salesChannelIds[0]], "sales_channel_id");
    }
  });

  test("is answered 400 with Medusa's message without it", async () => {
    const gateway = await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: publishableKey } });
    assertFailure(await gateway.get("/products?limit=1"), 400, /sales channel/);
  });
});
