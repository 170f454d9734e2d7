/*
 * A mistake in what decides whose a cart, an order or an address is opens nothing: each such edit of the shipped table
 * (table-edits.mjs makes them of the table itself) is refused by `check`, or shows and changes nothing of a customer's
 * to a stranger. And an upstream that ignores the filter of a call shows nobody the orders of others.
 *
 * Every fourth edit of each kind is tried; with O2S_EDITS=all, all of them.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openCartRoutes, promotedCart } from "./cart-routes.mjs";
import { stored } from "./carts.mjs";
import { KIEL, newCustomer, openContextWithOrders, placedOrder, savedAddress } from "./checkout-support.mjs";
import { PROGRAM, TABLE, gatewayEnvironment } from "./harness.mjs";
import { send } from "./http.mjs";
import { editsOf } from "./table-edits.mjs";
import { check } from "../mistaken-tables/check.mjs";
import { inParallel } from "../store/lib/parallel.mjs";
import { until } from "../store/lib/wait.mjs";

const { store, start } = await openContextWithOrders();
const shipped = readFileSync(TABLE, "utf8");
const EVERY = process.env.O2S_EDITS === "all" ? 1 : 4;
const kinds = Object.fromEntries(
  Object.entries(editsOf(shipped)).map(([kind, edits]) => [kind, edits.filter((_, index) => index % EVERY === 0)]),
);
const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-edits-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Those edits that `check` accepts; two checks run at a time. */
async function acceptedOf(edits, name) {
  const env = { PATH: process.env.PATH, ...gatewayEnvironment(store) };
  const fileOf = (job) => join(folder, `${name}-${job}.yaml`);
  const checked = await inParallel(2, edits, ({ table }, job) => check(PROGRAM, fileOf(job), table, env));
  return edits.filter((_, index) => checked[index].status === 0);
}

// The customer whose things are asked for, and another customer, who has a cart and an order too.
let owner;
let other;
let things;
let requests;
let gateway;
let version;
// All that is the owner's, before anyone asked for it.
let untouched;

async function ownedBy({ id, token, email }) {
  const cart = await promotedCart(store, { token });
  const order = await placedOrder(store, { token });
  const address = await savedAddress(store, { id, token, email }, KIEL);
  return { cart: { ...cart, order: order.id }, order, address };
}

/** What a stranger asks for: of the owner's things by their ids, and for lists. */
async function requestsFor({ cart, address }) {
  const routes = await openCartRoutes(store);
  const list = routes.map(({ method, request }) => ({ method, ...request(cart) }));
  for (const query of ["", "&sort=total_ASC", "&paymentStatus=NOT_PAID", "&status=PENDING"])
    list.push({ method: "GET", path: `/orders?dateFrom=2020-01-01&limit=1000${query}`, list: true });
  list.push({ method: "GET", path: "/orders?limit=1000", list: true });
  list.push({ method: "GET", path: "/customers/addresses?limit=1000", list: true });
  for (const method of ["GET", "PATCH", "DELETE"])
    list.push({ method, path: `/customers/addresses/${address.id}`, body: method === "PATCH" ? { label: "changed" } : undefined });
  return list;
}

before(async () => {
  [owner, other] = [await newCustomer(store), await newCustomer(store)];
  things = await ownedBy(owner);
  await ownedBy(other);
  requests = await requestsFor(things);
  untouched = await state();
  gateway = await start({ table: shipped, workers: 1 });
  version = (await send(gateway.port, "GET", "/healthz")).body.table;
});

/** Has the worker read another table; it serves no request with the old one afterwards. */
async function serve(table) {
  writeFileSync(gateway.table, table);
  process.kill(gateway.workers[0], "SIGUSR2");
  const old = version;
  const read = async () => {
    version = (await send(gateway.port, "GET", "/healthz")).body.table;
    return version !== old;
  };
  await until("The edited table", read, { deadline: 10_000 });
}

/** All that is the owner's, as Medusa has it. */
async function state() {
  const { token } = owner;
  const { order } = await store.medusa("GET", `/store/orders/${things.order.id}`, { token });
  const { addresses } = await store.medusa("GET", "/store/customers/me/addresses", { token });
  return { cart: await stored(store, things.cart.id, token), order, addresses };
}

/** Asks for everything below `root`, or for all; gives what was open, as texts. */
async function openTo(token, root) {
  const ids = [things.cart.id, things.order.id, things.address.id, owner.id, owner.email];
  const open = [];
  const below = requests.filter(({ path }) => root && path.startsWith(root));
  for (const { method, path, body, list } of below.length ? below : requests) {
    const answer = await send(gateway.port, method, path, { token, body });
    const shown = answer.status < 400 && (!list || ids.some((id) => answer.text.includes(id)));
    if (shown) open.push(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  return open;
}

async function assertClosed(edit, root) {
  for (const [who, token] of [["nobody", undefined], ["another customer", other.token]])
    assert.deepEqual(await openTo(token, root), [], `open to ${who}, with ${edit}`);
  assert.deepEqual(await state(), untouched, `changed, with ${edit}`);
}

describe("a single edit of the table opens nothing to strangers", () => {
  test("nor is anything open without one", () => assertClosed("the shipped table"));

  test("the requests reach what is there: the owner's are answered", async () => {
    const { token } = owner;
    const lists = requests.filter(({ method }) => method === "GET");
    for (const { path } of lists) assert.ok((await send(gateway.port, "GET", path, { token })).status < 400, path);
  });

  for (const [kind, edits] of Object.entries(kinds))
    test(`${kind}: ${edits.length} edits`, async (context) => {
      const accepted = await acceptedOf(edits, kind);
      context.diagnostic(`${kind}: ${edits.length - accepted.length} edits are refused, ${accepted.length} are tried`);
      assert.ok(accepted.length < edits.length || kind === "quirks", "some are refused");
      assert.ok(accepted.length > 0, "some are tried");
      for (const { name, table, root } of accepted) {
        await serve(table);
        await assertClosed(name, root);
      }
    });
});

describe("without the filter of a call of the Admin API", () => {
  const unfiltered = shipped.replaceAll(/^ *customer_id: \$me\.customer\.id \| required\n/gm, "");

  for (const query of ["", "&sort=total_ASC"])
    test(`GET /orders?dateFrom=…${query} lists the caller's orders, and logs that there were others`, async () => {
      assert.notEqual(unfiltered, shipped);
      await serve(`${unfiltered}# ${query}\n`);
      const from = gateway.log().length;
      const { status, body } = await send(gateway.port, "GET", `/orders?dateFrom=2020-01-01&limit=1000${query}`, {
        token: owner.token,
      });
      assert.equal(status, 200);
      assert.deepEqual(body.data.map(({ id }) => id), [things.order.id]);
      assert.match(gateway.log().slice(from), /"level":"error".*objects of orders do not satisfy `only`/);
    });
});
