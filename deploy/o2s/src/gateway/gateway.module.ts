import { type MiddlewareConsumer, Module, type NestModule } from "@nestjs/common";
import { keepHeaders } from "./caller";
import { Gateway } from "./gateway";

@Module({ providers: [Gateway], exports: [Gateway] })
export class GatewayModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(keepHeaders).forRoutes("{*path}");
  }
}
