/*
 * Holds answers against the description of the API that the program prints: status, type of content, and body, in which
 * no member may be that the description does not name.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installLocked } from "../store/lib/locked.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
// What workers answer before they look at the route, or after too long in the queue: no operation lists these.
const UNLISTED = [404, 405, 413, 414, 503];
// Pages of the web server, and the metrics, which are no part of the API.
const OTHERS = /^text\/(html|plain)/;

const decode = (segment) => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/** The same schemas, but those of objects refuse members that they do not name. */
function closed(value) {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, closed(entry)]));
  const isObject = typeof value.properties === "object" && value.type === "object";
  return isObject && !("additionalProperties" in value) ? { ...copy, additionalProperties: false } : copy;
}

/** The operation for a request, as {path, method}, with fixed segments before parameters; undefined: there is none. */
function findOperation(document, method, target) {
  const prefix = document.servers[0].url.replace(/\/$/, "");
  const path = target.split(/[?#]/)[0];
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const wanted = path.slice(prefix.length).split("/").map(decode);
  const isParameter = (segment) => /^\{.*\}$/.test(segment);
  const matching = Object.keys(document.paths)
    .map((path) => ({ path, segments: path.split("/") }))
    .filter(({ segments }) => segments.length === wanted.length)
    .filter(({ segments }) => segments.every((segment, i) => isParameter(segment) || segment === wanted[i]))
    .filter(({ path }) => document.paths[path][method]);
  const rank = ({ segments }) => segments.map((segment) => Number(isParameter(segment))).join("");
  return matching.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0]?.path;
}

/**
 * document: the description, as the program prints it
 * gives a function of a request and its answer, as of send() in ../e2e/http.mjs, that gives what is wrong: texts
 */
export async function validatorOf(document) {
  const packages = await installLocked("openapi", HERE);
  const require = createRequire(join(packages, "package.json"));
  const Ajv = require("ajv/dist/2020.js").default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  require("ajv-formats").default(ajv);
  ajv.addSchema({ $id: "api:", ...closed(document) });
  const compiled = new Map();

  const mistakesOf = (names, body) => {
    const pointer = names.map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")));
    const reference = `api:#/${pointer.join("/")}`;
    if (!compiled.has(reference)) compiled.set(reference, ajv.compile({ $ref: reference }));
    const validate = compiled.get(reference);
    if (validate(body)) return [];
    return validate.errors.map(({ instancePath, message, params }) => {
      return `${instancePath || "the body"} ${message} ${JSON.stringify(params)}`;
    });
  };

  return (method, target, { status, headers, text, body }) => {
    if (method === "HEAD" || method === "OPTIONS" || OTHERS.test(headers["content-type"] ?? "")) return null;
    const path = findOperation(document, method.toLowerCase(), target);
    const error = ["components", "responses", "Error"];
    const at = ["paths", path, method.toLowerCase(), "responses", String(status)];
    const listed = path && document.paths[path][method.toLowerCase()].responses[status];
    if (!listed && (path ? !UNLISTED.includes(status) : status < 400)) return [`no response ${status} is described`];
    const names = listed ? at : error;
    const response = listed ?? document.components.responses.Error;
    if (response.$ref) return text ? ["a body that is not described"] : [];
    if (!response.content) return text ? ["a body that is not described"] : [];
    const [type] = Object.keys(response.content);
    if (!headers["content-type"]?.startsWith(type)) return [`${headers["content-type"]} is not ${type}`];
    return mistakesOf([...names, "content", type, "schema"], body === undefined ? text : body);
  };
}
