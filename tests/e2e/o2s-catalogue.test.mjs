/*
 * O2S's product pages: the list with its filters and sorts, a product, its variants, recommended and related products,
 * for a guest and for a customer. Each row of a table is a request that the storefront sends.
 */
import { describe, test } from "node:test";
import { assertEqual, assertThat } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import * as o2s from "./o2s-client.mjs";

const { store, gateway } = await openContext({ env: o2s.O2S_ENVIRONMENT });
const { products } = store.fixtures;
const PAGE = 12;
// What every list of the storefront sends; the block's id means nothing to the API.
const BLOCK = { id: "product-list-1", limit: PAGE, offset: 0, type: "PHYSICAL", locale: "en", basePath: "/products" };
const SHOPPERS = { "a guest": undefined, "a customer": store.alice };

const namesOf = ({ data }) => data.map(({ name }) => name);
const idsOf = ({ data }) => data.map(({ id }) => id);

for (const [shopper, token] of Object.entries(SHOPPERS)) {
  const server = o2s.openStorefront(gateway, { token, browser: false });

  const list = async (params = {}, options) => {
    const answer = await server.get("/products", { ...BLOCK, ...params }, options);
    return { answer, ...o2s.reads(answer, 200, o2s.products) };
  };

  const all = async (params) => {
    const pages = [await list(params)];
    for (let offset = PAGE; offset < pages[0].total; offset += PAGE) pages.push(await list({ ...params, offset }));
    return { ...pages[0], data: pages.flatMap(({ data }) => data) };
  };

  describe(`the product list of ${shopper}`, () => {
    test("the pages hold every physical product once, those without a type too", async () => {
      const { answer, data, total } = await all();
      const ids = idsOf({ data });
      assertEqual(answer, new Set(ids).size, ids.length, "the number of different products");
      // One product has no SKU: it is counted, and not shown.
      assertEqual(answer, ids.length, total - 1, "the number of products on all pages");
      assertThat(answer, ids.includes(products.bare.id), "the product without a type to be in the list");
      assertThat(answer, !ids.includes(products.virtual.id), "the list to hold no virtual product");
      assertThat(
        answer,
        data.every(({ link }) => link.startsWith("/products/")),
        "links below the block's base path",
      );
    });

    const CLEARED = {
      "no sort": { sort: "" },
      "no category": { category: "" },
      "neither sort nor category": { sort: "", category: "" },
      "all filters": { sort: "", category: "", type: "" },
    };
    for (const [name, filters] of Object.entries(CLEARED)) {
      for (const equals of [false, true]) {
        test(`${name}, cleared, ${equals ? 'with "="' : "as a bare name"}`, async () => {
          const given = Object.fromEntries(Object.keys(filters).map((key) => [key, undefined]));
          const expected = await list(given);
          const { answer, data, total } = await list(filters, { equals });
          assertEqual(answer, { total, data }, { total: expected.total, data: expected.data }, "the first page");
        });
      }
    }

    const ascending = (values) => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const numerically = (values) => [...values].sort((a, b) => a - b);
    const priceOf = ({ price }) => price.value;
    const SORTS = {
      name_ASC: [({ name }) => name, ascending],
      name_DESC: [({ name }) => name, (values) => ascending(values).reverse()],
      price_ASC: [priceOf, numerically],
      price_DESC: [priceOf, (values) => numerically(values).reverse()],
    };
    for (const [sort, [key, order]] of Object.entries(SORTS)) {
      test(`sort=${sort} over all pages`, async () => {
        const { answer, data } = await all({ sort, category: "accessories" });
        assertThat(answer, data.length > 1, "more than one product");
        assertEqual(answer, data.map(key), order(data.map(key)), "the order");
        const whole = await all({ sort });
        const plain = await all();
        assertEqual(whole.answer, idsOf(whole).sort(), idsOf(plain).sort(), "the products on all pages");
        if (sort.startsWith("price")) {
          assertEqual(whole.answer, whole.data.map(key), order(whole.data.map(key)), "the order over all pages");
        }
      });
    }

    const CATEGORIES = { mugs: 10, "Mugs & Cups": 10, SOFTWARE: 0, Sweatshirts: 0 };
    for (const [category, least] of Object.entries(CATEGORIES)) {
      test(`the category ${category}, sorted by name`, async () => {
        const { answer, data, total } = await list({ category, sort: "name_ASC" });
        assertThat(answer, total >= least && (least > 0 || total === 0), `a total of ${least || "0"} or more`);
        assertEqual(answer, data.length, Math.min(total, PAGE), "the number of products");
      });
    }

    test("a page behind the last is empty, with the same total", async () => {
      const first = await list();
      const { answer, data, total } = await list({ offset: 10 * PAGE });
      assertEqual(answer, { data, total }, { data: [], total: first.total }, "the page");
    });

    test("a card shows the short description, where there is one", async () => {
      const { answer, data } = await all();
      const detail = await server.get(`/products/${products.sixVariants.id}`);
      const { shortDescription } = o2s.reads(detail, 200, o2s.product);
      const card = data.find(({ id }) => id === products.sixVariants.id);
      assertEqual(answer, card.shortDescription ?? "", shortDescription, "shortDescription");
    });
  });

  describe(`a product's page for ${shopper}`, () => {
    const GROUPS = {
      "variantOptionGroups[0][medusaTitle]": "Size",
      "variantOptionGroups[0][label]": "Size",
      "variantOptionGroups[1][medusaTitle]": "Color",
      "variantOptionGroups[1][label]": "Colour",
    };
    const open = async (id, params = {}) => {
      const query = { locale: "en", basePath: "/products", ...GROUPS, ...params };
      const answer = await server.get(`/products/${id}`, query);
      return { answer, body: o2s.reads(answer, 200, o2s.product) };
    };
    const { id, handle } = products.sixVariants;

    for (const [name, key] of Object.entries({ handle, id })) {
      test(`by its ${name}`, async () => {
        const { answer, body } = await open(key);
        assertEqual(answer, body.id, id, "id");
        const titles = body.optionGroups.map(({ title }) => title);
        assertEqual(answer, titles, ["Size", "Colour"], "the titles of the option groups");
        assertThat(
          answer,
          body.variants.some((variant) => variant.id === body.variantId),
          "the variant that is shown to be one of the variants",
        );
      });
    }

    test("each variant by the link that the page has for it", async () => {
      const { body } = await open(handle);
      for (const { id: variantId, link, slug } of body.variants) {
        const [, base, key, variantSlug] = link.split("/");
        const { answer, body: shown } = await open(key, { variantId: variantSlug });
        assertEqual(answer, base, "products", `the base path of ${link}`);
        assertEqual(answer, variantSlug, slug, `the slug in ${link}`);
        assertEqual(answer, shown.variantId, variantId, `the variant at ${link}`);
      }
    });

    test("a link of the list leads to the product and variant of its card", async () => {
      const { data } = await list({ sort: "name_ASC" });
      for (const card of data.slice(0, 4)) {
        const [, , key, variantId] = card.link.split("/");
        const { answer, body } = await open(key, { variantId });
        assertEqual(answer, [body.id, body.variantId], [card.id, card.variantId], `the product at ${card.link}`);
      }
    });

    test("an unknown slug shows the first variant, an empty one too", async () => {
      const { body: expected } = await open(handle);
      for (const variantId of ["no-such-variant", ""]) {
        const { answer, body } = await open(handle, { variantId });
        assertEqual(answer, body.variantId, expected.variantId, `the variant for "${variantId}"`);
      }
    });

    for (const [locale, basePath] of Object.entries({ de: "/produkte", pl: "/produkty" })) {
      test(`in ${locale}, with links below ${basePath}`, async () => {
        const page = o2s.openStorefront(gateway, { token, locale, browser: false });
        const answer = await page.get(`/products/${handle}`, { locale, basePath });
        const { link, variants } = o2s.reads(answer, 200, o2s.product);
        const links = [link, ...variants.map((variant) => variant.link)];
        assertThat(
          answer,
          links.every((one) => one.startsWith(`${basePath}/`)),
          `links below ${basePath}`,
        );
      });
    }

    test("recommended products: seven without filters, no type asked for", async () => {
      const answer = await server.get("/products", { basePath: "/products", offset: 0, limit: 7, locale: "en" });
      const { data } = o2s.reads(answer, 200, o2s.products);
      assertThat(answer, data.length >= 6, "six products beside the one that is shown");
    });

    for (const type of ["SPARE_PART", "REPLACEMENT", "COMPATIBLE_SERVICE"]) {
      test(`related products of type ${type}`, async () => {
        const drill = products.withReferences;
        const path = `/products/${drill.id}/variants/${drill.variants[0].id}/related-products`;
        const query = { type, limit: 6, offset: 0, sort: "", locale: "en", basePath: "/products" };
        const answer = await server.get(path, query);
        const { data, total } = o2s.reads(answer, 200, o2s.relatedProducts);
        assertThat(answer, data.length > 0 && total >= data.length, "related products");
        assertThat(
          answer,
          data.every(({ link }) => link.startsWith("/products/")),
          "links below the block's base path",
        );
      });
    }
  });
}

test("a list in a language has its links and the titles of that language", async () => {
  const german = o2s.openStorefront(gateway, { locale: "de", browser: false });
  const answer = await german.get("/products", { ...BLOCK, locale: "de", basePath: "/produkte", category: "mugs" });
  const page = o2s.reads(answer, 200, o2s.products);
  assertThat(answer, namesOf(page).length > 0, "products");
  assertThat(
    answer,
    page.data.every(({ link }) => link.startsWith("/produkte/")),
    "links below the block's base path",
  );
});
