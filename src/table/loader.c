#include "table/loader.h"

#include "http/message.h"
#include "language/environment.h"
#include "json/scanner.h"

static struct text list_of(struct arena *arena, const struct keyword *keywords) {
    struct text list = text_of(keywords->name);
    while ((++keywords)->name)
        list = text_format(arena, "%.*s, %s", TEXT_ARGUMENT(list), keywords->name);
    return list;
}

bool loader_check_keys(struct loader *loader, const struct yaml_node *node, const char *what,
                       const struct keyword *known) {
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location,
                        "%s must be a mapping; valid keys: %.*s", what,
                        TEXT_ARGUMENT(list_of(loader->arena, known)));
        return false;
    }
    for (size_t i = 0; i < node->count; i++)
        yaml_check_key(loader->diagnostics, loader->arena, node, i, what, known);
    return true;
}

struct text loader_text(struct loader *loader, const struct yaml_node *node, const char *what) {
    if (node->kind == YAML_SCALAR && (node->text.size || !node->plain))
        return node->text;
    diagnostics_add(loader->diagnostics, node->location, "%s must be a string", what);
    return (struct text){"", 0};
}

bool loader_suggest_method(struct loader *loader, struct location location, struct text name) {
    struct nearest nearest = {.wanted = name};
    http_offer_methods(&nearest);
    if (nearest.best.size)
        diagnostics_add(loader->diagnostics, location, "unknown method \"%.*s\"%s",
                        TEXT_ARGUMENT(name), nearest_hint(&nearest, loader->arena).data);
    return nearest.best.size > 0;
}

bool loader_replace_integer(struct loader *loader, const struct yaml_node *node, long minimum,
                            long maximum, const char *expected, long *integer) {
    if (!node)
        return true;
    struct value value = shape_load_constant(loader->definitions, node);
    double number = value_double(value);
    /* An error in it was already reported, or a setting is not set. */
    if (value_is_missing(value) && !yaml_is_null(node))
        return true;
    bool good = value_is_integer(value) && number >= (double)minimum && number <= (double)maximum;
    if (good)
        *integer = (long)number;
    else
        diagnostics_add(loader->diagnostics, node->location, "%s", expected);
    return good;
}

struct unit {
    const char *name;
    double factor;
};

/* A number and one of `units`; 0 if it is not valid, or after an error, which is reported. */
static double quantity(struct loader *loader, const struct yaml_node *node,
                       const struct unit *units, size_t count, const char *expected) {
    struct value value = shape_load_constant(loader->definitions, node);
    /* An error in it was already reported, or a setting is not set: the default applies. */
    if (value_is_missing(value) && !yaml_is_null(node))
        return 0;
    struct text text = text_copy(loader->arena, value_text(value));
    struct json_scanner scanner;
    struct text digits;
    json_scan_begin(&scanner, text);
    const char *end = json_scan_number(&scanner, scanner.start, &digits);
    double number = end ? value_double(value_number(digits)) : 0;
    struct text unit = {0};
    if (end)
        unit = text_trim((struct text){end, (size_t)(scanner.end - end)});
    for (size_t i = 0; i < count; i++)
        if (number > 0 && text_is(unit, units[i].name))
            return number * units[i].factor;
    diagnostics_add(loader->diagnostics, node->location,
                    "expected a number above 0 with its unit%s", expected);
    return 0;
}

long loader_duration(struct loader *loader, const struct yaml_node *node) {
    static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}};
    double milliseconds = quantity(loader, node, units, 3, ": ms, s or min, such as 10s or 500ms");
    if (milliseconds > 0 && milliseconds < 1)
        return 1;
    return milliseconds < 86400000 ? (long)milliseconds : 86400000;
}

void loader_replace_duration(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds) {
    long given = node ? loader_duration(loader, node) : 0;
    *milliseconds = given ? given : *milliseconds;
}

void loader_replace_deadline(struct loader *loader, const struct yaml_node *node,
                             long *milliseconds) {
    enum { MAX_DEADLINE_MS = 10 * 60 * 1000 };
    long given = node ? loader_duration(loader, node) : 0;
    if (given > MAX_DEADLINE_MS)
        diagnostics_add(loader->diagnostics, node->location, "a deadline must be at most 10min");
    else if (given)
        *milliseconds = given;
}

size_t loader_size(struct loader *loader, const struct yaml_node *node) {
    static const struct unit units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}};
    double bytes = quantity(loader, node, units, 3, ": B, KiB or MiB, such as 64 KiB or 1 MiB");
    return bytes < 1073741824.0 ? (size_t)bytes : 1073741824;
}

struct text loader_header_name(struct loader *loader, struct location location, struct text name,
                               enum field_place place) {
    struct text lower = text_lower_case(loader->arena, name);
    const char *problem = field_name_problem(lower, place);
    if (!field_name_is_valid(name))
        diagnostics_add(loader->diagnostics, location, "\"%.*s\" is not a valid name of a header",
                        TEXT_ARGUMENT(name));
    else if (problem)
        diagnostics_add(loader->diagnostics, location, "the header %.*s cannot be set here: %s",
                        TEXT_ARGUMENT(lower), problem);
    return lower;
}

void loader_check_received(struct loader *loader, struct location location, struct text name) {
    if (field_name_is_valid(name) && !field_name_is_received(name))
        diagnostics_add(loader->diagnostics, location,
                        "no request has a header \"%.*s\": write names of headers in lower case, "
                        "with letters, digits and hyphens only",
                        TEXT_ARGUMENT(name));
    struct text like = field_name_like(name);
    if (like.size)
        diagnostics_warn(loader->diagnostics, location,
                         "unusual request header \"%.*s\"; did you mean \"%.*s\"?",
                         TEXT_ARGUMENT(name), TEXT_ARGUMENT(like));
}

/* Checks each constant part of the value; spaces only matter at its ends. */
static void check_value(struct loader *loader, const struct yaml_node *node,
                        const struct template *template) {
    const char *problem = NULL;
    for (const struct template_part *part = template->parts; part; part = part->next)
        if (!http_header_value_is_safe(part->literal))
            problem = field_value_problem(part->literal);
    if (template->constant && !template->missing)
        problem = field_value_problem(template->text);
    if (problem)
        diagnostics_add(loader->diagnostics, node->location, "the value of the header %s", problem);
}

static void check_given_once(struct loader *loader, const struct named_template *headers,
                             size_t index, struct location location) {
    if (header_find(headers, index, headers[index].name))
        diagnostics_add(loader->diagnostics, location,
                        "duplicate header %.*s (upper and lower case are not distinguished): "
                        "remove one of them",
                        TEXT_ARGUMENT(headers[index].name));
}

struct named_template *loader_headers(struct loader *loader, struct scope *scope,
                                      const struct yaml_node *node, enum field_place place,
                                      size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location,
                        "headers must be a mapping: {name: value}");
        return NULL;
    }
    struct named_template *headers =
        arena_allocate_array(loader->arena, node->count, sizeof *headers);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->keys[i];
        struct named_template *header = &headers[(*count)++];
        header->name = loader_header_name(loader, key->location, key->text, place);
        environment_set outer = environment_collect(loader->definitions);
        header->template = template_load_value(scope, node->items[i]);
        header->environment = environment_collected(loader->definitions, outer);
        if (place == FIELD_OF_CALL)
            loader->definitions->header_environment |= header->environment;
        check_given_once(loader, headers, i, key->location);
        if (header->template)
            check_value(loader, node->items[i], header->template);
    }
    return headers;
}

const struct named_template *header_find(const struct named_template *headers, size_t count,
                                         struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_equal(headers[i].name, name))
            return &headers[i];
    return NULL;
}

void loader_check_answer_headers(struct loader *loader, struct location location, size_t count) {
    if (count > HTTP_MAX_TABLE_HEADERS)
        diagnostics_add(loader->diagnostics, location,
                        "an answer can have at most %d headers, including those of `common`",
                        HTTP_MAX_TABLE_HEADERS);
}

struct named_shape *loader_names(struct loader *loader, struct scope *scope,
                                 const struct yaml_node *node, bool always, size_t *count) {
    *count = 0;
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(loader->diagnostics, node->location,
                        "let must be a mapping: {name: value}");
        /* `name $value`, which lacks a colon, is a string; its name counts as defined. */
        scope->incomplete = scope->incomplete || node->kind == YAML_SCALAR;
        return NULL;
    }
    struct named_shape *names = arena_allocate_array(loader->arena, node->count, sizeof *names);
    for (size_t i = 0; i < node->count; i++) {
        struct named_shape *named = &names[(*count)++];
        named->name = node->keys[i]->text;
        environment_set outer = environment_collect(loader->definitions);
        named->shape = shape_load(scope, node->items[i]);
        named->environment = environment_collected(loader->definitions, outer);
        named->slot = scope_add(scope, named->name, static_type_of_shape(named->shape),
                                node->keys[i]->location);
        scope_watch(scope, node->keys[i]->location);
        scope->names->environment = named->environment;
        if (always && named->shape && shape_is_constant(named->shape))
            scope->names->constant = named->shape->expression;
    }
    return names;
}
