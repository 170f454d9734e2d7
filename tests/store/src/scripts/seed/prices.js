/* A price list of type sale: the jacket costs 60 EUR instead of 80, and "Half price" 5 instead of 10. */
const { createPriceListsWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

async function seedPrices(container, { onSale, salePrice }) {
  const [sale] = await run(createPriceListsWorkflow, container, {
    price_lists_data: [
      {
        title: "Sale",
        description: "Reduced for the tests",
        type: "sale",
        status: "active",
        prices: [
          { variant_id: onSale.variants[0].id, currency_code: "eur", amount: 60 },
          { variant_id: salePrice.variants[0].id, currency_code: "eur", amount: 5 },
        ],
      },
    ],
  });
  return { priceLists: { sale: { id: sale.id } } };
}

module.exports = { seedPrices };
