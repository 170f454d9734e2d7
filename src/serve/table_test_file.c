#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "language/date.h"
#include "language/yaml_location.h"
#include "language/yaml_value.h"
#include "serve/table_test_case.h"

/* What `$now` is where a file does not say: 2026-01-31T12:00:00Z. */
static const int64_t default_now_ms = INT64_C(1769860800000);

bool test_check_keys(struct test_file *file, const struct yaml_node *node, const char *what,
                     const struct keyword *known) {
    if (node->kind != YAML_MAPPING) {
        diagnostics_add(file->diagnostics, node->location, "%s is a mapping", what);
        return false;
    }
    for (size_t i = 0; i < node->count; i++)
        yaml_check_key(file->diagnostics, file->arena, node, i, what, known);
    return true;
}

/* Settings. */

static struct test_setting *find_setting(struct test_setting *settings, struct text name) {
    while (settings && !text_equal(settings->name, name))
        settings = settings->next;
    return settings;
}

static struct text setting_value(struct test_file *file, const struct yaml_node *node,
                                 size_t offset, struct text name) {
    const struct test_setting *setting = find_setting(file->settings, name);
    struct nearest nearest = {.wanted = name};
    if (setting)
        return setting->value;
    for (setting = file->settings; setting; setting = setting->next)
        nearest_offer(&nearest, setting->name);
    diagnostics_add(file->diagnostics, yaml_location_at(node, offset),
                    "unknown name \"%.*s\": the section `set` has no such value%s",
                    TEXT_ARGUMENT(name), nearest_hint(&nearest, file->arena).data);
    return (struct text){"", 0};
}

/* The text of a scalar, with each `${NAME}` in it replaced. */
static struct text expand(struct test_file *file, const struct yaml_node *node) {
    struct text text = node->text;
    if (!text_contains(text, text_of("${")))
        return text;
    struct buffer expanded = {0};
    size_t begin = 0;
    for (;;) {
        struct text rest = {text.data + begin, text.size - begin};
        const char *dollar = rest.size ? memmem(rest.data, rest.size, "${", 2) : NULL;
        const char *end =
            dollar ? memchr(dollar, '}', rest.size - (size_t)(dollar - rest.data)) : NULL;
        size_t literal = end ? (size_t)(dollar - rest.data) : rest.size;
        bool escaped = end && literal && dollar[-1] == '$';
        buffer_append(&expanded, rest.data, escaped ? literal - 1 : literal);
        if (!end)
            break;
        if (escaped) {
            buffer_append_string(&expanded, "${");
            begin += literal + 2;
            continue;
        }
        struct text name = {dollar + 2, (size_t)(end - dollar) - 2};
        buffer_append_text(&expanded, setting_value(file, node, begin + literal, name));
        begin = (size_t)(end - text.data) + 1;
    }
    text = text_copy(file->arena, buffer_text(&expanded));
    buffer_free(&expanded);
    return text;
}

struct text test_text(struct test_file *file, const struct yaml_node *node, const char *what) {
    if (node->kind == YAML_SCALAR && !yaml_is_null(node))
        return expand(file, node);
    diagnostics_add(file->diagnostics, node->location, "%s is a string", what);
    return (struct text){"", 0};
}

/* Values. */

static struct value sequence_value(struct test_file *file, const struct yaml_node *node) {
    struct value *items = arena_allocate_array(file->arena, node->count, sizeof *items);
    for (size_t i = 0; i < node->count; i++)
        items[i] = test_value(file, node->items[i]);
    return value_array(items, node->count);
}

static struct value mapping_value(struct test_file *file, const struct yaml_node *node) {
    struct member *members = arena_allocate_array(file->arena, node->count, sizeof *members);
    for (size_t i = 0; i < node->count; i++)
        members[i] = (struct member){node->keys[i]->text, test_value(file, node->items[i])};
    return value_object(members, node->count);
}

struct value test_value(struct test_file *file, const struct yaml_node *node) {
    if (node->kind == YAML_SEQUENCE)
        return sequence_value(file, node);
    if (node->kind == YAML_MAPPING)
        return mapping_value(file, node);
    struct yaml_node expanded = *node;
    expanded.text = expand(file, node);
    return yaml_scalar_value(file->arena, &expanded);
}

/* The sections beside the cases. */

void test_add_setting(struct test_file *file, struct text name, struct text value) {
    struct test_setting *setting = arena_allocate(file->arena, sizeof *setting);
    *setting = (struct test_setting){.name = name, .value = value, .next = file->settings};
    file->settings = setting;
}

static void load_settings(struct test_file *file, const struct yaml_node *node,
                          struct test_setting *given) {
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++) {
        struct test_setting *replacing = find_setting(given, node->keys[i]->text);
        if (replacing)
            replacing->used = true;
        struct text value = test_text(file, node->items[i], "a value of `set`");
        test_add_setting(file, node->keys[i]->text, replacing ? replacing->value : value);
    }
    if (node && node->kind != YAML_MAPPING)
        diagnostics_add(file->diagnostics, node->location, "set is a mapping of names to values");
}

static void load_environment(struct test_file *file, const struct yaml_node *node) {
    bool mapping = node && node->kind == YAML_MAPPING;
    size_t count = mapping ? node->count : 0;
    file->environment = arena_allocate_array(file->arena, count + 1, sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        struct text value = test_text(file, node->items[i], "the value of a variable");
        struct text variable = text_format(
            file->arena, "%.*s=%.*s", TEXT_ARGUMENT(node->keys[i]->text), TEXT_ARGUMENT(value));
        file->environment[i] = (char *)variable.data;
    }
    if (node && !mapping)
        diagnostics_add(file->diagnostics, node->location,
                        "environment is a mapping of variables to values");
}

static void load_now(struct test_file *file, const struct yaml_node *node) {
    struct date_range range;
    file->now_ms = default_now_ms;
    if (!node)
        return;
    if (node->kind == YAML_SCALAR && date_parse(node->text, &range))
        file->now_ms = range.begin_ms;
    else
        diagnostics_add(file->diagnostics, node->location,
                        "now is a time such as 2026-01-31T12:00:00Z");
}

bool test_file_is_good(struct test_file *file, FILE *errors) {
    if (!diagnostics_count(file->diagnostics))
        return true;
    diagnostics_report(file->diagnostics, diagnostics_printer(errors));
    return false;
}

static bool read_content(struct test_file *file, FILE *errors) {
    struct buffer content = {0};
    bool good = file_read(file->path, &content);
    if (good)
        file->source = text_copy(file->arena, buffer_text(&content));
    else
        fprintf(errors, "%s: %s\n", file->path, strerror(errno));
    buffer_free(&content);
    return good;
}

static void load(struct test_file *file, struct test_setting *given) {
    static const struct keyword sections[] = {
        {.name = "environment"}, {.name = "now"}, {.name = "set"}, {.name = "cases"}, {0}};
    file->root = yaml_parse(file->arena, file->arena, file->source, file->diagnostics);
    if (!file->root || !test_check_keys(file, file->root, "a file of test cases", sections))
        return;
    load_settings(file, yaml_get(file->root, "set"), given);
    load_environment(file, yaml_get(file->root, "environment"));
    load_now(file, yaml_get(file->root, "now"));
}

struct test_file *test_file_open(const char *path, struct test_setting *given, FILE *errors) {
    struct arena *arena = arena_create();
    struct test_file *file = arena_allocate(arena, sizeof *file);
    *file = (struct test_file){.path = path, .arena = arena};
    if (!read_content(file, errors)) {
        arena_destroy(arena);
        return NULL;
    }
    file->diagnostics = diagnostics_create(path, file->source);
    load(file, given);
    if (test_file_is_good(file, errors))
        return file;
    test_file_close(file);
    return NULL;
}

void test_file_close(struct test_file *file) {
    if (!file)
        return;
    diagnostics_destroy(file->diagnostics);
    arena_destroy(file->arena);
}
