/*
 * Amounts of money in answers, compared with the amounts that Medusa itself reports with its default fields. Amounts
 * are compared as text, digit by digit.
 */
import { appendFileSync } from "node:fs";

// A string, or a number.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Parses JSON; each number becomes a string with the digits that it had. */
export function parseExact(text) {
  return JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

const exactly = (store, path, options) => store.medusa("GET", path, { ...options, parse: parseExact });

/*
 * "+" adds a field to those that Medusa chooses itself, which are all that it needs for its totals. On some versions
 * these have no totals of a cart's items and shipping methods, and no currency of an order.
 */
const added = (...fields) => `fields=${fields.map((field) => encodeURIComponent(`+${field}`)).join()}`;
const totalsOf = (relation, ...more) => ["total", "subtotal", ...more].map((name) => `${relation}.${name}`);
const CART_FIELDS = added(...totalsOf("items", "discount_total"), ...totalsOf("shipping_methods"));
const ORDER_FIELDS = added("currency_code");

/** A cart as Medusa reports it. Options: as for store.medusa(). */
export async function medusaCart(store, id, options) {
  return (await exactly(store, `/store/carts/${id}?${CART_FIELDS}`, options)).cart;
}

/** An order as Medusa reports it. `api`: "store" or "admin". */
export async function medusaOrder(store, id, api = "admin", options = {}) {
  return (await exactly(store, `/${api}/orders/${id}?${ORDER_FIELDS}`, options)).order;
}

const ITEM = { price: "unit_price", "product.price": "unit_price", subtotal: "subtotal", discountTotal: "discount_total", total: "total" };
const SHIPPING_METHOD = { total: "total", subtotal: "subtotal" };
const TOTALS = { shippingTotal: "shipping_total", discountTotal: "discount_total", subtotal: "item_subtotal", total: "total" };
const CART = { ...TOTALS, taxTotal: "tax_total" };
const ORDER = { ...TOTALS, tax: "tax_total", shippingSubtotal: "shipping_subtotal" };
const SUMMARY = { shipping: "shipping_total", discount: "discount_total", subtotal: "item_subtotal", total: "total", tax: "tax_total" };

const shown = (value, currency) => `${value} ${currency?.toUpperCase()}`;

/*
 * The functions below return a list of [member, amount], such as ["items[cali_1].total", "11.305 EUR"]. An element of a
 * list is named by its id, because Medusa returns items in no fixed order.
 */

function membersOf(source, members, currency, path = "") {
  return Object.entries(members).map(([ours, medusas]) => [path + ours, shown(source[medusas], currency)]);
}

const within = (path, amounts) => amounts.map(([member, amount]) => [path + member, amount]);

function itemsOf({ items, currency_code }) {
  return (items ?? []).flatMap((item) => membersOf(item, ITEM, currency_code, `items.data[${item.id}].`));
}

/**
 * The method of a cart that was added last, which is the one that O2S has. Medusa lists them in no fixed order, and by
 * default without their dates; an id is a ULID, which begins with its time.
 */
function lastShippingMethod({ shipping_methods, currency_code }) {
  const newest = [...(shipping_methods ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)).at(-1);
  return newest ? membersOf(newest, SHIPPING_METHOD, currency_code, "shippingMethod.") : [];
}

/** A Cart's amounts, from Medusa's cart. */
export function cartAmounts(cart) {
  return [...membersOf(cart, CART, cart.currency_code), ...itemsOf(cart), ...lastShippingMethod(cart)];
}

/** A checkout summary's amounts, from Medusa's cart. */
export function summaryAmounts(cart) {
  const totals = membersOf(cart, SUMMARY, cart.currency_code, "totals.");
  return [...within("cart.", cartAmounts(cart)), ...lastShippingMethod(cart), ...totals];
}

/** An Order's amounts, from Medusa's order. */
export function orderAmounts(order) {
  const { currency_code, shipping_methods } = order;
  const methods = (shipping_methods ?? []).flatMap((method) =>
    membersOf(method, SHIPPING_METHOD, currency_code, `shippingMethods[${method.id}].`),
  );
  return [...membersOf(order, ORDER, currency_code), ...itemsOf(order), ...methods];
}

/** The amounts of an answer of place-order and complete, from Medusa's order. */
export const placedAmounts = (order) => within("order.", orderAmounts(order));

/** The amounts of a list of orders, from Medusa's orders. */
export const listAmounts = (orders) => orders.flatMap((order) => within(`data[${order.id}].`, orderAmounts(order)));

/** The amounts of a list of shipping options, from Medusa's, the calculated ones with their price. */
export function optionAmounts(options, currency) {
  return options.flatMap(({ id, amount, calculated_price: price }) => {
    const total = price?.calculated_amount ?? amount;
    return within(`data[${id}].`, [
      ["total", shown(total, price?.currency_code ?? currency)],
      ["subtotal", shown(price?.calculated_amount_without_tax ?? total, price?.currency_code ?? currency)],
    ]);
  });
}

/** All amounts of an answer, wherever they are in it. */
function amountsIn(value, path = "") {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => amountsIn(entry, `${path}[${entry?.id ?? index}]`));
  if (Object.keys(value).sort().join() === "currency,value") return [[path, shown(value.value, value.currency)]];
  return Object.entries(value).flatMap(([key, entry]) => amountsIn(entry, path ? `${path}.${key}` : key));
}

/**
 * Counts comparisons.
 *
 * returns:
 *   compare(route, text, expected)   compares all amounts in a body with these; returns the differences, as lines
 *   counts()                         {compared, different}
 *   differences                      the lines of all comparisons
 */
export function openComparison() {
  const differences = [];
  let compared = 0;
  function compare(route, text, expected) {
    const ours = new Map(amountsIn(parseExact(text)));
    const medusas = new Map(expected);
    const members = [...new Set([...ours.keys(), ...medusas.keys()])];
    const found = members.filter((member) => ours.get(member) !== medusas.get(member));
    const lines = found.map((member) => `${route}, ${member}: ${ours.get(member)}, Medusa: ${medusas.get(member)}`);
    compared += members.length;
    differences.push(...lines);
    return lines;
  }
  return { compare, differences, counts: () => ({ compared, different: differences.length }) };
}

/** Appends what was compared to the file that O2S_AMOUNTS names, if it does. */
export function recordAmounts({ counts }) {
  const file = process.env.O2S_AMOUNTS;
  if (file) appendFileSync(file, `${JSON.stringify(counts())}\n`);
}
