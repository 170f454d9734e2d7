/*
 * Two payment providers that do not authorise: one declines, the other first wants the buyer to go to its own
 * page. They stand beside Medusa's own `pp_system_default`, which authorises everything.
 */
const { AbstractPaymentProvider, ModuleProvider, Modules, PaymentSessionStatus } = require("@medusajs/framework/utils");

class TestPayment extends AbstractPaymentProvider {
  async initiatePayment({ amount, currency_code }) {
    return { id: `${this.constructor.identifier}-payment`, data: { amount: String(amount), currency_code } };
  }

  async updatePayment({ data }) {
    return { data };
  }

  async deletePayment() {
    return { data: {} };
  }

  async capturePayment({ data }) {
    return { data };
  }

  async refundPayment({ data }) {
    return { data };
  }

  async cancelPayment({ data }) {
    return { data };
  }

  async retrievePayment({ data }) {
    return { data };
  }

  async getPaymentStatus({ data }) {
    return { status: PaymentSessionStatus.PENDING, data };
  }

  async getWebhookActionAndData() {
    return { action: "not_supported" };
  }
}

class DecliningPayment extends TestPayment {
  static identifier = "declining";

  // Throwing is what makes Medusa answer the cart with the reason; an "error" status becomes a plain 400.
  async authorizePayment() {
    throw new Error("The card was declined");
  }
}

class RedirectingPayment extends TestPayment {
  static identifier = "redirecting";

  async initiatePayment(input) {
    const { id, data } = await super.initiatePayment(input);
    const links = { redirect_url: "https://pay.example.com/session/1", client_secret: "test-client-secret" };
    return { id, data: { ...data, ...links } };
  }

  async authorizePayment({ data }) {
    return { status: PaymentSessionStatus.REQUIRES_MORE, data };
  }
}

module.exports = {
  default: ModuleProvider(Modules.PAYMENT, { services: [DecliningPayment, RedirectingPayment] }),
};
