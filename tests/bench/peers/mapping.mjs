/* The cart and the products of the commerce API, made of what Medusa answers: a peer's mapping, written by hand. */

const CURRENCY = "EUR";

const money = (value) => ({ value, currency: CURRENCY });
const orUndefined = (value) => value || undefined;
/** Leaves out what is null, for JSON.stringify(), which leaves out what is undefined. */
const known = (value) => value ?? undefined;
const byString = (key) => (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);

// Letters beyond ASCII lose their marks.
function slug(text) {
  const plain = /[^\0-\x7f]/.test(text) ? text.normalize("NFD") : text;
  return plain
    .replace(/[^\w\s$*_+~.()'"!\-:@]+/g, "")
    .replace(/[^A-Za-z0-9\s-]/g, "")
    .trim()
    .replace(/[\s-]+/g, "-")
    .toLowerCase();
}

/* Products */

export function productList({ products = [], count = 0 }) {
  return { data: products.filter(({ variants }) => variants?.some(({ sku }) => sku)).map(product), total: count };
}

function product(source) {
  const { title, thumbnail, subtitle } = source;
  const variants = [...source.variants].sort(byRank);
  const slugs = new Map(variants.map((variant) => [variant, slug(variant.sku ?? "")]));
  const owners = new Map([...variants].reverse().map((variant) => [slugs.get(variant), variant]));
  const slugOf = (variant) => variantSlug(variant, slugs.get(variant), owners);
  const linkOf = (variant) => `/${source.handle ?? source.id}/${slugs.get(variant) ? slugOf(variant) : ""}`;
  const first = variants.find(({ sku }) => sku);
  const images = source.images?.map(({ url }) => ({ url, alt: title }));
  return {
    id: source.id,
    sku: first.sku,
    name: title,
    description: source.description ?? "",
    shortDescription: orUndefined(subtitle),
    subtitle: orUndefined(subtitle),
    variantId: first.id,
    image: thumbnail ? { url: thumbnail, alt: title } : undefined,
    images: images?.length ? images : undefined,
    price: money(priceOf(first)),
    link: linkOf(first),
    type: source.type?.value === "VIRTUAL" ? "VIRTUAL" : "PHYSICAL",
    category: categoryOf(source.categories),
    tags: [...(source.tags ?? [])].sort(byString("value")).map(({ value }) => ({ label: value ?? "", variant: "default" })),
    variants: variants.length > 1 ? variants.map((variant) => variantOf(variant, slugOf(variant), linkOf(variant))) : undefined,
  };
}

const byRank = (a, b) => (a.variant_rank ?? Infinity) - (b.variant_rank ?? Infinity) || byString("id")(a, b);

function variantSlug(variant, own, owners) {
  if (!own) return variant.id;
  return owners.get(own) === variant ? own : `${own}-${variant.id.slice(-6).toLowerCase()}`;
}

function priceOf({ calculated_price: price }) {
  return price?.currency_code === CURRENCY.toLowerCase() ? price.calculated_amount : 0;
}

function categoryOf(categories = []) {
  const shown = [...categories].sort(byString("id"));
  return shown.find((one) => one.is_internal !== true && one.is_active !== false)?.name ?? "";
}

function variantOf(source, slug, link) {
  const options = [...(source.options ?? [])].sort(byString("option_id"));
  return {
    id: source.id,
    title: options.map(({ value }) => value).join(" / ") || source.title || source.id,
    slug,
    link,
    options: options.length ? Object.fromEntries(options.map((option) => [option.option_id, option.value])) : undefined,
    inStock: source.manage_inventory !== true || source.allow_backorder === true || (source.inventory_quantity ?? 1) > 0,
  };
}

/* Carts */

export function cart({ cart: source }) {
  const { guestCheckout, ...metadata } = source.metadata ?? {};
  const items = source.items ?? [];
  return {
    id: source.id,
    customerId: guestCheckout === true ? undefined : known(source.customer_id),
    createdAt: source.created_at,
    updatedAt: source.updated_at,
    regionId: known(source.region_id),
    currency: source.currency_code.toUpperCase(),
    items: { data: items.map(cartItem), total: items.length },
    subtotal: money(source.item_subtotal),
    discountTotal: money(source.discount_total),
    taxTotal: money(source.tax_total),
    shippingTotal: money(source.shipping_total),
    total: money(source.total),
    shippingAddress: source.shipping_address ? address(source.shipping_address) : undefined,
    billingAddress: source.billing_address ? address(source.billing_address) : undefined,
    shippingMethod: shippingMethod(source.shipping_methods),
    paymentMethod: paymentMethod(metadata.paymentMethod),
    promotions: source.promotions?.length ? source.promotions.map(promotion) : undefined,
    metadata,
    notes: known(metadata.notes),
    email: known(source.email),
    paymentSessionId: known(metadata.paymentSessionId),
  };
}

function cartItem(source) {
  return {
    id: source.id,
    sku: source.variant_sku ?? source.variant_id ?? "",
    quantity: source.quantity,
    price: money(source.unit_price),
    subtotal: money(source.subtotal),
    discountTotal: money(source.discount_total),
    total: money(source.total),
    unit: "PCS",
    currency: CURRENCY,
    product: itemProduct(source),
    metadata: source.metadata ?? {},
  };
}

function itemProduct(source) {
  const name = source.product_title ?? source.title ?? "";
  return {
    id: source.product_id ?? "",
    sku: source.variant_sku ?? "",
    name,
    description: source.product_description ?? "",
    shortDescription: source.product_subtitle ?? "",
    image: source.thumbnail ? { url: source.thumbnail, alt: name } : undefined,
    price: money(source.unit_price),
    link: "",
    type: "PHYSICAL",
    category: "",
    tags: [],
  };
}

function address(source) {
  return {
    firstName: known(source.first_name),
    lastName: known(source.last_name),
    companyName: known(source.company),
    taxId: known(source.metadata?.taxId),
    country: source.country_code?.toUpperCase() ?? "",
    district: source.province ?? "",
    region: source.province ?? "",
    streetName: source.address_1 ?? "",
    streetNumber: orUndefined(source.address_2?.trim()),
    apartment: known(source.metadata?.apartment),
    city: source.city ?? "",
    postalCode: source.postal_code ?? "",
    phone: known(source.phone),
  };
}

function shippingMethod(methods = []) {
  const [first, ...others] = methods;
  if (!first) return undefined;
  const newest = others.reduce((best, one) => (one.created_at > best.created_at ? one : best), first);
  return {
    id: newest.shipping_option_id ?? newest.id,
    name: newest.name ?? "",
    description: newest.description ?? "",
    total: money(newest.total),
    subtotal: money(newest.subtotal),
  };
}

function paymentMethod({ id, name, description } = {}) {
  return id && name ? { id, name, description } : undefined;
}

const PROMOTION_TYPES = { fixed: "FIXED_AMOUNT", percentage: "PERCENTAGE", free_shipping: "FREE_SHIPPING" };

function promotion({ id, code, application_method: method }) {
  return { id: id ?? code, code, name: code, type: PROMOTION_TYPES[method?.type], value: String(method?.value) };
}
