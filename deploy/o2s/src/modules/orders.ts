import { Injectable } from "@nestjs/common";
import { Orders } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Orders.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  getOrder(params: Request.GetOrderParams, authorization?: string): Observable<Model.Order> {
    return this.gateway.send("GET /orders/{id}", { params, authorization });
  }

  getOrderList(params: Request.GetOrderListQuery, authorization?: string): Observable<Model.Orders> {
    return this.gateway.send("GET /orders", { params, authorization });
  }
}

export import Request = Orders.Request;
export import Model = Orders.Model;
