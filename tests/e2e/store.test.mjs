/* The store itself: what tests/store/README.md says of the fixtures is so in Medusa, on every version. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openStore } from "./store.mjs";

const store = await openStore();
after(() => store.stop());

const { features, paymentProviders, products, promotions, regions, shops } = store.fixtures;
const { special } = shops;
const ADDRESS = { country_code: "fr", city: "Lyon", address_1: "Rue Mercière", postal_code: "69002" };

const inShop = ({ publishableKey }) => ({
  get: (path) => store.medusa("GET", path, { publishableKey }),
  post: (path, body) => store.medusa("POST", path, { publishableKey, body }),
});
const shop = inShop(special);

async function productOf(name, fields, region = regions.eur) {
  const query = `region_id=${region.id}&fields=${encodeURIComponent(fields)}`;
  return (await shop.get(`/store/products/${special.products[name].id}?${query}`)).product;
}

async function cartWith(names, more) {
  const items = names.map((name) => ({ variant_id: special.products[name].variants[0].id, quantity: 1 }));
  const body = { region_id: regions.eur.id, email: "guest@example.com", shipping_address: ADDRESS, items, ...more };
  return (await shop.post("/store/carts?fields=id,items.variant_sku,items.unit_price,items.requires_shipping", body)).cart;
}

const requestTo = (path, token, body) =>
  fetch(store.url + path, {
    method: body ? "POST" : "GET",
    headers: {
      "content-type": "application/json",
      "x-publishable-api-key": special.publishableKey,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  });

describe("shops", () => {
  const countOf = async (one, query = "") => (await inShop(one).get(`/store/products?limit=1&fields=id${query}`)).count;

  test("a key lists the products of its sales channels", async () => {
    assert.equal(await countOf(special), Object.keys(special.products).length);
    assert.equal(await countOf(shops.untyped), shops.untyped.count);
    assert.equal(await countOf(shops.untyped, "&type_id=null"), shops.untyped.count);
    assert.equal(await countOf(shops.mixed), shops.mixed.count);
    assert.equal(await countOf(shops.twoChannels), (await countOf(store)) + (await countOf(special)));
  });

  test("the mixed shop has products of each type and without", async () => {
    const { VIRTUAL, PHYSICAL } = store.fixtures.productTypes;
    const counts = {
      VIRTUAL: await countOf(shops.mixed, `&type_id[]=${VIRTUAL}`),
      PHYSICAL: await countOf(shops.mixed, `&type_id[]=${PHYSICAL}`),
      untyped: await countOf(shops.mixed, "&type_id=null"),
    };
    assert.deepEqual(counts, { VIRTUAL: 3, PHYSICAL: 30, untyped: 12 });
    assert.deepEqual(shops.mixed.counts, counts);
  });
});

describe("special products", () => {
  const priceOf = async (name, region) => {
    const { variants } = await productOf(name, "id,*variants.calculated_price", region);
    return variants[0].calculated_price?.calculated_amount ?? null;
  };

  test("prices by region and price list", async () => {
    assert.equal(await priceOf("regionPrice", regions.eur), 8);
    assert.equal(await priceOf("regionPrice", regions.austria), 9);
    assert.equal(await priceOf("regionPriceOnly", regions.eur), 7);
    assert.equal(await priceOf("regionPriceOnly", regions.austria), null);
    assert.equal(await priceOf("salePrice", regions.eur), 5);
  });

  test("a cart charges them, and a digital product needs no shipping", async () => {
    const { items } = await cartWith(["regionPrice", "regionPriceOnly", "salePrice", "digital"]);
    assert.deepEqual(
      items.map((item) => [item.variant_sku, item.unit_price, item.requires_shipping]).sort(),
      [
        ["DIGITAL-1", 10, false],
        ["HALF-1", 5, true],
        ["REGION-1", 8, true],
        ["REGION-2", 7, true],
      ],
    );
  });

  test("a list has the internal category first, and the inactive one", async () => {
    const { products: list } = await shop.get("/store/products?limit=100&fields=id,*categories");
    const categoriesOf = (name) =>
      list.find(({ id }) => id === special.products[name].id).categories.map(({ handle }) => handle);
    assert.deepEqual(categoriesOf("internalFirst"), ["internal", "mugs"]);
    assert.deepEqual(categoriesOf("onlyInternal"), ["internal"]);
    assert.deepEqual(categoriesOf("onlyInactive"), ["inactive"]);
  });

  test("ranks against the order of creation", async () => {
    const { variants } = await productOf("ranked", "id,*variants");
    const ranks = Object.fromEntries(variants.map((variant) => [variant.sku, variant.variant_rank]));
    assert.deepEqual(ranks, { "RANK-L": 2, "RANK-M": 1, "RANK-S": 0 });
  });

  test("a shipping option for each profile", async () => {
    const cart = await cartWith(["parcel", "bulky"]);
    const { shipping_options: options } = await shop.get(`/store/shipping-options?cart_id=${cart.id}`);
    const { parcel, freight } = special.shippingOptions;
    assert.deepEqual(options.map(({ id }) => id).sort(), [parcel.id, freight.id].sort());
    assert.notEqual(options[0].shipping_profile_id, options[1].shipping_profile_id);
    for (const { id } of options) await shop.post(`/store/carts/${cart.id}/shipping-methods`, { option_id: id });
    const { cart: after } = await shop.get(`/store/carts/${cart.id}?fields=id,shipping_methods.id`);
    assert.equal(after.shipping_methods.length, features.shippingMethodPerProfile ? 2 : 1);
  });
});

test("promotions that are known and do not apply", async () => {
  const { id } = await cartWith(["parcel"]);
  for (const { code } of [promotions.EXPIRED, promotions.DOLLARS, promotions.DRAFT]) {
    await shop.post(`/store/carts/${id}/promotions`, { promo_codes: [code] });
  }
  await shop.post(`/store/carts/${id}/promotions`, { promo_codes: ["TEN"] });
  const { cart } = await shop.get(`/store/carts/${id}?fields=id,promotions.code`);
  assert.deepEqual(cart.promotions.map(({ code }) => code), ["TEN"]);
});

describe("payment providers", () => {
  const sessionOf = async (provider_id) => {
    const { id } = await cartWith(["digital"], { billing_address: ADDRESS });
    const { payment_collection: collection } = await shop.post("/store/payment-collections", { cart_id: id });
    const path = `/store/payment-collections/${collection.id}/payment-sessions`;
    return { id, response: await requestTo(path, null, { provider_id }) };
  };

  test("one redirects and authorizes", async () => {
    const { id, response } = await sessionOf(paymentProviders.redirectingThenAuthorized);
    const { payment_collection: collection } = await response.json();
    assert.match(collection.payment_sessions[0].data.redirect_url, /^https:/);
    assert.equal((await shop.post(`/store/carts/${id}/complete`, {})).type, "order");
  });

  test("one cannot begin", async () => {
    const { response } = await sessionOf(paymentProviders.failing);
    assert.equal(response.status, 500);
  });
});

describe("single sign-on", () => {
  const me = (token) => requestTo("/store/customers/me", token);

  test("two first requests at the same time can collide, and the next one succeeds", async () => {
    const collides = async (number) => {
      const token = store.token(`first-${Date.now()}-${number}@example.com`);
      const statuses = (await Promise.all([me(token), me(token)])).map(({ status }) => status).sort();
      assert.equal(statuses[0], 200);
      assert.equal((await me(token)).status, 200);
      return [400, 409, 500].includes(statuses[1]);
    };
    let collided = false;
    for (let number = 0; number < 20 && !collided; number++) collided = await collides(number);
    assert.ok(collided, "20 pairs of requests went without a collision");
  });

  test("create: false refuses an unknown customer", async () => {
    assert.equal((await me(store.token("nobody@example.com", { create: false }))).status, 401);
  });
});

test("references have the fields that O2S's plugin gives", async () => {
  const { id, variants } = products.withReferences;
  const path = (variant) => `/admin/products/${id}/variants/${variant}/references`;
  const { productReferences: list, count } = await store.medusa("GET", path(variants[0].id));
  assert.deepEqual([list.length, count], [10, 16]);
  const { targetProduct: target } = list[0];
  assert.deepEqual(Object.keys(target).sort(), ["ean", "id", "product", "product_id", "sku", "title"]);
  assert.deepEqual(Object.keys(target.product).sort(), ["description", "id", "thumbnail", "title"]);
  assert.deepEqual((await store.medusa("GET", path("variant_01UNKNOWN"))).productReferences, []);
});
