import { BadRequestException, Injectable } from "@nestjs/common";
import { Carts } from "@o2s/framework/modules";
import { type Observable, map } from "rxjs";
import { Gateway } from "../gateway/gateway";

@Injectable()
export class Service extends Carts.Service {
  constructor(private readonly gateway: Gateway) {
    super();
  }

  getCart({ id: cartId }: Request.GetCartParams, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("GET /carts/{cartId}", { params: { cartId }, authorization });
  }

  getCartList(params: Request.GetCartListQuery, authorization?: string): Observable<Model.Carts> {
    return this.gateway.send("GET /carts", { params, authorization });
  }

  getCurrentCart(authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("GET /carts/current", { authorization });
  }

  createCart(body: Request.CreateCartBody, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("POST /carts", { body, authorization });
  }

  updateCart(
    { id: cartId }: Request.UpdateCartParams,
    body: Request.UpdateCartBody,
    authorization?: string,
  ): Observable<Model.Cart> {
    return this.gateway.send("PATCH /carts/{cartId}", { params: { cartId }, body, authorization });
  }

  deleteCart({ id: cartId }: Request.DeleteCartParams, authorization?: string): Observable<void> {
    return this.gateway.send("DELETE /carts/{cartId}", { params: { cartId }, authorization });
  }

  addCartItem(body: Request.AddCartItemBody, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("POST /carts/items", { body, authorization });
  }

  updateCartItem(
    params: Request.UpdateCartItemParams,
    body: Request.UpdateCartItemBody,
    authorization?: string,
  ): Observable<Model.Cart> {
    return this.gateway.send("PATCH /carts/{cartId}/items/{itemId}", { params, body, authorization });
  }

  removeCartItem(params: Request.RemoveCartItemParams, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("DELETE /carts/{cartId}/items/{itemId}", { params, authorization });
  }

  applyPromotion(
    params: Request.ApplyPromotionParams,
    body: Request.ApplyPromotionBody,
    authorization?: string,
  ): Observable<Model.Cart> {
    return this.gateway.send("POST /carts/{cartId}/promotions", { params, body, authorization });
  }

  removePromotion(params: Request.RemovePromotionParams, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("DELETE /carts/{cartId}/promotions/{code}", { params, authorization });
  }

  /** The cart, if it has items. */
  prepareCheckout(params: Request.PrepareCheckoutParams, authorization?: string): Observable<Model.Cart> {
    return this.gateway.send("GET /carts/{cartId}", { params, authorization }).pipe(
      map((cart) => {
        if (!cart.items.data.length) throw new BadRequestException("The cart has no items");
        return cart;
      }),
    );
  }

  updateCartAddresses(
    params: Request.UpdateCartAddressesParams,
    body: Request.UpdateCartAddressesBody,
    authorization?: string,
  ): Observable<Model.Cart> {
    return this.gateway.send("POST /checkout/{cartId}/addresses", { params, body, authorization });
  }

  addShippingMethod(
    params: Request.AddShippingMethodParams,
    body: Request.AddShippingMethodBody,
    authorization?: string,
  ): Observable<Model.Cart> {
    return this.gateway.send("POST /checkout/{cartId}/shipping-method", { params, body, authorization });
  }
}

export import Request = Carts.Request;
export import Model = Carts.Model;
