import { Injectable } from "@nestjs/common";
import { type Products, Resources } from "@o2s/framework/modules";
import type { Observable } from "rxjs";
import { callerHeader } from "../gateway/caller";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Resources.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  purchaseOrActivateResource(params: Request.GetResourceParams, authorization?: string): Observable<void> {
    return this.gateway.send("POST /resources/{id}/purchase", { params, authorization });
  }

  purchaseOrActivateService(params: Request.GetServiceParams, authorization?: string): Observable<void> {
    return this.gateway.send("POST /resources/{id}/purchase", { params, authorization });
  }

  getServiceList(params: Request.GetServiceListQuery, authorization: string): Observable<Model.Services> {
    return this.gateway.send("GET /resources/services", { params, authorization });
  }

  getService(params: Request.GetServiceParams, authorization?: string): Observable<Model.Service> {
    return this.gateway.send("GET /resources/services/{id}", { params, authorization });
  }

  getAssetList(params: Request.GetAssetListQuery, authorization: string): Observable<Model.Assets> {
    return this.gateway.send("GET /resources/assets", { params, authorization });
  }

  getAsset(params: Request.GetAssetParams, authorization?: string): Observable<Model.Asset> {
    return this.gateway.send("GET /resources/assets/{id}", { params, authorization });
  }

  // O2S gives the next two no token. The gateway shows the services for an asset to its owner only.

  getCompatibleServiceList(params: Request.GetAssetParams): Observable<Products.Model.Products> {
    const authorization = callerHeader("authorization");
    return this.gateway.send("GET /resources/assets/{id}/compatible-services", { params, authorization });
  }

  getFeaturedServiceList(): Observable<Products.Model.Products> {
    const authorization = callerHeader("authorization");
    return this.gateway.send("GET /resources/services/featured", { authorization });
  }
}

export import Request = Resources.Request;
export import Model = Resources.Model;
