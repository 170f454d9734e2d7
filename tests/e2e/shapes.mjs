/* What the answers look like, member by member, and `mistakes()`, which holds a body against that. */
import {
  country,
  currency,
  date,
  free,
  list,
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

/** A list that is left out if it has fewer items than `least`. */
const filled =
  (item, least = 1) =>
  (value, path) =>
    Array.isArray(value) && value.length < least
      ? [`${path}: has ${value.length} items, and should be left out below ${least}`]
      : list(item)(value, path);

/** An object with any members of one shape; left out if it has none. */
const dictionary = (item) => (value, path) => {
  const wrong = free(value, path);
  if (wrong.length) return wrong;
  if (Object.keys(value).length === 0) return [`${path}: is empty, and should be left out`];
  return Object.entries(value).flatMap(([key, entry]) => item(entry, `${path}.${key}`));
};

export const money = object({ value: number, currency });
export const image = object({ url: word, alt: word });
const type = one("PHYSICAL", "VIRTUAL");
const tag = object({ label: word, variant: one("default") });
const link = when((value) => typeof value === "string" && /^\/[\x21-\x7e]+$/.test(value), "a path");

const variant = object({ id: word, title: word, slug: word, link, inStock: truth }, { options: dictionary(text) });

const listed = { id: word, sku: word, name: word, description: text, variantId: word, price: money, link, type };
const described = { category: text, tags: list(tag) };
const pictured = { image, images: filled(image) };
const subtitled = { shortDescription: word, subtitle: word };

const attributes = dictionary(word);
const ATTRIBUTES = ["weight", "height", "width", "length", "material", "origin_country", "hs_code", "mid_code"];
const knownAttributes = object({}, Object.fromEntries(ATTRIBUTES.map((name) => [name, word])));
const optionGroup = object({ id: word, title: word, values: filled(text) });

export const productList = page(
  object({ ...listed, ...described }, { ...pictured, ...subtitled, variants: filled(variant, 2) }),
);

export const product = object(
  { ...listed, ...described, shortDescription: text, optionGroups: list(optionGroup) },
  {
    ...pictured,
    subtitle: word,
    variants: filled(variant, 2),
    attributes: (value, path) => [...attributes(value, path), ...knownAttributes(value, path)],
  },
);

export const relatedProducts = page(
  object(
    { ...listed, ...described, image: object({ url: text, alt: word }) },
    { ...subtitled, images: filled(image) },
  ),
);

export const address = object(
  { country, district: text, region: text, streetName: text, city: text, postalCode: text },
  { firstName: text, lastName: text, companyName: text, taxId: text, streetNumber: word, apartment: text, phone: text },
);

const itemProduct = object(
  {
    id: text,
    sku: text,
    name: text,
    description: text,
    shortDescription: text,
    price: money,
    link: one(""),
    type: one("PHYSICAL"),
    category: one(""),
    tags: nothing,
  },
  { image },
);

const item = object({
  id: word,
  sku: text,
  quantity: when((value) => Number.isInteger(value) && value >= 1, "a quantity"),
  price: money,
  subtotal: money,
  discountTotal: money,
  total: money,
  unit: one("PCS"),
  currency,
  metadata: free,
  product: itemProduct,
});

const promotion = object({
  id: word,
  code: word,
  name: word,
  type: one("FIXED_AMOUNT", "PERCENTAGE", "FREE_SHIPPING"),
  value: word,
});

export const cart = object(
  {
    id: word,
    createdAt: date,
    updatedAt: date,
    regionId: word,
    currency,
    items: whole(item),
    subtotal: money,
    discountTotal: money,
    taxTotal: money,
    shippingTotal: money,
    total: money,
    metadata: free,
  },
  {
    customerId: word,
    shippingAddress: address,
    billingAddress: address,
    shippingMethod: object({ id: word, name: text, description: text, total: money, subtotal: money }),
    paymentMethod: object({ id: text, name: text }, { description: text }),
    promotions: filled(promotion),
    notes: text,
    email: word,
    paymentSessionId: word,
  },
);

export const failure = object({
  message: word,
  error: word,
  statusCode: when((value) => Number.isInteger(value) && value >= 400 && value < 600, "a status of a failure"),
});

/** What is wrong with a value of this shape; [] if nothing is. */
export function mistakes(shape, value) {
  return shape(value, "");
}
