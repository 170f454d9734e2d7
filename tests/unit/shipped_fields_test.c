/*
 * What the calls of the shipped table ask Medusa for: no field that is not named here. A mapper
 * that reads more of an answer needs it named here too.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "language/field_list.h"

#define PRODUCT                                                                                    \
    " id title subtitle handle description thumbnail images.url type.value *categories tags.value" \
    " *variants +variants.inventory_quantity *variants.options"                                    \
    " *variants.calculated_price *variants.prices "
#define DETAIL                                                                                     \
    " weight height width length material origin_country hs_code mid_code"                         \
    " *variants.options.option "
#define OWNER " id customer_id *customer metadata "
#define CART                                                                                       \
    OWNER                                                                                          \
    " created_at updated_at region_id currency_code email item_subtotal discount_total tax_total"  \
    " shipping_total total items.id items.variant_sku items.variant_id items.quantity"             \
    " items.requires_shipping items.unit_price items.subtotal items.discount_total items.total"    \
    " items.product_title items.title items.product_id items.product_description"                  \
    " items.product_subtitle items.thumbnail items.metadata shipping_methods.id"                   \
    " shipping_methods.shipping_option_id shipping_methods.name shipping_methods.description"      \
    " shipping_methods.created_at shipping_methods.amount shipping_methods.total"                  \
    " shipping_methods.subtotal *shipping_address *billing_address promotions.id promotions.code"  \
    " promotions.application_method.type promotions.application_method.value "
#define CHECKOUT                                                                                   \
    OWNER                                                                                          \
    " email region_id currency_code completed_at items.id items.requires_shipping"                 \
    " *shipping_address *billing_address shipping_methods.id "
#define ORDER                                                                                      \
    " id status payment_status payment_collections.status customer_id email currency_code"         \
    " created_at updated_at total item_subtotal shipping_total shipping_subtotal discount_total"   \
    " tax_total items.id items.variant_id items.variant_sku items.product_id items.product_title"  \
    " items.title items.product_description items.product_subtitle items.thumbnail"                \
    " items.quantity items.detail.quantity items.unit_price items.subtotal items.discount_total"   \
    " items.total *shipping_address *billing_address *shipping_methods "
#define ADDRESS                                                                                    \
    " id customer_id address_name first_name last_name company address_1 address_2 city"           \
    " country_code postal_code province phone metadata is_default_shipping is_default_billing"     \
    " created_at updated_at "

struct allowed {
    /* The beginning of "METHOD /path"; "": all other routes. */
    const char *route;
    const char *call;
    const char *fields;
};

/* The first row about a call counts. */
static const struct allowed allowed[] = {
    {"GET /products/{id}/variants", "", PRODUCT},
    {"GET /products/{id}", "", PRODUCT DETAIL},
    {"GET /products", "types", " id value "},
    {"GET /products", "categories", " id "},
    {"GET /products", "", PRODUCT},

    {"GET /carts/{cartId}", "cart", CART},
    {"GET /checkout/{cartId}/summary", "cart", CART},
    {"PATCH /carts/{cartId}/items", "cart", OWNER " items.id items.quantity "},
    {"DELETE /carts/{cartId}/items", "cart", OWNER " items.id items.quantity "},
    {"POST /carts/items", "cart", OWNER " region_id "},
    {"POST /payments/sessions", "cart", OWNER " region_id "},
    {"POST /checkout", "cart", CHECKOUT},
    {"GET /checkout", "cart", CHECKOUT},
    {"", "cart", OWNER},
    {"POST /checkout/{cartId}/addresses", "me", " id email *addresses "},
    {"POST /checkout/{cartId}/complete", "me", " id email *addresses "},
    {"", "me", " id email "},
    {"POST /carts/items", "variants", " id "},
    {"POST /carts/items", "priced", " id *calculated_price "},
    {"POST /carts", "", CART},
    {"PATCH /carts", "", CART},
    {"DELETE /carts", "", CART},

    {"", "collection", " id "},
    {"", "opened", " id *payment_sessions "},
    {"", "completion", ORDER " *payment_collections.payment_sessions "},
    {"POST /checkout", "", CART},

    {"GET /orders/{id}", "owned", " id metadata customer.has_account "},
    {"GET /orders", "mine", " id payment_status total item_subtotal "},
    {"GET /orders", "dated_mine", " id customer_id payment_status total item_subtotal "},
    {"GET /orders", "", ORDER},

    {"GET /customers", "", ADDRESS},
    {"", "", " id *addresses "},
};

static const struct allowed *allowed_of(const struct route *route, const struct step *step,
                                        struct arena *arena) {
    struct text name = text_format(arena, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                                   TEXT_ARGUMENT(route->pattern));
    for (size_t i = 0; i < COUNT(allowed); i++)
        if (text_starts_with(name, text_of(allowed[i].route)) &&
            (!*allowed[i].call || text_is(step->name, allowed[i].call)))
            return &allowed[i];
    fail_msg("no row");
    return NULL;
}

static size_t check_call(struct arena *arena, const struct route *route, const struct step *step,
                         const struct field_list *list) {
    const struct allowed *row = allowed_of(route, step, arena);
    for (size_t i = 0; i < list->count; i++) {
        struct text name = list->fields[i].name;
        struct text word = text_format(arena, " %.*s ", TEXT_ARGUMENT(name));
        if (!text_contains(text_of(row->fields), word))
            fail_msg("%.*s %.*s: $%.*s asks for %.*s", TEXT_ARGUMENT(route->method),
                     TEXT_ARGUMENT(route->pattern), TEXT_ARGUMENT(step->name), TEXT_ARGUMENT(name));
    }
    return list->count > 0;
}

static const struct table *shipped_table(struct arena *arena) {
    setenv("MEDUSAJS_BASE_URL", "http://127.0.0.1:9000", 1);
    setenv("MEDUSAJS_PUBLISHABLE_API_KEY", "pk_1", 1);
    setenv("MEDUSAJS_ADMIN_API_KEY", "sk_1", 1);
    setenv("DEFAULT_CURRENCY", "EUR", 1);
    return good_table(arena, file_content(arena, PROJECT "/routes.yaml").data);
}

static void no_call_asks_for_more_than_it_may(void **state) {
    struct arena *arena = *state;
    const struct table *table = shipped_table(arena);
    size_t count = 0;
    for (size_t i = 0; i < table->route_count; i++) {
        const struct route *route = &table->routes[i];
        for (size_t j = 0; j < route->step_count; j++)
            for (size_t k = 0; k < route->steps[j].query_count; k++)
                if (route->steps[j].query[k].fields)
                    count +=
                        check_call(arena, route, &route->steps[j], route->steps[j].query[k].fields);
    }
    check_truth("there are many", true, count > 50);
}

static const struct field_list *list_of(struct arena *arena, const struct table *table,
                                        const char *name, const char *call) {
    for (size_t i = 0; i < table->route_count; i++) {
        const struct route *route = &table->routes[i];
        struct text own = text_format(arena, "%.*s %.*s", TEXT_ARGUMENT(route->method),
                                      TEXT_ARGUMENT(route->pattern));
        for (size_t j = 0; text_is(own, name) && j < route->step_count; j++)
            for (size_t k = 0; k < route->steps[j].query_count; k++)
                if (text_is(route->steps[j].name, call) && route->steps[j].query[k].fields)
                    return route->steps[j].query[k].fields;
    }
    fail_msg("no such call");
    return NULL;
}

/* What the call asks for, with a comma before and behind each field. */
static struct text described(struct arena *arena, const struct table *table, const char *route,
                             const char *call) {
    struct buffer buffer = {0};
    field_list_describe(list_of(arena, table, route, call), &buffer);
    struct text text = text_format(arena, ", %.*s, ", TEXT_ARGUMENT(buffer_text(&buffer)));
    buffer_free(&buffer);
    return text;
}

/* Prices, and what is not shown when only a page is looked for, are asked for if they are needed.
 */
static void what_is_needed_at_times_is_asked_for_then(void **state) {
    static const struct {
        const char *route;
        const char *call;
        const char *field;
        const char *described;
    } rows[] = {
        {"GET /products", "found", "*variants.calculated_price", " if $by_region or $region,"},
        {"GET /products", "found", "*variants.prices", " if not $by_region,"},
        {"GET /products", "found", "title", " if not $by_price,"},
        {"GET /products", "found", "*variants", ","},
        {"GET /products/{id}", "one", "*variants.prices", " if not $by_region,"},
        {"GET /orders", "mine", "payment_status", " if $payment,"},
        {"POST /checkout/{cartId}/addresses", "me", "*addresses",
         " if $body.shippingAddressId or $body.billingAddressId,"},
    };
    struct arena *arena = *state;
    const struct table *table = shipped_table(arena);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text list = described(arena, table, rows[i].route, rows[i].call);
        struct text wanted = text_format(arena, ", %s%s ", rows[i].field, rows[i].described);
        if (!text_contains(list, wanted))
            fail_msg("expected: %.*s\n  came:     %.*s", TEXT_ARGUMENT(wanted),
                     TEXT_ARGUMENT(list));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(no_call_asks_for_more_than_it_may),
        TEST_WITH_ARENA(what_is_needed_at_times_is_asked_for_then),
    };
    return cmocka_run_group_tests_name("shipped_fields", tests, NULL, NULL);
}
