/* Two codes that take something off the items: TEN ten per cent, FIVE five euros. */
const { createPromotionsWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

async function seedPromotions(container) {
  const promotion = (code, application_method) => ({
    code,
    type: "standard",
    status: "active",
    is_automatic: false,
    application_method: { target_type: "items", currency_code: "eur", ...application_method },
  });
  const promotionsData = [
    promotion("TEN", { type: "percentage", value: 10, allocation: "each", max_quantity: 100 }),
    promotion("FIVE", { type: "fixed", value: 5, allocation: "across" }),
  ];
  const created = await run(createPromotionsWorkflow, container, { promotionsData });
  return { promotions: Object.fromEntries(created.map(({ id, code }) => [code, { id, code }])) };
}

module.exports = { seedPromotions };
