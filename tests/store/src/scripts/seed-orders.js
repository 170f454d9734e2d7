/*
 * Gives Alice 64 orders, a day apart and in every state that a shop's own work brings about, and adds two of guests
 * who gave the e-mail address of Carol's account, one of them with the gateway's mark in its metadata. Adds `orders`
 * and `guestOrders` to the fixtures. Run by `medusa exec`.
 */
const { ContainerRegistrationKeys } = require("@medusajs/framework/utils");
const { readFileSync, writeFileSync } = require("node:fs");
const { placeOrder } = require("./seed/place-order");
const { run } = require("./seed/run");
const {
  archiveOrderWorkflow,
  cancelOrderWorkflow,
  capturePaymentWorkflow,
  completeOrderWorkflow,
  getOrderDetailWorkflow,
  refundPaymentWorkflow,
} = require("@medusajs/medusa/core-flows");

const COUNT = 64;
const FIRST_CREATED_AT = Date.UTC(2025, 2, 1, 10);
const DAY = 24 * 3600 * 1000;

const capture = (container, { payment }) => run(capturePaymentWorkflow, container, { payment_id: payment.id });
const refund = (container, { payment }, amount) =>
  run(refundPaymentWorkflow, container, { payment_id: payment.id, amount });
const cancel = (container, { id }) => run(cancelOrderWorkflow, container, { order_id: id });
const complete = (container, { id }) => run(completeOrderWorkflow, container, { orderIds: [id] });
const archive = (container, { id }) => run(archiveOrderWorkflow, container, { orderIds: [id] });

// What becomes of the orders, in turn: status/payment status.
const FATES = {
  "pending/authorized": [],
  "pending/captured": [capture],
  "completed/captured": [capture, complete],
  "completed/refunded": [capture, complete, (container, order) => refund(container, order, order.payment.amount)],
  "canceled/canceled": [cancel],
  // Medusa archives only what is completed or canceled.
  "archived/captured": [capture, complete, archive],
  "pending/partially_refunded": [capture, (container, order) => refund(container, order, 1)],
  "completed/authorized": [complete],
};

async function seedOrders({ container }) {
  const fixtures = JSON.parse(readFileSync(process.env.STORE_FIXTURES, "utf8"));
  for (let number = 1; number <= COUNT; number++) await makeOrder(container, fixtures, number);
  const orders = await ordersOf(container, fixtures.customers.alice);
  fixtures.orders = await Promise.all(orders.map((order) => orderFixture(container, order)));
  checkFates(fixtures.orders);
  fixtures.guestOrders = {
    unmarked: await makeGuestOrder(container, fixtures, {}),
    marked: await makeGuestOrder(container, fixtures, { guestCheckout: true }),
  };
  writeFileSync(process.env.STORE_FIXTURES, `${JSON.stringify(fixtures, null, 2)}\n`);
}

async function ordersOf(container, customer) {
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "order",
    fields: ["id", "display_id", "status", "created_at"],
    filters: { customer_id: customer.id },
  });
  return data.sort((a, b) => a.display_id - b.display_id);
}

async function makeOrder(container, fixtures, number) {
  const fates = Object.values(FATES);
  const { id: customer_id, email } = fixtures.customers.alice;
  const order = await placeOrder(container, fixtures, { number, customer_id, email, metadata: { number } });
  for (const act of fates[(number - 1) % fates.length]) await act(container, order);
  const date = new Date(FIRST_CREATED_AT + (number - 1) * DAY);
  const sql = container.resolve(ContainerRegistrationKeys.PG_CONNECTION);
  await sql("order").where({ id: order.id }).update({ created_at: date, updated_at: date });
}

function checkFates(orders) {
  const fates = Object.keys(FATES);
  const wrong = orders.filter(({ status, paymentStatus }, i) => `${status}/${paymentStatus}` !== fates[i % fates.length]);
  if (wrong.length || orders.length !== COUNT) throw new Error(`orders in another state: ${JSON.stringify(wrong)}`);
}

async function makeGuestOrder(container, fixtures, metadata) {
  const { email } = fixtures.customers.carol;
  const { id } = await placeOrder(container, fixtures, { number: 0, email, metadata });
  return { id, email };
}

// The payment status is not stored: Medusa works it out from the payments.
async function orderFixture(container, { id, display_id, status, created_at }) {
  const fields = ["id", "payment_status"];
  const { payment_status } = await run(getOrderDetailWorkflow, container, { order_id: id, fields });
  return { id, displayId: display_id, status, paymentStatus: payment_status, createdAt: created_at };
}

module.exports = { default: seedOrders };
