/*
 * The price of a product is what a cart charges for it: each shop, each region, each product and variant, compared with
 * the unit prices of carts that Medusa itself makes.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { recordAmounts } from "./amounts.mjs";
import { assertCalls, assertEqual, assertFailure, assertInTurn, assertThat } from "./assertions.mjs";
import { openContext } from "./context.mjs";
import { clientOf, eur, relatedPath, tableWithParts } from "./product-support.mjs";

const { store, gateway, start } = await openContext();
const { products, regions, shops } = store.fixtures;
const special = shops.special.products;
const usd = { headers: { "x-currency": "USD" } };
const { list, detail, listed } = clientOf(gateway);
const specialShop = (env) => start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: shops.special.publishableKey, ...env } });

/** The unit prices of a cart with one piece of each of these variants, by variant id; none for what it refuses. */
async function unitPrices(variants, region, publishableKey) {
  const items = variants.map((variant_id) => ({ variant_id, quantity: 1 }));
  try {
    const body = { region_id: region.id, items };
    const path = "/store/carts?fields=currency_code,items.variant_id,items.unit_price";
    const { cart } = await store.medusa("POST", path, { body, publishableKey });
    assert.equal(cart.currency_code.toUpperCase(), region.currency.toUpperCase());
    return new Map(cart.items.map((item) => [item.variant_id, item.unit_price]));
  } catch (error) {
    // Medusa 2.13 answers 500 to an item without a price.
    if (!/: (400|500) /.test(error.message)) throw error;
    if (variants.length === 1) return new Map();
    const half = variants.length >> 1;
    const halves = [variants.slice(0, half), variants.slice(half)];
    const maps = [];
    for (const some of halves) maps.push(await unitPrices(some, region, publishableKey));
    return new Map(maps.flatMap((map) => [...map]));
  }
}

// For tests/versions: how many amounts were compared, and how many of them were different.
const amounts = { compared: 0, different: 0 };
after(() => recordAmounts({ counts: () => amounts }));

/** Compares prices, [variant id, price], with what carts charge. */
function compare(answer, shown, charged, region) {
  const currency = region.currency.toUpperCase();
  const wrong = shown.filter(([id, price]) => {
    if (!charged.has(id)) return false;
    amounts.compared += 1;
    return price.value !== charged.get(id) || price.currency !== currency;
  });
  amounts.different += wrong.length;
  const lines = wrong.map(([id, price]) => `${id}: ${JSON.stringify(price)}, charged ${charged.get(id)} ${currency}`);
  assertEqual(answer, lines, [], "prices that are not charged");
}

// `least`: of how many listed products a cart must at least have taken the variant. Some have no price in a currency or
// region, or are out of stock.
const SHOPS = {
  "the main shop": {
    publishableKey: store.publishableKey,
    fixtures: Object.values(products).flat(),
    least: { EUR: 51, USD: 40 },
  },
  "the shop of special cases": { ...shops.special, fixtures: Object.values(special), least: { EUR: 13, USD: 0 } },
  "the shop of untyped products": { ...shops.untyped, fixtures: shops.untyped.products, least: { EUR: 25, USD: 0 } },
  "the shop of mixed types": { ...shops.mixed, fixtures: shops.mixed.products, least: { EUR: 45, USD: 0 } },
};

for (const [shop, { publishableKey, fixtures, least }] of Object.entries(SHOPS)) {
  describe(`in ${shop}`, () => {
    const variants = fixtures.flatMap((product) => product.variants.map(({ id }) => id));
    for (const [name, region] of Object.entries(regions)) {
      describe(`and region ${name}`, () => {
        let charged;
        before(async () => (charged = await unitPrices(variants, region, publishableKey)));

        const open = async (env) =>
          clientOf(await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: publishableKey, ...env } }));
        const byDefault = { DEFAULT_REGION_ID: region.id, DEFAULT_CURRENCY: region.currency.toUpperCase() };

        test("the listed price is the unit price of a cart item", async () => {
          const { answer, data } = await (await open(byDefault)).list("?limit=100");
          const shown = data.map(({ variantId, price }) => [variantId, price]);
          compare(answer, shown, charged, region);
          const compared = shown.filter(([id]) => charged.has(id)).length;
          const wanted = least[region.currency.toUpperCase()];
          assertThat(answer, compared >= wanted, `at least ${wanted} prices, not ${compared}`);
          assertCalls(answer, ["GET /store/products"]);
          const currencies = new Set(shown.map(([, price]) => price.currency));
          assertEqual(answer, [...currencies], [region.currency.toUpperCase()], "the currencies shown");
        });

        test("so it is with regionId in the query, in the region's currency", async () => {
          const client = await open({ DEFAULT_REGION_ID: undefined });
          const currency = region.currency.toUpperCase();
          const query = `?limit=100&regionId=${region.id}`;
          const { answer, data } = await client.list(query, { headers: { "x-currency": currency } });
          compare(
            answer,
            data.map(({ variantId, price }) => [variantId, price]),
            charged,
            region,
          );
          assertCalls(answer, ["GET /store/products"]);
        });

        test("and each variant's in its product's detail", async () => {
          const client = await open(byDefault);
          for (const { id, variants: some } of fixtures.slice(0, 20)) {
            for (const variant of some.filter(({ sku }) => sku)) {
              const { answer, product } = await client.detail(`${id}?variantId=${variant.id}`);
              assertEqual(answer, product.variantId, variant.id, "variantId");
              compare(answer, [[product.variantId, product.price]], charged, region);
              assertThat(answer, answer.calls.length === 1, "one call");
            }
          }
        });

        test("sorting by price goes by what is charged", async () => {
          const { answer, data } = await (await open(byDefault)).list("?limit=100&sort=price_ASC");
          compare(
            answer,
            data.map(({ variantId, price }) => [variantId, price]),
            charged,
            region,
          );
          const values = data.map(({ price }) => price.value);
          assertEqual(
            answer,
            values,
            [...values].sort((a, b) => a - b),
            "the prices, ascending",
          );
        });
      });
    }
  });
}

describe("the price of a region", () => {
  let client;
  before(async () => (client = clientOf(await specialShop())));

  test("is that of the default region, or of regionId", async () => {
    const shown = async (query) => (await client.listed(special.regionPrice, query)).product.price;
    assert.deepEqual(await shown(""), eur(8));
    assert.deepEqual(await shown(`&regionId=${regions.austria.id}`), eur(9));
    const { answer, product } = await client.detail(`${special.regionPrice.id}?regionId=${regions.austria.id}`);
    assertEqual(answer, product.price, eur(9), "price in the detail");
  });

  test("is shown where there is no base price", async () => {
    const { answer, product } = await client.listed(special.regionPriceOnly);
    assertEqual(answer, product.price, eur(7), "price");
    const other = await client.listed(special.regionPriceOnly, `&regionId=${regions.austria.id}`);
    assertEqual(other.answer, other.product.price, eur(0), "price in another region");
  });

  test("includes price lists", async () => {
    const { answer, product } = await client.listed(special.salePrice);
    assertEqual(answer, product.price, eur(5), "price");
  });

  test("an unknown region is answered 400 with Medusa's message, by each route", async () => {
    const drill = products.withReferences;
    const asked = store.medusa(
      "GET",
      `/store/products?limit=1&region_id=reg_unknown&fields=id,*variants.calculated_price`,
    );
    const message = await asked.then(
      () => assert.fail("Medusa accepts an unknown region"),
      (error) => JSON.parse(error.message.replace(/^.*?: 400 /s, "")).message,
    );
    for (const path of ["/products", `/products/${drill.id}`, `/products/${drill.handle}`, relatedPath(drill)]) {
      assertFailure(await gateway.get(`${path}?regionId=reg_unknown`), 400, message);
    }
  });

  test("regionId is named region_id towards Medusa", async () => {
    const { answer } = await list(`?limit=1&regionId=${regions.austria.id}`);
    assertEqual(
      answer,
      answer.calls.map(({ query }) => query.get("region_id")),
      [regions.austria.id],
      "region_id",
    );
  });
});

describe("a base price", () => {
  test("is shown in a currency that is not the region's", async () => {
    const { answer, product } = await listed(products.umlautSku, "", usd);
    assertEqual(answer, product.price, { value: 11, currency: "USD" }, "price");
    assertEqual(answer, answer.headers["x-currency"], "USD", "x-currency");
    assertCalls(answer, ["GET /store/products"]);
    const one = await detail("mug", usd);
    assertEqual(one.answer, one.product.price, { value: 11, currency: "USD" }, "price in the detail");
    assertCalls(one.answer, ["GET /store/products"]);
  });

  test("is shown where regionId has another currency", async () => {
    const { answer, product } = await listed(products.umlautSku, `&regionId=${regions.usd.id}`);
    assertEqual(answer, product.price, eur(9.5), "price");
    assertCalls(answer, ["GET /store/products"]);
  });

  test("is shown without any region, and is of no price list, tier or region", async () => {
    const without = clientOf(await start({ env: { DEFAULT_REGION_ID: undefined } }));
    const jacket = await without.listed(products.onSale);
    assertEqual(jacket.answer, jacket.product.price, eur(80), "price of the jacket");
    assertCalls(jacket.answer, ["GET /store/products"]);
    const screws = await without.listed(products.tiered);
    assertEqual(screws.answer, screws.product.price, eur(4), "price of the screws");
    const shop = clientOf(await specialShop({ DEFAULT_REGION_ID: undefined }));
    const one = await shop.detail(special.regionPrice.id);
    assertEqual(one.answer, one.product.price, eur(10), "price beside a region's");
    const none = await shop.detail(special.regionPriceOnly.id);
    assertEqual(none.answer, none.product.price, eur(0), "price of a region alone");
  });

  test("there is none in this currency: 0", async () => {
    const { answer, product } = await listed(products.usdOnly);
    assertEqual(answer, product.price, eur(0), "price in EUR");
    const dollars = await listed(products.usdOnly, "", usd);
    assertEqual(dollars.answer, dollars.product.price, { value: 30, currency: "USD" }, "price in USD");
  });
});

describe("x-currency", () => {
  for (const value of ["usd", "Usd", "USD"]) {
    test(`${value} is compared without case`, async () => {
      const strict = clientOf(await start({ env: { SUPPORTED_CURRENCIES: "eur,usd" } }));
      const { answer, product } = await strict.detail("mug", { headers: { "x-currency": value } });
      assertEqual(answer, product.price, { value: 11, currency: "USD" }, "price");
    });
  }

  test("without it DEFAULT_CURRENCY, in any case", async () => {
    const { answer, product } = await listed(products.manyDecimals);
    assertEqual(answer, product.price, eur(1.333), "price");
    assertEqual(answer, answer.headers["x-currency"], "EUR", "x-currency");
    const lower = clientOf(await start({ env: { DEFAULT_CURRENCY: "eur" } }));
    const same = await lower.listed(products.manyDecimals);
    assertEqual(same.answer, same.product.price, eur(1.333), "price");
    assertCalls(same.answer, ["GET /store/products"]);
  });
});

// DEFAULT_CURRENCY=USD with a region of EUR: that is known only from the prices of the first call.
describe("a default region of another currency than DEFAULT_CURRENCY", () => {
  const env = { DEFAULT_CURRENCY: "USD" };
  const shirt = products.sixVariants;
  let astray;
  before(async () => (astray = clientOf(await start({ env }))));

  const assertFallsBack = (answer, first) => {
    assertCalls(answer, [first, "GET /store/products"]);
    assertInTurn(answer, answer.calls.slice(-2));
  };

  test("falls back to base prices in a list, by one more call", async () => {
    const { answer, product } = await astray.listed(products.umlautSku);
    assertEqual(answer, product.price, { value: 11, currency: "USD" }, "price");
    assertFallsBack(answer, "GET /store/products");
    const expected = await list("?limit=100", usd);
    const { answer: whole, data } = await astray.list("?limit=100");
    assertEqual(whole, data, expected.data, "the list as with x-currency: USD");
  });

  test("in a detail", async () => {
    const { answer, product } = await astray.detail(`${shirt.id}?variantId=shirt-m-black`);
    assertEqual(answer, product.price, { value: 25, currency: "USD" }, "price");
    assertFallsBack(answer, `GET /store/products/${shirt.id}`);
    const expected = await detail(`${shirt.id}?variantId=shirt-m-black`, usd);
    assertEqual(answer, product, expected.product, "the product as with x-currency: USD");
  });

  test("in related products", async () => {
    const { answer, data } = await astray.related(products.withReferences, "?limit=16");
    const expected = await clientOf(gateway).related(products.withReferences, "?limit=16", usd);
    assertEqual(answer, data, expected.data, "the products as with x-currency: USD");
    assert.equal(answer.calls.length, 3);
  });

  test("sorted by price", async () => {
    const { answer, data } = await astray.list("?limit=100&sort=price_ASC");
    const expected = await list("?limit=100&sort=price_ASC", usd);
    assertEqual(answer, data, expected.data, "the list as with x-currency: USD");
    assert.equal(answer.calls.length, 3);
  });

  test("in parts, all together", async () => {
    const small = clientOf(await start({ env, table: tableWithParts(100, 20) }));
    const { answer, data } = await small.list("?limit=100");
    const expected = await list("?limit=100", usd);
    assertEqual(answer, data, expected.data, "the list as with x-currency: USD");
    assert.equal(answer.calls.length, 1 + Math.ceil(expected.total / 20));
  });

  test("makes no other call where x-currency is the region's", async () => {
    const { answer, product } = await astray.detail(shirt.id, { headers: { "x-currency": "EUR" } });
    assertEqual(answer, product.price.currency, "EUR", "currency");
    assertCalls(answer, [`GET /store/products/${shirt.id}`]);
  });
});
