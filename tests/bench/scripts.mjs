/* The recorded products with texts of other scripts, and of ASCII, which all have as many bytes. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ASKED, PAGE } from "./bodies.mjs";

export const PLAIN = "ASCII";

const PHRASES = {
  [PLAIN]: "A shirt of heavy cotton, for work and for the time after it. ",
  Polish: "Zażółć gęślą jaźń: koszula z grubej bawełny, wygodna również później. ",
  Chinese: "厚实的纯棉衬衫，适合工作与休闲时穿着。",
  emoji: "👕🧵✨🛒🚚💨",
};

export const TEXTS = Object.keys(PHRASES);

// Bytes, as shops have them.
const BYTES = { title: 48, subtitle: 96, description: 1500 };

/** Makes a folder for each of TEXTS, with products-20.json. gives their paths in the same order */
export function writeTexts(bodies, folder) {
  const file = `products-${PAGE}.json`;
  const page = JSON.parse(readFileSync(join(bodies, ASKED, file), "utf8"));
  const folders = Object.entries(PHRASES).map(([name, phrase]) => {
    const texts = Object.fromEntries(Object.entries(BYTES).map(([key, bytes]) => [key, textOf(phrase, bytes)]));
    const products = page.products.map((product) => ({ ...product, ...texts }));
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, file), JSON.stringify({ ...page, products }));
    return join(folder, name);
  });
  const sizes = folders.map((one) => statSync(join(one, file)).size);
  assert.equal(new Set(sizes).size, 1, `The answers have ${sizes.join(", ")} bytes`);
  return folders;
}

/** The phrase again and again, up to so many bytes; what is left of the last character is filled up with spaces. */
function textOf(phrase, bytes) {
  let text = "";
  let size = 0;
  for (const character of phrase.repeat(Math.ceil(bytes / phrase.length))) {
    const more = Buffer.byteLength(character);
    if (size + more > bytes) break;
    text += character;
    size += more;
  }
  return text + " ".repeat(bytes - size);
}
