import { after, before, describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertNoMutation, assertThat } from "./assertions.mjs";
import { newCart, stored } from "./carts.mjs";
import * as shapes from "./checkout-shapes.mjs";
import {
  KIEL,
  LYON,
  completion,
  filledCart,
  newCustomer,
  ordersOf,
  readyCart,
  savedAddress,
  shown,
  uniqueEmail,
} from "./checkout-support.mjs";
import { openContext } from "./context.mjs";

const { store, gateway, start } = await openContext();
const { customers, paymentProviders, products, regions, shippingOptions } = store.fixtures;
const RETURN = "https://shop.example.com/thanks";
const eur = (value) => ({ value, currency: "EUR" });
// German tax of ten pieces of "Bare", put into the cart before it had an address: 19 % of 10 EUR.
const ITEM_TAX = 1.9;

const cartOf = (answer) => assertAnswer(answer, 201, shapes.cart);
const orderOf = (answer) => assertAnswer(answer, 201, shapes.placed).order;
const addresses = (id, body, token) => gateway.post(`/checkout/${id}/addresses`, body, { token });
const shipping = (id, shippingOptionId, token) =>
  gateway.post(`/checkout/${id}/shipping-method`, { shippingOptionId }, { token });
const payment = (id, providerId, token) =>
  gateway.post(`/checkout/${id}/payment`, { providerId, returnUrl: RETURN }, { token });
const options = (id, token) => gateway.get(`/checkout/${id}/shipping-options`, { token });
const summary = (id, token) => gateway.get(`/checkout/${id}/summary`, { token });
const place = (id, body = {}, token) => gateway.post(`/checkout/${id}/place-order`, body, { token });
const complete = (id, body, token) => gateway.post(`/checkout/${id}/complete`, body, { token });

async function storedAddress(id, token) {
  const { cart } = await store.medusa("GET", `/store/carts/${id}?fields=id,*shipping_address`, { token });
  return cart.shipping_address;
}

// Sums that Medusa works out in decimals.
function assertSums(answer, of, expected) {
  for (const [name, value] of Object.entries(expected)) {
    const right = of[name]?.currency === "EUR" && Math.abs(of[name].value - value) < 1e-6;
    assertThat(answer, right, `${name} to be ${value} EUR, not ${JSON.stringify(of[name])}`);
  }
}

describe("step by step", () => {
  test("a guest's way from a cart to an order", async () => {
    const email = uniqueEmail();
    const cart = await filledCart(gateway);

    const addressed = await addresses(cart.id, {
      shippingAddress: KIEL,
      billingAddress: LYON,
      email,
      notes: "Ring twice",
    });
    const withAddresses = cartOf(addressed);
    const { updatedAt: _, ...rest } = withAddresses;
    const { updatedAt: __, items, taxTotal, total, ...before } = cart;
    assertEqual(
      addressed,
      rest,
      {
        ...before,
        email,
        notes: "Ring twice",
        metadata: { notes: "Ring twice" },
        shippingAddress: shown(KIEL),
        billingAddress: shown(LYON),
        items: { data: [{ ...items.data[0], total: rest.items.data[0].total }], total: 1 },
        taxTotal: rest.taxTotal,
        total: rest.total,
      },
      "the cart with its addresses",
    );
    assertSums(addressed, rest, { subtotal: 10, taxTotal: ITEM_TAX, shippingTotal: 0, total: 10 + ITEM_TAX });

    const offered = await options(cart.id);
    const { standard, express, calculated } = shippingOptions;
    const option = ({ id, name }, description, price) => ({ id, name, description, total: price, subtotal: price });
    assertEqual(
      offered,
      assertAnswer(offered, 200, shapes.shippingOptions),
      {
        data: [
          option(standard, "Standard", eur(4.9)),
          option(express, "Express", eur(14.5)),
          option(calculated, "Carrier", eur(17)),
        ],
        total: 3,
      },
      "the shipping options",
    );

    const shipped = await shipping(cart.id, standard.id);
    const withShipping = cartOf(shipped);
    const { shippingMethod } = withShipping;
    assertEqual(
      shipped,
      shippingMethod,
      { id: standard.id, name: "Standard", description: "", total: shippingMethod.total, subtotal: eur(4.9) },
      "shippingMethod",
    );
    assertSums(shipped, shippingMethod, { total: 5.831 });
    assertSums(shipped, withShipping, {
      subtotal: 10,
      taxTotal: ITEM_TAX + 0.931,
      shippingTotal: 5.831,
      total: 15.831 + ITEM_TAX,
    });

    const paid = await payment(cart.id, paymentProviders.system);
    const session = assertAnswer(paid, 201, shapes.paymentSession);
    assertEqual(
      paid,
      session,
      { id: session.id, cartId: cart.id, providerId: paymentProviders.system, status: "PENDING", metadata: {} },
      "the session",
    );
    const paymentMethod = { id: paymentProviders.system, name: paymentProviders.system };
    assertEqual(
      paid,
      (await stored(store, cart.id)).metadata,
      {
        notes: "Ring twice",
        guestCheckout: true,
        paymentSessionId: session.id,
        paymentMethod: { ...paymentMethod, type: "OTHER" },
      },
      "the cart's metadata in Medusa",
    );

    const summed = await summary(cart.id);
    const sum = assertAnswer(summed, 200, shapes.summary);
    const now = assertAnswer(await gateway.get(`/carts/${cart.id}`), 200, shapes.cart);
    assertEqual(summed, now.paymentSessionId, session.id, "paymentSessionId");
    assertEqual(
      summed,
      sum,
      {
        cart: now,
        shippingAddress: shown(KIEL),
        billingAddress: shown(LYON),
        shippingMethod,
        paymentMethod,
        totals: {
          subtotal: now.subtotal,
          shipping: now.shippingTotal,
          tax: now.taxTotal,
          discount: now.discountTotal,
          total: now.total,
        },
        notes: "Ring twice",
        email,
      },
      "the summary",
    );

    const ordered = await place(cart.id);
    const order = orderOf(ordered);
    const [item] = order.items.data;
    assertEqual(
      ordered,
      order,
      {
        id: order.id,
        total: order.total,
        subtotal: eur(10),
        shippingTotal: order.shippingTotal,
        shippingSubtotal: eur(4.9),
        discountTotal: eur(0),
        tax: order.tax,
        currency: "EUR",
        paymentStatus: "PENDING",
        status: "PENDING",
        createdAt: order.createdAt,
        updatedAt: order.updatedAt,
        items: {
          data: [
            {
              id: item.id,
              productId: products.bare.variants[0].id,
              quantity: 10,
              price: eur(1),
              total: item.total,
              subtotal: eur(10),
              discountTotal: eur(0),
              unit: "PCS",
              currency: "EUR",
              product: {
                id: products.bare.id,
                sku: "BARE-1",
                name: "Bare",
                description: "",
                shortDescription: "",
                price: eur(1),
                link: "",
                type: "PHYSICAL",
                category: "",
                tags: [],
              },
            },
          ],
          total: 1,
        },
        shippingAddress: shown(KIEL),
        billingAddress: shown(LYON),
        shippingMethods: [{ ...shippingMethod, id: order.shippingMethods[0]?.id }],
        email,
      },
      "the order",
    );
    assertSums(ordered, order, { total: 15.831 + ITEM_TAX, shippingTotal: 5.831, tax: ITEM_TAX + 0.931 });
    assertSums(ordered, item, { total: 10 + ITEM_TAX });
    assertEqual(ordered, await ordersOf(store, email), [order.id], "the orders in Medusa");

    const later = await gateway.get(`/orders/${order.id}`);
    assertEqual(later, assertAnswer(later, 200, shapes.order), order, "the order later");
  });

  test("a customer's way, by saved addresses", async () => {
    const { id: customerId, email, token } = await newCustomer(store);
    const home = await savedAddress(store, { token }, KIEL);
    const office = await savedAddress(store, { token }, LYON);
    const cart = await filledCart(gateway, { token });

    const body = { shippingAddressId: home.id, billingAddressId: office.id };
    const addressed = await addresses(cart.id, body, token);
    const withAddresses = cartOf(addressed);
    assertEqual(addressed, withAddresses.shippingAddress, shown(KIEL), "shippingAddress");
    assertEqual(addressed, withAddresses.billingAddress, shown(LYON), "billingAddress");
    const { company, metadata } = await storedAddress(cart.id, token);
    assertEqual(
      addressed,
      [company, metadata],
      [KIEL.companyName, { taxId: KIEL.taxId, apartment: KIEL.apartment }],
      "company and metadata of the address in Medusa's cart",
    );

    const offered = await options(cart.id, token);
    assertEqual(offered, assertAnswer(offered, 200, shapes.shippingOptions).total, 3, "number of options");
    cartOf(await shipping(cart.id, shippingOptions.calculated.id, token));
    assertAnswer(await payment(cart.id, paymentProviders.system, token), 201, shapes.paymentSession);
    const summed = await summary(cart.id, token);
    assertEqual(summed, assertAnswer(summed, 200, shapes.summary).email, email, "email");

    const ordered = await place(cart.id, {}, token);
    const order = orderOf(ordered);
    assertEqual(ordered, [order.customerId, order.email], [customerId, email], "customer and email");
    assertEqual(ordered, [order.shippingAddress, order.billingAddress], [shown(KIEL), shown(LYON)], "addresses");
    assertEqual(ordered, order.shippingMethods[0].subtotal, eur(17), "price of shipping");
    const later = await gateway.get(`/orders/${order.id}`, { token });
    assertEqual(later, assertAnswer(later, 200, shapes.order), order, "the order later");
    const listed = await gateway.get("/orders", { token });
    assertEqual(listed, assertAnswer(listed, 200, shapes.orders), { data: [order], total: 1 }, "the customer's orders");
  });
});

describe("POST /checkout/:cartId/addresses", () => {
  const addressesOf = (answer) => {
    const { shippingAddress, billingAddress } = cartOf(answer);
    return { shippingAddress, billingAddress };
  };

  test("only a shipping address", async () => {
    const { id } = await filledCart(gateway);
    const answer = await addresses(id, { shippingAddress: LYON });
    assertEqual(answer, addressesOf(answer), { shippingAddress: shown(LYON), billingAddress: undefined }, "addresses");
  });

  test("only a billing address", async () => {
    const { id } = await filledCart(gateway);
    const answer = await addresses(id, { billingAddress: LYON });
    assertEqual(answer, addressesOf(answer), { shippingAddress: undefined, billingAddress: shown(LYON) }, "addresses");
  });

  test("sameAsBillingAddress with the billing address given", async () => {
    const { id } = await filledCart(gateway);
    const answer = await addresses(id, { billingAddress: KIEL, sameAsBillingAddress: true });
    assertEqual(
      answer,
      addressesOf(answer),
      { shippingAddress: shown(KIEL), billingAddress: shown(KIEL) },
      "addresses",
    );
  });

  test("sameAsBillingAddress with the cart's billing address", async () => {
    const { id } = await filledCart(gateway);
    await addresses(id, { billingAddress: KIEL });
    const answer = await addresses(id, { sameAsBillingAddress: true });
    assertEqual(
      answer,
      addressesOf(answer),
      { shippingAddress: shown(KIEL), billingAddress: shown(KIEL) },
      "addresses",
    );
  });

  test("sameAsBillingAddress with a saved billing address", async () => {
    const { token } = await newCustomer(store);
    const saved = await savedAddress(store, { token }, KIEL);
    const { id } = await filledCart(gateway, { token });
    const answer = await addresses(id, { billingAddressId: saved.id, sameAsBillingAddress: true }, token);
    assertEqual(
      answer,
      addressesOf(answer),
      { shippingAddress: shown(KIEL), billingAddress: shown(KIEL) },
      "addresses",
    );
  });

  test("sameAsBillingAddress counts for nothing where a shipping address is given", async () => {
    const { id } = await filledCart(gateway);
    const body = { shippingAddress: LYON, billingAddress: KIEL, sameAsBillingAddress: true };
    const answer = await addresses(id, body);
    assertEqual(
      answer,
      addressesOf(answer),
      { shippingAddress: shown(LYON), billingAddress: shown(KIEL) },
      "addresses",
    );
  });

  for (const sameAsBillingAddress of [true, false]) {
    test(`sameAsBillingAddress: ${sameAsBillingAddress} is kept in the metadata, by addresses and complete`, async () => {
      const { id } = await filledCart(gateway);
      await gateway.patch(`/carts/${id}`, { metadata: { a: 1, sameAsBillingAddress: !sameAsBillingAddress } });
      const answer = await addresses(id, { billingAddress: KIEL, shippingAddress: LYON, sameAsBillingAddress });
      assertEqual(answer, cartOf(answer).metadata, { a: 1, sameAsBillingAddress }, "metadata");
      const unset = await addresses(id, { billingAddress: KIEL });
      assertEqual(unset, cartOf(unset).metadata, { a: 1, sameAsBillingAddress }, "metadata, if it is not given");
      await complete(id, completion(store, { email: uniqueEmail(), sameAsBillingAddress: !sameAsBillingAddress }));
      const { metadata } = await stored(store, id);
      assertEqual(unset, metadata.sameAsBillingAddress, !sameAsBillingAddress, "metadata after complete");
    });
  }

  test("another address changes the taxes, in the cart and in the order", async () => {
    const { id } = await filledCart(gateway);
    for (const [address, taxTotal] of [
      [LYON, 0],
      [KIEL, 1.9],
      [LYON, 0],
    ]) {
      const answer = await addresses(id, { shippingAddress: address, billingAddress: LYON });
      assertSums(answer, cartOf(answer), { subtotal: 10, taxTotal, total: 10 + taxTotal });
    }
    const ordered = await complete(id, completion(store, { email: uniqueEmail(), shippingAddress: KIEL }));
    assertSums(ordered, orderOf(ordered), { tax: 2.831, total: 17.731 });
  });

  test("company data that come first are kept when the addresses are given", async () => {
    const { id } = await filledCart(gateway);
    const { companyName, taxId, ...plain } = KIEL;
    await addresses(id, { billingAddress: KIEL });
    const answer = await addresses(id, { shippingAddress: plain });
    assertEqual(
      answer,
      addressesOf(answer),
      { shippingAddress: shown(plain), billingAddress: shown(KIEL) },
      "addresses",
    );
    const same = await addresses(id, { sameAsBillingAddress: true });
    const { companyName: company, taxId: tax } = addressesOf(same).shippingAddress;
    assertEqual(same, [company, tax], [companyName, taxId], "company and tax id, copied from the billing address");
  });

  test("postalCode and city may be empty, country and streetName may not", async () => {
    const { id } = await filledCart(gateway);
    const bare = { ...LYON, city: "", postalCode: "" };
    const answer = await addresses(id, { shippingAddress: bare });
    assertEqual(answer, addressesOf(answer).shippingAddress, shown(bare), "shippingAddress");
    for (const field of ["country", "streetName"]) {
      for (const value of ["", "  "]) {
        const refused = await addresses(id, { shippingAddress: { ...LYON, [field]: value } });
        assertFailure(refused, 400, new RegExp(`shippingAddress\\.${field} must not be empty`));
        assertCalls(refused, []);
      }
    }
    for (const field of ["city", "postalCode"]) {
      const refused = await addresses(id, { shippingAddress: { ...LYON, [field]: undefined } });
      assertFailure(refused, 400, new RegExp(`shippingAddress\\.${field}`));
    }
  });

  test("optional members that are empty count as not given", async () => {
    const { id } = await filledCart(gateway);
    const email = uniqueEmail();
    await addresses(id, { shippingAddress: KIEL, email, notes: "Ring" });
    const empty = { email: "", notes: " ", shippingAddressId: "", billingAddressId: "" };
    const answer = await addresses(id, { ...empty, billingAddress: LYON });
    const cart = cartOf(answer);
    assertEqual(answer, [cart.email, cart.notes], [email, "Ring"], "email and notes");
    assertEqual(answer, addressesOf(answer), { shippingAddress: shown(KIEL), billingAddress: shown(LYON) }, "addresses");
  });

  test("sameAsBillingAddress: false copies nothing", async () => {
    const { id } = await filledCart(gateway);
    const answer = await addresses(id, { billingAddress: KIEL, sameAsBillingAddress: false });
    assertEqual(answer, addressesOf(answer), { shippingAddress: undefined, billingAddress: shown(KIEL) }, "addresses");
  });

  test("texts are trimmed, and empty ones left out", async () => {
    const { id } = await filledCart(gateway);
    const shippingAddress = {
      ...{ country: "De", streetName: "  Weg ", streetNumber: "   ", city: " Kiel", postalCode: "24103 " },
      ...{ companyName: " ", region: "", phone: "", taxId: " ", apartment: "" },
    };
    const answer = await addresses(id, { shippingAddress });
    const expected = { country: "DE", streetName: "Weg", city: "Kiel", postalCode: "24103", district: "", region: "" };
    assertEqual(answer, addressesOf(answer).shippingAddress, expected, "shippingAddress");
    const { company, address_2, province, phone, metadata } = await storedAddress(id);
    const left = [company, address_2, province, phone, metadata].map((value) => value ?? null);
    assertEqual(answer, left, [null, null, null, null, null], "what Medusa has of the empty ones");
  });

  test("an address that is set replaces the one before as a whole", async () => {
    const { id } = await filledCart(gateway);
    await addresses(id, { shippingAddress: KIEL });
    const answer = await addresses(id, { shippingAddress: LYON });
    assertEqual(answer, addressesOf(answer).shippingAddress, shown(LYON), "shippingAddress");
  });

  test("notes and email", async () => {
    const { id } = await filledCart(gateway);
    await gateway.patch(`/carts/${id}`, { metadata: { a: 1 } });
    const email = uniqueEmail();
    const answer = await addresses(id, { shippingAddress: LYON, notes: "Ring", email });
    const cart = cartOf(answer);
    assertEqual(answer, [cart.notes, cart.email], ["Ring", email], "notes and email");
    assertEqual(answer, cart.metadata, { a: 1, notes: "Ring" }, "metadata");
    const again = await addresses(id, { shippingAddress: LYON });
    assertEqual(again, [cartOf(again).notes, cartOf(again).email], ["Ring", email], "notes and email, not given again");
  });

  for (const body of [{}, { email: "guest@example.com", notes: "x" }, { sameAsBillingAddress: true }]) {
    test(`without any address: ${JSON.stringify(body)}`, async () => {
      const { id } = await filledCart(gateway);
      const answer = await addresses(id, body);
      assertFailure(answer, 400, /address/i);
      assertNoMutation(answer);
    });
  }

  for (const field of ["shippingAddressId", "billingAddressId"]) {
    test(`${field} without a token`, async () => {
      const { id } = await filledCart(gateway);
      const answer = await addresses(id, { [field]: customers.alice.addresses.home });
      assertFailure(answer, 401);
      assertNoMutation(answer);
    });

    test(`${field} that is unknown, and one of another customer`, async () => {
      const { token } = await newCustomer(store);
      const { id } = await filledCart(gateway, { token });
      for (const addressId of ["cuaddr_01UNKNOWN", customers.alice.addresses.home]) {
        const answer = await addresses(id, { shippingAddress: LYON, [field]: addressId }, token);
        assertFailure(answer, 404, new RegExp(addressId));
        assertNoMutation(answer);
      }
    });
  }

  test("a country that the region does not have: what Medusa says", async () => {
    const { id } = await filledCart(gateway);
    const answer = await addresses(id, { shippingAddress: { ...LYON, country: "US" } });
    assertFailure(answer, 400, /us/i);
  });
});

// In a shop whose key is another one's.
const special = store.fixtures.shops.special;
const asSpecial = (method, path, body) => store.medusa(method, path, { body, publishableKey: special.publishableKey });
let specialGateway;
const openSpecial = async () =>
  (specialGateway ??= await start({ env: { MEDUSAJS_PUBLISHABLE_API_KEY: special.publishableKey } }));

async function specialCart(...names) {
  const { cart } = await asSpecial("POST", "/store/carts", {
    region_id: regions.eur.id,
    items: names.map((name) => ({ variant_id: special.products[name].variants[0].id, quantity: 1 })),
  });
  return cart.id;
}

describe("a shop with digital goods and two shipping profiles", () => {
  const system = { providerId: paymentProviders.system, returnUrl: RETURN };
  const addressed = { shippingAddress: LYON, billingAddress: KIEL };

  test("a cart of digital goods alone needs no shipping method", async () => {
    const shop = await openSpecial();
    const id = await specialCart("digital");
    await shop.post(`/checkout/${id}/addresses`, { ...addressed, email: uniqueEmail() });
    await shop.post(`/checkout/${id}/payment`, system);
    const summed = await shop.get(`/checkout/${id}/summary`);
    assertEqual(summed, assertAnswer(summed, 200, shapes.summary).shippingMethod, undefined, "shippingMethod");
    const placed = await shop.post(`/checkout/${id}/place-order`, {});
    assertEqual(placed, orderOf(placed).shippingMethods, [], "shippingMethods");
  });

  test("one of digital and other goods needs one", async () => {
    const shop = await openSpecial();
    const id = await specialCart("digital", "parcel");
    await shop.post(`/checkout/${id}/addresses`, { ...addressed, email: uniqueEmail() });
    await shop.post(`/checkout/${id}/payment`, system);
    for (const answer of [await shop.get(`/checkout/${id}/summary`), await shop.post(`/checkout/${id}/place-order`, {})]) {
      assertFailure(answer, 400, "Shipping method is required");
      assertNoMutation(answer);
    }
  });

  test("the shipping method shown is the one added last", async () => {
    const shop = await openSpecial();
    const { parcel, freight } = special.shippingOptions;
    for (const options of [
      [parcel, freight],
      [freight, parcel],
    ]) {
      const id = await specialCart("parcel", "bulky");
      for (const { id: shippingOptionId } of options) {
        const answer = await shop.post(`/checkout/${id}/shipping-method`, { shippingOptionId });
        assertEqual(answer, cartOf(answer).shippingMethod.id, shippingOptionId, "shippingMethod");
        const later = await shop.get(`/carts/${id}`);
        assertEqual(later, later.body.shippingMethod.id, shippingOptionId, "shippingMethod later");
      }
    }
  });
});

describe("a cart without items", () => {
  test("place-order of one that was emptied last", async () => {
    const { id } = await readyCart(store);
    const { cart } = await store.medusa("GET", `/store/carts/${id}?fields=id,items.id`);
    await store.medusa("DELETE", `/store/carts/${id}/line-items/${cart.items[0].id}`);
    const answer = await place(id);
    assertFailure(answer, 400, "The cart has no items");
    assertNoMutation(answer);
  });

  for (const [what, request] of Object.entries({
    addresses: (id) => addresses(id, { shippingAddress: LYON }),
    "shipping-method": (id) => shipping(id, shippingOptions.standard.id),
    payment: (id) => payment(id, paymentProviders.system),
    "place-order": (id) => place(id),
    complete: (id) => complete(id, completion(store, { email: uniqueEmail() })),
  })) {
    test(`${what} is refused`, async () => {
      const { id } = await newCart(gateway);
      const answer = await request(id);
      assertFailure(answer, 400);
      assertNoMutation(answer);
    });
  }
});

describe("an unknown cart", () => {
  for (const [what, request] of Object.entries({
    addresses: (id, token) => addresses(id, { shippingAddress: LYON }, token),
    "shipping-method": (id, token) => shipping(id, shippingOptions.standard.id, token),
    payment: (id, token) => payment(id, paymentProviders.system, token),
    "shipping-options": (id, token) => options(id, token),
    summary: (id, token) => summary(id, token),
    "place-order": (id, token) => place(id, {}, token),
    complete: (id, token) => complete(id, completion(store), token),
  })) {
    test(`${what} is not found`, async () => {
      for (const token of [undefined, store.alice]) {
        const answer = await request("cart_01UNKNOWN", token);
        assertFailure(answer, 404);
        assertNoMutation(answer);
      }
    });
  }
});

describe("GET /checkout/:cartId/shipping-options", () => {
  test("in Medusa's order, without the one that cannot be priced, of which the log tells", async () => {
    const cart = await filledCart(gateway, { quantity: 3 });
    const medusa = await store.medusa("GET", `/store/shipping-options?cart_id=${cart.id}`);
    const expected = medusa.shipping_options.map(({ id }) => id).filter((id) => id !== shippingOptions.failing.id);
    const answer = await options(cart.id);
    const { data, total } = assertAnswer(answer, 200, shapes.shippingOptions);
    assertEqual(
      answer,
      data.map(({ id }) => id),
      expected,
      "the options' ids",
    );
    assertEqual(answer, total, medusa.shipping_options.length - 1, "total");
    const calculated = data.find(({ id }) => id === shippingOptions.calculated.id);
    assertEqual(answer, [calculated.total, calculated.subtotal], [eur(6.5), eur(6.5)], "price for three pieces");
    assertEqual(answer, calculated.description, "Carrier", "description of the calculated option");
    assertThat(answer, /"level":"(warn|error)".*optional call.*failed.*500/.test(answer.told), "a line in the log");
  });

  test("in the cart's currency", async () => {
    const cart = await filledCart(gateway, { currency: "USD", regionId: regions.usd.id, quantity: 2 });
    const answer = await options(cart.id);
    const { data } = assertAnswer(answer, 200, shapes.shippingOptions);
    const usd = (value) => ({ value, currency: "USD" });
    const prices = Object.fromEntries(data.map(({ name, total }) => [name, total]));
    assertEqual(answer, prices, { Standard: usd(6), Express: usd(18), "By piece": usd(5) }, "prices");
  });
});

describe("POST /checkout/:cartId/shipping-method", () => {
  test("another option replaces the one before", async () => {
    const { id } = await filledCart(gateway);
    await shipping(id, shippingOptions.standard.id);
    const answer = await shipping(id, shippingOptions.express.id);
    const { shippingMethod, shippingTotal } = cartOf(answer);
    assertEqual(answer, [shippingMethod.id, shippingTotal], [shippingOptions.express.id, eur(14.5)], "the method");
    assertEqual(answer, (await stored(store, id)).shipping_methods.length, 1, "number of methods in Medusa");
  });

  test("an unknown option: what Medusa says", async () => {
    const { id } = await filledCart(gateway);
    assertFailure(await shipping(id, "so_01UNKNOWN"), 400, "Shipping Options are invalid for cart.");
  });

  test("one that cannot be priced", async () => {
    const { id } = await filledCart(gateway);
    const answer = await shipping(id, shippingOptions.failing.id);
    const message = assertFailure(answer, 502);
    assertThat(answer, !/carrier/i.test(message), "nothing of what went wrong in Medusa");
  });
});

describe("POST /checkout/:cartId/payment", () => {
  test("a provider that redirects", async () => {
    const { id } = await readyCart(store, { lacks: "payment method" });
    const answer = await payment(id, paymentProviders.redirecting);
    const session = assertAnswer(answer, 201, shapes.paymentSession);
    const { redirectUrl, clientSecret, metadata } = session;
    assertEqual(
      answer,
      [redirectUrl, clientSecret],
      ["https://pay.example.com/session/1", "test-client-secret"],
      "redirectUrl and clientSecret",
    );
    assertEqual(
      answer,
      [metadata.redirect_url, metadata.client_secret, metadata.currency_code],
      [redirectUrl, clientSecret, "eur"],
      "metadata, the provider's data",
    );
  });

  test("another provider takes the place of the one before", async () => {
    const { id } = await readyCart(store, { lacks: "payment method" });
    await payment(id, paymentProviders.redirecting);
    const answer = await payment(id, paymentProviders.declining);
    const session = assertAnswer(answer, 201, shapes.paymentSession);
    assertEqual(answer, session.providerId, paymentProviders.declining, "providerId");
    const { paymentSessionId, paymentMethod } = (await stored(store, id)).metadata;
    assertEqual(
      answer,
      [paymentSessionId, paymentMethod],
      [session.id, { id: paymentProviders.declining, name: paymentProviders.declining, type: "OTHER" }],
      "what the cart's metadata says of the payment",
    );
  });

  test("an unknown provider is 400, an existing one that fails 502, and the cart notes nothing", async () => {
    const { id } = await readyCart(store, { lacks: "payment method" });
    const answer = await payment(id, "pp_unknown");
    const region = regions.eur.id;
    assertFailure(answer, 400, `Payment provider pp_unknown is not enabled in the cart's region ${region}.`);
    const failed = await payment(id, paymentProviders.failing);
    const message = assertFailure(failed, 502);
    assertThat(failed, !/does not answer/.test(message), "nothing of what went wrong in Medusa");
    assertEqual(answer, (await stored(store, id)).metadata?.paymentMethod, undefined, "paymentMethod in Medusa's cart");
  });
});

describe("what a cart lacks to be ordered", () => {
  for (const lacks of ["shipping address", "billing address", "shipping method", "payment method"]) {
    test(`the ${lacks} is named first`, async () => {
      const { id } = await readyCart(store, { lacks });
      const others = ["shipping", "billing", "payment"].filter((word) => !lacks.startsWith(word));
      for (const answer of [await summary(id), await place(id)]) {
        const message = assertFailure(answer, 400, new RegExp(lacks, "i"));
        assertThat(
          answer,
          !others.some((word) => message.toLowerCase().includes(word)),
          `only the ${lacks} in the message`,
        );
        assertNoMutation(answer);
      }
    });
  }
});

describe("POST /checkout/:cartId/place-order", () => {
  test("twice gives the same order", async () => {
    const { id, email } = await readyCart(store);
    const first = await place(id);
    const order = orderOf(first);
    const second = await place(id);
    assertEqual(second, orderOf(second), order, "the order");
    assertEqual(second, await ordersOf(store, email), [order.id], "the orders in Medusa");
  });

  test("a guest without email", async () => {
    const { id } = await readyCart(store, { email: null });
    const answer = await place(id);
    assertFailure(answer, 400, /email/i);
    assertNoMutation(answer);
    const email = uniqueEmail();
    const given = await place(id, { email });
    assertEqual(given, orderOf(given).email, email, "email");
  });

  test("the email given takes the place of the cart's", async () => {
    const { id } = await readyCart(store);
    const email = uniqueEmail("other");
    const answer = await place(id, { email });
    assertEqual(answer, orderOf(answer).email, email, "email");
    assertEqual(answer, await ordersOf(store, email), [orderOf(answer).id], "the orders in Medusa");
  });

  test("the email of the cart, given again", async () => {
    const { id, email } = await readyCart(store);
    const answer = await place(id, { email });
    assertEqual(answer, orderOf(answer).email, email, "email");
  });

  test("payment declined: Medusa's own words, and the cart stays usable", async () => {
    const { id, email } = await readyCart(store, { provider: paymentProviders.declining });
    assertFailure(await place(id), 400, "Payment authorization failed");
    assertAnswer(await payment(id, paymentProviders.system), 201, shapes.paymentSession);
    const answer = await place(id);
    assertEqual(answer, await ordersOf(store, email), [orderOf(answer).id], "the orders in Medusa");
  });

  test("paymentRedirectUrl, on place-order and complete, also when repeated", async () => {
    const provider = paymentProviders.redirectingThenAuthorized;
    const expected = "https://pay.example.com/session/1";
    const { id } = await readyCart(store, { provider });
    for (const answer of [await place(id), await place(id)]) {
      assertEqual(answer, assertAnswer(answer, 201, shapes.placed).paymentRedirectUrl, expected, "paymentRedirectUrl");
    }
    const other = await filledCart(gateway);
    const body = completion(store, { email: uniqueEmail(), paymentProviderId: provider });
    for (const answer of [await complete(other.id, body), await complete(other.id, body)]) {
      assertEqual(answer, assertAnswer(answer, 201, shapes.placed).paymentRedirectUrl, expected, "paymentRedirectUrl");
    }
  });

  test("payment that waits for the buyer: Medusa's own words", async () => {
    const { id, email } = await readyCart(store, { provider: paymentProviders.redirecting });
    const answer = await place(id);
    assertFailure(answer, 400, /^Session: payses_\w+ was not authorized with the provider\.$/);
    assertEqual(answer, await ordersOf(store, email), [], "the orders in Medusa");
  });

  describe("the last piece in two carts", () => {
    const sold = [];
    const lastPiece = products.lastPiece.variants[0].id;
    let carts;
    before(async () => {
      const cart = () => readyCart(store, { variantId: lastPiece, quantity: 1 });
      carts = [await cart(), await cart()];
    });
    // Back into the warehouse.
    after(async () => {
      for (const id of sold) await store.medusa("POST", `/admin/orders/${id}/cancel`, { body: {} });
    });

    test("goes to the first; the second gets Medusa's own words", async () => {
      const first = await place(carts[0].id);
      sold.push(orderOf(first).id);
      for (let attempt = 1; attempt <= 2; attempt++) {
        const answer = await place(carts[1].id);
        assertFailure(answer, 400, /^Not enough stock available for item /);
        assertEqual(answer, await ordersOf(store, carts[1].email), [], "the orders of the second cart");
      }
    });
  });
});

describe("POST /checkout/:cartId/complete", () => {
  test("a guest's", async () => {
    const { id } = await filledCart(gateway);
    const email = uniqueEmail();
    const answer = await complete(id, completion(store, { email, notes: "Ring" }));
    const { order, ...more } = assertAnswer(answer, 201, shapes.placed);
    assertEqual(answer, more, {}, "nothing but the order");
    assertEqual(answer, [order.shippingAddress, order.billingAddress], [shown(KIEL), shown(LYON)], "addresses");
    assertEqual(answer, [order.email, order.status, order.paymentStatus], [email, "PENDING", "PENDING"], "the order");
    assertSums(answer, order, {
      subtotal: 10,
      shippingTotal: 5.831,
      tax: ITEM_TAX + 0.931,
      total: 15.831 + ITEM_TAX,
    });
    assertEqual(
      answer,
      order.shippingMethods.map(({ name }) => name),
      ["Standard"],
      "shippingMethods",
    );
    assertEqual(answer, await ordersOf(store, email), [order.id], "the orders in Medusa");
    const { metadata } = await stored(store, id);
    const { system } = paymentProviders;
    assertEqual(
      answer,
      [metadata.notes, metadata.paymentMethod],
      ["Ring", { id: system, name: system, type: "OTHER" }],
      "notes and paymentMethod in the cart's metadata",
    );
    const later = await gateway.get(`/orders/${order.id}`);
    assertEqual(later, assertAnswer(later, 200, shapes.order), order, "the order later");
  });

  test("a customer's, by saved addresses", async () => {
    const { id: customerId, email, token } = await newCustomer(store);
    const home = await savedAddress(store, { token }, KIEL);
    const { id } = await filledCart(gateway, { token });
    const { shippingAddress: _, billingAddress: __, ...rest } = completion(store);
    const answer = await complete(id, { ...rest, billingAddressId: home.id, sameAsBillingAddress: true }, token);
    const order = orderOf(answer);
    assertEqual(answer, [order.customerId, order.email], [customerId, email], "customer and email");
    assertEqual(answer, [order.shippingAddress, order.billingAddress], [shown(KIEL), shown(KIEL)], "addresses");
  });

  test("again gives the same order", async () => {
    const { id } = await filledCart(gateway);
    const email = uniqueEmail();
    const body = completion(store, { email });
    const order = orderOf(await complete(id, body));
    const second = await complete(id, body);
    assertEqual(second, orderOf(second), order, "the order");
    const placed = await place(id);
    assertEqual(placed, orderOf(placed), order, "the order by place-order");
    assertEqual(placed, await ordersOf(store, email), [order.id], "the orders in Medusa");
  });

  for (const field of ["shippingMethodId", "paymentProviderId", "returnUrl"]) {
    test(`without ${field} nothing is changed`, async () => {
      const { id } = await filledCart(gateway);
      const before = await stored(store, id);
      const answer = await complete(id, completion(store, { email: uniqueEmail(), [field]: undefined }));
      assertFailure(answer, 400, new RegExp(field));
      assertNoMutation(answer);
      assertEqual(answer, await stored(store, id), before, "the cart in Medusa");
    });
  }

  for (const [what, body, message] of [
    ["no address", { shippingAddress: undefined, billingAddress: undefined }, /address/i],
    ["no billing address", { billingAddress: undefined }, /billing address/i],
    ["no shipping address", { shippingAddress: undefined }, /shipping address/i],
    ["no email", { email: undefined }, /email/i],
  ]) {
    test(`${what}: refused before anything is changed`, async () => {
      const { id } = await filledCart(gateway);
      const answer = await complete(id, completion(store, { email: uniqueEmail(), ...body }));
      assertFailure(answer, 400, message);
      assertNoMutation(answer);
    });
  }

  test("a saved address without a token, and an unknown one", async () => {
    const guests = await filledCart(gateway);
    const refused = await complete(guests.id, completion(store, { shippingAddressId: customers.alice.addresses.home }));
    assertFailure(refused, 401);
    assertNoMutation(refused);
    const { token } = await newCustomer(store);
    const { id } = await filledCart(gateway, { token });
    const unknown = await complete(id, completion(store, { billingAddressId: "cuaddr_01UNKNOWN" }), token);
    assertFailure(unknown, 404, /cuaddr_01UNKNOWN/);
    assertNoMutation(unknown);
  });

  for (const [what, wrong, message] of [
    ["an unknown shipping option", { shippingMethodId: "so_01UNKNOWN" }, "Shipping Options are invalid for cart."],
    ["an unknown provider", { paymentProviderId: "pp_unknown" }, /^Payment provider pp_unknown is not enabled/],
    ["a declined payment", { paymentProviderId: paymentProviders.declining }, "Payment authorization failed"],
    ["a payment that waits for the buyer", { paymentProviderId: paymentProviders.redirecting }, /was not authorized/],
  ]) {
    test(`${what}: Medusa's own words, and the call can be repeated`, async () => {
      const { id } = await filledCart(gateway);
      const email = uniqueEmail();
      const failed = await complete(id, completion(store, { email, ...wrong }));
      assertFailure(failed, 400, message);
      assertEqual(failed, await ordersOf(store, email), [], "the orders in Medusa");
      const answer = await complete(id, completion(store, { email }));
      assertEqual(answer, await ordersOf(store, email), [orderOf(answer).id], "the orders in Medusa");
      assertEqual(answer, orderOf(answer).shippingMethods.length, 1, "number of shipping methods");
    });
  }

  test("without a body", async () => {
    const answer = await gateway.post("/checkout/cart_01/complete", undefined);
    assertFailure(answer, 400);
    assertCalls(answer, []);
  });
});
