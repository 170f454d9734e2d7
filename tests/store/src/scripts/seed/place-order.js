/* Places an order the way the Store API does: cart, shipping method, payment, completion. */
const { ContainerRegistrationKeys } = require("@medusajs/framework/utils");
const {
  addShippingMethodToCartWorkflow,
  completeCartWorkflow,
  createCartWorkflow,
  createPaymentCollectionForCartWorkflow,
  createPaymentSessionsWorkflow,
} = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

const ADDRESS = {
  first_name: "Alice",
  last_name: "Adler",
  company: "Adler GmbH",
  address_1: "Lange Reihe",
  address_2: "7a",
  city: "Hamburg",
  postal_code: "20099",
  country_code: "de",
  metadata: { taxId: "DE123456789" },
};

const ATTEMPTS = 10;

/**
 * Gives {id, payment: {id, amount}}. `number` varies the items. Without `customer_id` a guest with that e-mail address
 * orders.
 *
 * On a busy machine Medusa 2.13 sometimes loses the result of one of the steps that it runs at the same time, and the
 * completion never finishes (the Store API answers 409): the order is there, unpaid. It is removed, and another placed.
 */
async function placeOrder(container, fixtures, given) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const cartId = await fillCart(container, fixtures, given);
    const order = await run(completeCartWorkflow, container, { id: cartId });
    if (order?.id) return { id: order.id, payment: await paymentOf(container, order.id) };
    await removeOrderOf(container, cartId);
  }
  throw new Error(`no order in ${ATTEMPTS} attempts`);
}

async function fillCart(container, fixtures, { number, customer_id, email, metadata }) {
  const { regions, salesChannel, shippingOptions } = fixtures;
  const cart = await run(createCartWorkflow, container, {
    region_id: regions.eur.id,
    sales_channel_id: salesChannel.id,
    customer_id,
    email,
    items: itemsOf(fixtures.products, number),
    shipping_address: ADDRESS,
    billing_address: ADDRESS,
    metadata,
  });
  const options = [{ id: shippingOptions.standard.id, data: {} }];
  await run(addShippingMethodToCartWorkflow, container, { cart_id: cart.id, options });
  await pay(container, cart.id, fixtures.paymentProviders.system);
  return cart.id;
}

// The link from cart to order may be what was lost; only this cart's order is younger than it.
async function removeOrderOf(container, cartId) {
  const sql = container.resolve(ContainerRegistrationKeys.PG_CONNECTION);
  const { email, created_at } = await sql("cart").where({ id: cartId }).first("email", "created_at");
  await sql("order").where({ email }).where("created_at", ">", created_at).update({ deleted_at: new Date() });
}

function itemsOf({ plain, umlautSku }, number) {
  const items = [{ variant_id: plain[number % plain.length].variants[0].id, quantity: 1 + (number % 3) }];
  if (number % 2) items.push({ variant_id: umlautSku.variants[0].id, quantity: 1 });
  return items;
}

async function pay(container, cart_id, provider_id) {
  await run(createPaymentCollectionForCartWorkflow, container, { cart_id });
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "cart",
    fields: ["payment_collection.id"],
    filters: { id: cart_id },
  });
  const payment_collection_id = data[0].payment_collection.id;
  await run(createPaymentSessionsWorkflow, container, { payment_collection_id, provider_id });
}

async function paymentOf(container, id) {
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "order",
    fields: ["payment_collections.payments.id", "payment_collections.payments.amount"],
    filters: { id },
  });
  return data[0].payment_collections[0].payments[0];
}

module.exports = { placeOrder };
