import { describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import * as shapes from "./checkout-shapes.mjs";
import { KIEL, LYON, newCustomer, savedAddress } from "./checkout-support.mjs";
import { openContext } from "./context.mjs";

const { store, gateway } = await openContext();
const { alice } = store.fixtures.customers;
const BOOK = "/customers/addresses";

/** How an address book shows an address that was given like this. */
const kept = (address) => ({ ...address, country: address.country.toUpperCase() });

const addressOf = (answer, status = 200) => assertAnswer(answer, status, shapes.customerAddress);
const create = (token, body) => gateway.post(BOOK, body, { token });
const change = (token, id, body) => gateway.patch(`${BOOK}/${id}`, body, { token });
const get = (token, id) => gateway.get(`${BOOK}/${id}`, { token });
const setDefault = (token, id) => gateway.post(`${BOOK}/${id}/default`, undefined, { token });
const remove = (token, id) => gateway.delete(`${BOOK}/${id}`, { token });

async function list(token, query = "") {
  const answer = await gateway.get(`${BOOK}${query}`, { token });
  return { answer, ...assertAnswer(answer, 200, shapes.customerAddresses) };
}

// What Medusa has of an address.
async function stored(token, id) {
  const { address } = await store.medusa("GET", `/store/customers/me/addresses/${id}`, { token });
  return address;
}

describe("GET /customers/addresses", () => {
  test("the customer's own, whole", async () => {
    const { answer, data, total } = await list(store.alice);
    assertEqual(answer, total, 2, "total");
    const [home, office] = ["Home", "Office"].map((label) => data.find((address) => address.label === label));
    const names = { firstName: "Alice", lastName: "Adler" };
    assertEqual(
      answer,
      [home, office],
      [
        {
          id: alice.addresses.home,
          customerId: alice.id,
          label: "Home",
          isDefault: true,
          address: {
            ...names,
            companyName: "Adler GmbH",
            taxId: "DE123456789",
            country: "DE",
            region: "HH",
            streetName: "Lange Reihe",
            streetNumber: "7a",
            apartment: "3rd floor",
            city: "Hamburg",
            postalCode: "20099",
            phone: "+49 40 1234",
          },
          createdAt: home?.createdAt,
          updatedAt: home?.updatedAt,
        },
        {
          id: alice.addresses.office,
          customerId: alice.id,
          label: "Office",
          isDefault: false,
          address: {
            ...names,
            companyName: "Adler SARL",
            taxId: "FR40303265045",
            country: "FR",
            streetName: "Rue de la Paix",
            streetNumber: "12",
            apartment: "B 12",
            city: "Paris",
            postalCode: "75002",
          },
          createdAt: office?.createdAt,
          updatedAt: office?.updatedAt,
        },
      ],
      "Alice's addresses",
    );
  });

  test("none", async () => {
    const { token } = await newCustomer(store);
    const { answer, data, total } = await list(token);
    assertEqual(answer, { data, total }, { data: [], total: 0 }, "the list");
  });

  test("limit, ten if not given, and offset cut pages; total counts all", async () => {
    const customer = await newCustomer(store);
    const ids = [];
    for (let number = 1; number <= 11; number++) {
      ids.push((await savedAddress(store, customer, { ...LYON, streetNumber: String(number) })).id);
    }
    const first = await list(customer.token);
    assertEqual(first.answer, [first.data.length, first.total], [10, 11], "length and total");
    const pages = [];
    for (let offset = 0; offset < 12; offset += 4) {
      const { answer, data, total } = await list(customer.token, `?limit=4&offset=${offset}`);
      assertEqual(answer, [data.length, total], [Math.min(4, 11 - offset), 11], "length and total");
      pages.push(...data.map(({ id }) => id));
    }
    assertEqual(first.answer, pages.sort(), ids.sort(), "the pages put together");
  });

  for (const query of ["limit=0", "limit=x", "limit=1.5", "offset=-1", "offset=x"]) {
    test(`${query} is refused`, async () => {
      const answer = await gateway.get(`${BOOK}?${query}`, { token: store.alice });
      assertFailure(answer, 400, new RegExp(`\\b${query.split("=")[0]}\\b`));
      assertCalls(answer, []);
    });
  }
});

describe("GET /customers/addresses/:id", () => {
  test("as in the list", async () => {
    const { data } = await list(store.alice);
    for (const address of data) {
      const answer = await get(store.alice, address.id);
      assertEqual(answer, addressOf(answer), address, "the address");
    }
  });
});

describe("POST /customers/addresses", () => {
  test("with all members", async () => {
    const { id: customerId, token } = await newCustomer(store);
    const answer = await create(token, { address: KIEL, label: "Home" });
    const address = addressOf(answer, 201);
    const { id, createdAt, updatedAt } = address;
    assertEqual(
      answer,
      address,
      { id, customerId, label: "Home", isDefault: false, address: kept(KIEL), createdAt, updatedAt },
      "the address",
    );
    assertEqual(answer, (await get(token, id)).body, address, "the address later");
    const { company, province, country_code, metadata } = await stored(token, id);
    const medusa = { company, province, country_code, metadata };
    const { taxId, apartment } = KIEL;
    assertEqual(
      answer,
      medusa,
      { company: KIEL.companyName, province: "SH", country_code: "de", metadata: { taxId, apartment } },
      "what Medusa has",
    );
  });

  test("with the required members alone", async () => {
    const { id: customerId, token } = await newCustomer(store);
    const answer = await create(token, { address: LYON });
    const { id, createdAt, updatedAt, label: _, ...address } = addressOf(answer, 201);
    assertEqual(answer, address, { customerId, isDefault: false, address: kept(LYON) }, "the address");
  });

  test("texts are trimmed, and empty ones left out", async () => {
    const { token } = await newCustomer(store);
    const given = { ...LYON, city: "  Lyon ", companyName: " ", streetNumber: "", region: "  ", phone: " ", taxId: "" };
    const answer = await create(token, { address: given, label: "Blank" });
    const { id, address } = addressOf(answer, 201);
    assertEqual(answer, address, kept(LYON), "the address");
    const { company, address_2, province, phone } = await stored(token, id);
    const left = [company, address_2, province, phone].map((value) => value ?? null);
    assertEqual(answer, left, [null, null, null, null], "what Medusa has of the empty ones");
  });

  test("without a label it is the name", async () => {
    const { token } = await newCustomer(store);
    for (const [names, label] of [
      [{ firstName: "Jo", lastName: "Doe" }, "Jo Doe"],
      [{ lastName: "Doe" }, "Doe"],
      [{ firstName: "Jo" }, "Jo"],
    ]) {
      const answer = await create(token, { address: { ...LYON, ...names } });
      assertEqual(answer, addressOf(answer, 201).label, label, "label");
    }
  });

  test("without a label and a name there is no label", async () => {
    const { token } = await newCustomer(store);
    const answer = await create(token, { address: LYON, label: "" });
    assertEqual(answer, "label" in addressOf(answer, 201), false, "whether there is a label");
  });

  test("postalCode and city must be given, but may be empty", async () => {
    const { token } = await newCustomer(store);
    const given = { ...LYON, city: "", postalCode: "" };
    const answer = await create(token, { address: given });
    assertEqual(answer, addressOf(answer, 201).address, kept(given), "the address");
  });

  test("two that are alike, one after the other: each answer is the new one", async () => {
    const { token } = await newCustomer(store);
    const ids = [];
    for (let number = 1; number <= 3; number++) {
      const answer = await create(token, { address: KIEL, label: "Home" });
      const { id } = addressOf(answer, 201);
      assertThat(answer, !ids.includes(id), `another address than ${ids}`);
      ids.push(id);
      assertEqual(answer, (await list(token)).total, number, "number of addresses");
    }
  });

  test("one that is the default, which the one before then is no more", async () => {
    const { token } = await newCustomer(store);
    const first = await create(token, { address: KIEL, isDefault: true });
    assertEqual(first, addressOf(first, 201).isDefault, true, "isDefault");
    const { is_default_shipping, is_default_billing } = await stored(token, first.body.id);
    assertEqual(first, [is_default_shipping, is_default_billing], [true, true], "both of Medusa's defaults");
    const second = await create(token, { address: LYON, isDefault: true });
    assertEqual(second, addressOf(second, 201).isDefault, true, "isDefault of the second");
    const { answer, data } = await list(token);
    const flags = Object.fromEntries(data.map(({ id, isDefault }) => [id, isDefault]));
    assertEqual(answer, flags, { [first.body.id]: false, [second.body.id]: true }, "the defaults");
  });

  test("isDefault: false", async () => {
    const { token } = await newCustomer(store);
    const answer = await create(token, { address: KIEL, isDefault: false });
    assertEqual(answer, addressOf(answer, 201).isDefault, false, "isDefault");
  });
});

describe("PATCH /customers/addresses/:id", () => {
  async function saved(more) {
    const customer = await newCustomer(store);
    const { id } = await savedAddress(store, customer, KIEL, { address_name: "Home", ...more });
    return { token: customer.token, id };
  }

  for (const [what, body, changed] of [
    ["the label alone", { label: "Work" }, { label: "Work" }],
    ["the default alone", { isDefault: true }, { isDefault: true }],
    ["the city alone", { address: { city: "Lübeck" } }, { address: { city: "Lübeck" } }],
    ["the country alone", { address: { country: "fr" } }, { address: { country: "FR" } }],
    ["the tax id alone", { address: { taxId: "DE9" } }, { address: { taxId: "DE9" } }],
    ["the apartment alone", { address: { apartment: "9" } }, { address: { apartment: "9" } }],
    ["the region alone", { address: { region: "HH" } }, { address: { region: "HH" } }],
    [
      "all at once",
      { label: "Work", isDefault: true, address: { ...KIEL, streetName: "Weg", streetNumber: "1" } },
      { label: "Work", isDefault: true, address: { streetName: "Weg", streetNumber: "1" } },
    ],
    ["nothing", {}, {}],
  ]) {
    test(`${what}, and the rest stays`, async () => {
      const { token, id } = await saved();
      const before = (await get(token, id)).body;
      const answer = await change(token, id, body);
      const { updatedAt, ...after } = addressOf(answer);
      const { updatedAt: _, ...rest } = { ...before, ...changed, address: { ...before.address, ...changed.address } };
      assertEqual(answer, after, rest, "the address");
      assertEqual(answer, (await get(token, id)).body, { ...after, updatedAt }, "the address later");
    });
  }

  test("of two that are alike the one asked for", async () => {
    const customer = await newCustomer(store);
    const ids = [await savedAddress(store, customer, KIEL), await savedAddress(store, customer, KIEL)].map(
      ({ id }) => id,
    );
    const answer = await change(customer.token, ids[0], { label: "Changed" });
    assertEqual(answer, [addressOf(answer).id, addressOf(answer).label], [ids[0], "Changed"], "the address");
    assertThat(answer, (await get(customer.token, ids[1])).body.label !== "Changed", "the other to stay as it was");
  });

  test("an empty string empties a member, in Medusa too, and the rest stays", async () => {
    const { token, id } = await saved();
    const { country, streetName, ...others } = KIEL;
    for (const field of Object.keys(others)) {
      const answer = await change(token, id, { address: { [field]: "" } });
      assertThat(answer, !addressOf(answer).address[field], `no ${field}`);
      assertEqual(answer, answer.body.address.streetName, streetName, "streetName");
      others[field] = undefined;
      const left = Object.entries(others).filter(([, value]) => value !== undefined);
      const shownLeft = left.map(([name]) => [name, answer.body.address[name]]);
      assertEqual(answer, shownLeft, left, "the other members");
    }
    const { company, address_2, province, phone, city, postal_code, metadata } = await stored(token, id);
    const texts = [company, address_2, province, phone, city, postal_code].map((value) => value || "");
    const answer = await get(token, id);
    assertEqual(answer, texts, ["", "", "", "", "", ""], "what Medusa has of them");
    assertEqual(answer, metadata ?? {}, {}, "metadata in Medusa");
    assertEqual(answer, answer.body.address.country, country.toUpperCase(), "country");
  });

  test("a country or streetName that is empty counts as not given", async () => {
    const { token, id } = await saved();
    const before = (await get(token, id)).body;
    for (const value of ["", "  "]) {
      const answer = await change(token, id, { label: "", address: { country: value, streetName: value } });
      assertEqual(answer, addressOf(answer).address, before.address, "the address");
      assertEqual(answer, answer.body.label, "Home", "label");
    }
  });

  test("isDefault: false takes the default away", async () => {
    const { token, id } = await saved({ is_default_shipping: true, is_default_billing: true });
    const answer = await change(token, id, { isDefault: false });
    assertEqual(answer, addressOf(answer).isDefault, false, "isDefault");
  });
});

describe("POST /customers/addresses/:id/default", () => {
  test("makes it the default for shipping and billing, and no other", async () => {
    const customer = await newCustomer(store);
    const { token } = customer;
    const flags = { is_default_shipping: true, is_default_billing: true };
    const first = await savedAddress(store, customer, KIEL, flags);
    const second = await savedAddress(store, customer, LYON);
    const answer = await setDefault(token, second.id);
    assertEqual(answer, [addressOf(answer, 201).id, answer.body.isDefault], [second.id, true], "the address");
    const { is_default_shipping, is_default_billing } = await stored(token, second.id);
    assertEqual(answer, [is_default_shipping, is_default_billing], [true, true], "both of Medusa's defaults");
    assertEqual(answer, (await get(token, first.id)).body.isDefault, false, "isDefault of the one before");
  });

  test("a default for billing alone is one too", async () => {
    const customer = await newCustomer(store);
    const { id } = await savedAddress(store, customer, KIEL, { is_default_billing: true });
    const answer = await get(customer.token, id);
    assertEqual(answer, addressOf(answer).isDefault, true, "isDefault");
  });
});

describe("DELETE /customers/addresses/:id", () => {
  test("answers 200 with an empty body", async () => {
    const customer = await newCustomer(store);
    const [first, second] = [await savedAddress(store, customer, KIEL), await savedAddress(store, customer, LYON)];
    const answer = await remove(customer.token, first.id);
    assertStatus(answer, 200);
    assertEqual(answer, answer.text, "", "the body");
    const { data } = await list(customer.token);
    assertEqual(
      answer,
      data.map(({ id }) => id),
      [second.id],
      "the addresses left",
    );
    assertFailure(await remove(customer.token, first.id), 404);
  });
});

const BY_ID = {
  GET: get,
  PATCH: (token, id) => change(token, id, { label: "Mine now" }),
  DELETE: remove,
  "POST …/default": setDefault,
};

describe("an address of another customer, and an unknown one", () => {
  for (const [what, request] of Object.entries(BY_ID)) {
    test(`${what}: not found, and left as it is`, async () => {
      const { token } = await newCustomer(store);
      const before = await stored(store.alice, alice.addresses.office);
      for (const id of [alice.addresses.office, "cuaddr_01UNKNOWN", "cuaddr_1%2F..%2F..%2Fme"]) {
        assertFailure(await request(token, id), 404);
      }
      const answer = await get(store.alice, alice.addresses.office);
      assertEqual(answer, await stored(store.alice, alice.addresses.office), before, "Alice's address in Medusa");
    });
  }
});

describe("without a token, and with a bad one", () => {
  const all = {
    ...BY_ID,
    "GET (list)": (token) => gateway.get(BOOK, { token }),
    POST: (token) => create(token, { address: LYON }),
  };
  for (const [what, request] of Object.entries(all)) {
    test(`${what} is refused`, async () => {
      const answer = await request(undefined, alice.addresses.office);
      assertFailure(answer, 401);
      assertCalls(answer, []);
      const forged = store.token(alice.email, { secret: "guessed" });
      const expired = store.token(alice.email, { expiresIn: -10 });
      for (const token of [forged, expired]) assertFailure(await request(token, alice.addresses.office), 401);
    });
  }

  test("401 comes before 400", async () => {
    for (const answer of [
      await gateway.get(`${BOOK}?limit=x`),
      await create(undefined, {}),
      await gateway.request("POST", BOOK, { body: "{", headers: { "content-type": "application/json" } }),
      await change(undefined, alice.addresses.office, { isDefault: 5 }),
      await gateway.post(BOOK, {}, { headers: { authorization: "" } }),
    ]) {
      assertFailure(answer, 401);
      assertCalls(answer, []);
    }
  });
});

describe("what is refused", () => {
  const required = ["country", "streetName", "city", "postalCode"];
  const without = (field) => Object.fromEntries(Object.entries(KIEL).filter(([name]) => name !== field));

  for (const [what, body, field] of [
    ["no address", { label: "Home" }, "address"],
    ["an address that is none", { address: "Weg 3, Kiel" }, "address"],
    ...required.map((field) => [`no ${field}`, { address: without(field) }, `address.${field}`]),
    ...["country", "streetName"].flatMap((field) =>
      ["", "  "].map((value) => [
        `${field} "${value}"`,
        { address: { ...KIEL, [field]: value } },
        `address.${field} must not be empty`,
      ]),
    ),
    ["a country of three letters", { address: { ...KIEL, country: "DEU" } }, "address.country"],
    ["a city that is a number", { address: { ...KIEL, city: 5 } }, "address.city"],
    ["a label that is a number", { address: KIEL, label: 5 }, "label"],
    ["isDefault as a text", { address: KIEL, isDefault: "true" }, "isDefault"],
  ]) {
    test(`POST with ${what}`, async () => {
      const answer = await create(store.alice, body);
      assertFailure(answer, 400, new RegExp(`(^|[^.\\w])${field.replace(".", "\\.")}\\b`));
      assertCalls(answer, []);
    });
  }

  for (const [what, body, field] of [
    ["a country of three letters", { address: { country: "DEU" } }, "address.country"],
    ["a phone that is a number", { address: { phone: 5 } }, "address.phone"],
    ["a list for an address", { address: [] }, "address"],
    ["isDefault as a number", { isDefault: 1 }, "isDefault"],
  ]) {
    test(`PATCH with ${what}`, async () => {
      const answer = await change(store.alice, alice.addresses.office, body);
      assertFailure(answer, 400, new RegExp(`(^|[^.\\w])${field.replace(".", "\\.")}\\b`));
      assertCalls(answer, []);
    });
  }
});
