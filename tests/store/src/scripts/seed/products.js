/*
 * The products as data. Keys are the names under which tests find them in the fixtures. What a product leaves
 * out is filled in by catalogue.js: a single option, PHYSICAL, published.
 *
 * `stock`: pieces in the warehouse; without it Medusa does not manage the variant's inventory.
 */
const image = (name) => `https://images.example.com/${name}.jpg`;
const prices = (eur, usd) => [
  { currency_code: "eur", amount: eur },
  { currency_code: "usd", amount: usd },
];

const SIZES = ["S", "M", "L"];
const COLORS = ["Black", "White"];

const sixVariants = {
  title: "T-shirt",
  subtitle: "Heavy cotton",
  handle: "t-shirt",
  description: "A T-shirt of heavy cotton.",
  thumbnail: image("t-shirt-front"),
  images: [image("t-shirt-front"), image("t-shirt-back")],
  category: "shirts",
  tags: ["New", "Cotton"],
  weight: 180,
  material: "Cotton",
  origin_country: "pt",
  hs_code: "610910",
  mid_code: "PT-TEX-1",
  options: [
    { title: "Size", values: SIZES },
    { title: "Color", values: COLORS },
  ],
  variants: SIZES.flatMap((size, i) =>
    COLORS.map((color, j) => ({
      title: `${size} / ${color}`,
      sku: `SHIRT-${size}-${color.toUpperCase()}`,
      options: { Size: size, Color: color },
      prices: prices(19.99 + i, 24 + i),
      stock: 100 + 10 * i + j,
      ...(size === "L" && { weight: 220, length: 78, width: 58, height: 2 }),
    })),
  ),
};

const special = {
  sixVariants,
  noSku: { title: "Gift box", handle: "gift-box", category: "accessories", variants: [{ prices: prices(12, 14) }] },
  umlautSku: {
    title: "Mug with ü",
    subtitle: "300 ml",
    handle: "mug",
    description: "A mug whose SKU needs care in a URL.",
    thumbnail: image("mug"),
    category: "mugs",
    tags: ["New"],
    variants: [{ sku: "MUG ü/1", prices: prices(9.5, 11) }],
  },
  usdOnly: {
    title: "Dollar poster",
    handle: "dollar-poster",
    category: "accessories",
    variants: [{ sku: "POSTER-USD", prices: [{ currency_code: "usd", amount: 30 }] }],
  },
  outOfStock: {
    title: "Sold-out lamp",
    handle: "sold-out-lamp",
    category: "accessories",
    variants: [{ sku: "LAMP-1", prices: prices(49, 55), stock: 0 }],
  },
  backorder: {
    title: "Lamp on order",
    handle: "lamp-on-order",
    category: "accessories",
    variants: [{ sku: "LAMP-2", prices: prices(59, 65), stock: 0, allow_backorder: true }],
  },
  lastPiece: {
    title: "Last piece",
    handle: "last-piece",
    category: "accessories",
    variants: [{ sku: "LAST-1", prices: prices(7, 8), stock: 1 }],
  },
  onSale: {
    title: "Jacket on sale",
    handle: "jacket-on-sale",
    category: "clothing",
    variants: [{ sku: "JACKET-1", prices: prices(80, 90) }],
  },
  tiered: {
    title: "Screws by the hundred",
    handle: "screws",
    category: "spare-parts",
    variants: [
      {
        sku: "SCREW-100",
        prices: [
          { currency_code: "eur", amount: 3, min_quantity: 10 },
          { currency_code: "eur", amount: 4 },
          { currency_code: "usd", amount: 5 },
        ],
      },
    ],
  },
  virtual: {
    title: "Maintenance plan",
    subtitle: "One year",
    handle: "maintenance-plan",
    description: "A service, not a thing.",
    type: "VIRTUAL",
    category: "services",
    variants: [{ sku: "SERVICE-1Y", prices: prices(120, 130) }],
  },
  virtualTwo: {
    title: "Extended warranty",
    handle: "extended-warranty",
    type: "VIRTUAL",
    category: "services",
    variants: [{ sku: "WARRANTY-2Y", prices: prices(60, 66) }],
  },
  manyDecimals: {
    title: "Cable by the metre",
    handle: "cable",
    category: "spare-parts",
    variants: [{ sku: "CABLE-1M", prices: prices(1.333, 1.555) }],
  },
  bare: { title: "Bare", handle: "bare", type: null, variants: [{ sku: "BARE-1", prices: prices(1, 1) }] },
  withReferences: {
    title: "Cordless drill",
    subtitle: "18 V",
    handle: "cordless-drill",
    description: "A drill with spare parts, replacements and services.",
    thumbnail: image("drill"),
    images: [image("drill")],
    category: "tools",
    tags: ["Tool"],
    variants: [{ sku: "DRILL-18V", prices: prices(149, 169) }],
  },
};

const CATEGORY_OF_PLAIN = ["tools", "spare-parts", "mugs", "shirts"];

function plainProduct(number) {
  const padded = String(number).padStart(2, "0");
  return {
    title: `Plain product ${padded}`,
    subtitle: `Plain ${padded}`,
    handle: `plain-${padded}`,
    description: `Plain product number ${padded}.`,
    thumbnail: image(`plain-${padded}`),
    images: [image(`plain-${padded}`), image(`plain-${padded}-detail`)],
    category: CATEGORY_OF_PLAIN[number % CATEGORY_OF_PLAIN.length],
    tags: number % 2 ? ["Tool"] : [],
    variants: [{ sku: `PLAIN-${padded}`, prices: prices(5 + number, 6 + number) }],
  };
}

const plain = Array.from({ length: 40 }, (_, index) => plainProduct(index + 1));

module.exports = { special, plain };
