import { NotFoundException } from "@nestjs/common";

/**
 * The path and query of a request: `/carts/{cartId}` with the members of `params` that it names, and the others as a
 * query. Members that are undefined or null are left out.
 */
export function targetOf(template: string, params: object = {}): string {
  const rest = new Map<string, unknown>(Object.entries(params));
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const segment = segmentOf(rest.get(name));
    rest.delete(name);
    return segment;
  });
  const query = new URLSearchParams([...rest].flatMap(([name, value]) => pairsOf(name, value))).toString();
  return query ? `${path}?${query}` : path;
}

// A URL cannot hold "." and ".." as names, however they are encoded: it would lead to another path.
function segmentOf(value: unknown): string {
  const segment = String(value ?? "");
  if (["", ".", ".."].includes(segment)) throw new NotFoundException("Not found");
  return encodeURIComponent(segment);
}

// A list of plain values is its name repeated; other lists and objects are `name[0][member]=value`.
function pairsOf(name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (value instanceof Date) return [[name, value.toISOString()]];
  if (typeof value !== "object") return [[name, String(value)]];
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item !== "object");
  return Object.entries(value).flatMap(([key, item]) => pairsOf(isPlainList ? name : `${name}[${key}]`, item));
}
