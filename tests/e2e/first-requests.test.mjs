/*
 * A customer's very first requests. The store's single sign-on finds or creates the customer of a token without care,
 * as plugins do, so that two of a new customer's calls that go out together collide in Medusa.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { exchange } from "./assertions.mjs";
import { openCartRoutes, promotedCart } from "./cart-routes.mjs";
import {
  KIEL,
  LYON,
  isLostCompletion,
  newCustomer,
  placedOrder,
  savedAddress,
  uniqueEmail,
} from "./checkout-support.mjs";
import { openContext } from "./context.mjs";
import { TABLE } from "./harness.mjs";
import { send } from "./http.mjs";
import { inParallel } from "../store/lib/parallel.mjs";

// Each has a race to lose, so that a few show a defect; 20 in the matrix of versions.
const CUSTOMERS = Number(process.env.O2S_NEW_CUSTOMERS ?? 20);
const AT_ONCE = 4;
const { store, gateway, start } = await openContext({ workers: 5 });
const newToken = () => store.token(uniqueEmail("new"));

async function ask({ port }, method, path, { body, token }) {
  const answer = await send(port, method, path, { body, token });
  return { ...answer, asked: `${method} ${path}`, calls: [], told: "" };
}

function assertAllSucceed(answers) {
  const failed = answers.filter(({ status }) => status !== 200 && status !== 201);
  if (!failed.length) return;
  assert.fail(`${failed.length} of ${answers.length} first requests failed; one of them:\n${exchange(failed[0])}`);
}

const many = Array.from({ length: CUSTOMERS });
const guestsCarts = () => inParallel(AT_ONCE, many, () => promotedCart(store, { email: uniqueEmail() }));
let guestsOrder;
before(async () => {
  guestsOrder = await placedOrder(store);
});

describe(`the first request of ${CUSTOMERS} new customers, to each route with concurrent calls`, () => {
  let routes;
  let carts;
  before(async () => {
    routes = await openCartRoutes(store);
    carts = await guestsCarts();
  });

  // Each customer comes with a cart that was a guest's until now.
  async function comeWith(cart, route, attempts = 5) {
    const { path, body } = route.request({ ...cart, order: guestsOrder.id });
    const answer = await ask(gateway, route.method, path, { body, token: newToken() });
    if (!route.ends || !isLostCompletion(store, answer.status) || attempts <= 1) return answer;
    return comeWith(await promotedCart(store, { email: uniqueEmail() }), route, attempts - 1);
  }

  const onEach = async (route, of = carts) => assertAllSucceed(await inParallel(AT_ONCE, of, (cart) => comeWith(cart, route)));

  test("each succeeds", async (t) => {
    const [removing] = routes.filter(({ route }) => route === "DELETE /carts/{cartId}/items/{itemId}");
    for (const route of routes.filter(({ ends }) => !ends)) {
      const of = route === removing ? carts.map(({ id, spare }) => ({ id, item: spare })) : carts;
      await t.test(route.name, () => onEach(route, of));
    }
    const [first, ...others] = routes.filter(({ ends }) => ends);
    await t.test(first.name, () => onEach(first));
    for (const route of others) {
      await t.test(route.name, async () => onEach(route, await guestsCarts()));
    }
  });

  test("without repeats they would fail", async () => {
    const shipped = readFileSync(TABLE, "utf8");
    const line = /^ {4}retry: \[400, 409, 500\]$/m;
    assert.match(shipped, line);
    const careless = await start({ table: shipped.replace(line, "    retry: []") });
    const { id } = await promotedCart(store);
    const answers = await inParallel(AT_ONCE, many, () => ask(careless, "GET", `/carts/${id}`, { token: newToken() }));
    assert.throws(() => assertAllSucceed(answers), /first requests failed/);
  });
});

test("five first requests of one new customer at the same moment, to several workers", async () => {
  const { id } = await promotedCart(store);
  const paths = [
    `/carts/${id}`,
    `/checkout/${id}/shipping-options`,
    `/orders/${guestsOrder.id}`,
    "/orders",
    "/customers/addresses",
  ];
  const answers = await inParallel(AT_ONCE, many, () => {
    const token = newToken();
    return Promise.all(paths.map((path) => ask(gateway, "GET", path, { token })));
  });
  assertAllSucceed(answers.flat());
});

test("two addresses made the default at the same moment: both succeed, and one is it then", async () => {
  const answers = await inParallel(AT_ONCE, Array.from({ length: 10 }), async () => {
    const customer = await newCustomer(store);
    const ids = [await savedAddress(store, customer, KIEL), await savedAddress(store, customer, LYON)].map(({ id }) => id);
    const { token } = customer;
    const both = await Promise.all(
      ids.map((id) => ask(gateway, "POST", `/customers/addresses/${id}/default`, { token })),
    );
    const list = await ask(gateway, "GET", "/customers/addresses", { token });
    const { addresses } = await store.medusa("GET", "/store/customers/me/addresses", { token });
    const defaults = (flag) => addresses.filter((address) => address[flag]).map((address) => address.id);
    assert.equal(defaults("is_default_shipping").length, 1, exchange(list));
    assert.equal(defaults("is_default_billing").length, 1, exchange(list));
    return both;
  });
  assertAllSucceed(answers.flat());
});
