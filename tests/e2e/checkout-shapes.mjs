/* The shapes of what checkout, orders, customer addresses and payments answer, as shapes.mjs has the others'. */
import {
  country,
  currency,
  date,
  free,
  nothing,
  number,
  object,
  one,
  page,
  text,
  truth,
  when,
  whole,
  word,
} from "./shape-parts.mjs";
import { address, cart, image, money } from "./shapes.mjs";

export { address, cart };

const names = { firstName: text, lastName: text, companyName: text, taxId: text };
const house = { streetNumber: word, apartment: text, phone: text };
const place = { country, streetName: text, city: text, postalCode: text };

const shippingMethod = object({ id: word, name: text, description: text, total: money, subtotal: money });
const paymentMethod = object({ id: word, name: word }, { description: text });

const orderedProduct = object(
  {
    id: text,
    sku: text,
    name: text,
    description: text,
    shortDescription: text,
    price: money,
    link: one(""),
    type: one("PHYSICAL"),
    category: text,
    tags: nothing,
  },
  { image },
);

const orderItem = object({
  id: word,
  productId: word,
  quantity: when((value) => Number.isInteger(value) && value >= 1, "a quantity"),
  price: money,
  total: money,
  subtotal: money,
  discountTotal: money,
  unit: one("PCS"),
  currency,
  product: orderedProduct,
});

export const PAYMENT_STATUSES = [
  "PENDING",
  "NOT_PAID",
  "CAPTURED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "REQUIRES_ACTION",
  "FAILED",
  "UNKNOWN",
];

export const order = object(
  {
    id: word,
    total: money,
    subtotal: money,
    shippingTotal: money,
    shippingSubtotal: money,
    discountTotal: money,
    tax: money,
    currency,
    paymentStatus: one(...PAYMENT_STATUSES),
    status: one("PENDING", "COMPLETED", "ARCHIVED", "CANCELLED", "REQUIRES_ACTION", "UNKNOWN"),
    createdAt: date,
    updatedAt: date,
    items: whole(orderItem),
    shippingMethods: (value, path) => whole(shippingMethod)({ data: value, total: value?.length }, path),
  },
  { customerId: word, shippingAddress: address, billingAddress: address, email: word },
);

export const orders = page(order);
export const placed = object({ order }, { paymentRedirectUrl: word });

export const summary = object(
  {
    cart,
    shippingAddress: address,
    billingAddress: address,
    paymentMethod,
    totals: object({ subtotal: money, shipping: money, tax: money, discount: money, total: money }),
  },
  { shippingMethod, notes: text, email: word },
);

export const shippingOptions = whole(
  object({ id: word, name: word, total: money, subtotal: money }, { description: text }),
);

export const paymentSession = object(
  {
    id: word,
    cartId: word,
    providerId: word,
    status: one("PENDING", "AUTHORIZED", "CAPTURED", "CANCELLED", "FAILED"),
    metadata: free,
  },
  { redirectUrl: word, clientSecret: word },
);

export const paymentProviders = whole(
  object({ id: word, name: word, type: word, isEnabled: one(true), requiresRedirect: truth, config: object({}) }),
);

export const customerAddress = object(
  {
    id: word,
    customerId: word,
    isDefault: truth,
    address: object(place, { ...names, ...house, region: word }),
    createdAt: date,
    updatedAt: date,
  },
  { label: word },
);

export const customerAddresses = page(customerAddress);
