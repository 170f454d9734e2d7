/*
 * Writes src/gateway/api.ts: the types of what the gateway takes and answers, by the description of its API that
 * `o2s-medusa openapi` prints for a table. O2S_MEDUSA names another program.
 *
 *   node generate.mjs [TABLE]
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const METHODS = ["get", "post", "patch", "delete"];
// What O2S's services have no use for.
const OTHERS = /^\/(docs-api|health|ready|metrics)/;
const JSON_TYPE = "application/json";

function describe(table) {
  const args = ["-f", table, "openapi", "--format", "json"];
  return JSON.parse(execFileSync(process.env.O2S_MEDUSA ?? "o2s-medusa", args, { maxBuffer: 16 * 1024 * 1024 }));
}

/** The schemas of a request's body and of a success: null for an empty one, missing if an operation has no success. */
function partsOf({ requestBody, responses }) {
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  const body = requestBody?.content[JSON_TYPE].schema;
  const answer = success && (success.content?.[JSON_TYPE].schema ?? { type: "null" });
  return { ...(body && { body }), ...(answer && { answer }) };
}

const record = (properties) => ({ type: "object", required: Object.keys(properties), properties });

/** One schema that has, for each operation, its body and its answer. */
function operationsOf(paths) {
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => operations[method] && !OTHERS.test(path)).map((method) => [
      `${method.toUpperCase()} ${path}`,
      record(partsOf(operations[method])),
    ]),
  );
  return record(Object.fromEntries(all));
}

/** The schemas that one refers to, directly or not. */
function reachable(schemas, schema, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (name in found) continue;
    found[name] = schemas[name];
    reachable(schemas, schemas[name], found);
  }
  return found;
}

const { openapi, info, paths, components } = describe(process.argv[2] ?? here("../examples/resources.yaml"));
const operations = operationsOf(paths);
const schemas = { Operations: operations, ...reachable(components.schemas, operations) };
const types = astToString(
  await openapiTS({ openapi, info, paths: {}, components: { schemas } }, { alphabetize: true }),
);
const [interfaces] = types.slice(types.indexOf("export interface components")).split("export type $defs");
writeFileSync(here("src/gateway/api.ts"), `// Written by generate.mjs.\n\n${interfaces}`);
