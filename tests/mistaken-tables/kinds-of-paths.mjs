/* The paths of calls and routes, and what is like them. */
import { inserted, removed, replaced } from "./changes.mjs";

export function pathKinds({ table }) {
  const known = (name, places, make) => ({ name, mark: "known", places, make });
  const calls = table.scalarsOf("call");
  const parametersOf = (scalars) => scalars.flatMap(({ raw, value, from }) => found(raw ?? value, from, /\{[^}]*\}/g));
  const ofCalls = parametersOf(calls);
  const routes = table.keysOf("route").map(({ name, from, to }) => ({ raw: name, from, to }));
  const ofRoutes = parametersOf(routes);
  const slashes = (places) => places.flatMap(({ raw, from }) => found(raw, from, /(?<=\w)\/(?=[\w{])/g));
  const inner = ({ text }) => text.slice(1, -1);
  return [
    known("brace of a call's path lost", ofCalls, ({ from, to }, random) =>
      random.chance(0.5) ? removed({ from, to: from + 1 }) : removed({ from: to - 1, to }),
    ),
    known("braces of a call's path lost", ofCalls, (place) => replaced(place, inner(place))),
    known("form of a parameter in a call's path", ofCalls, (place, random) => {
      const name = inner(place).replace(/^\$(\w+\.)*/, "");
      return replaced(
        place,
        random.pick([
          `:${name}`,
          `<${name}>`,
          `\${${name}}`,
          `{{${inner(place)}}}`,
          `{${name}}`,
          `[${name}]`,
          `%${name}`,
          `$${inner(place)}`,
          `{.${name}}`,
          `{ }`,
          "{}",
        ]),
      );
    }),
    known(
      "form of a call's path",
      slashes(calls).filter(({ from }) => !/ \w+$/.test(table.text.slice(0, from))),
      ({ from }, random) => inserted(from, random.pick(["/", "/..", "/.", "%", "?", "#", "\\", "'", " "])),
    ),
    known("slash at the end of a call's path", calls, ({ to, raw }) => inserted(to - (/["']$/.test(raw) ? 1 : 0), "/")),
    known("slash before an upstream", calls, ({ from, raw }) => inserted(from + raw.indexOf(" ") + 1, "/")),
    known("space of a call lost", calls, ({ from, raw }) =>
      removed({ from: from + raw.indexOf(" "), to: from + raw.indexOf(" ") + 1 }),
    ),
    known("form of a parameter in a route", ofRoutes, (place, random) => {
      const name = inner(place);
      return replaced(
        place,
        random.pick([
          `:${name}`,
          `<${name}>`,
          `{${name}`,
          `${name}}`,
          `{$${name}}`,
          `\${${name}}`,
          `{{${name}}}`,
          `{${name} }`,
          "{}",
          `[${name}]`,
          `*`,
        ]),
      );
    }),
    known("form of a route's path", routes, ({ from, to, raw }, random) => {
      const slash = from + raw.indexOf("/");
      return random.pick([
        inserted(to, "?x=1"),
        inserted(to, "#x"),
        inserted(to, "/"),
        inserted(slash, "/.."),
        inserted(slash, "/."),
        inserted(slash, "/"),
        removed({ from: slash, to: slash + 1 }),
        inserted(slash, "http://shop.example"),
        inserted(slash + 1, "%74"),
        inserted(to, "}"),
        removed({ from: slash - 1, to: slash }),
        inserted(to, "\\"),
      ]);
    }),
    {
      name: "prefix",
      mark: "known",
      places: table.scalarsOf("server.prefix"),
      make: (place, random) => replaced(place, random.pick(PREFIXES)),
      // The variable that was the prefix is not used any more.
      at: ({ value }) => table.keysOf("variable").find(({ name }) => value.includes(name)).from,
    },
    known("origins", table.scalarsOf("cors.origins"), (place, random) =>
      replaced(
        place,
        random.pick([
          '["*"]',
          '["http://shop.example/"]',
          "[shop.example]",
          "['https://*.shop.example']",
          "[HTTPS://shop.example]",
          "['http://shop.example:80']",
          "['null']",
          "['http://SHOP.example']",
          "http://shop.example",
          "['http://shop.example/shop']",
          "[]",
          "${FRONT_BASE_URLS:-} | split ', '",
        ]),
      ),
    ),
    known("url of an upstream", table.scalarsOf("upstream.url"), (place, random) =>
      replaced(
        place,
        random.pick([
          place.raw.replace("{", ""),
          place.raw.replace("}", ""),
          place.raw.replace("$", ""),
          `${place.raw}?x=1`,
          `${place.raw}#x`,
          `ftp://127.0.0.1/store`,
          place.raw.replace("${", "{$"),
          "localhost:9000/store",
          "/store",
        ]),
      ),
    ),
    known("probe", table.scalarsOf("breaker.probe"), (place, random) =>
      replaced(
        place,
        random.pick([
          place.raw.slice(1),
          `http://127.0.0.1${place.raw}`,
          `GET ${place.raw}`,
          `store${place.raw}`,
          `${place.raw}#x`,
          `"${place.raw.replace("=", "= ")}"`,
          place.raw.replace("?", " ?"),
        ]),
      ),
    ),
    known(
      "reference to the environment",
      table.scalars.filter(({ raw }) => /^\$\{\w+(:-)?\}/.test(raw) && /[|}]/.test(raw)),
      (place, random) => {
        const ways = [
          (raw) => raw.replace("{", ""),
          (raw) => raw.replace("}", ""),
          (raw) => raw.replace("$", ""),
          (raw) => raw.replace("${", "$("),
          (raw) => raw.replace(/(:-)?\}/, ":}"),
          (raw) => raw.replace("${", "${ "),
          (raw) => raw.replace("${", "{$"),
          (raw) => `pre-${raw}`,
          (raw) => raw.replace(/(:-)?\}/, "-}"),
        ];
        return replaced(place, random.pick(ways)(place.raw));
      },
    ),
    known(
      "reference to the environment in another section",
      table
        .scalarsOf("value")
        .filter(({ path, raw }) => ["mappers", "routes"].includes(path[0]) && /^[.$]\w/.test(raw)),
      (place, random) =>
        replaced(place, random.pick(["${DEFAULT_CURRENCY}", "${DEFAULT_LOCALE:-}", "pre-${DEFAULT_CURRENCY}"])),
    ),
  ];
}

const PREFIXES = [
  "/{shop}",
  "/api?x",
  "api/${API_PREFIX}",
  "/api/$settings.region",
  "/a b",
  "/../api",
  "/api#x",
  "/api/:shop",
  "'/<shop>'",
  "http://shop.example/api",
];

function found(text, from, pattern) {
  return [...text.matchAll(pattern)].map(({ 0: part, index }) => ({
    text: part,
    from: from + index,
    to: from + index + part.length,
  }));
}
