#include "language/field_list.h"

const struct keyword field_list_keywords[] = {
    {"auto", "name",
     "The fields that are read below this member of the answer, which is an object or a list.",
     true},
    {"optional", "boolean", "true: the answer may lack the member.", false},
    {0},
};

static void report(struct scope *scope, const struct yaml_node *node, const char *message) {
    diagnostics_add(scope->definitions->diagnostics, node->location, "%s", message);
}

static bool load_optional(struct scope *scope, const struct yaml_node *node) {
    bool optional = node && text_is(node->text, "true");
    if (node && !optional && !text_is(node->text, "false"))
        report(scope, node, "optional must be true or false");
    return optional;
}

struct field_list *field_list_load(struct scope *scope, const struct yaml_node *node) {
    const struct yaml_node *envelope = yaml_get(node, "auto");
    for (size_t i = 0; i < node->count; i++)
        if (!keyword_is_known(field_list_keywords, node->keys[i]->text))
            diagnostics_add(
                scope->definitions->diagnostics, node->keys[i]->location,
                "unknown key \"%.*s\" in derived fields: write {auto: MEMBER}, or {auto: "
                "MEMBER, optional: true}",
                TEXT_ARGUMENT(node->keys[i]->text));
    if (envelope->kind != YAML_SCALAR || !name_is_valid(envelope->text)) {
        report(scope, envelope,
               "auto must be the name of the member of the answer that contains the fields: {auto: "
               "thing}");
        return NULL;
    }
    struct field_list *list = arena_allocate(scope->definitions->arena, sizeof *list);
    list->location = node->location;
    list->envelope = envelope->text;
    list->optional = load_optional(scope, yaml_get(node, "optional"));
    return list;
}

/* The atoms that hold, as bits. */
static bool evaluate_atoms(struct evaluation *evaluation, const struct field_list *list,
                           uint64_t *holding) {
    *holding = 0;
    for (size_t i = 0; i < USAGE_MAX_ATOMS; i++) {
        uint64_t bit = (uint64_t)1 << i;
        struct value value;
        if (!(list->needed & bit))
            continue;
        if (!expression_evaluate(evaluation, list->atoms[i], &value))
            return false;
        if (value_is_true(value))
            *holding |= bit;
    }
    return true;
}

bool field_list_append(struct evaluation *evaluation, const struct field_list *list,
                       struct buffer *buffer) {
    if (!list->needed) {
        buffer_append_text(buffer, list->encoded);
        return true;
    }
    uint64_t holding;
    if (!evaluate_atoms(evaluation, list, &holding))
        return false;
    bool first = true;
    for (size_t i = 0; i < list->count; i++) {
        if (!usage_holds(list->fields[i].when, holding))
            continue;
        if (!first)
            buffer_append_string(buffer, "%2C");
        buffer_append_text(buffer, list->fields[i].encoded);
        first = false;
    }
    return true;
}

static void describe_term(const struct field_list *list, struct usage_term term,
                          struct buffer *buffer) {
    const char *separator = "";
    for (size_t i = 0; i < USAGE_MAX_ATOMS; i++) {
        uint64_t bit = (uint64_t)1 << i;
        if (!((term.holds | term.fails) & bit))
            continue;
        buffer_append_string(buffer, separator);
        buffer_append_string(buffer, term.fails & bit ? "not " : "");
        buffer_append_text(buffer, list->atoms[i]->source);
        separator = " and ";
    }
}

void field_list_describe(const struct field_list *list, struct buffer *buffer) {
    for (size_t i = 0; i < list->count; i++) {
        const struct usage_condition *when = list->fields[i].when;
        buffer_append_string(buffer, i ? ", " : "");
        buffer_append_text(buffer, list->fields[i].name);
        for (size_t j = 0; !usage_is_always(when) && j < when->count; j++) {
            buffer_append_string(buffer, j ? " or " : " if ");
            describe_term(list, when->terms[j], buffer);
        }
    }
}
