/*
 * A carrier whose prices are calculated: a base fee and a fee for each piece. Its second service cannot be
 * priced at all, as happens when a carrier's own interface is down.
 */
const { AbstractFulfillmentProviderService, MathBN, ModuleProvider, Modules } = require("@medusajs/framework/utils");

const BASE_FEE = 2;
const FEE_PER_PIECE = 1.5;

class CarrierService extends AbstractFulfillmentProviderService {
  static identifier = "carrier";

  async getFulfillmentOptions() {
    return [{ id: "per-piece" }, { id: "broken" }];
  }

  async canCalculate() {
    return true;
  }

  async calculatePrice(option, _data, context) {
    if (option.id === "broken") throw new Error("The carrier does not answer");
    const pieces = (context.items ?? []).reduce((sum, item) => MathBN.add(sum, item.quantity), MathBN.convert(0));
    return {
      calculated_amount: MathBN.add(BASE_FEE, MathBN.mult(FEE_PER_PIECE, pieces)).toNumber(),
      is_calculated_price_tax_inclusive: false,
    };
  }

  async validateOption() {
    return true;
  }

  async validateFulfillmentData(_option, data) {
    return data;
  }

  async createFulfillment() {
    return { data: {}, labels: [] };
  }

  async cancelFulfillment() {
    return {};
  }
}

module.exports = { default: ModuleProvider(Modules.FULFILLMENT, { services: [CarrierService] }) };
