import type { ApiConfig } from "@o2s/framework/modules";
import { GatewayModule } from "./gateway/gateway.module";
import * as Integration from "./modules";

export { Integration };

const common = { name: "o2s-medusa", imports: [GatewayModule] };

/** What O2S needs to know of the modules that this integration provides. */
export const Config = {
  carts: { ...common, service: Integration.Carts.Service },
  checkout: { ...common, service: Integration.Checkout.Service },
  customers: { ...common, service: Integration.Customers.Service },
  orders: { ...common, service: Integration.Orders.Service },
  payments: { ...common, service: Integration.Payments.Service },
  products: { ...common, service: Integration.Products.Service },
  resources: { ...common, service: Integration.Resources.Service },
} satisfies Partial<ApiConfig["integrations"]>;
