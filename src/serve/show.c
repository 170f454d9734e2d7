#include "serve/show.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "language/yaml_writer.h"
#include "table/extension.h"
#include "table/table_files.h"

struct show {
    const char *path;
    struct arena *arena;
    struct yaml_writer writer;
    /* What is asked for; empty: everything. */
    struct text name;
    struct nearest nearest;
    bool found;
};

static struct text origin(void *context, struct location location) {
    const struct show *show = context;
    return text_format(show->arena, "%s:%zu", location.file ? location.file->name : show->path,
                       location.line);
}

/* Whether a definition, called `name` and with that key, is asked for. */
static bool is_wanted(struct show *show, struct text section, const struct yaml_node *key) {
    struct text name = definition_name(show->arena, section, key->text);
    struct text wanted = definition_name(show->arena, section, show->name);
    nearest_offer(&show->nearest, name);
    return text_equal(wanted, name);
}

static void show_definitions(struct show *show, const struct yaml_node *key,
                             const struct yaml_node *section, bool whole) {
    bool begun = false;
    for (size_t i = 0; i < section->count; i++) {
        if (!whole && !is_wanted(show, key->text, section->keys[i]))
            continue;
        if (!begun)
            buffer_append_format(show->writer.output, "%.*s:\n", TEXT_ARGUMENT(key->text));
        begun = true;
        yaml_write_member(&show->writer, section->keys[i], section->items[i], 2);
    }
    show->found = show->found || begun;
}

static void show_section(struct show *show, const struct yaml_node *key,
                         const struct yaml_node *section) {
    bool whole = !show->name.size || text_equal(show->name, key->text);
    if (section->kind == YAML_MAPPING && section->count) {
        show_definitions(show, key, section, whole);
    } else if (whole) {
        yaml_write_member(&show->writer, key, section, 0);
        show->found = true;
    }
}

static int show_root(struct show *show, const struct yaml_node *root, FILE *errors) {
    if (root->kind != YAML_MAPPING) {
        fprintf(errors, "%s: a route table is a mapping\n", show->path);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < root->count; i++)
        show_section(show, root->keys[i], root->items[i]);
    if (show->found || !show->name.size)
        return EXIT_SUCCESS;
    fprintf(errors, "%s has no section or definition \"%.*s\"%s\n", show->path,
            TEXT_ARGUMENT(show->name), nearest_hint(&show->nearest, show->arena).data);
    return EX_USAGE;
}

static int show_source(struct show *show, struct text source, FILE *errors) {
    struct diagnostics *diagnostics = diagnostics_create(show->path, source);
    struct table_files files = {
        .nodes = show->arena, .texts = show->arena, .diagnostics = diagnostics};
    const struct yaml_node *root = table_files_read(&files, show->path, source);
    diagnostics_report(diagnostics, diagnostics_error_printer(errors));
    int status = EXIT_FAILURE;
    if (root && !diagnostics_count(diagnostics))
        status = show_root(show, root, errors);
    diagnostics_destroy(diagnostics);
    return status;
}

int show_table(const char *path, const char *name, FILE *output, FILE *errors) {
    struct buffer content = {0};
    struct buffer shown = {0};
    int status = EX_NOINPUT;
    const char *shown_path = table_display_name(path);
    if (table_read_source(path, &content)) {
        struct show show = {.path = shown_path,
                            .arena = arena_create(),
                            .writer = {.output = &shown, .origin = origin},
                            .name = text_trim(text_of(name))};
        show.writer.context = &show;
        show.nearest.wanted = show.name;
        status = show_source(&show, buffer_text(&content), errors);
        if (shown.size)
            fwrite(shown.data, 1, shown.size, output);
        arena_destroy(show.arena);
    } else {
        fprintf(errors, "%s: %s\n", shown_path, strerror(errno));
    }
    buffer_free(&shown);
    buffer_free(&content);
    return status;
}
