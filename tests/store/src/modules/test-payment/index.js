/*
 * Payment providers beside Medusa's own `pp_system_default`, which authorizes everything: one declines the payment, one
 * first wants the buyer to go to its own page, one sends the buyer there and authorizes the payment all the same, and
 * one cannot even begin.
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

// The order can be placed, and the buyer still has to be sent to the provider's page.
class RedirectingAuthorizedPayment extends RedirectingPayment {
  static identifier = "redirecting-authorized";

  async authorizePayment({ data }) {
    return { status: PaymentSessionStatus.AUTHORIZED, data };
  }
}

class FailingPayment extends TestPayment {
  static identifier = "failing";

  async initiatePayment() {
    throw new Error("The payment service does not answer");
  }
}

const services = [DecliningPayment, RedirectingPayment, RedirectingAuthorizedPayment, FailingPayment];

module.exports = { default: ModuleProvider(Modules.PAYMENT, { services }) };
