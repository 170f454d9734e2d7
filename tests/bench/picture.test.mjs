/* The picture of the benchmark's figures: node --test tests/bench/picture.test.mjs */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pictureOf } from "./picture.mjs";

const machine = { cores: 2, processor: "A <fast> & cheap one", nginx: "1.22.1", node: "20.0.0", date: "2026-01-02T03:04:05Z" };
const result = (server, perSecond) => ({ server, perSecond });
const peers = [
  { name: 'GET /a?b="1"&c', results: [result("proxy_pass", 1000), result("o2s-medusa", 500), result("Node.js", 100)] },
];
const growth = { rows: [20, 100].map((products) => ({ products, cpu: products * 5, instructions: products * 90_000 })) };
const pools = [{ workers: 8, perSecond: 152, most: 160 }];
const comparison = [{ name: "GET /a", proxy: { perSecond: 1000 }, gateway: { perSecond: 400 } }];

/** Throws unless each element of the text is ended, in order, and no character of it is left unescaped. */
function assertWellFormed(text) {
  const open = [];
  const rest = text.replace(/<(\/?)(\w+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g, (_, end, name, attributes, empty) => {
    if (end) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
    return attributes.replace(/ [\w:-]+="([^"]*)"/g, "$1");
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!(?:amp|lt|gt|quot);)/);
}

const widthsOf = (svg, kind) =>
  [...svg.matchAll(new RegExp(`<rect class="${kind}"[^>]* width="([\\d.]+)"`, "g"))].map(([, width]) => Number(width));
const heightsOf = (svg) => [...svg.matchAll(/<rect class="ours"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));

test("is well-formed, whatever names hold", () => {
  const svg = pictureOf({ machine, results: { peers, growth, pools, comparison } });
  assertWellFormed(svg);
  assert.match(svg, /GET \/a\?b=&quot;1&quot;&amp;c, requests\/s/);
  assert.match(svg, /A &lt;fast&gt; &amp; cheap one/);
});

test("finds what is not well-formed", () => {
  for (const text of ["<a><b></a></b>", "<a>", "<a>&</a>", "<a>1 < 2</a>"]) assert.throws(() => assertWellFormed(text));
});

test("has bars as long as the requests per second", () => {
  const svg = pictureOf({ machine, results: { peers } });
  const [all, tenth] = widthsOf(svg, "other");
  const [half] = widthsOf(svg, "ours");
  assert.deepEqual([half / all, tenth / all].map((share) => share.toFixed(2)), ["0.50", "0.10"]);
});

test("has columns as high as the share of what a pool can give", () => {
  const [full] = heightsOf(pictureOf({ machine, results: { pools: [{ ...pools[0], perSecond: 160 }] } }));
  const [less] = heightsOf(pictureOf({ machine, results: { pools } }));
  assert.equal((less / full).toFixed(2), "0.95");
});

test("takes proxy_pass and the workers where the peers were not measured, and CPU time without instructions", () => {
  const rows = growth.rows.map(({ products, cpu }) => ({ products, cpu }));
  const svg = pictureOf({ machine, results: { comparison, growth: { rows } } });
  assertWellFormed(svg);
  assert.match(svg, />proxy_pass</);
  assert.match(svg, />CPU time for a product, in microseconds</);
  assert.doesNotMatch(svg, /workers/);
});

test("is an empty picture of no results", () => assertWellFormed(pictureOf({ machine, results: {} })));

test("doc/performance.svg is well-formed", () => {
  assertWellFormed(readFileSync(new URL("../../doc/performance.svg", import.meta.url), "utf8"));
});
