#!/usr/bin/env node
/*
 * A picture of the figures that the benchmark has recorded: requests per second of each server, the cost of a product in
 * lists of several lengths, and the requests per second of pools. What was not measured is left out.
 *
 *   node tests/bench/picture.mjs [FILE] > doc/performance.svg    FILE: of --json (default: build-bench/bench.json)
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decimals, whole } from "./report.mjs";
import { box, label, line, picture } from "./svg.mjs";

const WIDTH = 900;
const MARGIN = 10;
const OURS = "o2s-medusa";

/** The picture of a recorded file (see main.mjs), as text. */
export function pictureOf({ machine, results }) {
  const groups = barGroups(results);
  const columns = [growthColumns(results.growth), poolColumns(results.pools)].filter(Boolean);
  const content = [];
  let y = MARGIN;
  for (const group of groups) y = addBars(content, group, y);
  const each = (WIDTH - 2 * MARGIN) / columns.length;
  columns.forEach((one, index) => addColumns(content, one, { x: MARGIN + index * each, y, width: each - 40 }));
  if (columns.length) y += COLUMNS.height;
  content.push(label(factsOf(machine), { x: MARGIN, y: y + 14 }));
  const description = [...groups.map(sentenceOfBars), ...columns.map(sentenceOfColumns)].join(" ");
  return picture({ title: "Performance of o2s-medusa", description, width: WIDTH, height: y + 26 }, content);
}

function factsOf({ cores, processor, nginx, node, date }) {
  return `${cores} cores of ${processor}, nginx ${nginx}, Node.js ${node}, ${date.slice(0, 10)}`;
}

/* Bars: a group for each route, with the requests per second of each server. */

const BARS = { head: 24, row: 24, thickness: 16, left: 150, right: 90, gap: 18 };

/** gives a list of {title, bars: [{name, value}]}; the peers, if they were measured, were compared with proxy_pass too */
function barGroups({ peers, comparison = [] }) {
  if (peers) {
    return peers.map(({ name, results }) => ({
      title: `${name}, requests/s`,
      bars: results.map(({ server, perSecond }) => ({ name: server, value: perSecond })),
    }));
  }
  return comparison.map(({ name, proxy, gateway }) => ({
    title: `${name}, requests/s`,
    bars: [
      { name: "proxy_pass", value: proxy.perSecond },
      { name: OURS, value: gateway.perSecond },
    ],
  }));
}

/** Adds a group below `y`. gives where the next one begins */
function addBars(content, { title, bars }, y) {
  const most = Math.max(...bars.map(({ value }) => value));
  const longest = WIDTH - 2 * MARGIN - BARS.left - BARS.right;
  content.push(label(title, { x: MARGIN, y: y + 14, kind: "name" }));
  bars.forEach(({ name, value }, index) => {
    const top = y + BARS.head + index * BARS.row;
    const x = MARGIN + BARS.left;
    const width = (longest * value) / most;
    const kind = name === OURS ? "ours" : "other";
    content.push(
      label(name, { x: x - 10, y: top + 12.5, anchor: "end" }),
      box({ x, y: top, width, height: BARS.thickness, kind }),
      label(whole(value), { x: x + width + 8, y: top + 12.5, kind: "value" }),
    );
  });
  return y + BARS.head + bars.length * BARS.row + BARS.gap;
}

/* Columns: a chart for each, side by side. */

const COLUMNS = { head: 44, chart: 150, height: 240, thickness: 56 };

/** gives {title, columns: [{name, value, text}]}, by instructions if these were counted; null without results */
function growthColumns(growth) {
  if (!growth) return null;
  const counted = growth.rows.every(({ instructions }) => instructions);
  return {
    title: counted ? "Thousands of instructions for a product" : "CPU time for a product, in microseconds",
    columns: growth.rows.map(({ products, cpu, instructions }) => {
      const value = (counted ? instructions / 1000 : cpu) / products;
      return { name: `list of ${products}`, value, text: decimals(value, 1) };
    }),
  };
}

/** As above; `limit` is what a pool of that size can give. */
function poolColumns(pools) {
  if (!pools) return null;
  return {
    title: "Requests/s before a Medusa that takes 50 ms",
    note: "dashed: size of the pool / 50 ms",
    columns: pools.map(({ workers, perSecond, most }) => ({
      ...{ name: `${workers} workers`, value: perSecond, text: whole(perSecond), limit: most },
    })),
  };
}

function addColumns(content, { title, note, columns }, { x, y, width }) {
  const most = Math.max(...columns.map(({ value, limit = 0 }) => Math.max(value, limit)));
  const bottom = y + COLUMNS.head + COLUMNS.chart;
  const heightOf = (value) => ((COLUMNS.chart - 20) * value) / most;
  content.push(label(title, { x, y: y + 14, kind: "name" }));
  if (note) content.push(label(note, { x, y: y + 32 }));
  columns.forEach(({ name, value, text, limit }, index) => {
    const middle = x + (width * (index + 0.5)) / columns.length;
    const left = middle - COLUMNS.thickness / 2;
    const top = bottom - heightOf(Math.max(value, limit ?? 0));
    const height = heightOf(value);
    content.push(
      box({ x: left, y: bottom - height, width: COLUMNS.thickness, height, kind: "ours" }),
      label(text, { x: middle, y: top - 6, kind: "value", anchor: "middle" }),
      label(name, { x: middle, y: bottom + 18, anchor: "middle" }),
    );
    if (limit) content.push(line({ from: [left - 6, top], to: [left + COLUMNS.thickness + 6, top], kind: "limit" }));
  });
  content.push(line({ from: [x, bottom], to: [x + width, bottom], kind: "axis" }));
}

/* The same for those who cannot see it. */

const sentenceOfBars = ({ title, bars }) =>
  `${title}: ${bars.map(({ name, value }) => `${name} ${whole(value)}`).join(", ")}.`;
const sentenceOfColumns = ({ title, columns }) =>
  `${title}: ${columns.map(({ name, text }) => `${name} ${text}`).join(", ")}.`;

function main() {
  const file = process.argv[2] ?? fileURLToPath(new URL("../../build-bench/bench.json", import.meta.url));
  process.stdout.write(pictureOf(JSON.parse(readFileSync(file, "utf8"))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
