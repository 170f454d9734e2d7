/*
 * The products of the shops beside the main one, as data, in the form of products.js. Beyond that form:
 *
 *   category     a handle, or a list of them
 *   profile      name of the shipping profile, default "default"; null: none, so that the items need no shipping
 *   regional     a price for one region: `regional(region, amount)`
 */
const eur = (amount) => ({ currency_code: "eur", amount });
const regional = (region, amount) => ({ ...eur(amount), rules: { region_id: region.id } });
const number = (index) => String(index + 1).padStart(2, "0");

const variantsOf = (title, list) => ({
  options: [{ title, values: list.map(([value]) => value) }],
  variants: list.map(([value, sku, more]) => ({
    ...{ title: value, sku, options: { [title]: value }, prices: [eur(10)] },
    ...more,
  })),
});

const single = (title, handle, sku, more) => ({
  title,
  handle,
  variants: [{ sku, prices: [eur(10)] }],
  ...more,
});

/** Keys are the names under which tests find the products. */
function special({ eur: europe, austria }) {
  const priced = (sku, ...prices) => ({ variants: [{ sku, prices }] });
  return {
    regionPrice: {
      ...{ title: "Cheaper in Europe", handle: "cheaper-in-europe" },
      ...priced("REGION-1", eur(10), regional(europe, 8), regional(austria, 9)),
    },
    regionPriceOnly: {
      ...{ title: "Sold in Europe alone", handle: "sold-in-europe-alone" },
      ...priced("REGION-2", regional(europe, 7)),
    },
    salePrice: single("Half price", "half-price", "HALF-1"),
    internalFirst: single("In an internal and a normal category", "internal-first", "INTERNAL-1", {
      category: ["internal", "mugs"],
    }),
    onlyInternal: single("In an internal category", "only-internal", "INTERNAL-2", { category: "internal" }),
    onlyInactive: single("In an inactive category", "only-inactive", "INACTIVE-1", { category: "inactive" }),
    digital: single("Licence key", "licence-key", "DIGITAL-1", { type: "VIRTUAL", profile: null }),
    parcel: single("Fits a parcel", "fits-a-parcel", "PARCEL-1"),
    bulky: single("Wardrobe", "wardrobe", "BULKY-1", { profile: "bulky" }),
    // The ranks run against the order of creation.
    ranked: {
      ...{ title: "Ranked", handle: "ranked" },
      ...variantsOf("Size", [
        ["Large", "RANK-L", { variant_rank: 2, prices: [eur(30)] }],
        ["Medium", "RANK-M", { variant_rank: 1, prices: [eur(20)] }],
        ["Small", "RANK-S", { variant_rank: 0, prices: [eur(10)] }],
      ]),
    },
    // Both slugs are "col-1a".
    sameSlug: {
      ...{ title: "Same slug", handle: "same-slug" },
      ...variantsOf("Color", [
        ["Slash", "COL-1/A", { variant_rank: 0 }],
        ["None", "COL-1A", { variant_rank: 1, prices: [eur(11)] }],
      ]),
    },
    // "krasnyj-1" and "sinij-1"; without transliteration both would be "1".
    cyrillic: {
      ...{ title: "Cyrillic SKUs", handle: "cyrillic-skus" },
      ...variantsOf("Цвет", [
        ["Красный", "Красный-1", { variant_rank: 0 }],
        ["Синий", "Синий-1", { variant_rank: 1, prices: [eur(11)] }],
      ]),
    },
    firstWithoutSku: {
      ...{ title: "First variant without SKU", handle: "first-without-sku" },
      ...variantsOf("Edition", [
        ["Sample", undefined, { variant_rank: 0, prices: [eur(1)] }],
        ["Full", "SECOND-1", { variant_rank: 1 }],
      ]),
    },
    thirdType: single("Neither physical nor virtual", "third-type", "BUNDLE-1", { type: "BUNDLE" }),
  };
}

const untyped = Array.from({ length: 25 }, (_, index) => ({
  ...single(`Untyped ${number(index)}`, `untyped-${number(index)}`, `UNTYPED-${number(index)}`),
  type: null,
}));

// Of each 15 products one is virtual, four have no type, and ten are physical; they take turns.
const TURNS = "PPUPPUPVPUPPUPP";
const TYPES = { P: "PHYSICAL", U: null, V: "VIRTUAL" };
const mixed = Array.from({ length: 45 }, (_, index) => ({
  ...single(`Mixed ${number(index)}`, `mixed-${number(index)}`, `MIXED-${number(index)}`),
  type: TYPES[TURNS[index % TURNS.length]],
}));

module.exports = { mixed, special, untyped };
