/*
 * What tests read of the shipped table: its routes, and the members of its schemas. This is no YAML parser; it depends
 * on how routes.yaml is indented.
 */
import { readFileSync } from "node:fs";
import { TABLE } from "./harness.mjs";

/** The lines of a block, split at those that are indented by this many blanks: [[first line, lines below it], ...]. */
function split(lines, indent) {
  const blocks = [];
  for (const line of lines) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (line.search(/\S/) === indent) blocks.push([line.trim(), []]);
    else blocks.at(-1)?.[1].push(line);
  }
  return blocks;
}

const nameOf = (line) => line.replace(/:( .*)?$/, "");
const wordsOf = (line) => line?.match(/[\w]+/g)?.slice(1) ?? [];

function section(name) {
  const found = split(readFileSync(TABLE, "utf8").split("\n"), 0).find(([line]) => line === `${name}:`);
  if (!found) throw new Error(`${TABLE} has no section ${name}`);
  return split(found[1], 2);
}

/**
 * The routes of the table, each with
 *   method, path     as in the table
 *   query, body      the names of its schemas, if it has them
 *   needsToken       whether it begins with the check for one
 */
export function routesOfTable() {
  return section("routes").map(([line, below]) => {
    const [method, path] = nameOf(line).split(" ");
    const value = (key) => new RegExp(`^    ${key}: (\\w+)$`, "m").exec(below.join("\n"))?.[1];
    const needsToken = below.some((step) => step.trim() === "- use: signed_in");
    return { method, path, query: value("query"), body: value("body"), needsToken };
  });
}

/** The members of the schemas of the table: name -> {required: [name], members: {name: what is written behind it}}. */
export function schemasOfTable() {
  const schemas = section("schemas").map(([line, below]) => {
    const parts = new Map(split(below, 4).map(([key, lines]) => [nameOf(key), { key, lines }]));
    const members = split(parts.get("properties")?.lines ?? [], 6).map(([member, lines]) => [
      nameOf(member),
      [member.slice(nameOf(member).length + 1).trim(), ...lines].join("\n"),
    ]);
    return [nameOf(line), { required: wordsOf(parts.get("required")?.key), members: Object.fromEntries(members) }];
  });
  return Object.fromEntries(schemas);
}
