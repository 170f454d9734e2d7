/*
 * O2S's cart and checkout, page by page: what a shopper's browser sends, in the order in which it sends it, and what
 * the pages read back. The company data (billing address) come first; the shipping address is a page after it.
 */
import { describe, test } from "node:test";
import { assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { newCustomer, ordersOf, uniqueEmail } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import * as o2s from "./o2s-client.mjs";

const { store, gateway } = await openContext({ env: o2s.O2S_ENVIRONMENT });
const { customers, paymentProviders, products, regions, shippingOptions } = store.fixtures;
const CONFIRMATION = `${o2s.ORIGIN}/en/order-confirmation`;
const PAYMENT_PAGE = `${o2s.ORIGIN}/en/checkout/payment`;

/* ---- What the shopper types into the forms: an empty field is ''. ---- */

const COMPANY = {
  firstName: "Ada",
  lastName: "Byron",
  phone: "+49 30 1234",
  companyName: "Engines GmbH",
  taxId: "DE123456789",
  streetName: "Unter den Linden",
  streetNumber: "5",
  apartment: "3",
  city: "Berlin",
  postalCode: "10117",
  country: "DE",
  notes: "Leave it at the gate",
};
const PERSON = { ...COMPANY, firstName: "", phone: "", companyName: "", taxId: "", apartment: "", notes: "" };
const ELSEWHERE = {
  firstName: "",
  lastName: "Lovelace",
  phone: "",
  streetName: "Holtenauer Straße",
  streetNumber: "",
  apartment: "",
  city: "Kiel",
  postalCode: "24103",
  country: "DE",
};

const orUndefined = (values, names) => Object.fromEntries(names.map((name) => [name, values[name] || undefined]));
const ADDRESS = ["streetName", "streetNumber", "apartment", "city", "postalCode", "country"];
const PARTS = ["firstName", "lastName", "phone", ...ADDRESS];
const COMPANY_FIELDS = [...PARTS, "companyName", "taxId"];

/** The body that the page of the company data sends; `companyName` and `taxId` are sent even if they are empty. */
function companyBody(values, email) {
  const { companyName, taxId, notes } = values;
  return {
    billingAddress: { ...orUndefined(values, PARTS), email: email || undefined, companyName, taxId },
    notes: notes || undefined,
    email: email || undefined,
  };
}

/** The body that the page of the shipping address sends: no address if it is the billing address. */
function shippingBody(values) {
  if (!values) return { sameAsBillingAddress: true };
  return { sameAsBillingAddress: false, shippingAddress: orUndefined(values, PARTS) };
}

/** The fields of an address form, filled from an answer as the page fills it. */
const formOf = (address, names) => Object.fromEntries(names.map((name) => [name, address?.[name] ?? ""]));

/** That an address in an answer fills a form with what was typed. */
function assertForm(answer, address, typed, names, what) {
  assertEqual(answer, formOf(address, names), formOf(typed, names), what);
}

/* ---- What the pages do. ---- */

function openShop({ token } = {}) {
  const browser = o2s.openStorefront(gateway, { token });
  const server = o2s.openStorefront(gateway, { token, browser: false });
  const cartOf = (answer, status) => ({ answer, cart: o2s.reads(answer, status, o2s.cart) });
  return {
    browser,
    /** `cartId` is what local storage holds: undefined before the first item. */
    add: async (cartId, { sku, variantId, quantity = 1 }) =>
      cartOf(await browser.post("/carts/items", { cartId, sku, variantId, quantity, currency: "EUR" }), 201),
    open: async (cartId) => cartOf(await browser.get(`/carts/${cartId}`), 200),
    change: async (cartId, itemId, quantity) =>
      cartOf(await browser.patch(`/carts/${cartId}/items/${itemId}`, { quantity }), 200),
    remove: async (cartId, itemId) => cartOf(await browser.delete(`/carts/${cartId}/items/${itemId}`), 200),
    company: async (cartId, values, email) =>
      cartOf(await browser.post(`/checkout/${cartId}/addresses`, companyBody(values, email)), 201),
    shipTo: async (cartId, values) =>
      cartOf(await browser.post(`/checkout/${cartId}/addresses`, shippingBody(values)), 201),
    options: async (cartId) => {
      const answer = await browser.get(`/checkout/${cartId}/shipping-options`);
      return { answer, options: o2s.reads(answer, 200, o2s.shippingOptions).data };
    },
    shipBy: async (cartId, shippingOptionId) =>
      cartOf(await browser.post(`/checkout/${cartId}/shipping-method`, { shippingOptionId }), 201),
    providers: async (regionId) => {
      const answer = await browser.get("/payments/providers", { regionId });
      return { answer, providers: o2s.reads(answer, 200, o2s.paymentProviders).data };
    },
    pay: async (cartId, providerId) => {
      const body = { providerId, returnUrl: CONFIRMATION, cancelUrl: PAYMENT_PAGE };
      const answer = await browser.post(`/checkout/${cartId}/payment`, body);
      return { answer, session: o2s.reads(answer, 201, o2s.paymentSession) };
    },
    summary: async (cartId) => {
      const answer = await browser.get(`/checkout/${cartId}/summary`);
      return { answer, summary: o2s.reads(answer, 200, o2s.summary) };
    },
    /** The page takes the e-mail address from the summary. */
    place: async (cartId, { billingAddress, email }) => {
      const body = { email: billingAddress?.email || email };
      const answer = await browser.post(`/checkout/${cartId}/place-order`, body);
      return { answer, ...o2s.reads(answer, 201, o2s.placed) };
    },
    confirmation: async (orderId) => {
      const answer = await server.get(`/orders/${orderId}`);
      return { answer, order: o2s.reads(answer, 200, o2s.order) };
    },
  };
}

const variantOf = ({ variants: [{ id, sku }] }) => ({ sku, variantId: id });
const BARE = variantOf(products.bare);
const [SHIRT, OTHER_SHIRT] = products.sixVariants.variants.map(({ id, sku }) => ({ sku, variantId: id }));

async function filledCart(shop) {
  const { cart } = await shop.add(undefined, { ...BARE, quantity: 2 });
  return cart.id;
}

const SHOPPERS = {
  "a guest": async () => ({ email: uniqueEmail() }),
  "a customer": async () => newCustomer(store),
};

/* ---- The cart. ---- */

for (const [shopper, signUp] of Object.entries(SHOPPERS)) {
  describe(`the cart of ${shopper}`, () => {
    test("the first item makes a cart, the next ones go into it", async () => {
      const shop = openShop(await signUp());
      const first = await shop.add(undefined, SHIRT);
      assertEqual(first.answer, first.cart.regionId, regions.eur.id, "regionId");
      const second = await shop.add(first.cart.id, OTHER_SHIRT);
      const third = await shop.add(first.cart.id, SHIRT);
      for (const { answer, cart } of [second, third]) {
        assertEqual(answer, cart.id, first.cart.id, "the id that local storage holds");
        assertEqual(answer, cart.items.data.length, 2, "the number in the header's badge");
      }
      const quantities = third.cart.items.data.map(({ sku, quantity }) => [sku, quantity]).sort();
      const expected = [
        [SHIRT.sku, 2],
        [OTHER_SHIRT.sku, 1],
      ].sort();
      assertEqual(third.answer, quantities, expected, "the quantities");
      const { answer, cart } = await shop.open(first.cart.id);
      assertEqual(answer, cart.items.total, 2, "items.total");
    });

    test("a quantity that is changed twice, up and down", async () => {
      const shop = openShop(await signUp());
      const { cart } = await shop.add(undefined, BARE);
      for (const quantity of [5, 1]) {
        const { answer, cart: changed } = await shop.change(cart.id, cart.items.data[0].id, quantity);
        assertEqual(answer, changed.items.data[0].quantity, quantity, "the quantity");
        assertEqual(answer, changed.subtotal.value, quantity, "the subtotal");
      }
    });

    test("an item that is removed, and removed again", async () => {
      const shop = openShop(await signUp());
      const { cart } = await shop.add(undefined, BARE);
      const { cart: both } = await shop.add(cart.id, SHIRT);
      const [gone] = cart.items.data;
      const first = await shop.remove(cart.id, gone.id);
      const second = await shop.remove(cart.id, gone.id);
      for (const { answer, cart: left } of [first, second]) {
        assertEqual(answer, left.id, both.id, "the cart");
        const skus = left.items.data.map(({ sku }) => sku);
        assertEqual(answer, skus, [SHIRT.sku], "the items that are left");
      }
    });

    test("a double click on remove: both requests succeed", async () => {
      const shop = openShop(await signUp());
      const { cart } = await shop.add(undefined, BARE);
      const [{ id }] = cart.items.data;
      await Promise.all([shop.remove(cart.id, id), shop.remove(cart.id, id)]);
      const { answer, cart: left } = await shop.open(cart.id);
      assertEqual(answer, left.items, { data: [], total: 0 }, "the items");
    });

    test("a promotion is applied, shown and removed", async () => {
      const shop = openShop(await signUp());
      const cartId = await filledCart(shop);
      const applied = await shop.browser.post(`/carts/${cartId}/promotions`, { code: "TEN" });
      const { promotions, discountTotal } = o2s.reads(applied, 201, o2s.cart);
      assertEqual(
        applied,
        promotions?.map(({ code }) => code),
        ["TEN"],
        "the promotion codes",
      );
      assertThat(applied, discountTotal.value > 0, "a discount");
      const removed = await shop.browser.delete(`/carts/${cartId}/promotions/TEN`);
      assertEqual(removed, o2s.reads(removed, 200, o2s.cart).discountTotal.value, 0, "the discount");
    });
  });
}

/* ---- The checkout. ---- */

/** All pages of the checkout. `to`: the shipping address, null for the billing address. Gives the order's page. */
async function checkOut(shop, { cartId, company, email, to }) {
  const billed = await shop.company(cartId, company, email);
  assertForm(billed.answer, billed.cart.billingAddress, company, PARTS, "the form of the company data");

  const [{ answer, cart }, { options }] = await Promise.all([shop.open(cartId), shop.options(cartId)]);
  assertForm(answer, cart.billingAddress, company, COMPANY_FIELDS, "the stored company data");
  assertThat(answer, options.length > 0, "shipping options");
  const shipped = await shop.shipTo(cartId, to);
  assertEqual(shipped.answer, shipped.cart.metadata.sameAsBillingAddress, !to, "metadata.sameAsBillingAddress");
  assertForm(shipped.answer, shipped.cart.shippingAddress, to ?? company, PARTS, "the form of the shipping address");
  assertForm(shipped.answer, shipped.cart.billingAddress, company, PARTS, "the billing address afterwards");
  const option = options.find(({ id }) => id === shippingOptions.standard.id);
  const chosen = await shop.shipBy(cartId, option.id);
  // The page selects the option with the method's id, and shows its total as the cart's shipping costs.
  const { shippingMethod, shippingTotal } = chosen.cart;
  assertEqual(chosen.answer, shippingMethod?.id, option.id, "shippingMethod.id");
  assertEqual(chosen.answer, shippingMethod?.name, option.name, "shippingMethod.name");
  assertEqual(chosen.answer, shippingMethod?.total, shippingTotal, "shippingMethod.total");

  const { providers } = await shop.providers(chosen.cart.regionId);
  assertThat(
    chosen.answer,
    providers.some(({ id }) => id === paymentProviders.system),
    "the provider to be offered",
  );
  const { answer: paid, session } = await shop.pay(cartId, paymentProviders.system);
  assertEqual(paid, session.providerId, paymentProviders.system, "providerId");
  const { answer: paying, cart: payingCart } = await shop.open(cartId);
  assertEqual(paying, payingCart.paymentMethod?.id, paymentProviders.system, "paymentMethod.id");
  assertEqual(paying, payingCart.metadata.sameAsBillingAddress, !to, "metadata.sameAsBillingAddress afterwards");

  const { answer: summed, summary } = await shop.summary(cartId);
  assertEqual(summed, summary.email, email, "the e-mail address that the page shows and sends");
  assertEqual(summed, summary.notes ?? "", company.notes, "the notes");
  const placed = await shop.place(cartId, summary);
  assertEqual(placed.answer, placed.paymentRedirectUrl, undefined, "paymentRedirectUrl");
  assertEqual(placed.answer, placed.order.total, summary.totals.total, "the order's total");
  return { ...placed, summary };
}

function assertConfirmation({ answer, order }, { summary, email, company, to }) {
  assertForm(answer, order.billingAddress, company, COMPANY_FIELDS, "the billing address");
  assertForm(answer, order.shippingAddress, to ?? company, PARTS, "the shipping address");
  assertEqual(answer, order.email, email, "email");
  assertEqual(answer, order.total, summary.totals.total, "total");
  assertEqual(answer, order.subtotal, summary.totals.subtotal, "subtotal");
  assertEqual(answer, order.items.data[0].quantity, 2, "the quantity");
  assertEqual(
    answer,
    order.shippingMethods.map(({ name }) => name),
    [summary.shippingMethod.name],
    "the shipping methods",
  );
}

const FORMS = {
  "a company, shipped to the billing address": { company: COMPANY, to: null },
  "a company, shipped elsewhere": { company: COMPANY, to: ELSEWHERE },
  "a person who leaves all optional fields empty": { company: PERSON, to: null },
  "a person, shipped elsewhere": { company: PERSON, to: ELSEWHERE },
};

for (const [shopper, signUp] of Object.entries(SHOPPERS)) {
  describe(`the checkout of ${shopper}`, () => {
    for (const [form, given] of Object.entries(FORMS)) {
      test(form, async () => {
        const { email, token } = await signUp();
        const shop = openShop({ token });
        const cartId = await filledCart(shop);
        const { order, summary } = await checkOut(shop, { ...given, cartId, email });
        assertConfirmation(await shop.confirmation(order.id), { ...given, summary, email });
      });
    }

    test("back to the shipping page: the address is switched between billing's and its own", async () => {
      const { email, token } = await signUp();
      const shop = openShop({ token });
      const cartId = await filledCart(shop);
      await shop.company(cartId, COMPANY, email);
      for (const to of [null, ELSEWHERE, null]) {
        await shop.shipTo(cartId, to);
        const { answer, cart } = await shop.open(cartId);
        assertEqual(answer, cart.metadata.sameAsBillingAddress === true, !to, "the form's switch");
        assertForm(answer, cart.shippingAddress, to ?? COMPANY, PARTS, "the shipping address");
      }
    });

    test("back to the company data: they are sent again as the page has filled them in", async () => {
      const { email, token } = await signUp();
      const shop = openShop({ token });
      const cartId = await filledCart(shop);
      await shop.company(cartId, COMPANY, email);
      const { cart } = await shop.open(cartId);
      const form = { ...formOf(cart.billingAddress, Object.keys(COMPANY)), notes: cart.notes ?? "" };
      const edited = { ...form, taxId: "", notes: "" };
      const { answer, cart: saved } = await shop.company(cartId, edited, cart.billingAddress.email ?? cart.email);
      assertForm(answer, saved.billingAddress, { ...COMPANY, taxId: "" }, COMPANY_FIELDS, "the company data");
      // Notes that are emptied are not sent.
      assertEqual(answer, saved.notes, COMPANY.notes, "the notes");
    });

    test("another shipping option and another provider replace the first", async () => {
      const { email, token } = await signUp();
      const shop = openShop({ token });
      const cartId = await filledCart(shop);
      await shop.company(cartId, COMPANY, email);
      await shop.shipTo(cartId, null);
      for (const { id } of [shippingOptions.express, shippingOptions.standard]) {
        const { answer, cart } = await shop.shipBy(cartId, id);
        assertEqual(answer, cart.shippingMethod?.id, id, "shippingMethod.id");
      }
      const redirecting = await shop.pay(cartId, paymentProviders.redirecting);
      assertThat(redirecting.answer, redirecting.session.redirectUrl, "a redirectUrl");
      // This provider has not authorised the payment yet: the page shows an error, and the cart is still there.
      const { email: shown } = (await shop.summary(cartId)).summary;
      assertFailure(await shop.browser.post(`/checkout/${cartId}/place-order`, { email: shown }), 400);
      await shop.pay(cartId, paymentProviders.system);
      const { answer, cart } = await shop.open(cartId);
      assertEqual(answer, cart.paymentMethod?.id, paymentProviders.system, "paymentMethod.id");
      const placed = await shop.place(cartId, (await shop.summary(cartId)).summary);
      const again = await shop.place(cartId, { email });
      assertEqual(again.answer, again.order.id, placed.order.id, "the order of a second click");
      assertEqual(again.answer, await ordersOf(store, email), [placed.order.id], "the orders in Medusa");
    });

    test("the summary page before its time: 400, not the 401 or 404 that mean a lost cart", async () => {
      const { email, token } = await signUp();
      const shop = openShop({ token });
      const cartId = await filledCart(shop);
      const summary = async (lacking) =>
        assertFailure(await shop.browser.get(`/checkout/${cartId}/summary`), 400, lacking);
      await summary(/shipping address/i);
      await shop.company(cartId, COMPANY, email);
      await summary(/shipping address/i);
      await shop.shipTo(cartId, null);
      await summary(/shipping method/i);
      await shop.shipBy(cartId, shippingOptions.standard.id);
      await summary(/payment method/i);
    });

    // What the forms send where the shop's own settings make a required field optional.
    const EMPTY = [
      ["no country", "addresses", companyBody({ ...COMPANY, country: "" }), /country/],
      ["no street", "addresses", companyBody({ ...COMPANY, streetName: "" }), /streetName/],
      ["no shipping method", "shipping-method", { shippingOptionId: "" }, /shippingOptionId/],
      ["no provider", "payment", { providerId: "", returnUrl: CONFIRMATION, cancelUrl: PAYMENT_PAGE }, /providerId/],
    ];
    for (const [what, page, body, message] of EMPTY) {
      test(`a form with ${what}: 400, which names the field`, async () => {
        const shop = openShop(await signUp());
        const cartId = await filledCart(shop);
        assertFailure(await shop.browser.post(`/checkout/${cartId}/${page}`, body), 400, message);
      });
    }
  });
}

describe("a shopper who signs in or out", () => {
  test("a guest who signs in keeps the cart, and orders from it", async () => {
    const { email, token } = await newCustomer(store);
    const cartId = await filledCart(openShop());
    const shop = openShop({ token });
    await shop.open(cartId);
    const { order } = await checkOut(shop, { cartId, company: COMPANY, email, to: null });
    await shop.confirmation(order.id);
  });

  test("a customer who signs out does not see the cart any more, and starts another", async () => {
    const { token } = await newCustomer(store);
    const cartId = await filledCart(openShop({ token }));
    const guest = openShop();
    assertFailure(await guest.browser.get(`/carts/${cartId}`), 401);
    const { answer, cart } = await guest.add(undefined, BARE);
    assertThat(answer, cart.id !== cartId, "another cart");
  });

  test("a cart id that Medusa does not know: 404, for which the pages leave the checkout", async () => {
    const { browser } = openShop();
    for (const path of ["/carts/cart_01UNKNOWN", "/checkout/cart_01UNKNOWN/summary"]) {
      assertFailure(await browser.get(path), 404);
    }
  });
});

describe("a guest with the e-mail address of an account", () => {
  const { email } = customers.bob;

  test("keeps the cart and sees the order, which does not tell whose the address is", async () => {
    const shop = openShop();
    const cartId = await filledCart(shop);
    const { order, summary, answer } = await checkOut(shop, { cartId, company: COMPANY, email, to: ELSEWHERE });
    const confirmation = await shop.confirmation(order.id);
    assertConfirmation(confirmation, { summary, email, company: COMPANY, to: ELSEWHERE });
    for (const [seen, body] of [
      [answer, order],
      [confirmation.answer, confirmation.order],
    ]) {
      assertEqual(seen, body.customerId, undefined, "customerId");
    }
  });

  test("sees no sign of the account in the cart", async () => {
    const shop = openShop();
    const cartId = await filledCart(shop);
    await shop.company(cartId, COMPANY, email);
    const { answer, cart } = await shop.open(cartId);
    assertEqual(answer, cart.customerId, undefined, "customerId");
    assertEqual(answer, cart.metadata.guestCheckout, undefined, "metadata.guestCheckout");
  });
});

describe("the browser's preflight requests", () => {
  const headers = ["authorization", "content-type", "x-client-timezone", "x-locale"];
  const REQUESTS = [
    ["GET", "/carts/cart_01"],
    ["POST", "/carts/items"],
    ["PATCH", "/carts/cart_01/items/item_01"],
    ["DELETE", "/carts/cart_01/items/item_01"],
    ["POST", "/checkout/cart_01/addresses"],
    ["POST", "/checkout/cart_01/place-order"],
    ["GET", "/payments/providers?regionId=reg_01"],
  ];
  for (const [method, path] of REQUESTS) {
    test(`before ${method} ${path}`, async () => {
      const answer = await gateway.request("OPTIONS", `/api${path}`, {
        headers: {
          origin: o2s.ORIGIN,
          "access-control-request-method": method,
          "access-control-request-headers": headers.join(","),
        },
      });
      assertStatus(answer, 204);
      assertEqual(answer, answer.headers["access-control-allow-origin"], o2s.ORIGIN, "Access-Control-Allow-Origin");
      const listed = (name) => (answer.headers[name] ?? "").toLowerCase().split(/ *, */);
      const methods = listed("access-control-allow-methods");
      assertThat(answer, methods.includes(method.toLowerCase()), `${method} to be allowed`);
      const refused = headers.filter((name) => !listed("access-control-allow-headers").includes(name));
      assertEqual(answer, refused, [], "the headers that are not allowed");
    });
  }
});
