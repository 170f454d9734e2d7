/*
 * The requests of O2S's storefront, and what its pages read from the answers.
 *
 * The pages of the cart and the checkout run in a browser and call the API across origins. Lists, product pages and
 * order pages are rendered on a server, which adds a block's id and the query of its page to its own parameters.
 */
import { assertAnswer, assertEqual, assertThat } from "./assertions.mjs";
import { count, currency, date, free, list, number, text, truth, word } from "./shape-parts.mjs";

export const ORIGIN = "http://localhost:3000";

/** The environment that O2S ships for its API, as far as it is ours. */
export const O2S_ENVIRONMENT = {
  API_PREFIX: "api",
  FRONT_BASE_URLS: `${ORIGIN},https://localhost:3000`,
  DEFAULT_LOCALE: "en",
  SUPPORTED_LOCALES: "en,de,pl",
  SUPPORTED_CURRENCIES: "EUR,USD,PLN",
};

/* ---- Queries. ---- */

const encoded = (value) => encodeURIComponent(value).replaceAll("%20", "+");

/**
 * A query as the storefront's HTTP client writes it: undefined is left out, an empty value is a name without "=", a
 * list is its name repeated. `equals` writes an empty value with "=", as most other clients do.
 */
export function queryOf(params, { equals = false } = {}) {
  const pairs = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => [encodeURIComponent(name), encoded(one)]));
  return pairs.map(([name, value]) => (value || equals ? `${name}=${value}` : name)).join("&");
}

/* ---- Clients. ---- */

/**
 * A client with the storefront's headers, whose paths are those below the prefix.
 *
 * options:
 *   token     of a customer who is signed in
 *   locale    of the page (default "en")
 *   browser   whether a browser sends the requests (default true) or the storefront's server
 *
 * gives get(path, params), post, patch (path, body) and delete(path), as those of a gateway. Each answer is checked for
 * the headers that a browser needs.
 */
export function openStorefront(gateway, { token, locale = "en", browser = true } = {}) {
  const headers = {
    accept: browser ? "application/json" : "*/*",
    "x-client-timezone": "Europe/Warsaw",
    "x-locale": locale,
    ...(browser && { origin: ORIGIN }),
  };
  const send = async (method, path, body) => {
    const answer = await gateway.request(method, `/api${path}`, { token, headers, body });
    if (browser) assertReadable(answer);
    assertEqual(answer, answer.headers["x-locale"], locale, "the header x-locale");
    return answer;
  };
  return {
    get: (path, params = {}, options) => {
      const query = queryOf(params, options);
      return send("GET", query ? `${path}?${query}` : path);
    },
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body),
    delete: (path) => send("DELETE", path),
  };
}

/** That a page of the storefront's origin may read an answer, failures included. */
export function assertReadable(answer) {
  assertEqual(answer, answer.headers["access-control-allow-origin"], ORIGIN, "Access-Control-Allow-Origin");
  assertEqual(answer, answer.headers["access-control-allow-credentials"], "true", "Access-Control-Allow-Credentials");
  const exposed = (answer.headers["access-control-expose-headers"] ?? "").toLowerCase().split(/ *, */);
  for (const name of ["x-locale", "x-currency"]) {
    assertThat(answer, exposed.includes(name), `Access-Control-Expose-Headers to name ${name}`);
  }
}

/** A success with what a page reads from it; other members do not matter. Gives the body. */
export function reads(answer, status, shape) {
  return assertAnswer(answer, status, shape);
}

/* ---- What the pages read. ---- */

/** An object with the members `required`; `optional` ones are checked if they are there, and others do not matter. */
function having(required, optional = {}) {
  return (value, path) => {
    const wrong = free(value, path);
    if (wrong.length) return wrong;
    const check = ([key, shape]) => shape(value[key], `${path}.${key}`);
    return [
      ...Object.entries(required).flatMap(check),
      ...Object.entries(optional)
        .filter(([key]) => key in value)
        .flatMap(check),
    ];
  };
}

const listOf = (item) => having({ data: list(item), total: count });
const price = having({ value: number, currency });
const picture = having({ url: word, alt: text });
const promotion = having({ id: word, code: word });

const address = having(
  { country: text, streetName: text, city: text, postalCode: text },
  { firstName: text, lastName: text, companyName: text, taxId: text, streetNumber: text, apartment: text, phone: text },
);

const cartItem = having({
  id: word,
  quantity: count,
  price,
  total: price,
  product: having({ id: word, name: word, link: text }, { shortDescription: text, image: picture }),
});

export const cart = having(
  {
    id: word,
    regionId: word,
    items: listOf(cartItem),
    subtotal: price,
    taxTotal: price,
    discountTotal: price,
    shippingTotal: price,
    total: price,
    metadata: free,
  },
  {
    billingAddress: address,
    shippingAddress: address,
    shippingMethod: having({ id: word, name: word, total: price }),
    paymentMethod: having({ id: word, name: word }),
    promotions: list(promotion),
    email: word,
    notes: text,
  },
);

export const shippingOptions = listOf(having({ id: word, name: word, total: price }, { description: text }));
export const paymentProviders = listOf(having({ id: word, name: word }));
export const paymentSession = having({ id: word, providerId: word, status: word }, { redirectUrl: word });

export const summary = having(
  {
    cart,
    billingAddress: address,
    shippingAddress: address,
    shippingMethod: having({ id: word, name: word }),
    paymentMethod: having({ id: word, name: word }),
    totals: having({ subtotal: price, tax: price, total: price, discount: price, shipping: price }),
    email: word,
  },
  { notes: text },
);

const orderItem = having({
  id: word,
  productId: word,
  quantity: count,
  price,
  total: price,
  subtotal: price,
  discountTotal: price,
  unit: word,
  currency,
  product: having({ name: word, sku: text }, { image: picture }),
});

export const order = having(
  {
    id: word,
    status: word,
    paymentStatus: word,
    createdAt: date,
    updatedAt: date,
    currency,
    items: listOf(orderItem),
    subtotal: price,
    tax: price,
    shippingTotal: price,
    shippingSubtotal: price,
    discountTotal: price,
    total: price,
    shippingMethods: list(having({ id: word, name: word })),
  },
  { billingAddress: address, shippingAddress: address, email: word, customerId: word },
);

/** The answer of place-order: the page goes to `paymentRedirectUrl`, else to the order's confirmation. */
export const placed = having({ order }, { paymentRedirectUrl: word });

// An order in a list: O2S's list and summary read no more.
export const orders = listOf(having({ id: word, status: word, createdAt: date, subtotal: price, currency }));

const tag = having({ label: word, variant: word });
const listedProduct = {
  id: word,
  sku: word,
  variantId: word,
  name: word,
  description: text,
  type: word,
  category: text,
  price,
  link: word,
  tags: list(tag),
};

/** The card of a product shows the short description, else the description. */
export const products = listOf(having(listedProduct, { shortDescription: word, image: picture }));

const variant = having({ id: word, title: word, slug: word, link: word, inStock: truth }, { options: free });
const optionGroup = having({ id: word, title: word, values: list(word) });

export const product = having(
  { ...listedProduct, shortDescription: text },
  {
    image: picture,
    images: list(picture),
    attributes: free,
    optionGroups: list(optionGroup),
    variants: list(variant),
  },
);

const { variantId: _, ...relatedProduct } = listedProduct;
export const relatedProducts = listOf(having(relatedProduct));

export const customerAddress = having(
  { id: word, customerId: word, isDefault: truth, address, createdAt: date, updatedAt: date },
  { label: word },
);
export const customerAddresses = listOf(customerAddress);
