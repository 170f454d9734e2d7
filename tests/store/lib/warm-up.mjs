/*
 * Places an order that nobody looks at. On Medusa 2.13 the first completion of a cart in a process sometimes never
 * finishes (Medusa answers 409, and the cart stays locked); later ones do.
 */
const ADDRESS = { country_code: "fr", city: "Lyon", address_1: "Rue Mercière", postal_code: "69002" };

export async function warmUp({ url, publishableKey, fixtures }) {
  const headers = { "content-type": "application/json", "x-publishable-api-key": publishableKey };
  const post = async (path, body) => {
    const response = await fetch(`${url}/store/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return response.json();
  };
  const { cart } = await post("carts", {
    region_id: fixtures.regions.eur.id,
    email: "warm-up@example.com",
    shipping_address: ADDRESS,
    billing_address: ADDRESS,
    items: [{ variant_id: fixtures.products.bare.variants[0].id, quantity: 1 }],
  });
  await post(`carts/${cart.id}/shipping-methods`, { option_id: fixtures.shippingOptions.standard.id });
  const { payment_collection: collection } = await post("payment-collections", { cart_id: cart.id });
  const { system } = fixtures.paymentProviders;
  await post(`payment-collections/${collection.id}/payment-sessions`, { provider_id: system });
  await post(`carts/${cart.id}/complete`, {});
}
