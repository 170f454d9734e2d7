/*
 * Two codes that take something off the items: TEN ten per cent, FIVE five euros. Three that are known and do not apply
 * to a cart in euros: EXPIRED, whose campaign is over, DOLLARS, of another currency, and DRAFT, not active yet.
 */
const { createPromotionsWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

const CAMPAIGN_OF_THE_PAST = {
  name: "Summer of 2024",
  campaign_identifier: "summer-2024",
  starts_at: new Date("2024-06-01T00:00:00Z"),
  ends_at: new Date("2024-09-01T00:00:00Z"),
};

async function seedPromotions(container) {
  const promotion = (code, application_method, more) => ({
    code,
    type: "standard",
    status: "active",
    is_automatic: false,
    application_method: { target_type: "items", currency_code: "eur", ...application_method },
    ...more,
  });
  const fixed = { type: "fixed", value: 5, allocation: "across" };
  const promotionsData = [
    promotion("TEN", { type: "percentage", value: 10, allocation: "each", max_quantity: 100 }),
    promotion("FIVE", fixed),
    promotion("EXPIRED", fixed, { campaign: CAMPAIGN_OF_THE_PAST }),
    promotion("DOLLARS", { ...fixed, currency_code: "usd" }),
    promotion("DRAFT", fixed, { status: "draft" }),
  ];
  const created = await run(createPromotionsWorkflow, container, { promotionsData });
  return { promotions: Object.fromEntries(created.map(({ id, code }) => [code, { id, code }])) };
}

module.exports = { seedPromotions };
