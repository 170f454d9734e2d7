/*
 * What shapes are made of. A shape is a function of a value and its path that gives what is wrong with it, as lines
 * of text; a member that a shape does not name is wrong, and so is null.
 */

const show = (value) => JSON.stringify(value) ?? String(value);

/** A value for which `good` holds. */
export const when = (good, wanted) => (value, path) => (good(value) ? [] : [`${path}: ${show(value)} is not ${wanted}`]);

export const text = when((value) => typeof value === "string", "a text");
export const word = when((value) => typeof value === "string" && value !== "", "a text that says something");
export const number = when((value) => typeof value === "number", "a number");
export const count = when((value) => Number.isInteger(value) && value >= 0, "a count");
export const truth = when((value) => typeof value === "boolean", "true or false");
export const date = when(
  (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value),
  "a time in UTC",
);
export const currency = when((value) => typeof value === "string" && /^[A-Z]{3}$/.test(value), "a currency");
export const country = when((value) => typeof value === "string" && /^([A-Z]{2})?$/.test(value), "a country or ''");
export const one = (...values) => when((value) => values.includes(value), `one of ${show(values)}`);
export const free = when((value) => typeof value === "object" && value !== null && !Array.isArray(value), "an object");
export const nothing = when((value) => Array.isArray(value) && value.length === 0, "an empty list");

/** A list of such items. */
export const list = (item) => (value, path) => {
  if (!Array.isArray(value)) return [`${path}: ${show(value)} is not a list`];
  return value.flatMap((entry, index) => item(entry, `${path}[${index}]`));
};

/** An object with all of the members `required`, and none but these and the `optional` ones. */
export const object =
  (required, optional = {}) =>
  (value, path) => {
    const wrong = free(value, path);
    if (wrong.length) return wrong;
    const members = { ...required, ...optional };
    return [
      ...Object.keys(required)
        .filter((key) => !(key in value))
        .map((key) => `${path}.${key}: is not there`),
      ...Object.entries(value).flatMap(([key, entry]) =>
        Object.hasOwn(members, key) ? members[key](entry, `${path}.${key}`) : [`${path}.${key}: should not be there`],
      ),
    ];
  };

/** A list by pages, of which `total` counts all. */
export const page = (item) => object({ data: list(item), total: count });

/** A list in one piece, so that `total` is its length. */
export const whole = (item) => (value, path) => [
  ...page(item)(value, path),
  ...(value?.total === value?.data?.length ? [] : [`${path}.total: ${value?.total} is not the number of items`]),
];
