/*
 * Takes the type from every product and deletes the product types: a shop whose products never had any. Types belong
 * to the database, not to a sales channel, so this needs a database of its own. Run by `medusa exec`.
 */
const { ContainerRegistrationKeys } = require("@medusajs/framework/utils");
const { readFileSync, writeFileSync } = require("node:fs");

async function removeTypes({ container }) {
  const sql = container.resolve(ContainerRegistrationKeys.PG_CONNECTION);
  await sql("product").update({ type_id: null });
  await sql("product_type").del();
  const fixtures = JSON.parse(readFileSync(process.env.STORE_FIXTURES, "utf8"));
  fixtures.productTypes = {};
  writeFileSync(process.env.STORE_FIXTURES, `${JSON.stringify(fixtures, null, 2)}\n`);
}

module.exports = { default: removeTypes };
