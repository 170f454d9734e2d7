/*
 * An application with O2S's own modules and controllers, and the services of this package. It listens on PORT.
 *
 * POST /blocks calls a method of a service as O2S's blocks do: {service, method, args}. "$authorization" in `args` is
 * replaced by the Authorization header of the request.
 */
import "reflect-metadata";
import { HttpModule } from "@nestjs/axios";
import { type Abstract, Body, Controller, Headers, HttpCode, Module, Post } from "@nestjs/common";
import { ConfigModule } from "@nestjs/config";
import { ModuleRef, NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import {
  type ApiConfig,
  Carts,
  Checkout,
  Customers,
  Orders,
  Payments,
  Products,
  Resources,
} from "@o2s/framework/modules";
import { Config, Integration } from "@o2s/integrations.o2s-medusa/integration";
import { LoggerModule } from "@o2s/utils.logger";

// As O2S's own configuration names the parts of an integration.
export const CartsIntegrationConfig: ApiConfig["integrations"]["carts"] = Config.carts!;
export import Service = Integration.Carts.Service;
export import Request = Integration.Carts.Request;
export import Model = Integration.Carts.Model;

// The modules that are registered below read no other part of it.
const config = { integrations: Config } as unknown as ApiConfig;

const SERVICES: Record<string, Abstract<unknown>> = {
  carts: Carts.Service,
  checkout: Checkout.Service,
  customers: Customers.Service,
  orders: Orders.Service,
  payments: Payments.Service,
  products: Products.Service,
  resources: Resources.Service,
};

interface Call {
  service: string;
  method: string;
  args: unknown[];
}

@Controller("blocks")
class BlocksController {
  constructor(private readonly modules: ModuleRef) {}

  @Post()
  @HttpCode(200)
  call(@Body() { service, method, args }: Call, @Headers("authorization") authorization?: string): unknown {
    const target: Record<string, (...args: unknown[]) => unknown> = this.modules.get(SERVICES[service]!, {
      strict: false,
    });
    return target[method]!(...args.map((arg) => (arg === "$authorization" ? authorization : arg)));
  }
}

@Module({
  imports: [
    HttpModule.register({ global: true }),
    LoggerModule,
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    Carts.Module.register(config),
    Checkout.Module.register(config),
    Customers.Module.register(config),
    Orders.Module.register(config),
    Payments.Module.register(config),
    Products.Module.register(config),
    Resources.Module.register(config),
  ],
  controllers: [BlocksController],
})
class ApplicationModule {}

async function main(): Promise<void> {
  const application = await NestFactory.create<NestExpressApplication>(ApplicationModule, {
    logger: ["error", "warn"],
  });
  application.setGlobalPrefix("api");
  application.set("query parser", "extended");
  await application.listen(Number(process.env.PORT), "127.0.0.1");
}

void main();
