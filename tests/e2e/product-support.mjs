/* Requests for products, and what Medusa itself has of them. */
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { assertAnswer, assertThat } from "./assertions.mjs";
import { TABLE } from "./harness.mjs";
import * as shapes from "./shapes.mjs";

export const eur = (value) => ({ value, currency: "EUR" });
export const names = (list) => list.data.map(({ name }) => name);
export const ids = (list) => list.data.map(({ id }) => id);
export const picture = (name) => `https://images.example.com/${name}.jpg`;

/**
 * Requests to a gateway, each answered 200 in the expected shape:
 *   list(query, options)             {answer, data, total}
 *   pages(query, limit)              the same, of all pages of this size
 *   detail(path, options)            {answer, product}
 *   listed(product, query, options)  {answer, product} of one product in a list of 100
 *   related(product, query, options) of the product's first variant: {answer, data, total}
 */
export function clientOf(gateway) {
  const list = async (query = "", options) => {
    const answer = await gateway.get(`/products${query}`, options);
    return { answer, ...assertAnswer(answer, 200, shapes.productList) };
  };
  const pages = async (query, limit) => {
    const all = [await list(`${query}&limit=${limit}`)];
    for (let offset = limit; offset < all[0].total; offset += limit) {
      all.push(await list(`${query}&limit=${limit}&offset=${offset}`));
    }
    return { ...all[0], data: all.flatMap(({ data }) => data) };
  };
  const detail = async (path, options) => {
    const answer = await gateway.get(`/products/${path}`, options);
    return { answer, product: assertAnswer(answer, 200, shapes.product) };
  };
  const listed = async (wanted, query = "", options) => {
    const { answer, data } = await list(`?limit=100${query}`, options);
    const product = data.find(({ id }) => id === wanted.id);
    assertThat(answer, product, `${wanted.title} in the list`);
    return { answer, product };
  };
  const related = async (product, query = "", options) => {
    const answer = await gateway.get(relatedPath(product) + query, options);
    return { answer, ...assertAnswer(answer, 200, shapes.relatedProducts) };
  };
  return { list, pages, detail, listed, related };
}

export const relatedPath = ({ id, variants }) => `/products/${id}/variants/${variants[0].id}/related-products`;

/** The variants of a product as Medusa has them, by rank and then by id. */
export async function rankedVariants(store, { id }, { publishableKey } = {}) {
  const { product } = await store.medusa("GET", `/store/products/${id}?fields=id,*variants`, { publishableKey });
  const before = (a, b) => (a < b ? -1 : 1);
  return product.variants.sort((a, b) => a.variant_rank - b.variant_rank || before(a.id, b.id));
}

/** The shipped table with some of its text replaced; each old text must be in it. */
export function tableWith(...replacements) {
  return replacements.reduce(
    (table, [old, replacement]) => {
      assert.ok(table.includes(old), `Expected ${old} in ${TABLE}`);
      return table.replace(old, replacement);
    },
    readFileSync(TABLE, "utf8"),
  );
}

/** A table that sorts and searches at most `most` products, and requests them in parts of this size. */
export const tableWithParts = (most, part) =>
  tableWith(
    ["  most: 1000\n", `  most: ${most}\n`],
    ["  part: 250\n", `  part: ${part}\n`],
    [
      "  parts: [0, 250, 500, 750]\n",
      `  parts: [${Array.from({ length: Math.ceil(most / part) }, (_, i) => i * part)}]\n`,
    ],
  );
