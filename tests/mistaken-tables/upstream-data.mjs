/* The data of the stand-in for Medusa: carts, products, orders and so on, with each member that the table reads. */

const DAY = (day) => `2026-01-${String(day).padStart(2, "0")}T08:00:00.000Z`;

export const CUSTOMERS = {
  ann: { id: "cus_ann", email: "Ann@example.com", has_account: true },
  bob: { id: "cus_bob", email: "bob@example.com", has_account: true },
};

function address(id, more = {}) {
  return {
    id,
    customer_id: "cus_ann",
    first_name: `First ${id}`,
    last_name: `Last ${id}`,
    company: `Company ${id}`,
    address_1: `Street ${id}`,
    address_2: " 12 ",
    city: `City ${id}`,
    country_code: "de",
    postal_code: "24103",
    province: "Holstein",
    phone: "+49 431 1",
    address_name: `Name ${id}`,
    is_default_shipping: id === "addr_1",
    is_default_billing: id === "addr_2",
    metadata: { taxId: "DE1", apartment: "3 b" },
    created_at: DAY(id.length + Number(id.at(-1) === "2")),
    updated_at: DAY(20),
    ...more,
  };
}

export const ADDRESSES = [
  address("addr_1"),
  address("addr_2", { address_name: "", address_2: "", metadata: null, province: null }),
  address("addr_3", {
    address_name: null,
    first_name: "",
    last_name: " ",
    city: null,
    country_code: null,
    is_default_shipping: null,
  }),
];

function item(id, more = {}) {
  return {
    id,
    variant_id: `variant_${id}`,
    variant_sku: `SKU-${id}`,
    product_id: `prod_${id}`,
    product_title: `Product ${id}`,
    product_description: `Description ${id}`,
    product_subtitle: `Subtitle ${id}`,
    title: `Title ${id}`,
    thumbnail: `http://img.example/${id}.png`,
    quantity: 2,
    detail: { quantity: 2 },
    unit_price: 10.5,
    subtotal: 21,
    discount_total: 1.5,
    total: 19.5,
    requires_shipping: true,
    metadata: { gift: true },
    ...more,
  };
}

const ITEMS = [
  item("item_1"),
  item("item_2", {
    variant_sku: null,
    product_title: null,
    thumbnail: "",
    metadata: null,
    product_description: null,
    product_subtitle: null,
    quantity: 3,
  }),
  item("item_3", {
    variant_sku: null,
    variant_id: null,
    product_id: null,
    product_title: null,
    title: null,
    requires_shipping: false,
  }),
];

function method(id, day, more = {}) {
  return {
    id,
    name: `Method ${id}`,
    description: `About ${id}`,
    shipping_option_id: `so_${id}`,
    amount: 5,
    total: 5.95,
    subtotal: 5,
    created_at: DAY(day),
    ...more,
  };
}

export function cart(id, more = {}) {
  return {
    id,
    currency_code: "eur",
    region_id: "reg_eur",
    customer_id: null,
    customer: null,
    email: "guest@example.com",
    created_at: DAY(1),
    updated_at: DAY(2),
    completed_at: null,
    items: ITEMS,
    item_subtotal: 63,
    discount_total: 4.5,
    tax_total: 11.1,
    shipping_total: 5.95,
    total: 75.55,
    shipping_address: address("addr_s"),
    billing_address: address("addr_b", { province: null }),
    shipping_methods: [method("sm_1", 3), method("sm_2", 5, { description: null }), method("sm_0", 4)],
    promotions: [
      { id: "promo_1", code: "TEN", application_method: { type: "percentage", value: 10 } },
      { id: null, code: "FIVE", application_method: { type: "fixed", value: 5 } },
    ],
    metadata: {
      notes: "ring twice",
      paymentSessionId: "payses_1",
      paymentMethod: { id: "pp_x", name: "X", description: "by X", type: "OTHER" },
      extra: 1,
    },
    ...more,
  };
}

const owned = (name, more = {}) => ({
  customer_id: CUSTOMERS[name].id,
  customer: CUSTOMERS[name],
  email: CUSTOMERS[name].email,
  ...more,
});
const MARKED = { guestCheckout: true, notes: "n" };

export const CARTS = {
  cart_full: {},
  cart_empty: {
    items: [],
    shipping_address: null,
    billing_address: null,
    shipping_methods: [],
    promotions: [],
    metadata: null,
    email: null,
  },
  cart_bare: {
    items: null,
    shipping_address: undefined,
    billing_address: undefined,
    shipping_methods: undefined,
    metadata: {},
    promotions: undefined,
    email: null,
  },
  cart_noship: { shipping_methods: [] },
  cart_digital: { items: [ITEMS[2]], shipping_methods: [] },
  cart_nobill: { billing_address: null },
  cart_noaddr: { shipping_address: null },
  cart_nopay: { metadata: { paymentMethod: { id: "pp_x" } } },
  cart_noemail: { email: null },
  cart_ann: owned("ann"),
  cart_bob: owned("bob"),
  cart_annmark: owned("ann", { metadata: { ...MARKED, paymentMethod: { id: "pp_x", name: "X" } } }),
  cart_bobmark: owned("bob", { metadata: { ...MARKED, paymentMethod: { id: "pp_x", name: "X" } } }),
  cart_guest: {
    customer_id: "cus_guest",
    customer: { id: "cus_guest", has_account: false, email: "guest@example.com" },
  },
  cart_done: { completed_at: DAY(9), items: [], metadata: null },
  cart_donemark: owned("bob", { completed_at: DAY(9), metadata: MARKED }),
  cart_refused: {},
  cart_wordless: {},
  cart_usd: { currency_code: "usd", region_id: "reg_usd" },
  cart_nocurrency: { currency_code: null },
  cart_nocustomer: { customer: undefined, customer_id: "cus_ann" },
  cart_nothing: { customer_id: undefined },
};

export const cartOf = (id, more) => (id in CARTS ? { ...cart(id, CARTS[id]), ...more } : null);

function variant(id, more = {}) {
  return {
    id: `variant_${id}`,
    title: `Variant ${id}`,
    sku: `Sku ${id}`,
    variant_rank: 1,
    manage_inventory: true,
    allow_backorder: false,
    inventory_quantity: 4,
    weight: 100,
    height: 2,
    width: 3,
    length: null,
    material: "wool",
    origin_country: "de",
    hs_code: null,
    mid_code: "M",
    options: [
      { option_id: "opt_2", value: `Red ${id}`, option: { title: "Colour" } },
      { option_id: "opt_1", value: "L", option: { title: "Size" } },
    ],
    calculated_price: { calculated_amount: 19.9, currency_code: "eur", calculated_amount_without_tax: 16 },
    prices: [
      {
        amount: 1,
        currency_code: "eur",
        price_list_id: "plist_1",
        min_quantity: null,
        max_quantity: null,
        rules_count: 0,
      },
      { amount: 2, currency_code: "eur", price_list_id: null, min_quantity: 5, max_quantity: null, rules_count: 0 },
      { amount: 3, currency_code: "eur", price_list_id: null, min_quantity: null, max_quantity: 9, rules_count: 0 },
      { amount: 4, currency_code: "eur", price_list_id: null, min_quantity: null, max_quantity: null, rules_count: 2 },
      { amount: 25, currency_code: "usd", price_list_id: null, min_quantity: null, max_quantity: null, rules_count: 0 },
      { amount: 20, currency_code: "eur", price_list_id: null, min_quantity: null, max_quantity: null },
    ],
    ...more,
  };
}

function product(id, more = {}) {
  return {
    id: `prod_${id}`,
    title: `Product ${id}`,
    handle: `handle-${id}`,
    description: `Description ${id}`,
    subtitle: `Subtitle ${id}`,
    thumbnail: `http://img.example/${id}.png`,
    images: [{ url: `http://img.example/${id}/1.png` }, { url: `http://img.example/${id}/2.png` }],
    type: { id: "ptyp_1", value: "VIRTUAL" },
    categories: [
      { id: "pcat_3", name: "Third", is_internal: false, is_active: true },
      { id: "pcat_1", name: "Internal", is_internal: true, is_active: true },
      { id: "pcat_2", name: "Off", is_internal: false, is_active: false },
    ],
    tags: [{ value: "new" }, { value: "best" }, { value: null }],
    weight: 500,
    height: null,
    width: 6,
    length: 7,
    material: "",
    origin_country: "fr",
    hs_code: "1234",
    mid_code: "P",
    variants: [
      variant(`${id}b`, { variant_rank: 2 }),
      variant(`${id}a`, { variant_rank: 0, sku: null, title: "", options: [], manage_inventory: false }),
      variant(`${id}c`, {
        variant_rank: 1,
        allow_backorder: true,
        inventory_quantity: 0,
        weight: null,
        material: null,
        mid_code: null,
        width: null,
      }),
      variant(`${id}d`, {
        variant_rank: 3,
        inventory_quantity: 0,
        calculated_price: { calculated_amount: 9.5, currency_code: "usd" },
        sku: `Sku ${id}c`,
      }),
      variant(`${id}f`, { variant_rank: 5, options: [], title: "Plain" }),
      variant(`${id}e`, {
        variant_rank: 4,
        inventory_quantity: null,
        calculated_price: null,
        prices: [],
        sku: "!!!",
        title: "",
      }),
    ],
    ...more,
  };
}

const one = (id, amount) => [
  variant(id, {
    calculated_price: { calculated_amount: amount, currency_code: "eur" },
    prices: [
      { amount: amount + 1, currency_code: "eur" },
      { amount: amount + 2, currency_code: "usd" },
    ],
  }),
];
const PRODUCTS = [
  product("p1"),
  product("p2", {
    type: null,
    handle: null,
    subtitle: "",
    thumbnail: "",
    images: [],
    categories: [],
    tags: null,
    description: null,
    variants: one("p2", 30),
  }),
  product("p3", {
    type: { id: "ptyp_2", value: "PHYSICAL" },
    categories: [{ id: "pcat_9", name: "Ninth" }],
    variants: one("p3", 7),
    subtitle: null,
  }),
  product("p4", { type: { id: "ptyp_3", value: "other" }, variants: one("p4", 12) }),
  product("nosku", { variants: [variant("nosku", { sku: null })] }),
  product("novariant", { variants: [] }),
];

// Variants of the answers, by the locale of the request.
export function productsFor(locale) {
  if (locale === "aa")
    return PRODUCTS.map((one) => ({
      ...one,
      variants: one.variants.map((other) => ({
        ...other,
        calculated_price: other.calculated_price && { calculated_amount: 11, currency_code: "usd" },
      })),
    }));
  if (locale === "bb") return [];
  return PRODUCTS;
}

export function order(id, more = {}) {
  return {
    id,
    display_id: 7,
    currency_code: "eur",
    status: "pending",
    payment_status: "captured",
    payment_collections: [
      {
        status: "awaiting",
        payment_sessions: [
          { created_at: DAY(3), data: { redirect_url: "http://pay.example/1" } },
          { created_at: DAY(6), data: { redirect_url: "http://pay.example/2" } },
        ],
      },
      { payment_sessions: [{ created_at: DAY(5), data: { redirect_url: "http://pay.example/3" } }] },
    ],
    customer_id: "cus_ann",
    customer: CUSTOMERS.ann,
    email: "ann@example.com",
    created_at: DAY(4),
    updated_at: DAY(5),
    items: ITEMS,
    total: 75.55,
    item_subtotal: 63,
    shipping_total: 5.95,
    shipping_subtotal: 5,
    discount_total: 4.5,
    tax_total: 11.1,
    shipping_address: address("addr_s"),
    billing_address: null,
    shipping_methods: [method("sm_1", 3), method("sm_2", 5, { description: null, name: null })],
    metadata: null,
    ...more,
  };
}

export const ORDERS = [
  order("order_1"),
  order("order_2", {
    status: "completed",
    payment_status: "awaiting",
    total: 20,
    item_subtotal: 90,
    items: null,
    shipping_methods: null,
  }),
  order("order_3", { status: "canceled", payment_status: undefined, total: 100, item_subtotal: 10 }),
  order("order_4", { status: "odd", payment_status: "odd", total: 50, item_subtotal: 20, payment_collections: [] }),
  order("order_5", { status: "requires_action", payment_status: "partially_refunded", total: 60, item_subtotal: 30 }),
  ...["not_paid", "authorized", "refunded", "canceled", "partially_authorized", "partially_captured"].map(
    (status, index) =>
      order(`order_${6 + index}`, {
        status: "archived",
        payment_status: status,
        total: 30 + index,
        item_subtotal: 40 - index,
      }),
  ),
];
export const SINGLE_ORDERS = {
  order_ann: {},
  order_bob: { customer_id: "cus_bob", customer: CUSTOMERS.bob },
  order_guest: { customer_id: "cus_g", customer: { id: "cus_g", has_account: false } },
  order_marked: { customer_id: "cus_bob", customer: CUSTOMERS.bob, metadata: { guestCheckout: true } },
  order_nobody: { customer_id: null, customer: null },
};

export const OPTIONS = [
  { id: "so_2", name: "Fast", price_type: "calculated", amount: null, type: { label: null, description: "By air" } },
  {
    id: "so_1",
    name: "Slow",
    price_type: "flat",
    amount: 5,
    calculated_price: null,
    type: { label: "Ship", description: "By sea" },
  },
  { id: "so_3", name: "Priceless", price_type: "flat", amount: null, type: null },
  { id: "so_4", name: "Broken", price_type: "calculated", amount: null, type: { label: "Broken", description: "x" } },
  {
    id: "so_5",
    name: "Post",
    price_type: "flat",
    amount: 4,
    calculated_price: { calculated_amount: 3, calculated_amount_without_tax: 2.5, currency_code: "usd" },
    type: { label: "Post", description: "y" },
  },
];

const session = (id, day, status, provider) => ({
  id,
  provider_id: provider,
  status,
  created_at: DAY(day),
  data: { redirect_url: `http://pay.example/${id}`, client_secret: `secret-${id}`, other: 1 },
});
export const collection = (provider) => ({
  id: "paycol_1",
  payment_sessions:
    provider === "pp_odd"
      ? [session("payses_9", 1, "pending", "pp_1")]
      : [
          session("payses_1", 1, "pending", provider),
          session("payses_3", 3, "captured", provider),
          session("payses_2", 2, "error", provider),
          session("payses_4", 4, "authorized", "pp_other"),
        ],
});
