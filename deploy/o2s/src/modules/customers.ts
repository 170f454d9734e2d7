import { Injectable } from "@nestjs/common";
import { Customers } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Customers.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  getAddresses(authorization?: string): Observable<Model.CustomerAddresses> {
    return this.gateway.send("GET /customers/addresses", { authorization });
  }

  getAddress(params: Request.GetAddressParams, authorization?: string): Observable<Model.CustomerAddress> {
    return this.gateway.send("GET /customers/addresses/{id}", { params, authorization });
  }

  createAddress(body: Request.CreateAddressBody, authorization?: string): Observable<Model.CustomerAddress> {
    return this.gateway.send("POST /customers/addresses", { body, authorization });
  }

  updateAddress(
    params: Request.UpdateAddressParams,
    body: Request.UpdateAddressBody,
    authorization?: string,
  ): Observable<Model.CustomerAddress> {
    return this.gateway.send("PATCH /customers/addresses/{id}", { params, body, authorization });
  }

  deleteAddress(params: Request.DeleteAddressParams, authorization?: string): Observable<void> {
    return this.gateway.send("DELETE /customers/addresses/{id}", { params, authorization });
  }

  setDefaultAddress(
    params: Request.SetDefaultAddressParams,
    authorization?: string,
  ): Observable<Model.CustomerAddress> {
    return this.gateway.send("POST /customers/addresses/{id}/default", { params, authorization });
  }
}

export import Request = Customers.Request;
export import Model = Customers.Model;
