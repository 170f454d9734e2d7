export * as Carts from "./carts";
export * as Checkout from "./checkout";
export * as Customers from "./customers";
export * as Orders from "./orders";
export * as Payments from "./payments";
export * as Products from "./products";
export * as Resources from "./resources";
