/*
 * An upstream's answers, through the projection and the mappers of the routes that are shipped:
 * what comes of them must be the same as without a projection. Each is also read as JSON, and held
 * against the grammar and against json-c.
 *
 * The input's first byte picks a request; the upstream's answers to its calls follow, as in
 * gateway.h:
 *
 *   b---
 *   200
 *   {"cart": …}
 */
#include <string.h>

#include "check.h"
#include "gateway.h"
#include "gateway_checks.h"
#include "target.h"
#include "json/reader.h"

#define JSON    "content-type: application/json\n"
#define TOKEN   "authorization: Bearer token\n"
#define ADDRESS "{\"country\":\"pl\",\"streetName\":\"s\",\"city\":\"c\",\"postalCode\":\"p\"}"

/* From 'a' on: one for each route that calls an upstream, and for each way it can take. */
static const char *const requests[] = {
    "GET /products?limit=2&basePath=/p&type=PHYSICAL&category=shirts\n",
    "GET /products/prod_1?variantId=mug&variantOptionGroups[0][medusaTitle]=S"
    "&variantOptionGroups[0][label]=R\n",
    "GET /products/mug\n",
    "GET /products/prod_1/variants/variant_1/related-products?type=x&limit=2\n",
    "POST /carts\n---\n{\"currency\":\"EUR\"}",
    "GET /carts/cart_1\n" TOKEN,
    "PATCH /carts/cart_1\n---\n{\"notes\":\"n\",\"metadata\":{\"a\":1}}",
    "POST /carts/items\n" TOKEN "---\n{\"cartId\":\"cart_1\",\"sku\":\"S\",\"quantity\":2}",
    "POST /carts/items\n---\n{\"variantId\":\"variant_1\",\"quantity\":2,\"currency\":\"EUR\"}",
    "PATCH /carts/cart_1/items/item_1\n---\n{\"metadata\":{}}",
    "DELETE /carts/cart_1/items/item_1\n",
    "POST /carts/cart_1/promotions\n---\n{\"code\":\"c\"}",
    "POST /checkout/cart_1/addresses\n" TOKEN
    "---\n{\"shippingAddressId\":\"addr_1\",\"billingAddress\":" ADDRESS "}",
    "POST /checkout/cart_1/shipping-method\n---\n{\"shippingOptionId\":\"so_1\"}",
    "POST /checkout/cart_1/payment\n---\n{\"providerId\":\"pp\",\"returnUrl\":\"u\"}",
    "GET /checkout/cart_1/shipping-options\n",
    "GET /checkout/cart_1/summary\n" TOKEN,
    "POST /checkout/cart_1/place-order\n---\n{\"email\":\"a@b.test\"}",
    "POST /checkout/cart_1/complete\n---\n{\"shippingAddress\":" ADDRESS
    ",\"sameAsBillingAddress\":true,\"shippingMethodId\":\"so_1\",\"paymentProviderId\":\"pp\","
    "\"returnUrl\":\"u\",\"email\":\"a@b.test\"}",
    "GET /orders?limit=2\n" TOKEN,
    "GET /orders?paymentStatus=captured&dateFrom=2026-01-01\n" TOKEN,
    "GET /orders/order_1\n",
    "GET /customers/addresses\n" TOKEN,
    "GET /customers/addresses/addr_1\n" TOKEN,
    "POST /customers/addresses\n" TOKEN "---\n{\"address\":" ADDRESS ",\"label\":\"l\"}",
    "PATCH /customers/addresses/addr_1\n" TOKEN "---\n{\"label\":\"l\"}",
    "GET /payments/providers?regionId=reg_1\n",
    "POST /payments/sessions\n---\n"
    "{\"cartId\":\"cart_1\",\"providerId\":\"pp\",\"returnUrl\":\"u\"}",
    "GET /readyz\n",
    "GET /products?limit=2&sort=price_DESC\n",
    "GET /products?type=VIRTUAL\n",
    "GET /products/mug?regionId=reg_1\nx-currency: usd\n",
    "PATCH /carts/cart_1/items/item_1\n---\n{\"quantity\":0}",
    "DELETE /carts/cart_1/promotions/c\n",
    "GET /orders?limit=2&sort=total_DESC\n" TOKEN,
    "GET /orders?dateFrom=2026-01\n" TOKEN,
    "GET /orders/order_1\n" TOKEN,
    "POST /customers/addresses/addr_1/default\n" TOKEN,
    "DELETE /customers/addresses/addr_1\n" TOKEN,
};

static struct service *service;
static struct json_reader *reader;

static void check_answers(struct text answers) {
    while (answers.size) {
        struct text answer = gateway_part(&answers);
        text_cut(&answer, '\n');
        check_json_text(reader, answer);
    }
}

/* The request that the first byte picks, with a fixed id so that two runs are alike. */
static void append_request(struct buffer *text, uint8_t pick) {
    const char *request = requests[(uint8_t)(pick - 'a') % (sizeof requests / sizeof requests[0])];
    const char *body = strstr(request, "---\n");
    size_t head = body ? (size_t)(body - request) : strlen(request);
    buffer_append(text, request, head);
    buffer_append_string(text, "x-request-id: 1\n");
    buffer_append_string(text, body ? body : "---\n");
    buffer_append_string(text, "\n");
}

static void compare(const struct http_response *projected, const struct http_response *plain) {
    require_equal("the body", buffer_text(&projected->body), buffer_text(&plain->body));
    require(projected->status == plain->status, "the status is the same",
            buffer_text(&projected->body));
    require(projected->header_count == plain->header_count, "the headers are the same",
            buffer_text(&projected->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct text answers = {(const char *)data + 1, size - 1};
    struct buffer text = {0};
    struct http_response projected = {0}, plain = {0};
    if (!service) {
        service = gateway_open();
        reader = json_reader_create();
    }
    if (size < 5 || memcmp(answers.data, "---\n", 4) != 0 || knows_keys(answers))
        return 0;
    append_request(&text, data[0]);
    buffer_append_text(&text, answers);
    gateway_part(&answers);
    check_answers(answers);
    gateway_run(service, buffer_text(&text), (struct gateway_options){.checked = true}, &projected);
    gateway_run(service, buffer_text(&text),
                (struct gateway_options){.checked = true, .plain = true}, &plain);
    compare(&projected, &plain);
    buffer_free(&projected.body);
    buffer_free(&plain.body);
    buffer_free(&text);
    return 0;
}
