import { Injectable } from "@nestjs/common";
import { type Carts, Checkout, type Payments } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Checkout.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  setAddresses(
    params: Request.SetAddressesParams,
    body: Request.SetAddressesBody,
    authorization?: string,
  ): Observable<Carts.Model.Cart> {
    return this.gateway.send("POST /checkout/{cartId}/addresses", { params, body, authorization });
  }

  setShippingMethod(
    params: Request.SetShippingMethodParams,
    body: Request.SetShippingMethodBody,
    authorization?: string,
  ): Observable<Carts.Model.Cart> {
    return this.gateway.send("POST /checkout/{cartId}/shipping-method", { params, body, authorization });
  }

  setPayment(
    params: Request.SetPaymentParams,
    body: Request.SetPaymentBody,
    authorization?: string,
  ): Observable<Payments.Model.PaymentSession> {
    return this.gateway.send("POST /checkout/{cartId}/payment", { params, body, authorization });
  }

  getShippingOptions(
    params: Request.GetShippingOptionsParams,
    authorization?: string,
  ): Observable<Model.ShippingOptions> {
    return this.gateway.send("GET /checkout/{cartId}/shipping-options", { params, authorization });
  }

  getCheckoutSummary(
    params: Request.GetCheckoutSummaryParams,
    authorization?: string,
  ): Observable<Model.CheckoutSummary> {
    return this.gateway.send("GET /checkout/{cartId}/summary", { params, authorization });
  }

  placeOrder(
    params: Request.PlaceOrderParams,
    body?: Request.PlaceOrderBody,
    authorization?: string,
  ): Observable<Model.PlaceOrderResponse> {
    return this.gateway.send("POST /checkout/{cartId}/place-order", { params, body, authorization });
  }

  completeCheckout(
    params: Request.CompleteCheckoutParams,
    body: Request.CompleteCheckoutBody,
    authorization?: string,
  ): Observable<Model.PlaceOrderResponse> {
    return this.gateway.send("POST /checkout/{cartId}/complete", { params, body, authorization });
  }
}

export import Request = Checkout.Request;
export import Model = Checkout.Model;
