#include "language/yaml_tree.h"

#include <string.h>
#include <yaml.h>

#include "base/memory.h"

enum { MAX_DEPTH = 64 };

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct arena *texts;
    struct diagnostics *diagnostics;
    /* Where the line read last begins; lines come in order. */
    struct text line;
    size_t line_number;
    bool failed;
};

static struct location location_of(yaml_mark_t mark) {
    return (struct location){mark.line + 1, mark.column + 1};
}

/*
 * The source from `location` on. libyaml counts characters, the source is bytes; so the line is
 * walked. Scalars come in the order of the file, which makes the search for it short.
 */
static struct text source_at(struct reader *reader, struct location location) {
    while (reader->line_number < location.line && reader->line.size) {
        text_cut(&reader->line, '\n');
        reader->line_number++;
    }
    struct text rest = reader->line;
    for (size_t column = 1; column < location.column && rest.size; column++) {
        do {
            rest.data++;
            rest.size--;
        } while (rest.size && ((unsigned char)rest.data[0] & 0xC0) == 0x80);
    }
    return rest;
}

static void fail(struct reader *reader, struct location location, const char *message) {
    if (!reader->failed)
        diagnostics_add(reader->diagnostics, location, "%s", message);
    reader->failed = true;
}

static void fail_with_parser(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        memory_exhausted();
    const char *problem = parser->problem ? parser->problem : "cannot be read";
    /* A bracket or quote that is not closed is best shown where it opens, any other mistake where
     * it was noticed. */
    bool unclosed = parser->context && !strstr(parser->context, "block");
    struct location location = location_of(unclosed ? parser->context_mark : parser->problem_mark);
    if (!reader->failed && parser->error == YAML_READER_ERROR)
        diagnostics_add(reader->diagnostics, (struct location){0, 0}, "not UTF-8 text: %s",
                        problem);
    else if (!reader->failed && unclosed)
        diagnostics_add(reader->diagnostics, location, "not YAML: %s: %s, in line %zu",
                        parser->context, problem, parser->problem_mark.line + 1);
    else if (!reader->failed && parser->context)
        diagnostics_add(reader->diagnostics, location, "not YAML: %s, %s, from line %zu on",
                        problem, parser->context, parser->context_mark.line + 1);
    else if (!reader->failed)
        diagnostics_add(reader->diagnostics, location, "not YAML: %s", problem);
    reader->failed = true;
}

/* Fills `event`, which the caller deletes; false at a mistake. */
static bool next_event(struct reader *reader, yaml_event_t *event) {
    if (!yaml_parser_parse(&reader->parser, event)) {
        fail_with_parser(reader);
        return false;
    }
    return true;
}

static struct yaml_node *new_node(struct reader *reader, enum yaml_kind kind, yaml_mark_t mark) {
    struct yaml_node *node = arena_allocate(reader->arena, sizeof *node);
    node->kind = kind;
    node->location = location_of(mark);
    return node;
}

static struct yaml_node *scalar_node(struct reader *reader, const yaml_event_t *event) {
    struct yaml_node *node = new_node(reader, YAML_SCALAR, event->start_mark);
    struct text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    node->text = text_copy(reader->texts, text);
    yaml_scalar_style_t style = event->data.scalar.style;
    node->plain = style == YAML_PLAIN_SCALAR_STYLE;
    size_t quote =
        style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    node->text_location = (struct location){node->location.line, node->location.column + quote};
    /* Folding and escapes make the text differ from the file; then only its start is known. */
    node->verbatim = text_starts_with(source_at(reader, node->text_location), node->text);
    return node;
}

static struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, size_t depth);

/* Grows a list of nodes kept in the arena; what it outgrows stays there until the end. */
struct node_list {
    struct yaml_node **nodes;
    size_t count;
    size_t capacity;
};

static void append(struct reader *reader, struct node_list *list, struct yaml_node *node) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 4;
        struct yaml_node **grown =
            arena_allocate_array(reader->arena, capacity, sizeof(struct yaml_node *));
        if (list->count)
            memcpy(grown, list->nodes, list->count * sizeof(struct yaml_node *));
        list->nodes = grown;
        list->capacity = capacity;
    }
    list->nodes[list->count++] = node;
}

/* Reads the children of a collection up to the event of type `end`. */
static bool read_children(struct reader *reader, yaml_event_type_t end, struct node_list *list,
                          size_t depth) {
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event))
            return false;
        if (event.type == end) {
            yaml_event_delete(&event);
            return true;
        }
        struct yaml_node *child = read_node(reader, &event, depth + 1);
        yaml_event_delete(&event);
        if (!child)
            return false;
        append(reader, list, child);
    }
}

static struct yaml_node *sequence_node(struct reader *reader, const yaml_event_t *event,
                                       size_t depth) {
    struct yaml_node *node = new_node(reader, YAML_SEQUENCE, event->start_mark);
    struct node_list list = {0};
    if (!read_children(reader, YAML_SEQUENCE_END_EVENT, &list, depth))
        return NULL;
    node->items = list.nodes;
    node->count = list.count;
    return node;
}

static void check_key(struct reader *reader, const struct yaml_node *mapping, size_t index) {
    const struct yaml_node *key = mapping->keys[index];
    if (key->kind != YAML_SCALAR) {
        fail(reader, key->location, "a key must be a plain word or text");
        return;
    }
    for (size_t i = 0; i < index; i++) {
        if (!text_equal(mapping->keys[i]->text, key->text) || text_is(key->text, "<<"))
            continue;
        diagnostics_add(reader->diagnostics, key->location,
                        "\"%.*s\" is given twice; the first is in line %zu: remove one of them",
                        TEXT_ARGUMENT(key->text), mapping->keys[i]->location.line);
        return;
    }
}

static struct yaml_node *mapping_node(struct reader *reader, const yaml_event_t *event,
                                      size_t depth) {
    struct yaml_node *node = new_node(reader, YAML_MAPPING, event->start_mark);
    struct node_list list = {0};
    if (!read_children(reader, YAML_MAPPING_END_EVENT, &list, depth))
        return NULL;
    node->count = list.count / 2;
    node->keys = arena_allocate_array(reader->arena, node->count, sizeof(struct yaml_node *));
    node->items = arena_allocate_array(reader->arena, node->count, sizeof(struct yaml_node *));
    for (size_t i = 0; i < node->count; i++) {
        node->keys[i] = list.nodes[2 * i];
        node->items[i] = list.nodes[2 * i + 1];
        check_key(reader, node, i);
        if (reader->failed)
            return NULL;
    }
    return node;
}

static bool has_anchor(const yaml_event_t *event) {
    return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor) ||
           (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor) ||
           (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor);
}

static bool has_tag(const yaml_event_t *event) {
    return (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag) ||
           (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag) ||
           (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag);
}

static struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, size_t depth) {
    struct location location = location_of(event->start_mark);
    if (has_anchor(event) || event->type == YAML_ALIAS_EVENT)
        fail(reader, location,
             "anchors (&) and aliases (*) are not used here: name a mapper, flow, schema or "
             "setting instead, or quote the text");
    else if (has_tag(event))
        fail(reader, location,
             "tags (!) are not used here: quote the text if it begins with \"!\"");
    else if (depth > MAX_DEPTH)
        fail(reader, location, "nested too deep");
    if (reader->failed)
        return NULL;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return sequence_node(reader, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT)
        return mapping_node(reader, event, depth);
    return scalar_node(reader, event);
}

static struct yaml_node *read_document(struct reader *reader) {
    struct yaml_node *root = NULL;
    size_t documents = 0;
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event))
            return NULL;
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT && ++documents == 2)
            fail(reader, location_of(event.start_mark), "a second document: one a file, please");
        bool content = type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
                       type == YAML_MAPPING_START_EVENT || type == YAML_ALIAS_EVENT;
        if (content)
            root = read_node(reader, &event, 0);
        yaml_event_delete(&event);
        if (reader->failed)
            return NULL;
        if (type == YAML_STREAM_END_EVENT)
            return root;
    }
}

struct yaml_node *yaml_parse(struct arena *nodes, struct arena *texts, struct text source,
                             struct diagnostics *diagnostics) {
    struct reader reader = {.arena = nodes,
                            .texts = texts,
                            .diagnostics = diagnostics,
                            .line = source,
                            .line_number = 1};
    if (!yaml_parser_initialize(&reader.parser))
        memory_exhausted();
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)source.data, source.size);
    struct yaml_node *root = read_document(&reader);
    yaml_parser_delete(&reader.parser);
    if (reader.failed)
        return NULL;
    if (!root || yaml_is_null(root)) {
        root = arena_allocate(nodes, sizeof *root);
        root->kind = YAML_MAPPING;
        root->location = (struct location){1, 1};
    }
    return root;
}

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key) {
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (text_is(mapping->keys[i]->text, key))
            return mapping->items[i];
    return NULL;
}

bool yaml_check_key(struct diagnostics *diagnostics, struct arena *arena,
                    const struct yaml_node *key, const char *what, const struct keyword *known) {
    struct nearest nearest = {.wanted = key->text};
    if (keyword_is_known(known, key->text))
        return true;
    for (; known->name; known++)
        nearest_offer(&nearest, text_of(known->name));
    diagnostics_add(diagnostics, key->location, "%s has no \"%.*s\"%s", what,
                    TEXT_ARGUMENT(key->text), nearest_hint(&nearest, arena).data);
    return false;
}

bool yaml_is_null(const struct yaml_node *node) {
    return node->kind == YAML_SCALAR && node->plain &&
           (node->text.size == 0 || text_is(node->text, "~") || text_is(node->text, "null"));
}

struct location yaml_location_at(const struct yaml_node *scalar, size_t offset) {
    if (!scalar->verbatim)
        return scalar->location;
    struct location location = scalar->text_location;
    for (size_t i = 0; i < offset && i < scalar->text.size; i++) {
        bool continuation = ((unsigned char)scalar->text.data[i] & 0xC0) == 0x80;
        location.column += !continuation;
    }
    return location;
}
