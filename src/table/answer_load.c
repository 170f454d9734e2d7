#include <stdlib.h>
#include <string.h>

#include "http/message.h"
#include "language/string_check.h"
#include "table/loader.h"

/* Whether a scalar has the form `STATUS message`. */
static bool is_error_response(const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR || node->text.size < 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (node->text.data[i] < '0' || node->text.data[i] > '9')
            return false;
    return node->text.size == 3 || node->text.data[3] == ' ';
}

struct error_response *load_error_response(struct loader *loader, struct scope *scope,
                                           const struct yaml_node *node) {
    int status = is_error_response(node) ? (int)strtol(text_c_string(node->text), NULL, 10) : 0;
    if (status < 400 || status > 599 || node->text.size < 5) {
        diagnostics_add(loader->diagnostics, node->location,
                        "an error must be a status from 400 to 599 and a message: 404 Not "
                        "found");
        return NULL;
    }
    string_check_layout(scope, node, STRING_IN_MAPPING);
    struct error_response *error = arena_allocate(loader->arena, sizeof *error);
    error->status = status;
    error->message = template_load(scope, node, 4);
    return error->message ? error : NULL;
}

bool route_makes_calls(const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++)
        if (route->steps[i].kind == STEP_CALL)
            return true;
    return false;
}

int answer_default_status(struct text method) {
    return text_is(method, "POST") ? 201 : 200;
}

/* A computed status can have any value; it is validated at request time. */
static void load_answer_status(struct loader *loader, struct scope *scope, struct answer *answer,
                               const struct yaml_node *node, const struct yaml_node *body) {
    struct shape *shape = shape_load(scope, node);
    answer->status = shape && shape->kind == SHAPE_EXPRESSION ? shape->expression : NULL;
    if (answer->status && answer->status->kind != EXPRESSION_LITERAL)
        return;
    struct value value = answer->status ? answer->status->literal : value_missing();
    double number = value_double(value);
    if (shape && (!value_is_integer(value) || number < 200 || number > 599))
        diagnostics_add(loader->diagnostics, node->location,
                        "the status of an answer must be a number from 200 to 599");
    else if (shape && body && !http_status_allows_body((int)number))
        diagnostics_add(
            loader->diagnostics, body->location,
            "an answer with status %d cannot have a body (RFC 9110): remove the body, or "
            "use another status",
            (int)number);
}

static void load_route_headers(struct loader *loader, struct scope *scope, struct answer *answer,
                               const struct yaml_node *node) {
    answer->headers = load_answer_headers(loader, scope, node, &answer->header_count);
    loader_check_answer_headers(loader, node->location,
                                answer->header_count + loader->table->common.answer_header_count);
}

/* Whether a scalar that is not an error resembles one, or a status line of HTTP. */
static bool looks_like_error(struct arena *arena, struct text text) {
    size_t digits = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    bool number = !value_is_missing(value_parse_number(arena, text));
    return (digits > 1 && !number) || text_starts_with(text, text_of("HTTP"));
}

static void check_string(struct loader *loader, const struct yaml_node *node) {
    if (expression_begins(node->text))
        return;
    if (looks_like_error(loader->arena, node->text))
        diagnostics_add(loader->diagnostics, node->location,
                        "an error must be a status from 400 to 599, a space and a message, such as "
                        "404 Not found; write ('...') for a string that begins like this");
    else if (node->plain && memchr(node->text.data, ' ', node->text.size))
        diagnostics_warn(loader->diagnostics, node->location,
                         "this string is answered with status 200: write an error with its status, "
                         "such as 404 Not found, or put quotation marks around the string");
}

static bool is_status(const struct yaml_node *node) {
    return node && node->kind == YAML_SCALAR && node->plain && node->text.size == 3 &&
           strchr("2345", node->text.data[0]) && is_error_response(node);
}

/* `{sttus: 200}`, `{obdy: {}}`: a body with one member that is probably a misspelled keyword. */
static void check_only_key(struct loader *loader, const struct yaml_node *node) {
    const struct yaml_node *key = node->keys[0];
    struct nearest nearest = {.wanted = key->text};
    for (const struct keyword *word = answer_keywords; word->name; word++)
        nearest_offer(&nearest, text_of(word->name));
    const struct yaml_node *value = node->items[0];
    bool likely = !text_is(nearest.best, "status") || is_status(value);
    if (text_is(nearest.best, "headers"))
        likely = value->kind == YAML_MAPPING;
    if (likely)
        diagnostics_warn(loader->diagnostics, key->location,
                         "\"%.*s\" is a member of the body%s If not, put it below `body`",
                         TEXT_ARGUMENT(key->text), nearest_hint(&nearest, loader->arena).data);
}

/*
 * A mapping with keys other than those of an answer is the whole body. Reports mappings for which
 * that is probably unintended; a misspelled key is replaced by the keyword that it resembles.
 */
static void check_keys(struct loader *loader, const struct yaml_node *node) {
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *other = NULL;
    size_t own = 0;
    size_t near = 0;
    for (size_t i = 0; i < node->count; i++) {
        struct nearest nearest = {.wanted = node->keys[i]->text};
        bool is_own = keyword_is_known(answer_keywords, nearest.wanted);
        for (const struct keyword *word = answer_keywords; word->name && !is_own; word++)
            if (!yaml_get(node, word->name))
                nearest_offer(&nearest, text_of(word->name));
        own += is_own;
        near += nearest.best.size > 0 && nearest.distance < 2;
        if (!is_own && !other)
            other = node->keys[i];
    }
    if (near == 1 && node->count == 1)
        check_only_key(loader, node);
    bool status = is_status(yaml_get(node, "status"));
    bool meant = own > 1 || (headers && headers->kind == YAML_MAPPING);
    const struct yaml_node *body = yaml_get(node, "body");
    bool whole_body = body && body->kind != YAML_SCALAR;
    if (near && own + near == node->count && (meant || status || body)) {
        for (size_t i = 0; i < node->count; i++)
            yaml_check_key(loader->diagnostics, loader->arena, node, i, "an answer",
                           answer_keywords);
    } else if (other && meant) {
        diagnostics_add(loader->diagnostics, other->location,
                        "\"%.*s\" next to status, headers or body makes all of them members of the "
                        "body: put the body under `body`",
                        TEXT_ARGUMENT(other->text));
    } else if (other && (status || whole_body)) {
        diagnostics_warn(loader->diagnostics, other->location,
                         "\"%.*s\" next to `%s` makes both members of the body: put the body under "
                         "`body`",
                         TEXT_ARGUMENT(other->text), status ? "status" : "body");
    }
}

/* `openapi FORMAT`: whether it is an answer of this form, with an error or not. */
static bool load_document(struct loader *loader, struct answer *answer,
                          const struct yaml_node *node) {
    struct text format = node->text;
    if (node->kind != YAML_SCALAR || !text_is(text_cut(&format, ' '), "openapi") ||
        text_equal(node->text, text_of("openapi")))
        return false;
    if (text_is(format, "yaml"))
        answer->document = DOCUMENT_OPENAPI_YAML;
    else if (text_is(format, "json"))
        answer->document = DOCUMENT_OPENAPI_JSON;
    else
        diagnostics_add(loader->diagnostics, node->location,
                        "the formats of a description are `openapi yaml` and `openapi json`");
    return true;
}

void load_answer(struct loader *loader, struct scope *scope, struct answer *answer,
                 const struct yaml_node *node) {
    if (is_error_response(node)) {
        answer->error = load_error_response(loader, scope, node);
        return;
    }
    if (load_document(loader, answer, node))
        return;
    if (node->kind == YAML_SCALAR)
        check_string(loader, node);
    else if (node->kind == YAML_MAPPING)
        check_keys(loader, node);
    const struct yaml_node *status = yaml_get(node, "status");
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *body = yaml_get(node, "body");
    size_t own = (status ? 1u : 0u) + (headers ? 1u : 0u) + (body ? 1u : 0u);
    bool whole = node->kind == YAML_MAPPING && node->count && own == node->count;
    if (!whole) {
        answer->body = shape_load(scope, node);
        return;
    }
    if (status)
        load_answer_status(loader, scope, answer, status, body);
    if (headers)
        load_route_headers(loader, scope, answer, headers);
    if (body)
        answer->body = shape_load(scope, body);
}
