/* Customers, carts and orders in the states that tests of the checkout begin with. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { assertAnswer } from "./assertions.mjs";
import * as shapes from "./checkout-shapes.mjs";
import { openContext } from "./context.mjs";
import { STORE_FILE, describeStore } from "./store.mjs";
import { startStore } from "../store/store.mjs";

/** An address as a caller gives it, with every member, in Germany. */
export const KIEL = {
  firstName: "Jo",
  lastName: "Doe",
  companyName: "Doe GmbH",
  taxId: "DE111222333",
  country: "de",
  region: "SH",
  streetName: "Holtenauer Straße",
  streetNumber: "3",
  apartment: "2 left",
  city: "Kiel",
  postalCode: "24103",
  phone: "+49 431 1",
};

/** One with the required members alone, in France. */
export const LYON = { country: "FR", streetName: "Rue Mercière", city: "Lyon", postalCode: "69002" };

/** How a cart or an order shows an address that was given like this. */
export function shown(address) {
  const region = address.region ?? "";
  return { ...address, country: address.country.toUpperCase(), district: region, region };
}

/** How Medusa takes such an address. */
export function medusaAddress(address) {
  const { firstName, lastName, companyName, streetName, streetNumber, city, postalCode, country, region, phone } =
    address;
  const { taxId, apartment } = address;
  return {
    first_name: firstName,
    last_name: lastName,
    company: companyName,
    address_1: streetName,
    address_2: streetNumber,
    city,
    postal_code: postalCode,
    country_code: country.toLowerCase(),
    province: region,
    phone,
    ...((taxId || apartment) && { metadata: { taxId, apartment } }),
  };
}

export const uniqueEmail = (name = "guest") => `${name}-${randomUUID()}@example.com`;

/**
 * A new customer with an account: {id, email, token}. `names`: of first_name and last_name.
 */
export async function newCustomer(store, names = { first_name: "Cleo", last_name: "Clark" }) {
  const email = uniqueEmail("customer");
  const password = "correct horse battery staple";
  const { token } = await store.medusa("POST", "/auth/customer/emailpass/register", { body: { email, password } });
  const { customer } = await store.medusa("POST", "/store/customers", { token, body: { email, ...names } });
  return { id: customer.id, email, token: store.token(email) };
}

/** An address in a customer's book, as Medusa answers it. `address`: as KIEL. */
export async function savedAddress(store, { token }, address, more = {}) {
  const body = { ...medusaAddress(address), ...more };
  const path = "/store/customers/me/addresses?fields=id,*addresses";
  const { customer } = await store.medusa("POST", path, { token, body });
  return customer.addresses.reduce((newest, one) => (one.created_at > newest.created_at ? one : newest));
}

/** A new cart with one item, made through the gateway: the cart as answered. */
export async function filledCart(gateway, { token, variantId, quantity = 10, currency = "EUR", regionId } = {}) {
  const body = { currency, quantity, regionId, ...(variantId ? { variantId } : { sku: "BARE-1" }) };
  return assertAnswer(await gateway.post("/carts/items", body, { token }), 201, shapes.cart);
}

// What a cart needs to become an order, in the order in which a summary asks for it.
const NEEDS = ["shipping address", "billing address", "shipping method", "payment method"];

/**
 * A cart that needs nothing but to be ordered, made past the gateway: {id, email}. Ten pieces of "Bare".
 *
 * options:
 *   token       whose it is; email: a guest's, null for none
 *   variantId   of the one item; quantity
 *   provider    of the payment
 *   lacks       one of NEEDS, and all that come after it
 *   more        further members of the cart's body, or others in their place
 */
export async function readyCart(store, { token, email = token ? undefined : uniqueEmail(), lacks, ...options } = {}) {
  const { fixtures } = store;
  const { variantId = fixtures.products.bare.variants[0].id, quantity = 10 } = options;
  const { provider = fixtures.paymentProviders.system, more } = options;
  const last = lacks ? NEEDS.indexOf(lacks) : NEEDS.length;
  const has = (need) => NEEDS.indexOf(need) < last;
  const { cart } = await store.medusa("POST", "/store/carts", {
    token,
    body: {
      region_id: fixtures.regions.eur.id,
      items: [{ variant_id: variantId, quantity }],
      email: email ?? undefined,
      shipping_address: has("shipping address") ? medusaAddress(KIEL) : undefined,
      billing_address: has("billing address") ? medusaAddress(LYON) : undefined,
      metadata: has("payment method") ? { paymentMethod: { id: provider, name: provider, type: "OTHER" } } : undefined,
      ...more,
    },
  });
  const body = { option_id: fixtures.shippingOptions.standard.id };
  if (has("shipping method")) await store.medusa("POST", `/store/carts/${cart.id}/shipping-methods`, { token, body });
  if (has("payment method")) await openPayment(store, cart.id, provider, token);
  return { id: cart.id, email: cart.email };
}

async function openPayment(store, cart_id, provider_id, token) {
  const collection = await store.medusa("POST", "/store/payment-collections", { token, body: { cart_id } });
  const path = `/store/payment-collections/${collection.payment_collection.id}/payment-sessions`;
  await store.medusa("POST", path, { token, body: { provider_id } });
}

/**
 * Whether Medusa has lost a completion: 2.13 on a busy machine does so now and then, answers 409, and none was ordered
 * then (features.reliableCompletion). The remedy is another cart.
 */
export function isLostCompletion(store, status) {
  return status === 409 && !store.fixtures.features.reliableCompletion;
}

/** An order that was placed past the gateway: {id, email, cartId}. Options: as readyCart(). */
export async function placedOrder(store, options = {}, attempts = 5) {
  const { id: cartId, email } = await readyCart(store, options);
  try {
    const { order } = await store.medusa("POST", `/store/carts/${cartId}/complete`, { token: options.token, body: {} });
    return { id: order.id, email, cartId };
  } catch (error) {
    const lost = isLostCompletion(store, / 409 /.test(error.message) ? 409 : undefined);
    if (!lost || attempts <= 1) throw error;
    return placedOrder(store, options, attempts - 1);
  }
}

/** The body of a `complete` that lacks nothing. */
export function completion(store, more = {}) {
  return {
    shippingAddress: KIEL,
    billingAddress: LYON,
    shippingMethodId: store.fixtures.shippingOptions.standard.id,
    paymentProviderId: store.fixtures.paymentProviders.system,
    returnUrl: "https://shop.example.com/thanks",
    ...more,
  };
}

/** The ids of the orders in Medusa under this e-mail address, which no text of another order contains. */
export async function ordersOf(store, email) {
  const { orders } = await store.medusa("GET", `/admin/orders?q=${encodeURIComponent(email)}&fields=id,email`);
  return orders.filter((order) => order.email === email).map(({ id }) => id);
}

/** As openContext(), with a store in which Alice has her orders. */
export async function openContextWithOrders(options) {
  const file = process.env[STORE_FILE];
  const shared = file && JSON.parse(readFileSync(file, "utf8"));
  if (!shared?.fixtures.orders) await startStoreWithOrders();
  return openContext(options);
}

async function startStoreWithOrders() {
  const folder = mkdtempSync(join(tmpdir(), "o2s-medusa-e2e-"));
  const store = await startStore({ orders: true });
  after(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  process.env[STORE_FILE] = join(folder, "store.json");
  describeStore(store, process.env[STORE_FILE]);
}
