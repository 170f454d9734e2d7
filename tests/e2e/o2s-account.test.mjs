/*
 * O2S's pages of a customer's account: the list of orders with its filters and sorts, the summary of a period, the page
 * of an order, and the customer's addresses. Each row of a table is a request that the storefront sends.
 */
import { before, describe, test } from "node:test";
import { assertEqual, assertFailure, assertStatus, assertThat } from "./assertions.mjs";
import { newCustomer, openContextWithOrders, placedOrder } from "./checkout-support.mjs";
import * as o2s from "./o2s-client.mjs";

const { store, gateway } = await openContextWithOrders({ env: o2s.O2S_ENVIRONMENT });
const ORDERS = store.fixtures.orders;
const PAGE = 10;
// What every list sends; the block's id means nothing to the API.
const BLOCK = { id: "order-list-1", limit: PAGE, offset: 0, locale: "en" };
const server = o2s.openStorefront(gateway, { token: store.alice, browser: false });

async function list(params = {}, options) {
  const answer = await server.get("/orders", { ...BLOCK, ...params }, options);
  return { answer, ...o2s.reads(answer, 200, o2s.orders) };
}

async function all(params) {
  const pages = [await list(params)];
  for (let offset = PAGE; offset < pages[0].total; offset += PAGE) pages.push(await list({ ...params, offset }));
  return { ...pages[0], data: pages.flatMap(({ data }) => data) };
}

const idsOf = (orders) => orders.map(({ id }) => id);

describe("the list of orders", () => {
  test("the newest first, all of them over the pages", async () => {
    const { answer, data, total } = await all();
    const newestFirst = [...ORDERS].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    assertEqual(answer, total, ORDERS.length, "total");
    assertEqual(answer, idsOf(data), idsOf(newestFirst), "the orders");
  });

  const CLEARED = {
    sort: { sort: "" },
    status: { status: "" },
    "payment status": { paymentStatus: "" },
    period: { dateFrom: "", dateTo: "" },
    "all filters": { sort: "", status: "", paymentStatus: "", dateFrom: "", dateTo: "" },
  };
  for (const [name, filters] of Object.entries(CLEARED)) {
    for (const equals of [false, true]) {
      test(`${name}, cleared, ${equals ? 'with "="' : "as a bare name"}`, async () => {
        const expected = await list();
        const { answer, data, total } = await list(filters, { equals });
        assertEqual(answer, total, expected.total, "total");
        assertEqual(answer, idsOf(data), idsOf(expected.data), "the page");
      });
    }
  }

  const asText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const KEYS = {
    id: [({ id }) => id, asText],
    createdAt: [({ createdAt }) => createdAt, asText],
    updatedAt: [({ updatedAt }) => updatedAt, asText],
    subtotal: [({ subtotal }) => subtotal.value, (a, b) => a - b],
  };
  for (const [name, [key, compare]] of Object.entries(KEYS)) {
    for (const direction of ["ASC", "DESC"]) {
      test(`sort=${name}_${direction}, over all pages`, async () => {
        const { answer, data } = await all({ sort: `${name}_${direction}` });
        assertEqual(answer, idsOf(data).sort(), idsOf(ORDERS).sort(), "the orders on all pages");
        const expected = data.map(key).sort(compare);
        if (direction === "DESC") expected.reverse();
        assertEqual(answer, data.map(key), expected, "the order");
      });
    }
  }

  const SHOWN = { pending: "PENDING", completed: "COMPLETED", archived: "ARCHIVED", canceled: "CANCELLED" };
  const statuses = ["COMPLETED", "CANCELLED", "PENDING", "REQUIRES_ACTION", "ARCHIVED"];
  // The list offers these, and Medusa has no such order.
  const foreign = ["PROCESSING", "SHIPPED", "DELIVERED", "RETURNED", "TRAINING_REQUEST", "UNKNOWN"];
  for (const status of [...statuses, ...foreign]) {
    for (const sort of [undefined, "subtotal_DESC"]) {
      test(`status=${status}, ${sort ? `sort=${sort}` : "without a sort"}`, async () => {
        const expected = ORDERS.filter((order) => SHOWN[order.status] === status);
        const { answer, data, total } = await all({ status, sort });
        assertEqual(answer, total, expected.length, "total");
        assertEqual(answer, idsOf(data).sort(), idsOf(expected).sort(), "the orders");
        assertThat(
          answer,
          data.every((order) => order.status === status),
          `orders that are ${status}`,
        );
      });
    }
  }

  const paymentStatuses = ["PENDING", "FAILED", "REFUNDED", "NOT_PAID", "CAPTURED", "PARTIALLY_REFUNDED"];
  for (const paymentStatus of [...paymentStatuses, "REQUIRES_ACTION", "PAID", "UNKNOWN"]) {
    test(`paymentStatus=${paymentStatus}`, async () => {
      const { answer, data, total } = await all({ paymentStatus });
      assertEqual(answer, data.length, total, "the number of orders on all pages");
      assertThat(
        answer,
        data.every((order) => order.paymentStatus === paymentStatus),
        `orders that are ${paymentStatus}`,
      );
      if (["PAID", "UNKNOWN"].includes(paymentStatus)) assertEqual(answer, total, 0, "total");
    });
  }

  test("without a token: 401, also for a request that has more mistakes", async () => {
    const guest = o2s.openStorefront(gateway, { browser: false });
    for (const params of [{}, { status: "NOPE" }, { limit: 0 }]) {
      assertFailure(await guest.get("/orders", { ...BLOCK, ...params }), 401);
    }
  });
});

describe("the summary of a period", () => {
  // The page asks for a period and for the same one a year before.
  const summary = (dateFrom, dateTo) => {
    const params = { id: "orders-summary-1", dateFrom, dateTo, range: "month", limit: 1000, locale: "en" };
    return server.get("/orders", params);
  };
  const PERIODS = {
    "with orders": ["2025-03-10T08:15:30.123Z", "2025-04-02T21:59:59.999Z"],
    "a year before, without any": ["2024-03-10T08:15:30.123Z", "2024-04-02T21:59:59.999Z"],
  };
  for (const [name, [dateFrom, dateTo]] of Object.entries(PERIODS)) {
    test(`a period ${name}`, async () => {
      const answer = await summary(dateFrom, dateTo);
      const { data, total } = o2s.reads(answer, 200, o2s.orders);
      const expected = ORDERS.filter(({ createdAt }) => {
        const created = Date.parse(createdAt);
        return created >= Date.parse(dateFrom) && created <= Date.parse(dateTo);
      });
      assertEqual(answer, total, expected.length, "total");
      assertEqual(answer, idsOf(data).sort(), idsOf(expected).sort(), "the orders");
    });
  }
});

describe("the page of an order", () => {
  const SHOPPERS = { "a guest": async () => ({}), "a customer": async () => newCustomer(store) };
  // The columns by which the page offers to sort the items.
  const COLUMNS = ["name", "sku", "subtotal", "price", "discountTotal", "unit", "quantity"];
  for (const [shopper, signUp] of Object.entries(SHOPPERS)) {
    describe(`of ${shopper}`, () => {
      let page;
      let id;
      before(async () => {
        const { token } = await signUp();
        page = o2s.openStorefront(gateway, { token, browser: false });
        ({ id } = await placedOrder(store, { token }));
      });

      const open = async (params) => {
        const answer = await page.get(`/orders/${id}`, { limit: 5, offset: 0, ...params });
        return { answer, order: o2s.reads(answer, 200, o2s.order) };
      };
      const sorts = COLUMNS.flatMap((column) => [`${column}_ASC`, `${column}_DESC`]);

      test("with every sort of its items, and with none", async () => {
        for (const sort of ["", undefined, ...sorts]) {
          const { answer, order } = await open({ sort });
          assertEqual(answer, order.items.data.length, 1, `the number of items with sort=${sort}`);
          assertEqual(answer, order.items.total, 1, `items.total with sort=${sort}`);
        }
      });

      test("with what the page shows of an item", async () => {
        const { answer, order } = await open({ sort: "" });
        const [{ quantity, unit, price, subtotal, discountTotal, product }] = order.items.data;
        assertEqual(
          answer,
          { quantity, unit, price, subtotal, discountTotal, name: product.name, sku: product.sku },
          {
            quantity: 10,
            unit: "PCS",
            price: { value: 1, currency: "EUR" },
            subtotal: { value: 10, currency: "EUR" },
            discountTotal: { value: 0, currency: "EUR" },
            name: "Bare",
            sku: "BARE-1",
          },
          "the item",
        );
      });
    });
  }

  test("of another customer: 401, for which the confirmation page goes to the list", async () => {
    assertFailure(await o2s.openStorefront(gateway, { browser: false }).get(`/orders/${ORDERS[0].id}`), 401);
    const bob = o2s.openStorefront(gateway, { token: store.bob, browser: false });
    assertFailure(await bob.get(`/orders/${ORDERS[0].id}`, { limit: 5, offset: 0, sort: "" }), 401);
  });

  test("that does not exist: 404", async () => {
    assertFailure(await server.get("/orders/order_01UNKNOWN", { limit: 5, offset: 0, sort: "" }), 404);
  });
});

describe("the customer's addresses", () => {
  const HOME = {
    firstName: "Ada",
    lastName: "Byron",
    companyName: "",
    taxId: "",
    country: "DE",
    streetName: "Unter den Linden",
    streetNumber: "5",
    apartment: "",
    city: "Berlin",
    postalCode: "10117",
    phone: "",
  };
  const OFFICE = { ...HOME, companyName: "Engines GmbH", taxId: "DE123456789", apartment: "3", email: "a@example.com" };
  const filled = (address) =>
    Object.fromEntries(Object.entries(address).filter(([name, value]) => value && name !== "email"));

  test("are listed, created, made the default, changed and deleted", async () => {
    const { token } = await newCustomer(store);
    const page = o2s.openStorefront(gateway, { token });
    const listed = async () => {
      const answer = await page.get("/customers/addresses");
      return { answer, ...o2s.reads(answer, 200, o2s.customerAddresses) };
    };
    const defaults = ({ data }) => data.filter(({ isDefault }) => isDefault).map(({ id }) => id);
    const empty = await listed();
    assertEqual(empty.answer, empty.total, 0, "total of a new customer");

    const ids = [];
    for (const [label, address] of Object.entries({ "": HOME, Office: OFFICE })) {
      const answer = await page.post("/customers/addresses", { label, isDefault: !ids.length, address });
      const created = o2s.reads(answer, 201, o2s.customerAddress);
      const { region: _, email: __, ...shown } = created.address;
      assertEqual(answer, shown, filled(address), "the address");
      assertEqual(answer, created.label, label || "Ada Byron", "label");
      ids.push(created.id);
    }
    const [home, office] = ids;
    const both = await listed();
    assertEqual(both.answer, defaults(both), [home], "the default");

    o2s.reads(await page.post(`/customers/addresses/${office}/default`), 201, o2s.customerAddress);
    const switched = await listed();
    assertEqual(switched.answer, defaults(switched), [office], "the default afterwards");

    const address = { ...OFFICE, taxId: "", phone: "" };
    const emptied = await page.patch(`/customers/addresses/${office}`, { address });
    const { taxId, companyName } = o2s.reads(emptied, 200, o2s.customerAddress).address;
    assertEqual(emptied, { taxId, companyName }, { taxId: undefined, companyName: OFFICE.companyName }, "the address");

    assertStatus(await page.delete(`/customers/addresses/${home}`), 200);
    const { answer, data } = await listed();
    assertEqual(answer, idsOf(data), [office], "the addresses that are left");
  });
});
