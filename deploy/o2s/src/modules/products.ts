import { Injectable } from "@nestjs/common";
import { Products } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Products.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  getProductList(params: Request.GetProductListQuery, authorization?: string): Observable<Model.Products> {
    return this.gateway.send("GET /products", { params, authorization });
  }

  getProduct(params: Request.GetProductParams, authorization?: string): Observable<Model.Product> {
    return this.gateway.send("GET /products/{id}", { params, authorization });
  }

  getRelatedProductList(
    params: Request.GetRelatedProductListParams,
    authorization?: string,
  ): Observable<Model.Products> {
    return this.gateway.send("GET /products/{id}/variants/{variantId}/related-products", { params, authorization });
  }
}

export import Request = Products.Request;
export import Model = Products.Model;
