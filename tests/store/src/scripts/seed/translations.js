/* German and Polish texts, which Medusa answers to `x-medusa-locale: de` and `pl`. */
const { Modules } = require("@medusajs/framework/utils");
const { createTranslationsWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

const LOCALES = [
  { code: "de", name: "German" },
  { code: "pl", name: "Polish" },
];
const SHIRT = {
  de: { title: "T-Shirt aus Baumwolle", subtitle: "Schwere Baumwolle", description: "Ein T-Shirt." },
  pl: { title: "Koszulka", subtitle: "Gruba bawełna", description: "Koszulka z grubej bawełny." },
};
const MUG = { de: { title: "Becher mit ü" }, pl: { title: "Kubek z ü" } };
const SIZE = { de: { title: "Größe" }, pl: { title: "Rozmiar" } };
const COLOR = { de: { title: "Farbe" }, pl: { title: "Kolor" } };
const BLACK = { de: { value: "Schwarz" }, pl: { value: "Czarny" } };

async function seedTranslations(container, { created, products }) {
  await container.resolve(Modules.TRANSLATION).createLocales(LOCALES);
  const shirt = created.find(({ id }) => id === products.sixVariants.id);
  const option = (title) => shirt.options.find((candidate) => candidate.title === title);
  const black = option("Color").values.find(({ value }) => value === "Black");
  await run(createTranslationsWorkflow, container, {
    translations: [
      ...translate("product", shirt.id, SHIRT),
      ...translate("product", products.umlautSku.id, MUG),
      ...translate("product_option", option("Size").id, SIZE),
      ...translate("product_option", option("Color").id, COLOR),
      ...translate("product_option_value", black.id, BLACK),
    ],
  });
}

function translate(reference, reference_id, texts) {
  return Object.entries(texts).map(([locale_code, translations]) => ({
    ...{ reference, reference_id, locale_code, translations },
  }));
}

module.exports = { seedTranslations };
