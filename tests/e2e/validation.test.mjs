/*
 * Every member of every body: one of a wrong type, missing or malformed is refused by its name, without a call to
 * Medusa; an empty one is absent.
 */
import { before, describe, test } from "node:test";
import { assertCalls, assertEqual, assertFailure } from "./assertions.mjs";
import { KIEL, completion, newCustomer } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";

const { store, gateway } = await openContext();

// What is wrong for a member of a kind.
const TEXT = [5, true, {}, ["x"]];
const WRONG = {
  text: TEXT,
  object: ["x", 5, true, []],
  truth: ["true", 1, {}, []],
  quantity: [0, -1, 1.5, "2", true, {}, [1]],
  "quantity or 0": [-1, 1.5, "2", true, {}, [1]],
  email: [...TEXT, "nobody", "@example.com", "nobody@", "a b@example.com"],
  country: [...TEXT, "DEU", "D", "1!"],
  currency: [...TEXT, "EURO", "E", "€"],
  address: ["Weg 3, Kiel", 5, true, []],
};

const ADDRESS = {
  firstName: "text",
  lastName: "text",
  companyName: "text",
  taxId: "text",
  country: "country",
  district: "text",
  region: "text",
  streetName: "text",
  streetNumber: "text",
  apartment: "text",
  city: "text",
  postalCode: "text",
  phone: "text",
};
const ADDRESS_NEEDS = ["country", "streetName", "city", "postalCode"];
// Those that must say something: not every country has postal codes, or cities.
const ADDRESS_SAYS = ["country", "streetName"];

const EMPTY = ["", " ", " \t"];
const STRINGS = ["text", "email", "country", "currency"];

const saved = {
  shippingAddressId: "text",
  shippingAddress: "address",
  billingAddressId: "text",
  billingAddress: "address",
  sameAsBillingAddress: "truth",
  notes: "text",
  email: "email",
};
const redirect = { returnUrl: "text", cancelUrl: "text", metadata: "object" };

/*
 * request   method and path
 * good      a body to which nothing is wrong
 * members   the kind of each
 * needs     those without which it is refused
 * partial   an address may lack anything
 */
const BODIES = [
  {
    request: ["POST", "/carts"],
    good: { currency: "EUR", regionId: "reg_1" },
    members: { currency: "currency", regionId: "text", metadata: "object" },
    needs: ["currency"],
  },
  {
    request: ["PATCH", "/carts/cart_1"],
    good: {},
    members: { regionId: "text", email: "email", notes: "text", metadata: "object" },
    needs: [],
  },
  {
    request: ["POST", "/carts/items"],
    good: { currency: "EUR", sku: "BARE-1", quantity: 1 },
    members: {
      cartId: "text",
      sku: "text",
      variantId: "text",
      quantity: "quantity",
      currency: "currency",
      regionId: "text",
      metadata: "object",
    },
    needs: ["quantity", "currency", "sku"],
  },
  {
    request: ["PATCH", "/carts/cart_1/items/cali_1"],
    good: {},
    members: { quantity: "quantity or 0", metadata: "object" },
    needs: [],
  },
  {
    request: ["POST", "/carts/cart_1/promotions"],
    good: { code: "TEN" },
    members: { code: "text" },
    needs: ["code"],
  },
  {
    request: ["POST", "/checkout/cart_1/addresses"],
    good: { shippingAddress: KIEL },
    members: saved,
    needs: [],
  },
  {
    request: ["POST", "/checkout/cart_1/shipping-method"],
    good: { shippingOptionId: "so_1" },
    members: { shippingOptionId: "text" },
    needs: ["shippingOptionId"],
  },
  {
    request: ["POST", "/checkout/cart_1/payment"],
    good: { providerId: "pp_1", returnUrl: "https://shop.example.com" },
    members: { providerId: "text", ...redirect },
    needs: ["providerId", "returnUrl"],
  },
  { request: ["POST", "/checkout/cart_1/place-order"], good: {}, members: { email: "email" }, needs: [] },
  {
    request: ["POST", "/checkout/cart_1/complete"],
    good: completion(store),
    members: {
      ...saved,
      shippingMethodId: "text",
      paymentProviderId: "text",
      ...redirect,
    },
    needs: ["shippingMethodId", "paymentProviderId", "returnUrl"],
  },
  {
    request: ["POST", "/customers/addresses"],
    good: { address: KIEL },
    members: { address: "address", label: "text", isDefault: "truth" },
    needs: ["address"],
  },
  {
    request: ["PATCH", "/customers/addresses/cuaddr_1"],
    good: {},
    members: { address: "address", label: "text", isDefault: "truth" },
    needs: [],
    partial: true,
  },
  {
    request: ["POST", "/payments/sessions"],
    good: { cartId: "cart_1", providerId: "pp_1", returnUrl: "https://shop.example.com" },
    members: { cartId: "text", providerId: "text", ...redirect },
    needs: ["cartId", "providerId", "returnUrl"],
  },
];

let token;
before(async () => {
  ({ token } = await newCustomer(store));
});

const without = (body, field) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
// The name as a whole: "address.city" is not named by "city", nor "city" by "address.city".
const names = (field) => new RegExp(`(?<![\\w.])${field.replaceAll(".", "\\.")}(?![\\w.])`);

for (const { request, good, members, needs, partial } of BODIES) {
  const [method, path] = request;

  const assertRefused = async (body, field, options) => {
    const answer = await gateway.request(method, path, { body, token, ...options });
    assertFailure(answer, 400, names(field));
    assertCalls(answer, []);
  };

  describe(`${method} ${path}`, () => {
    for (const [field, kind] of Object.entries(members)) {
      test(`${field} (${kind}) of another kind`, async () => {
        for (const wrong of WRONG[kind]) await assertRefused({ ...good, [field]: wrong }, field);
      });

      if (kind !== "address") continue;
      test(`the members of ${field}`, async () => {
        for (const [member, of] of Object.entries(ADDRESS)) {
          for (const wrong of WRONG[of]) {
            await assertRefused({ ...good, [field]: { ...KIEL, [member]: wrong } }, `${field}.${member}`);
          }
        }
      });

      if (partial) continue;
      test(`what ${field} needs`, async () => {
        for (const member of ADDRESS_NEEDS) {
          await assertRefused({ ...good, [field]: without(KIEL, member) }, `${field}.${member}`);
        }
        for (const member of ADDRESS_SAYS) {
          for (const empty of EMPTY) {
            await assertRefused({ ...good, [field]: { ...KIEL, [member]: empty } }, `${field}.${member}`);
          }
        }
      });
    }

    for (const field of needs) {
      test(`${field} is needed`, () => assertRefused(without(good, field), field));

      if (!STRINGS.includes(members[field])) continue;
      test(`${field} is needed, and not empty`, async () => {
        for (const empty of EMPTY) await assertRefused({ ...good, [field]: empty }, field);
      });
    }

    // Notes can be emptied, and so can what an address book has.
    const optional = Object.keys(members).filter(
      (field) => STRINGS.includes(members[field]) && !(field in good) && !(method === "PATCH" && field === "notes"),
    );
    if (optional.length) {
      test(`an empty member is absent: ${optional.join(", ")}`, async () => {
        const came = async (body) => {
          const answer = await gateway.request(method, path, { body, token });
          return { answer, facts: [answer.status, answer.body?.message, answer.calls.map(({ line }) => line).sort()] };
        };
        const { facts } = await came(good);
        for (const empty of EMPTY) {
          const body = { ...good, ...Object.fromEntries(optional.map((field) => [field, empty])) };
          const { answer, facts: found } = await came(body);
          assertEqual(answer, found, facts, "status, message and calls");
        }
      });
    }

    for (const [what, body] of Object.entries({
      "a list": "[]",
      "a text": '"x"',
      null: "null",
      "half of one": `${JSON.stringify({ ...good, x: 1 }).slice(0, -2)}`,
      "two of them": "{}{}",
      "no JSON": "currency=EUR",
    })) {
      test(`a body that is ${what}`, async () => {
        const headers = { "content-type": "application/json" };
        const answer = await gateway.request(method, path, { body, token, headers });
        assertFailure(answer, 400);
        assertCalls(answer, []);
      });
    }

    test("a body of another type", async () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
        const headers = { "content-type": type };
        const answer = await gateway.request(method, path, { body: JSON.stringify(good), token, headers });
        assertFailure(answer, 415);
        assertCalls(answer, []);
      }
    });
  });
}
