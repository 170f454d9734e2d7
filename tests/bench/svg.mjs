/* SVG as text: elements, and the style that is readable on a light and on a dark page, as in doc/request.svg. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => ESCAPES[character]);

/** `content`: elements, as this function gives them. */
export function element(name, attributes, ...content) {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = [name, ...pairs.map(([key, value]) => `${key}="${escaped(value)}"`)].join(" ");
  if (!content.length) return `<${head}/>`;
  return `<${head}>${content.join("")}</${name}>`;
}

/** A text at a place. `kind`: name, text or value; `anchor`: start, middle or end */
export function label(text, { x, y, kind = "text", anchor }) {
  return element("text", { class: kind, x: rounded(x), y: rounded(y), "text-anchor": anchor }, escaped(text));
}

export function box({ x, y, width, height, kind }) {
  const places = { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
  return element("rect", { class: kind, ...places, rx: 2 });
}

export function line({ from, to, kind }) {
  const [[x1, y1], [x2, y2]] = [from.map(rounded), to.map(rounded)];
  return element("line", { class: kind, x1, y1, x2, y2 });
}

const rounded = (value) => Math.round(value * 10) / 10;

const STYLE = `
    /* Readable on any background, where a viewer does not know the colour scheme. */
    .ours { fill: #2f81f7 }
    .other { fill: #768390; opacity: .75 }
    .axis { stroke: #768390; stroke-width: 1 }
    .limit { stroke: #768390; stroke-width: 1.5; stroke-dasharray: 5 4 }
    .name { fill: #768390; font-weight: 600 }
    .value { fill: #768390; font-size: 12.5px }
    .text { fill: #768390; font-size: 12.5px }
    @media (prefers-color-scheme: light) {
      .name, .value { fill: #1f2328 }
      .text { fill: #59636e }
    }
    @media (prefers-color-scheme: dark) {
      .name, .value { fill: #f0f6fc }
      .text { fill: #9198a1 }
    }
  `;

/** A file. `title` and `description` are for those who cannot see it; `content`: elements */
export function picture({ title, description, width, height }, content) {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    ...{ viewBox: `0 0 ${width} ${height}`, width, height },
    ...{ role: "img", "aria-labelledby": "title description" },
    ...{ "font-family": "system-ui, sans-serif", "font-size": 14 },
  };
  const head = [
    element("title", { id: "title" }, escaped(title)),
    element("desc", { id: "description" }, escaped(description)),
    element("style", {}, STYLE),
  ];
  return `${element("svg", attributes, ...[...head, ...content].map((one) => `\n  ${one}`), "\n")}\n`;
}
