import { Injectable } from "@nestjs/common";
import { Payments } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Payments.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  getProviders(params: Request.GetProvidersParams, authorization?: string): Observable<Model.PaymentProviders> {
    return this.gateway.send("GET /payments/providers", { params, authorization });
  }

  createSession(body: Request.CreateSessionBody, authorization?: string): Observable<Model.PaymentSession> {
    return this.gateway.send("POST /payments/sessions", { body, authorization });
  }

  getSession(params: Request.GetSessionParams, authorization?: string): Observable<Model.PaymentSession> {
    return this.gateway.send("GET /payments/sessions/{id}", { params, authorization });
  }

  updateSession(
    params: Request.UpdateSessionParams,
    _body: Request.UpdateSessionBody,
    authorization?: string,
  ): Observable<Model.PaymentSession> {
    return this.gateway.send("PATCH /payments/sessions/{id}", { params, authorization });
  }

  cancelSession(params: Request.CancelSessionParams, authorization?: string): Observable<void> {
    return this.gateway.send("DELETE /payments/sessions/{id}", { params, authorization });
  }
}

export import Request = Payments.Request;
export import Model = Payments.Model;
