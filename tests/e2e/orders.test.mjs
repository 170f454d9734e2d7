import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertAnswer, assertCalls, assertEqual, assertFailure, assertThat } from "./assertions.mjs";
import * as shapes from "./checkout-shapes.mjs";
import { KIEL, LYON, newCustomer, openContextWithOrders, placedOrder, shown } from "./checkout-support.mjs";
import { tableWithParts } from "./product-support.mjs";
import { json, startStandIn } from "./standin.mjs";

const { store, gateway, start } = await openContextWithOrders();
const { customers, products, shippingOptions } = store.fixtures;
const ORDERS = store.fixtures.orders;
const PAGE = 50;
const MOST = 1000;

const ORDER_STATUS = { pending: "PENDING", completed: "COMPLETED", archived: "ARCHIVED", canceled: "CANCELLED" };
const PAYMENT_STATUS = {
  authorized: "PENDING",
  captured: "CAPTURED",
  refunded: "REFUNDED",
  partially_refunded: "PARTIALLY_REFUNDED",
  canceled: "FAILED",
};

function list(params = {}, options = { token: store.alice }) {
  const query = new URLSearchParams(params).toString();
  return gateway.get(`/orders${query && `?${query}`}`, options);
}

// The first and the last moment of a date: a day, a month, or a moment in UTC.
function periodOf(date) {
  const [, year, month] = /^(\d{4})-(\d\d)$/.exec(date) ?? [];
  if (month) return [Date.UTC(year, month - 1), Date.UTC(year, month) - 1];
  if (/^\d{4}-\d\d-\d\d$/.test(date)) return [Date.parse(date), Date.parse(`${date}T23:59:59.999Z`)];
  return [Date.parse(date), Date.parse(date)];
}

/** Orders are sorted by id where the key is the same; Medusa's amounts are of the orders themselves. */
const KEYS = {
  createdAt: ({ createdAt }) => Date.parse(createdAt),
  updatedAt: ({ createdAt }) => Date.parse(createdAt),
  id: ({ id }) => id,
  display_id: ({ displayId }) => displayId,
  total: ({ id }) => amounts.get(id).total,
  subtotal: ({ id }) => amounts.get(id).item_subtotal,
};
const FIELDS = { created_at: "createdAt", updated_at: "updatedAt" };

// "createdAt_DESC" and "-created_at" are the same: {key, descending}.
function sortOf(sort) {
  const [, minus, name, direction] = /^(-?)(\w+?)(?:_(ASC|DESC))?$/.exec(sort);
  return { key: KEYS[FIELDS[name] ?? name], descending: minus === "-" || direction === "DESC" };
}

// What a list should be, worked out from what is known of the store.
function expectedPage({ status, paymentStatus, dateFrom, dateTo, sort = "createdAt_DESC", limit = PAGE, offset = 0 }) {
  const from = dateFrom ? periodOf(dateFrom)[0] : -Infinity;
  const to = dateTo ? periodOf(dateTo)[1] : Infinity;
  const fitting = ORDERS.filter((order) => {
    const created = Date.parse(order.createdAt);
    return (
      (!status || ORDER_STATUS[order.status] === status.toUpperCase()) &&
      (!paymentStatus || PAYMENT_STATUS[order.paymentStatus] === paymentStatus.toUpperCase()) &&
      created >= from &&
      created <= to
    );
  });
  const { key, descending } = sortOf(sort);
  fitting.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  if (descending) fitting.reverse();
  const data = fitting.slice(offset, offset + limit).map(({ id, status, paymentStatus, createdAt }) => ({
    id,
    status: ORDER_STATUS[status],
    paymentStatus: PAYMENT_STATUS[paymentStatus],
    createdAt,
  }));
  return { data, total: fitting.length };
}

// As Medusa reports them for each order by itself.
const amounts = new Map();
before(async () => {
  for (const { id } of ORDERS)
    amounts.set(id, (await store.medusa("GET", `/store/orders/${id}`, { token: store.alice })).order);
});

// Orders of the same amount come in an order of the gateway's own: what is compared is the amounts.
async function assertSorted(params) {
  const answer = await list(params);
  const { data, total } = assertAnswer(answer, 200, shapes.orders);
  const expected = expectedPage(params);
  const { key } = sortOf(params.sort);
  assertEqual(answer, total, expected.total, "total");
  assertEqual(answer, data.map(key), expected.data.map(key), "what is sorted by");
  return data;
}

async function assertList(params) {
  const answer = await list(params);
  const { data, total } = assertAnswer(answer, 200, shapes.orders);
  const seen = data.map(({ id, status, paymentStatus, createdAt }) => ({ id, status, paymentStatus, createdAt }));
  const expected = expectedPage(params);
  assertEqual(answer, total, expected.total, "total");
  assertEqual(answer, seen, expected.data, "the page");
  assertThat(
    answer,
    data.every(({ customerId }) => customerId === customers.alice.id),
    "none but Alice's orders",
  );
  return answer;
}

const title = (params) => new URLSearchParams(params).toString() || "without filters";

describe("GET /orders", () => {
  describe("one filter", () => {
    for (const params of [
      {},
      { limit: 5 },
      { limit: 100 },
      { limit: 7, offset: 60 },
      { offset: 64 },
      { limit: 3, offset: 1000 },
      ...["PENDING", "COMPLETED", "ARCHIVED", "CANCELLED"].map((status) => ({ status })),
      { status: "completed" },
      { status: "CanCelled" },
      { status: "REQUIRES_ACTION" },
      ...["PENDING", "CAPTURED", "REFUNDED", "PARTIALLY_REFUNDED", "FAILED"].map((paymentStatus) => ({
        paymentStatus,
      })),
      { paymentStatus: "not_paid" },
      { paymentStatus: "Captured" },
      { paymentStatus: "REQUIRES_ACTION" },
      { sort: "createdAt_ASC" },
      { sort: "createdAt_DESC" },
      { sort: "updatedAt_ASC" },
      { sort: "updatedAt_DESC" },
      { sort: "created_at" },
      { sort: "-created_at" },
    ]) {
      test(title(params), () => assertList(params));
    }
  });

  describe("sort takes id, display_id, total and subtotal, in O2S's form and in Medusa's", () => {
    const EXACT = ["id", "display_id"];
    const AMOUNTS = ["total", "subtotal"];
    for (const name of EXACT)
      for (const sort of [`${name}_ASC`, `${name}_DESC`, name, `-${name}`])
        test(sort, () => assertList({ sort, limit: 9, offset: 5 }));

    for (const name of AMOUNTS) {
      for (const sort of [`${name}_ASC`, `${name}_DESC`, name, `-${name}`]) {
        test(`${sort}, over all pages`, async () => {
          const whole = await assertSorted({ sort, limit: 100 });
          const pages = [];
          for (let offset = 0; offset < whole.length; offset += 25)
            pages.push(...(await assertSorted({ sort, limit: 25, offset })));
          const ids = (orders) => orders.map(({ id }) => id);
          assert.deepEqual(ids(pages), ids(whole));
          assert.deepEqual(ids(whole).sort(), ORDERS.map(({ id }) => id).sort());
        });
      }
      test(`${name}_DESC with all filters`, () =>
        assertSorted({
          sort: `${name}_DESC`,
          status: "pending",
          paymentStatus: "PENDING",
          dateFrom: "2025-03",
          dateTo: "2025-04-20",
          limit: 2,
          offset: 1,
        }));
    }
  });

  describe("statuses that O2S has and Medusa has not: an empty list", () => {
    for (const params of [
      ...["SHIPPED", "PROCESSING", "DELIVERED", "RETURNED", "TRAINING_REQUEST", "UNKNOWN", "shipped"].map((status) => ({
        status,
      })),
      ...["PAID", "UNKNOWN", "paid"].map((paymentStatus) => ({ paymentStatus })),
      { status: "SHIPPED", paymentStatus: "CAPTURED", dateFrom: "2025-01-01", sort: "total_DESC" },
      { status: "completed", paymentStatus: "PAID", dateTo: "2026" },
    ]) {
      test(title(params), async () => {
        const answer = await list(params);
        assertEqual(answer, assertAnswer(answer, 200, shapes.orders), { data: [], total: 0 }, "the list");
        assertThat(answer, !answer.calls.some(({ path }) => path.endsWith("/orders")), "no list from Medusa");
      });

      test(`${title(params)}: a bad token is 401 all the same`, async () => {
        for (const token of ["nonsense", store.token(customers.alice.email, { secret: "guessed" })])
          assertFailure(await list(params, { token }), 401);
      });
    }
  });

  describe("an empty value is an absent value", () => {
    for (const name of ["status", "paymentStatus", "dateFrom", "dateTo", "sort", "limit", "offset"]) {
      test(`${name}=`, async () => {
        const answer = await list({ [name]: "" });
        assertEqual(answer, assertAnswer(answer, 200, shapes.orders), (await list()).body, "the list");
      });
    }
  });

  test("limit is at most 1000", async () => {
    await assertList({ limit: MOST });
    assertFailure(await list({ limit: MOST + 1 }), 400, /\blimit\b/);
    assertFailure(await list({ limit: "1e1" }), 400, /\blimit\b/);
  });

  describe("more orders than Medusa is searched for", () => {
    let few;
    before(async () => {
      few = await start({ table: tableWithParts(40, 10) });
    });

    for (const params of [{ paymentStatus: "CAPTURED" }, { sort: "total_DESC" }, { sort: "subtotal" }]) {
      test(`${title(params)}: 400`, async () => {
        const answer = await few.get(`/orders?${new URLSearchParams(params)}`, { token: store.alice });
        assertFailure(answer, 400, /more than 40 orders/);
      });

      test(`${title(params)}, narrowed by dates: a page in several parts`, async () => {
        const query = { ...params, dateTo: "2025-04-05", limit: 36 };
        const answer = await few.get(`/orders?${new URLSearchParams(query)}`, { token: store.alice });
        const { body } = await list(query);
        assertEqual(answer, assertAnswer(answer, 200, shapes.orders), body, "the list of a table without parts");
        const parts = answer.calls.filter(({ path }) => path === "/store/orders").length;
        assertEqual(answer, parts, Math.ceil(body.data.length / 10), "calls for the page");
      });
    }
  });

  // The orders are a day apart, each at 10:00 UTC, from 2025-03-01.
  describe("dates", () => {
    const limit = 100;
    for (const [what, params] of [
      ["a day as the beginning includes that day", { dateFrom: "2025-04-20" }],
      ["a day as the end includes that day", { dateTo: "2025-03-05" }],
      ["one day", { dateFrom: "2025-03-09", dateTo: "2025-03-09" }],
      ["a month", { dateFrom: "2025-04-01", dateTo: "2025-04-30" }],
      ["moments, both included", { dateFrom: "2025-03-02T10:00:00Z", dateTo: "2025-03-04T10:00:00.000Z" }],
      ["moments just off", { dateFrom: "2025-03-02T10:00:00.001Z", dateTo: "2025-03-04T09:59:59.999Z" }],
      ["a moment as the end does not include its day", { dateTo: "2025-03-05T00:00:00Z" }],
      ["a moment of another time zone", { dateFrom: "2025-03-02T12:00:00+02:00", dateTo: "2025-03-04T05:00:00-05:00" }],
      ["the end before the beginning", { dateFrom: "2025-04-01", dateTo: "2025-03-01" }],
      ["a month as the end includes its last day", { dateFrom: "2025-03-20", dateTo: "2025-03" }],
      ["a month as the beginning", { dateFrom: "2025-05" }],
      ["before all", { dateTo: "2025-02-28" }],
      ["after all", { dateFrom: "2025-05-04" }],
    ]) {
      test(`${what}: ${title(params)}`, () => assertList({ ...params, limit }));
    }

    // The other forms of ISO 8601, each with a form of the same moments that is tested above.
    for (const [what, params, same] of [
      ["without a zone: UTC", { dateFrom: "2025-03-02T10:00:00" }, { dateFrom: "2025-03-02T10:00:00Z" }],
      ["without seconds", { dateFrom: "2025-03-02T10:00Z" }, { dateFrom: "2025-03-02T10:00:00Z" }],
      ["without seconds and zone", { dateTo: "2025-03-04T10:00" }, { dateTo: "2025-03-04T10:00:00Z" }],
      ["the basic format of a day", { dateTo: "20250305" }, { dateTo: "2025-03-05" }],
      ["the basic format of a moment", { dateTo: "20250304T100000Z" }, { dateTo: "2025-03-04T10:00:00Z" }],
      ["a zone in hours", { dateTo: "2025-03-04T12:00+02" }, { dateTo: "2025-03-04T10:00:00Z" }],
      ["a year", { dateTo: "2025" }, { dateTo: "2025-12-31" }],
    ]) {
      test(`${what}: ${title(params)}`, async () => {
        const { data, total } = expectedPage({ ...same, limit });
        const answer = await list({ ...params, limit });
        const body = assertAnswer(answer, 200, shapes.orders);
        assertEqual(answer, [body.total, body.data.map(({ id }) => id)], [total, data.map(({ id }) => id)], "the list");
      });
    }

    // An order of that very millisecond would be left out by "23:59:59".
    test("a bare date and a month include their last millisecond", async () => {
      const ends = { "2025-03-05": "2025-03-05T23:59:59.999Z", "2025-02": "2025-02-28T23:59:59.999Z" };
      for (const [dateTo, end] of Object.entries(ends)) {
        const answer = await list({ dateTo });
        const [{ query }] = answer.calls.filter(({ path }) => path === "/admin/orders");
        assertEqual(answer, query.get("created_at[$lte]"), end, "the end in Medusa's query");
      }
    });

    test("that leave nothing out change nothing", async () => {
      const answer = await list({ dateFrom: "2025-01-01" });
      const without = await list();
      assertEqual(answer, answer.body, without.body, "the list without dates");
    });
  });

  describe("filters together", () => {
    const DATES = { dateFrom: "2025-03-10", dateTo: "2025-04-20" };
    const PAGE_TWO = { limit: 2, offset: 1, sort: "createdAt_ASC" };
    for (const status of [undefined, "completed", "PENDING", "Cancelled"]) {
      for (const paymentStatus of [undefined, "CAPTURED", "pending", "REFUNDED", "FAILED"]) {
        test(title({ ...(status && { status }), ...(paymentStatus && { paymentStatus }) }), async () => {
          const states = { ...(status && { status }), ...(paymentStatus && { paymentStatus }) };
          await assertList({ ...states, ...PAGE_TWO });
          await assertList({ ...states, ...DATES, limit: 100 });
          await assertList({ ...states, ...DATES, ...PAGE_TWO });
        });
      }
    }

    test("pages put together are the whole", async () => {
      for (const params of [{ status: "completed" }, { paymentStatus: "CAPTURED" }, { dateTo: "2025-03-20" }]) {
        const whole = (await list({ ...params, limit: 100 })).body;
        const pages = [];
        let last;
        for (let offset = 0; offset < whole.total; offset += 7) {
          last = await list({ ...params, limit: 7, offset });
          pages.push(...assertAnswer(last, 200, shapes.orders).data);
        }
        assertEqual(last, pages, whole.data, "the pages put together");
      }
    });
  });

  describe("what is refused", () => {
    for (const params of [
      { status: "finished" },
      { status: "canceled" },
      { paymentStatus: "settled" },
      { dateFrom: "yesterday" },
      { dateFrom: "2025-13-01" },
      { dateFrom: "2025-02-30" },
      { dateFrom: "2025-3-1" },
      { dateTo: "2025-03-05T25:00:00Z" },
      { dateTo: "2025-03-05'" },
      { dateTo: "1741132800000" },
      { sort: "createdAt" },
      { sort: "total_asc" },
      { sort: "-email" },
      { limit: "0" },
      { limit: "-1" },
      { limit: "x" },
      { limit: "1.5" },
      { offset: "-1" },
      { offset: "ten" },
    ]) {
      test(title(params), async () => {
        const answer = await list(params);
        assertFailure(answer, 400, new RegExp(`\\b${Object.keys(params)[0]}\\b`));
        assertCalls(answer, []);
      });
    }
  });

  test("an unknown status is refused with the ones that are allowed", async () => {
    const { message } = (await list({ status: "finished" })).body;
    for (const status of ["PENDING", "COMPLETED", "ARCHIVED", "CANCELLED", "REQUIRES_ACTION"])
      assert.match(message, new RegExp(`\\b${status}\\b`));
    const payment = (await list({ paymentStatus: "settled" })).body.message;
    for (const status of ["PENDING", "NOT_PAID", "CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "FAILED"])
      assert.match(payment, new RegExp(`\\b${status}\\b`));
  });

  describe("whose orders", () => {
    const FILTERS = [{}, { status: "completed" }, { dateFrom: "2025-01-01" }, { paymentStatus: "CAPTURED" }];
    const ALL = [
      ...FILTERS,
      { dateTo: "2026-01-01", paymentStatus: "CAPTURED", status: "PENDING", sort: "created_at" },
    ];

    for (const params of ALL) {
      test(`${title(params)}: another customer sees none of Alice's`, async () => {
        const { token } = await newCustomer(store);
        const answer = await list(params, { token });
        assertEqual(answer, assertAnswer(answer, 200, shapes.orders), { data: [], total: 0 }, "the list");
      });

      test(`${title(params)}: without a token, and with a bad one`, async () => {
        assertFailure(await list(params, {}), 401);
        const forged = store.token(customers.alice.email, { secret: "guessed" });
        const expired = store.token(customers.alice.email, { expiresIn: -10 });
        for (const token of [forged, expired]) {
          const answer = await list(params, { token });
          assertFailure(answer, 401);
          assertThat(answer, !answer.calls.some(({ path }) => path.startsWith("/admin/")), "no call to the Admin API");
        }
      });
    }

    test("a customer's id in the query changes nothing", async () => {
      const { token } = await newCustomer(store);
      for (const query of [
        `customer_id=${customers.alice.id}`,
        `customerId=${customers.alice.id}&dateFrom=2025-01-01`,
      ]) {
        const answer = await gateway.get(`/orders?${query}`, { token });
        if (answer.status === 400) continue;
        assertEqual(answer, assertAnswer(answer, 200, shapes.orders), { data: [], total: 0 }, "the list");
      }
    });

    test("the Admin API is asked for the caller's orders alone", async () => {
      for (const params of [{ dateFrom: "2025-01-01" }, { dateFrom: "2025-01-01", paymentStatus: "CAPTURED" }]) {
        const answer = await list(params, { token: store.bob });
        const asked = answer.calls
          .filter(({ path }) => path === "/admin/orders")
          .map(({ query }) => query.getAll("customer_id"));
        assertEqual(answer, asked, [[customers.bob.id]], "customer_id of the calls to /admin/orders");
      }
    });
  });
});

describe("GET /orders/:id", () => {
  const get = (id, token) => gateway.get(`/orders/${id}`, { token });

  test("the customer's own", async () => {
    const [first] = ORDERS;
    const answer = await get(first.id, store.alice);
    const order = assertAnswer(answer, 200, shapes.order);
    const { createdAt } = first;
    const eur = (value) => ({ value, currency: "EUR" });
    const address = {
      firstName: "Alice",
      lastName: "Adler",
      companyName: "Adler GmbH",
      taxId: "DE123456789",
      country: "DE",
      district: "",
      region: "",
      streetName: "Lange Reihe",
      streetNumber: "7a",
      city: "Hamburg",
      postalCode: "20099",
    };
    const [method] = order.shippingMethods;
    const { items, ...rest } = order;
    assertEqual(
      answer,
      rest,
      {
        id: first.id,
        total: order.total,
        subtotal: eur(23.5),
        shippingTotal: order.shippingTotal,
        shippingSubtotal: eur(4.9),
        discountTotal: eur(0),
        tax: order.tax,
        currency: "EUR",
        paymentStatus: "PENDING",
        status: "PENDING",
        customerId: customers.alice.id,
        createdAt,
        updatedAt: createdAt,
        shippingAddress: address,
        billingAddress: address,
        shippingMethods: [
          { id: method.id, name: "Standard", description: "", total: method.total, subtotal: eur(4.9) },
        ],
        email: customers.alice.email,
      },
      "the order",
    );
    const sums = [order.total, order.tax, order.shippingTotal, method.total].map(({ value }) => value.toFixed(6));
    assertEqual(answer, sums, ["33.796000", "5.396000", "5.831000", "5.831000"], "total, tax and price of shipping");

    const [plain] = items.data.filter(({ product }) => product.sku === "PLAIN-02");
    assertEqual(
      answer,
      items.data.map(({ product }) => product.sku).sort(),
      ["MUG ü/1", "PLAIN-02"],
      "the items' SKUs",
    );
    const { id, total, ...item } = plain;
    const picture = "https://images.example.com/plain-02.jpg";
    assertEqual(
      answer,
      item,
      {
        productId: products.plain[1].variants[0].id,
        quantity: 2,
        price: eur(7),
        subtotal: eur(14),
        discountTotal: eur(0),
        unit: "PCS",
        currency: "EUR",
        product: {
          id: products.plain[1].id,
          sku: "PLAIN-02",
          name: "Plain product 02",
          description: "Plain product number 02.",
          shortDescription: "Plain 02",
          image: { url: picture, alt: "Plain product 02" },
          price: eur(7),
          link: "",
          type: "PHYSICAL",
          category: "",
          tags: [],
        },
      },
      "an item",
    );
    assertEqual(answer, [id.slice(0, 6), total.value.toFixed(6)], ["ordli_", "16.660000"], "the item's id and total");
  });

  let listed;
  before(async () => {
    listed = (await list({ limit: 100 })).body;
  });

  // Its items come in no fixed order.
  const inOrder = (order) => ({ ...order, items: { ...order.items, data: [...order.items.data].sort((a, b) => (a.id < b.id ? -1 : 1)) } });

  for (const [state, { id, status, paymentStatus }] of new Map(
    ORDERS.map((order) => [`${order.status}, ${order.paymentStatus}`, order]),
  )) {
    test(`${state}: as in the list`, async () => {
      const answer = await get(id, store.alice);
      const order = assertAnswer(answer, 200, shapes.order);
      assertEqual(
        answer,
        [order.status, order.paymentStatus],
        [ORDER_STATUS[status], PAYMENT_STATUS[paymentStatus]],
        "status and paymentStatus",
      );
      assertEqual(
        answer,
        inOrder(order),
        inOrder(listed.data.find((other) => other.id === id)),
        "the order in the list",
      );
    });
  }

  test("a customer's order is closed to another, and without a token", async () => {
    const { id } = ORDERS[0];
    assertFailure(await get(id), 401, "Authentication required to access this resource");
    assertFailure(await get(id, store.bob), 401, "Unauthorized to access this resource");
    assertFailure(await get(id, store.token(customers.alice.email, { secret: "guessed" })), 401);
    assertFailure(await get(id, store.token(customers.alice.email, { expiresIn: -10 })), 401);
  });

  test("a guest's order is open to whoever has its id", async () => {
    const { id, email } = await placedOrder(store);
    for (const token of [undefined, store.bob]) {
      const answer = await get(id, token);
      const order = assertAnswer(answer, 200, shapes.order);
      assertEqual(answer, [order.id, order.email], [id, email], "the order");
      assertEqual(answer, [order.shippingAddress, order.billingAddress], [shown(KIEL), shown(LYON)], "addresses");
      assertEqual(
        answer,
        order.shippingMethods.map(({ name }) => name),
        [shippingOptions.standard.name],
        "shipping",
      );
    }
  });

  test("shippingMethods[].id is the method's own", async () => {
    const answer = await get(ORDERS[0].id, store.alice);
    const { order } = await store.medusa("GET", `/admin/orders/${ORDERS[0].id}`);
    const ids = (methods) => methods.map(({ id }) => id);
    assertEqual(answer, ids(answer.body.shippingMethods), ids(order.shipping_methods), "the ids");
    assertThat(answer, /^ordsm_/.test(answer.body.shippingMethods[0].id), "an id of an order's shipping method");
  });

  test("unknown query parameters are ignored", async () => {
    const { id } = ORDERS[1];
    const answer = await get(`${id}?limit=5&offset=0&sort=createdAt_DESC&id=${id}&dateFrom=never`, store.alice);
    assertEqual(answer, inOrder(assertAnswer(answer, 200, shapes.order)), inOrder((await get(id, store.alice)).body), "the order");
  });

  test("the Admin API is asked about a foreign customer's order alone", async () => {
    const { id } = ORDERS[0];
    const admin = ({ calls }) => calls.filter(({ path }) => path.startsWith("/admin/")).map(({ line }) => line);
    const own = await get(id, store.alice);
    assertEqual(own, admin(own), [], "calls to the Admin API for the owner");
    for (const token of [undefined, store.bob]) {
      const foreign = await get(id, token);
      assertEqual(foreign, admin(foreign), [`GET /admin/orders/${id}`], "calls to the Admin API for another");
    }
  });

  test("an unknown order", async () => {
    for (const token of [undefined, store.alice]) assertFailure(await get("order_01UNKNOWN", token), 404);
  });
});

describe("without a key to the Admin API", () => {
  let without;
  before(async () => {
    without = await start({ env: { MEDUSAJS_ADMIN_API_KEY: undefined } });
  });
  const needsKey = /MEDUSAJS_ADMIN_API_KEY/;

  test("lists without dates work", async () => {
    for (const query of ["", "?status=completed&limit=3", "?paymentStatus=CAPTURED&limit=3"]) {
      const answer = await without.get(`/orders${query}`, { token: store.alice });
      assertEqual(answer, answer.body, (await gateway.get(`/orders${query}`, { token: store.alice })).body, "the list");
      assertAnswer(answer, 200, shapes.orders);
    }
  });

  test("lists with dates do not", async () => {
    for (const query of ["dateFrom=2025-01-01", "dateTo=2025-04-01&paymentStatus=CAPTURED"]) {
      const answer = await without.get(`/orders?${query}`, { token: store.alice });
      assertFailure(answer, 501, needsKey);
      assertThat(answer, !answer.calls.some(({ path }) => path.startsWith("/admin/")), "no call to the Admin API");
    }
  });

  test("a customer's own order works, any other does not", async () => {
    const own = await without.get(`/orders/${ORDERS[0].id}`, { token: store.alice });
    assertAnswer(own, 200, shapes.order);
    const { id } = await placedOrder(store);
    assertFailure(await without.get(`/orders/${id}`), 501, needsKey);
    for (const token of [undefined, store.bob]) {
      const answer = await without.get(`/orders/${ORDERS[0].id}`, { token });
      assertThat(answer, [401, 501].includes(answer.status), "401 or 501");
      assertFailure(answer, answer.status);
    }
  });

  test("a checkout works", async () => {
    const customer = await newCustomer(store);
    const { id } = await placedOrder(store, { token: customer.token });
    assertAnswer(await without.get(`/orders/${id}`, { token: customer.token }), 200, shapes.order);
  });
});

// What the store's orders do not come to.
describe("states by a stand-in for Medusa", () => {
  let standIn;
  let front;
  let answers;
  before(async () => {
    standIn = await startStandIn((request, response) =>
      json(response, 200, answers(new URL(request.url, standIn.url))),
    );
    front = await start({ env: { MEDUSAJS_BASE_URL: standIn.url } });
  });
  after(() => standIn.stop());

  const bare = {
    id: "order_1",
    customer_id: null,
    currency_code: "eur",
    created_at: "2025-01-01T00:00:00.000Z",
    updated_at: "2025-01-01T00:00:00.000Z",
    total: 0,
    item_subtotal: 0,
    shipping_total: 0,
    shipping_subtotal: 0,
    discount_total: 0,
    tax_total: 0,
    items: [],
  };

  async function read(members) {
    answers = () => ({ order: { ...bare, ...members } });
    const answer = await front.get("/orders/order_1");
    return { answer, order: assertAnswer(answer, 200, shapes.order) };
  }

  const STATUS = { ...ORDER_STATUS, requires_action: "REQUIRES_ACTION", draft: "UNKNOWN", "something new": "UNKNOWN" };
  for (const [medusa, expected] of Object.entries(STATUS)) {
    test(`status "${medusa}" is ${expected}`, async () => {
      const { answer, order } = await read({ status: medusa });
      assertEqual(answer, order.status, expected, "status");
    });
  }

  for (const [medusa, expected] of Object.entries({
    ...PAYMENT_STATUS,
    not_paid: "NOT_PAID",
    awaiting: "PENDING",
    partially_authorized: "PENDING",
    partially_captured: "PENDING",
    requires_action: "REQUIRES_ACTION",
    "something new": "UNKNOWN",
  })) {
    test(`payment_status "${medusa}" is ${expected}`, async () => {
      const { answer, order } = await read({ status: "pending", payment_status: medusa });
      assertEqual(answer, order.paymentStatus, expected, "paymentStatus");
    });
  }

  test("no status at all", async () => {
    const { answer, order } = await read({});
    assertEqual(answer, [order.status, order.paymentStatus], ["UNKNOWN", "UNKNOWN"], "status and paymentStatus");
    assertEqual(
      answer,
      [order.items, order.shippingMethods],
      [{ data: [], total: 0 }, []],
      "items and shippingMethods",
    );
  });

  // More ids than fit into the head of a request, of which Node.js takes 16 KiB.
  test("a large page by payment status is answered whole, or its limit refused", async () => {
    const all = Array.from({ length: 600 }, (_, index) => ({
      ...bare,
      id: `order_${String(index).padStart(26, "0")}`,
      status: "pending",
      payment_status: "captured",
    }));
    answers = ({ searchParams }) => {
      const ids = searchParams.getAll("id[]");
      const orders = ids.length ? all.filter(({ id }) => ids.includes(id)) : all;
      return { orders, count: orders.length };
    };
    const answer = await front.get("/orders?paymentStatus=CAPTURED&limit=600", { token: store.alice });
    if (answer.status === 400) return void assertFailure(answer, 400, /\blimit\b/);
    const { data, total } = assertAnswer(answer, 200, shapes.orders);
    assertEqual(answer, [data.length, total], [600, 600], "length and total");
  });
});
