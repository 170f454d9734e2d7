/* Products of a Medusa without any product types, as most shops have none. It is a store of its own. */
import { after, before, describe, test } from "node:test";
import { startStore } from "../store/store.mjs";
import { assertEqual } from "./assertions.mjs";
import { gatewayEnvironment, startGateway } from "./harness.mjs";
import { clientOf, ids } from "./product-support.mjs";

describe("in a Medusa without product types", () => {
  let store;
  let gateway;
  let client;
  before(async () => {
    store = await startStore({ types: false });
    gateway = await startGateway({ env: gatewayEnvironment(store) });
    client = clientOf(gateway);
  });
  after(async () => {
    await gateway?.stop();
    await store?.stop();
  });

  test("type=PHYSICAL lists every product, on full pages and sorted by price too", async () => {
    const all = await client.list("?limit=100&sort=createdAt_ASC");
    const { answer, data, total } = await client.pages("?type=PHYSICAL&sort=createdAt_ASC", 20);
    assertEqual(answer, total, all.total, "total");
    assertEqual(answer, ids({ data }), ids(all), "the products");
    const sorted = await client.list("?type=PHYSICAL&sort=price_ASC&limit=100");
    assertEqual(sorted.answer, ids(sorted).sort(), ids(all).sort(), "the products by price");
  });

  test("type=VIRTUAL lists none", async () => {
    const { answer, data, total } = await client.list("?type=VIRTUAL");
    assertEqual(answer, { data, total }, { data: [], total: 0 }, "the list");
  });

  test("each is shown as PHYSICAL", async () => {
    const { answer, data } = await client.list("?limit=100");
    assertEqual(answer, [...new Set(data.map(({ type }) => type))], ["PHYSICAL"], "the types");
  });
});
