import { describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertNoMutation, assertThat } from "./assertions.mjs";
import { newCart, stored } from "./carts.mjs";
import { openContext } from "./context.mjs";
import * as shapes from "./shapes.mjs";

const { store, gateway, start } = await openContext();
const { products, regions, customers, shippingOptions, promotions } = store.fixtures;
const variantOf = (name) => products[name].variants[0].id;
const shirt = products.sixVariants.variants[0];
const eur = (value) => ({ value, currency: "EUR" });
const near = (actual, expected) => Math.abs(actual - expected) < 1e-6;

const cartOf = (answer, status = 200) => assertAnswer(answer, status, shapes.cart);
const itemOf = (cart, sku) => cart.items.data.find((item) => item.sku === sku);

// The answer to GET, which any change has to show up in.
async function read(id, options) {
  const answer = await gateway.get(`/carts/${id}`, options);
  return { answer, cart: cartOf(answer) };
}

describe("POST /carts", () => {
  test("an empty cart in the default region", async () => {
    const answer = await gateway.post("/carts", { currency: "EUR" });
    const cart = cartOf(answer, 201);
    const { id, createdAt, updatedAt, ...rest } = cart;
    assertThat(answer, /^cart_/.test(id), "an id");
    assertThat(answer, Date.parse(createdAt) <= Date.parse(updatedAt), "dates");
    assertEqual(
      answer,
      rest,
      {
        regionId: regions.eur.id,
        currency: "EUR",
        items: { data: [], total: 0 },
        subtotal: eur(0),
        discountTotal: eur(0),
        taxTotal: eur(0),
        shippingTotal: eur(0),
        total: eur(0),
        metadata: {},
      },
      "the cart",
    );
  });

  test("in another region, with metadata", async () => {
    const metadata = { source: "web", nested: { list: [1, "ü", null] } };
    const answer = await gateway.post("/carts", { currency: "USD", regionId: regions.usd.id, metadata });
    const cart = cartOf(answer, 201);
    assertEqual(answer, cart.regionId, regions.usd.id, "regionId");
    assertEqual(answer, cart.currency, "USD", "currency");
    assertEqual(answer, cart.metadata, metadata, "metadata");
    assertEqual(answer, cart.total, { value: 0, currency: "USD" }, "total");
  });

  test("of a customer", async () => {
    const answer = await gateway.post("/carts", { currency: "EUR" }, { token: store.alice });
    const cart = cartOf(answer, 201);
    assertEqual(answer, cart.customerId, customers.alice.id, "customerId");
    assertEqual(answer, cart.email, customers.alice.email, "email");
  });

  test("without currency", async () => {
    const answer = await gateway.post("/carts", { regionId: regions.eur.id });
    assertFailure(answer, 400, /currency/);
    assertCalls(answer, []);
  });

  test("without any region", async () => {
    const regionless = await start({ env: { DEFAULT_REGION_ID: undefined } });
    const answer = await regionless.post("/carts", { currency: "EUR" });
    assertFailure(answer, 400, /regionId/);
    assertCalls(answer, []);
    const given = await regionless.post("/carts", { currency: "EUR", regionId: regions.eur.id });
    assertEqual(given, cartOf(given, 201).regionId, regions.eur.id, "regionId");
    const item = { sku: "BARE-1", quantity: 1, currency: "EUR" };
    assertFailure(await regionless.post("/carts/items", item), 400, /regionId/);
  });

  for (const [what, currency, region, expected] of [
    ["the region's", "eur", "eur", undefined],
    ["not the region's", "usd", "eur", "Currency code usd does not match the region's currency code eur"],
    ["not the region's, in upper case", "EUR", "usd", "Currency code eur does not match the region's currency code usd"],
  ]) {
    test(`a currency that is ${what}, with and without an item`, async () => {
      const body = { currency, regionId: regions[region].id };
      for (const answer of [
        await gateway.post("/carts", body),
        await gateway.post("/carts/items", { ...body, sku: "BARE-1", quantity: 1 }),
      ]) {
        if (expected) assertFailure(answer, 400, expected);
        else assertEqual(answer, cartOf(answer, 201).currency, regions[region].currency.toUpperCase(), "currency");
      }
    });
  }

  test("a required value that is empty or blank is refused, an optional one counts as not given", async () => {
    for (const currency of ["", "   "]) {
      assertFailure(await gateway.post("/carts", { currency }), 400, /currency must not be empty/);
    }
    const answer = await gateway.post("/carts", { currency: "EUR", regionId: "" });
    assertEqual(answer, cartOf(answer, 201).regionId, regions.eur.id, "regionId");
    const item = { currency: "EUR", quantity: 1, variantId: "", cartId: " ", regionId: "", sku: "BARE-1" };
    const added = await gateway.post("/carts/items", item);
    assertEqual(added, cartOf(added, 201).items.data[0].sku, "BARE-1", "the item");
    assertFailure(await gateway.post("/carts/items", { ...item, sku: "  " }), 400, /sku.*variantId|variantId.*sku/);
  });

  test("a body over 102,400 bytes to Medusa is refused without a call that changes something", async () => {
    const metadata = { text: "x".repeat(102_400) };
    for (const body of [{ currency: "EUR", metadata }]) {
      const answer = await gateway.post("/carts", body);
      assertFailure(answer, 413);
      assertCalls(answer, []);
    }
    const { id } = await newCart(gateway);
    const answer = await gateway.patch(`/carts/${id}`, { metadata });
    assertFailure(answer, 413);
    assertNoMutation(answer);
    // The largest that fits: {"metadata":{"text":"…"}}.
    const most = "x".repeat(102_400 - '{"metadata":{"text":""}}'.length);
    const fits = await gateway.patch(`/carts/${id}`, { metadata: { text: most } });
    assertEqual(fits, cartOf(fits).metadata.text.length, most.length, "length of the text");
  });

  test("in an unknown region: what Medusa says", async () => {
    const answer = await gateway.post("/carts", { currency: "EUR", regionId: "reg_01UNKNOWN" });
    assertFailure(answer, answer.calls[0]?.status ?? 404, /./);
    assertThat(answer, [400, 404].includes(answer.status), "400 or 404");
  });
});

describe("GET /carts/:id", () => {
  test("with items", async () => {
    const { id } = await newCart(gateway, {
      items: [
        [shirt.id, 2],
        [variantOf("manyDecimals"), 3],
      ],
    });
    const { answer, cart } = await read(id);
    assertEqual(answer, cart.items.total, 2, "number of items");
    const { id: itemId, ...item } = itemOf(cart, "SHIRT-S-BLACK");
    assertThat(answer, /^cali_/.test(itemId), "an id of the item");
    assertThat(answer, near(item.subtotal.value, 39.98) && near(item.total.value, 39.98), "the item's sums");
    assertEqual(
      answer,
      item,
      {
        sku: "SHIRT-S-BLACK",
        quantity: 2,
        price: eur(19.99),
        subtotal: item.subtotal,
        discountTotal: eur(0),
        total: item.total,
        unit: "PCS",
        currency: "EUR",
        metadata: {},
        product: {
          id: products.sixVariants.id,
          sku: "SHIRT-S-BLACK",
          name: "T-shirt",
          description: "A T-shirt of heavy cotton.",
          shortDescription: "Heavy cotton",
          image: { url: "https://images.example.com/t-shirt-front.jpg", alt: "T-shirt" },
          price: eur(19.99),
          link: "",
          type: "PHYSICAL",
          category: "",
          tags: [],
        },
      },
      "the item",
    );
    assertThat(answer, near(cart.subtotal.value, 43.979), "subtotal");
    assertThat(answer, near(cart.total.value, 43.979), "total");
  });

  test("an item without SKU has its variant's id in its place", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("noSku"), 1]] });
    const { answer, cart } = await read(id);
    assertEqual(answer, cart.items.data[0].sku, variantOf("noSku"), "sku");
    assertEqual(answer, cart.items.data[0].product.sku, "", "the product's sku");
  });

  test("numbers go out with the digits they came in with", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("manyDecimals"), 7]] });
    await store.medusa("POST", `/store/carts/${id}/promotions`, { body: { promo_codes: ["TEN"] } });
    await store.medusa("POST", `/store/carts/${id}`, { body: { shipping_address: { country_code: "de" } } });
    const { answer } = await read(id);
    const pairs = { subtotal: "item_subtotal", discountTotal: "discount_total", taxTotal: "tax_total", total: "total" };
    const headers = { "x-publishable-api-key": store.publishableKey };
    const response = await fetch(`${store.url}/store/carts/${id}?fields=${Object.values(pairs)}`, { headers });
    const theirs = await response.text();
    const ours = answer.text.replace(/"items":\{"data":\[.*\],"total":1\},/, "");
    for (const [name, medusas] of Object.entries(pairs)) {
      const [, digits] = new RegExp(`"${medusas}":([^,}]+)`).exec(theirs);
      assertThat(answer, ours.includes(`"${name}":{"value":${digits},`), `${name} to be ${digits}, to the digit`);
    }
  });

  test("German tax", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("onSale"), 1]] });
    const address = { first_name: "Jo", address_1: "Weg", address_2: " 3 ", city: "Kiel", postal_code: "24103" };
    await store.medusa("POST", `/store/carts/${id}`, {
      body: {
        // Up to 2.17 Medusa computes new taxes only with a region.
        region_id: regions.eur.id,
        shipping_address: { ...address, country_code: "de", province: "SH", metadata: { taxId: "DE1", floor: 3 } },
      },
    });
    const { answer, cart } = await read(id);
    assertThat(answer, near(cart.taxTotal.value, 11.4), "a taxTotal of 11.4");
    assertThat(answer, near(cart.total.value, 71.4), "a total of 71.4");
    assertThat(answer, near(cart.subtotal.value, 60), "a subtotal of 60");
    assertEqual(
      answer,
      cart.shippingAddress,
      {
        firstName: "Jo",
        taxId: "DE1",
        country: "DE",
        district: "SH",
        region: "SH",
        streetName: "Weg",
        streetNumber: "3",
        city: "Kiel",
        postalCode: "24103",
      },
      "shippingAddress",
    );
  });

  test("addresses and shipping method", async () => {
    const { id } = await newCart(gateway, { items: [[shirt.id, 1]] });
    await store.medusa("POST", `/store/carts/${id}`, {
      body: {
        email: "guest@example.com",
        shipping_address: { country_code: "fr", address_2: "   " },
        billing_address: { company: "Firm", country_code: "de", metadata: { apartment: "4", taxId: 12 } },
      },
    });
    const option_id = shippingOptions.standard.id;
    await store.medusa("POST", `/store/carts/${id}/shipping-methods`, { body: { option_id } });
    const { answer, cart } = await read(id);
    const blank = { district: "", region: "", streetName: "", city: "", postalCode: "" };
    assertEqual(answer, cart.shippingAddress, { ...blank, country: "FR" }, "shippingAddress");
    const billing = { ...blank, country: "DE", companyName: "Firm", apartment: "4" };
    assertEqual(answer, cart.billingAddress, billing, "billingAddress");
    const method = { id: option_id, name: "Standard", description: "", total: eur(4.9), subtotal: eur(4.9) };
    assertEqual(answer, cart.shippingMethod, method, "shippingMethod");
    assertEqual(answer, cart.shippingTotal, eur(4.9), "shippingTotal");
    assertEqual(answer, cart.email, "guest@example.com", "email");
  });

  for (const [paymentMethod, expected] of [
    [
      { id: "pp", name: "Card", description: "d", type: "OTHER", secret: "s" },
      { id: "pp", name: "Card", description: "d" },
    ],
    [
      { id: "pp", name: "Card", description: 7 },
      { id: "pp", name: "Card" },
    ],
    [{ id: "pp" }, undefined],
    [{ id: 1, name: "Card" }, undefined],
    ["Card", undefined],
  ]) {
    test(`payment method of ${JSON.stringify(paymentMethod)}`, async () => {
      const { id } = await newCart(gateway, { metadata: { paymentMethod } });
      const { answer, cart } = await read(id);
      assertEqual(answer, cart.paymentMethod, expected, "paymentMethod");
      assertEqual(answer, cart.metadata, { paymentMethod }, "metadata");
    });
  }

  test("an unknown cart", async () => {
    for (const options of [{}, { token: store.alice }]) {
      assertFailure(await gateway.get("/carts/cart_01UNKNOWN", options), 404);
    }
  });

  test("a cart of a customer", async () => {
    const { id } = await newCart(gateway, { token: store.alice });
    const { answer, cart } = await read(id, { token: store.alice });
    assertEqual(answer, cart.customerId, customers.alice.id, "customerId");
  });
});

describe("PATCH /carts/:id", () => {
  test("email", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.patch(`/carts/${id}`, { email: "guest@example.com" });
    assertEqual(answer, cartOf(answer).email, "guest@example.com", "email");
    assertEqual(answer, (await read(id)).cart.email, "guest@example.com", "email later");
  });

  test("notes go to the metadata, which is merged", async () => {
    const { id } = await newCart(gateway, { metadata: { a: 1, b: { c: 2 } } });
    const answer = await gateway.patch(`/carts/${id}`, { notes: "Ring twice\n– ünï 🎁" });
    const cart = cartOf(answer);
    assertEqual(answer, cart.notes, "Ring twice\n– ünï 🎁", "notes");
    assertEqual(answer, cart.metadata, { a: 1, b: { c: 2 }, notes: cart.notes }, "metadata");
    const more = await gateway.patch(`/carts/${id}`, { metadata: { a: 2, d: [1] } });
    const expected = { a: 2, b: { c: 2 }, d: [1], notes: cart.notes };
    assertEqual(more, cartOf(more).metadata, expected, "metadata after the second change");
    assertEqual(more, cartOf(more).notes, cart.notes, "notes stay");
    const both = await gateway.patch(`/carts/${id}`, { notes: "given", metadata: { notes: "hidden" } });
    assertEqual(both, cartOf(both).notes, "given", "notes before metadata.notes");
  });

  test("a null member of the metadata, and notes: null, go to Medusa as null; '' removes a member", async () => {
    const { id } = await newCart(gateway, { metadata: { a: 1, b: 2, c: { d: 3 } } });
    const answer = await gateway.patch(`/carts/${id}`, { metadata: { a: null, b: "", c: { d: null, e: "" } } });
    const nulls = { a: null, c: { d: null, e: "" } };
    assertEqual(answer, cartOf(answer).metadata, nulls, "metadata");
    assertEqual(answer, (await stored(store, id)).metadata, nulls, "metadata in Medusa");
    await gateway.patch(`/carts/${id}`, { notes: "Ring" });
    const nullNotes = await gateway.patch(`/carts/${id}`, { notes: null });
    assertEqual(nullNotes, "notes" in cartOf(nullNotes), false, "whether there are notes");
    assertEqual(nullNotes, (await stored(store, id)).metadata.notes, null, "notes in Medusa");
  });

  test("metadata: null empties the metadata", async () => {
    const { id } = await newCart(gateway, { metadata: { a: 1 } });
    const answer = await gateway.patch(`/carts/${id}`, { metadata: null });
    assertEqual(answer, cartOf(answer).metadata, {}, "metadata");
    assertEqual(answer, (await stored(store, id)).metadata ?? {}, {}, "metadata in Medusa");
  });

  test("empty notes empty the notes; other empty members and blanks count as not given", async () => {
    const { id } = await newCart(gateway);
    const email = "guest@example.com";
    await gateway.patch(`/carts/${id}`, { notes: "Ring", email });
    for (const body of [{ email: "", regionId: "" }, { email: "  ", regionId: " \t" }]) {
      const kept = await gateway.patch(`/carts/${id}`, body);
      const { notes, regionId } = cartOf(kept);
      assertEqual(kept, [notes, kept.body.email, regionId], ["Ring", email, regions.eur.id], "the cart");
    }
    const answer = await gateway.patch(`/carts/${id}`, { notes: "" });
    assertThat(answer, !cartOf(answer).notes, "no notes");
  });

  test("regionId", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.patch(`/carts/${id}`, { regionId: regions.usd.id });
    const cart = cartOf(answer);
    assertEqual(answer, [cart.regionId, cart.currency], [regions.usd.id, "USD"], "region and currency");
  });

  test("an empty change changes nothing", async () => {
    const cart = await newCart(gateway, { metadata: { a: 1 }, items: [[shirt.id, 1]] });
    const answer = await gateway.patch(`/carts/${cart.id}`, {});
    const { updatedAt: _, ...after } = cartOf(answer);
    const { updatedAt: __, ...before } = cart;
    assertEqual(answer, after, before, "the cart");
  });

  for (const [body, field] of [
    [{ email: "nobody" }, "email"],
    [{ email: 1 }, "email"],
    [{ notes: {} }, "notes"],
    [{ metadata: "x" }, "metadata"],
    [{ metadata: [] }, "metadata"],
    [{ regionId: 5 }, "regionId"],
  ]) {
    test(`${JSON.stringify(body)} is refused`, async () => {
      const { id } = await newCart(gateway);
      const answer = await gateway.patch(`/carts/${id}`, body);
      assertFailure(answer, 400, new RegExp(`\\b${field}\\b`));
      assertNoMutation(answer);
    });
  }

  test("an unknown cart", async () => {
    assertFailure(await gateway.patch("/carts/cart_01UNKNOWN", { notes: "x" }), 404);
  });
});

describe("POST /carts/items", () => {
  for (const [what, given] of [
    ["a variant id", () => ({ variantId: shirt.id })],
    ["a SKU", () => ({ sku: shirt.sku })],
    ["a variant id in place of the SKU", () => ({ sku: shirt.id })],
    ["both, of which the variant id counts", () => ({ sku: "BARE-1", variantId: shirt.id })],
  ]) {
    test(`by ${what}`, async () => {
      const { id } = await newCart(gateway);
      const metadata = { gift: true };
      const answer = await gateway.post("/carts/items", { cartId: id, ...given(), quantity: 2, metadata });
      const cart = cartOf(answer, 201);
      assertEqual(answer, cart.id, id, "the cart");
      const [item] = cart.items.data;
      assertEqual(answer, [item.sku, item.quantity, item.metadata], [shirt.sku, 2, metadata], "the item");
      assertEqual(answer, (await read(id)).cart.items.total, 1, "number of items later");
    });

    test(`by ${what}, into a new cart`, async () => {
      const body = { ...given(), quantity: 3, currency: "EUR", metadata: { gift: true } };
      const answer = await gateway.post("/carts/items", body);
      const cart = cartOf(answer, 201);
      const [item] = cart.items.data;
      assertEqual(answer, [item.sku, item.quantity, item.metadata], [shirt.sku, 3, { gift: true }], "the item");
      assertEqual(answer, [cart.regionId, cart.currency], [regions.eur.id, "EUR"], "region and currency");
      assertEqual(answer, cart.metadata, { gift: true }, "the cart's own metadata");
    });
  }

  test("by a SKU that is no word", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.post("/carts/items", { cartId: id, sku: "MUG ü/1", quantity: 1 });
    assertEqual(answer, cartOf(answer, 201).items.data[0].product.name, "Mug with ü", "the product");
  });

  test("the same variant twice is one item", async () => {
    const { id } = await newCart(gateway, { items: [[shirt.id, 1]] });
    const answer = await gateway.post("/carts/items", { cartId: id, variantId: shirt.id, quantity: 4 });
    assertEqual(
      answer,
      cartOf(answer, 201).items.data.map(({ quantity }) => quantity),
      [5],
      "quantities",
    );
  });

  test("a new cart in a given region, of a customer", async () => {
    const body = { sku: shirt.sku, quantity: 1, currency: "USD", regionId: regions.usd.id };
    const answer = await gateway.post("/carts/items", body, { token: store.alice });
    const cart = cartOf(answer, 201);
    assertEqual(answer, [cart.currency, cart.customerId], ["USD", customers.alice.id], "currency and customer");
    assertEqual(answer, cart.items.data[0].price, { value: 24, currency: "USD" }, "price");
  });

  test("the sale's price counts in a cart", async () => {
    const answer = await gateway.post("/carts/items", { sku: "JACKET-1", quantity: 1, currency: "EUR" });
    assertEqual(answer, cartOf(answer, 201).items.data[0].price, eur(60), "price");
  });

  for (const sku of ["NO-SUCH-SKU", "SHIRT-S-BLACK&sku=BARE-1", "%", "shirt-s-black"]) {
    test(`the unknown SKU ${sku} is not found`, async () => {
      const { id } = await newCart(gateway);
      const answer = await gateway.post("/carts/items", { cartId: id, sku, quantity: 1 });
      assertFailure(answer, 404);
      const fresh = await gateway.post("/carts/items", { sku, quantity: 1, currency: "EUR" });
      assertFailure(fresh, 404);
    });
  }

  for (const given of [{ sku: "variant_01UNKNOWN" }, { sku: "var_01UNKNOWN" }, { variantId: "BARE-1" }]) {
    test(`the unknown variant of ${JSON.stringify(given)}: Medusa's own words`, async () => {
      const { id } = await newCart(gateway);
      const words = new RegExp(`Variants ${Object.values(given)[0]} do not exist`);
      assertFailure(await gateway.post("/carts/items", { cartId: id, ...given, quantity: 1 }), 400, words);
      assertFailure(await gateway.post("/carts/items", { ...given, quantity: 1, currency: "EUR" }), 400, words);
    });
  }

  for (const [what, body, field] of [
    ["neither SKU nor variant id", { quantity: 1, currency: "EUR" }, /sku.*variantId|variantId.*sku/],
    ["no cart and no currency", { sku: "BARE-1", quantity: 1 }, /currency/],
    ["no quantity", { sku: "BARE-1", currency: "EUR" }, /quantity/],
    ["a quantity of 0", { sku: "BARE-1", currency: "EUR", quantity: 0 }, /quantity/],
    ["half a piece", { sku: "BARE-1", currency: "EUR", quantity: 1.5 }, /quantity/],
    ["a quantity as text", { sku: "BARE-1", currency: "EUR", quantity: "2" }, /quantity/],
    ["a SKU that is a number", { sku: 1, currency: "EUR", quantity: 1 }, /sku/],
    ["a list for a cart's id", { cartId: ["x"], sku: "BARE-1", quantity: 1 }, /cartId/],
  ]) {
    test(`${what} is refused`, async () => {
      const answer = await gateway.post("/carts/items", body);
      assertFailure(answer, 400, field);
      assertCalls(answer, []);
    });
  }

  test("an unknown cart", async () => {
    const answer = await gateway.post("/carts/items", { cartId: "cart_01UNKNOWN", sku: "BARE-1", quantity: 1 });
    assertFailure(answer, 404);
    assertNoMutation(answer);
  });

  test("out of stock", async () => {
    const { id } = await newCart(gateway);
    const answer = await gateway.post("/carts/items", { cartId: id, sku: "LAMP-1", quantity: 1 });
    assertFailure(answer, 400, /inventory/);
    const fresh = await gateway.post("/carts/items", { sku: "LAMP-1", quantity: 1, currency: "EUR" });
    assertFailure(fresh, 400, /inventory/);
    const tooMany = await gateway.post("/carts/items", { cartId: id, sku: "LAST-1", quantity: 2 });
    assertFailure(tooMany, 400, /inventory/);
    const backorder = await gateway.post("/carts/items", { cartId: id, sku: "LAMP-2", quantity: 2 });
    assertEqual(backorder, cartOf(backorder, 201).items.total, 1, "number of items");
  });

  test("a variant without a price in the region is 400 on every version, for an old and a new cart", async () => {
    const { id } = await newCart(gateway);
    for (const cart of [{ cartId: id }, { currency: "EUR" }]) {
      const answer = await gateway.post("/carts/items", { ...cart, sku: "POSTER-USD", quantity: 1 });
      assertFailure(answer, 400, /^Variants with IDs variant_\w+ do not have a price$/);
    }
  });
});

describe("PATCH /carts/:cartId/items/:itemId", () => {
  test("quantity", async () => {
    const cart = await newCart(gateway, { items: [[shirt.id, 1]] });
    const [item] = cart.items.data;
    const answer = await gateway.patch(`/carts/${cart.id}/items/${item.id}`, { quantity: 5 });
    assertEqual(answer, cartOf(answer).items.data[0].quantity, 5, "quantity");
    assertEqual(answer, (await read(cart.id)).cart.items.data[0].quantity, 5, "quantity later");
  });

  test("a quantity of 0 removes the item", async () => {
    const cart = await newCart(gateway, {
      items: [
        [shirt.id, 1],
        [variantOf("bare"), 2],
      ],
    });
    const path = `/carts/${cart.id}/items/${itemOf(cart, "BARE-1").id}`;
    const answer = await gateway.patch(path, { quantity: 0 });
    assertEqual(
      answer,
      cartOf(answer).items.data.map(({ sku }) => sku),
      ["SHIRT-S-BLACK"],
      "the items",
    );
    assertThat(answer, near(answer.body.total.value, 19.99), "a total of 19.99");
    assertEqual(answer, (await read(cart.id)).cart.items.total, 1, "number of items later");
    assertFailure(await gateway.patch(path, { quantity: 0 }), 404);
    const other = await newCart(gateway);
    const foreign = await gateway.patch(`/carts/${other.id}/items/${cart.items.data[0].id}`, { quantity: 0 });
    assertFailure(foreign, 404);
    assertNoMutation(foreign);
  });

  test("metadata alone keeps the quantity", async () => {
    const cart = await newCart(gateway, { items: [[shirt.id, 3]] });
    const [item] = cart.items.data;
    const answer = await gateway.patch(`/carts/${cart.id}/items/${item.id}`, { metadata: { engraving: "A ♥ B" } });
    const [changed] = cartOf(answer).items.data;
    assertEqual(answer, [changed.quantity, changed.metadata], [3, { engraving: "A ♥ B" }], "the item");
  });

  test("quantity alone keeps the metadata", async () => {
    const { id } = await newCart(gateway);
    const body = { cartId: id, sku: shirt.sku, quantity: 1, metadata: { gift: true } };
    const added = await gateway.post("/carts/items", body);
    const [item] = cartOf(added, 201).items.data;
    const answer = await gateway.patch(`/carts/${id}/items/${item.id}`, { quantity: 2 });
    const [changed] = cartOf(answer).items.data;
    assertEqual(answer, [changed.quantity, changed.metadata], [2, { gift: true }], "the item");
  });

  test("the other items stay", async () => {
    const cart = await newCart(gateway, {
      items: [
        [shirt.id, 1],
        [variantOf("bare"), 2],
      ],
    });
    const item = itemOf(cart, "BARE-1");
    const answer = await gateway.patch(`/carts/${cart.id}/items/${item.id}`, { quantity: 9 });
    const quantities = Object.fromEntries(cartOf(answer).items.data.map(({ sku, quantity }) => [sku, quantity]));
    assertEqual(answer, quantities, { "SHIRT-S-BLACK": 1, "BARE-1": 9 }, "quantities");
  });

  for (const [body, field] of [
    [{ quantity: -1 }, "quantity"],
    [{ quantity: "3" }, "quantity"],
    [{ metadata: 1 }, "metadata"],
  ]) {
    test(`${JSON.stringify(body)} is refused`, async () => {
      const answer = await gateway.patch("/carts/cart_01/items/cali_01", body);
      assertFailure(answer, 400, new RegExp(field));
      assertCalls(answer, []);
    });
  }

  test("an unknown item, and one of another cart", async () => {
    const cart = await newCart(gateway);
    const other = await newCart(gateway, { items: [[shirt.id, 1]] });
    for (const itemId of ["cali_01UNKNOWN", other.items.data[0].id]) {
      assertFailure(await gateway.patch(`/carts/${cart.id}/items/${itemId}`, { quantity: 2 }), 404);
    }
    assertEqual((await read(other.id)).answer, (await read(other.id)).cart.items.data[0].quantity, 1, "quantity");
  });

  test("more than there is", async () => {
    const cart = await newCart(gateway, { items: [[variantOf("lastPiece"), 1]] });
    const answer = await gateway.patch(`/carts/${cart.id}/items/${cart.items.data[0].id}`, { quantity: 2 });
    assertFailure(answer, 400, /inventory/);
  });
});

describe("DELETE /carts/:cartId/items/:itemId", () => {
  test("answers the cart without it", async () => {
    const cart = await newCart(gateway, {
      items: [
        [shirt.id, 1],
        [variantOf("bare"), 2],
      ],
    });
    const answer = await gateway.delete(`/carts/${cart.id}/items/${itemOf(cart, "BARE-1").id}`);
    const left = cartOf(answer);
    assertEqual(
      answer,
      left.items.data.map(({ sku }) => sku),
      ["SHIRT-S-BLACK"],
      "the items",
    );
    assertThat(answer, near(left.total.value, 19.99), "a total of 19.99");
    const last = await gateway.delete(`/carts/${cart.id}/items/${left.items.data[0].id}`);
    assertEqual(last, cartOf(last).items, { data: [], total: 0 }, "no items");
    assertEqual(last, (await read(cart.id)).cart.items.total, 0, "number of items later");
  });

  test("an item that the cart no longer has: the cart, unchanged", async () => {
    const cart = await newCart(gateway, {
      items: [
        [shirt.id, 1],
        [variantOf("bare"), 2],
      ],
    });
    const path = `/carts/${cart.id}/items/${itemOf(cart, "BARE-1").id}`;
    const removed = await gateway.delete(path);
    const again = await gateway.delete(path);
    assertNoMutation(again);
    assertEqual(again, cartOf(again), cartOf(removed), "the cart");
    const unknown = await gateway.delete(`/carts/${cart.id}/items/cali_01UNKNOWN`);
    assertNoMutation(unknown);
    assertEqual(unknown, cartOf(unknown), cartOf(removed), "the cart");
  });

  test("another cart's item is not touched", async () => {
    const cart = await newCart(gateway);
    const other = await newCart(gateway, { items: [[shirt.id, 1]] });
    const answer = await gateway.delete(`/carts/${cart.id}/items/${other.items.data[0].id}`);
    assertNoMutation(answer);
    assertEqual(answer, cartOf(answer).items, { data: [], total: 0 }, "the items of the cart in the path");
    assertEqual(answer, (await read(other.id)).cart.items.total, 1, "number of items in the other cart");
  });

  test("an unknown cart", async () => {
    const answer = await gateway.delete("/carts/cart_01UNKNOWN/items/cali_01");
    assertFailure(answer, 404);
    assertNoMutation(answer);
  });
});

describe("promotions", () => {
  const apply = (id, code) => gateway.post(`/carts/${id}/promotions`, { code });

  test("a percentage", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
    const answer = await apply(id, "TEN");
    const cart = cartOf(answer, 201);
    const expected = { id: promotions.TEN.id, code: "TEN", name: "TEN", type: "PERCENTAGE", value: "10" };
    assertEqual(answer, cart.promotions, [expected], "promotions");
    assertEqual(answer, [cart.discountTotal, cart.total, cart.subtotal], [eur(1), eur(9), eur(10)], "the sums");
  });

  test("a fixed amount", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
    const answer = await apply(id, "FIVE");
    const cart = cartOf(answer, 201);
    const expected = { id: promotions.FIVE.id, code: "FIVE", name: "FIVE", type: "FIXED_AMOUNT", value: "5" };
    assertEqual(answer, cart.promotions, [expected], "promotions");
    assertEqual(answer, [cart.discountTotal, cart.total], [eur(5), eur(5)], "the sums");
  });

  test("two, and one taken away", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 100]] });
    await apply(id, "TEN");
    const both = await apply(id, "FIVE");
    assertEqual(
      both,
      cartOf(both, 201)
        .promotions.map(({ code }) => code)
        .sort(),
      ["FIVE", "TEN"],
      "codes",
    );
    const answer = await gateway.delete(`/carts/${id}/promotions/TEN`);
    assertEqual(
      answer,
      cartOf(answer).promotions.map(({ code }) => code),
      ["FIVE"],
      "codes",
    );
    const none = await gateway.delete(`/carts/${id}/promotions/FIVE`);
    assertEqual(none, cartOf(none).promotions, undefined, "promotions");
    assertEqual(none, cartOf(none).discountTotal, eur(0), "discountTotal");
  });

  test("one that is applied already", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
    await apply(id, "TEN");
    const answer = await apply(id, "TEN");
    assertEqual(
      answer,
      cartOf(answer, 201).promotions.map(({ code }) => code),
      ["TEN"],
      "codes",
    );
  });

  test("an unknown code: Medusa's own words", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 1]] });
    assertFailure(await apply(id, "NO%SUCH/CODE"), 400, "The promotion code NO%SUCH/CODE is invalid");
  });

  for (const code of ["EXPIRED", "DOLLARS", "DRAFT"]) {
    test(`${code}, which does not apply`, async () => {
      const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
      const answer = await apply(id, code);
      // Of some, Medusa itself says that they are invalid.
      const medusas = answer.calls.at(-1).status === 400;
      const own = `The promotion code ${code} does not apply to this cart`;
      assertFailure(answer, 400, medusas ? /./ : own);
      assertEqual(answer, (await read(id)).cart.promotions, undefined, "promotions later");
    });
  }

  test("blanks around a code do not count", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
    const answer = await apply(id, " TEN ");
    assertEqual(answer, cartOf(answer, 201).promotions.map(({ code }) => code), ["TEN"], "codes");
  });

  test("taking away a code that is not there changes nothing", async () => {
    const { id } = await newCart(gateway, { items: [[variantOf("bare"), 10]] });
    await apply(id, "TEN");
    const answer = await gateway.delete(`/carts/${id}/promotions/FIVE`);
    assertThat(
      answer,
      answer.status === 200 || answer.status === answer.calls.at(-1).status,
      "200 or what Medusa says",
    );
    assertEqual(
      answer,
      (await read(id)).cart.promotions.map(({ code }) => code),
      ["TEN"],
      "codes",
    );
  });

  for (const body of [{}, { code: "" }, { code: "  " }, { code: 5 }, { code: ["TEN"] }]) {
    test(`${JSON.stringify(body)} is refused`, async () => {
      const answer = await gateway.post("/carts/cart_01/promotions", body);
      assertFailure(answer, 400, /code/);
      assertCalls(answer, []);
    });
  }

  test("an unknown cart", async () => {
    for (const answer of [
      await apply("cart_01UNKNOWN", "TEN"),
      await gateway.delete("/carts/cart_01UNKNOWN/promotions/TEN"),
    ]) {
      assertFailure(answer, 404);
      assertNoMutation(answer);
    }
  });
});

describe("what Medusa cannot do", () => {
  const reasons = new Set();
  for (const [method, path] of [
    ["GET", "/carts"],
    ["GET", "/carts/current"],
    ["DELETE", "/carts/cart_01"],
  ]) {
    test(`${method} ${path} says why`, async () => {
      const answer = await gateway.request(method, path, { token: store.alice });
      const message = assertFailure(answer, 501, /Medusa/);
      assertCalls(answer, []);
      assertThat(answer, !reasons.has(message), "a reason of its own");
      reasons.add(message);
    });
  }
});
