#include "language/yaml_tree.h"

#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "base/yaml_line.h"
#include "language/yaml_location.h"
#include "language/yaml_problem.h"

enum { MAX_DEPTH = 64 };

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct arena *texts;
    struct diagnostics *diagnostics;
    const struct source_file *file;
    struct text source;
    struct yaml_trail trail;
    /* The start of the last line that was read; lines are read in order. */
    struct text line;
    size_t line_number;
    /* Whether the current node is an item of a sequence. */
    bool in_list;
    bool failed;
};

static struct location location_of(const struct reader *reader, yaml_mark_t mark) {
    return (struct location){mark.line + 1, mark.column + 1, reader->file};
}

/*
 * The source from `location` on. libyaml counts characters and the source has bytes, so the line is
 * scanned. Scalars are read in the order of the file, which keeps the search for the line short.
 */
static struct text source_at(struct reader *reader, struct location location) {
    while (reader->line_number < location.line && reader->line.size) {
        yaml_cut_line(&reader->line);
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

static void report(struct reader *reader, struct location location, const char *message) {
    diagnostics_add(reader->diagnostics, location, "%s", message);
}

/* Reports an error that ends reading. */
static void fail(struct reader *reader, struct location location, const char *message) {
    if (!reader->failed)
        report(reader, location, message);
    reader->failed = true;
}

/* Reads the next event, which the caller deletes. Returns false after an error. */
static bool next_event(struct reader *reader, yaml_event_t *event) {
    if (yaml_parser_parse(&reader->parser, event))
        return true;
    if (reader->parser.error == YAML_MEMORY_ERROR)
        memory_exhausted();
    if (!reader->failed)
        yaml_problem_report(reader->diagnostics, &reader->parser, reader->source, &reader->trail);
    reader->failed = true;
    return false;
}

static struct yaml_node *new_node(struct reader *reader, enum yaml_kind kind, yaml_mark_t mark) {
    struct yaml_node *node = arena_allocate(reader->arena, sizeof *node);
    node->kind = kind;
    node->location = location_of(reader, mark);
    return node;
}

/*
 * Warns of ` #1` after a plain scalar. YAML reads it as a comment, but an intended comment would
 * have a space after the sign.
 */
static void check_comment(struct reader *reader, yaml_mark_t end) {
    struct location location = location_of(reader, end);
    struct text rest = source_at(reader, location);
    size_t blanks = 0;
    while (blanks < rest.size && rest.data[blanks] == ' ')
        blanks++;
    if (!blanks || rest.size < blanks + 2 || rest.data[blanks] != '#')
        return;
    char next = rest.data[blanks + 1];
    if (!strchr("0123456789{$", next) || next == '\0')
        return;
    location.column += blanks;
    struct text comment = {rest.data + blanks + 1, rest.size - blanks - 1};
    struct text line = yaml_cut_line(&comment);
    struct text word = text_cut(&line, ' ');
    diagnostics_warn(reader->diagnostics, location,
                     "\" #\" begins a comment, so the string ends before it: put quotation marks "
                     "around the string, or write a space after the \"#\" of a comment, not "
                     "\"#%.*s\"",
                     TEXT_ARGUMENT(word));
}

/* Records what may be the cause of a later error. */
static void note(struct reader *reader, const struct yaml_node *node, const yaml_event_t *event) {
    if (node->plain && node->location.column == 1 &&
        memchr(node->text.data, ' ', node->text.size)) {
        reader->trail.margin = node->location;
        reader->trail.margin_text = node->text;
    } else if (node->text_location.column > node->location.column &&
               event->start_mark.line < event->end_mark.line) {
        reader->trail.quoted = node->location;
        reader->trail.quoted_end = location_of(reader, event->end_mark);
    }
}

static bool is_one_line(struct text text) {
    struct text rest = text;
    return yaml_cut_line(&rest).size == text.size;
}

static struct yaml_node *scalar_node(struct reader *reader, const yaml_event_t *event) {
    struct yaml_node *node = new_node(reader, YAML_SCALAR, event->start_mark);
    struct text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    node->text = text_copy(reader->texts, text);
    yaml_scalar_style_t style = event->data.scalar.style;
    node->plain = style == YAML_PLAIN_SCALAR_STYLE;
    if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE)
        node->quote = '\'';
    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        node->quote = '"';
    node->text_location = node->location;
    node->text_location.column += node->quote != '\0';
    struct text source = source_at(reader, node->text_location);
    node->verbatim = text_starts_with(source, node->text) && is_one_line(node->text);
    note(reader, node, event);
    if (!node->verbatim) {
        struct text behind = source_at(reader, location_of(reader, event->end_mark));
        node->source = (struct text){source.data, (size_t)(behind.data - source.data)};
    }
    if (node->plain)
        check_comment(reader, event->end_mark);
    return node;
}

static struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, size_t depth);

/* Grows a list of nodes in the arena; outgrown lists remain there until the end. */
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
        reader->in_list = end == YAML_SEQUENCE_END_EVENT;
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
    node->flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    struct node_list list = {0};
    if (!read_children(reader, YAML_SEQUENCE_END_EVENT, &list, depth))
        return NULL;
    node->items = list.nodes;
    node->count = list.count;
    return node;
}

/* The offset of the value that is part of a key without a value; 0: none. */
static size_t value_in_key(struct text key, bool *colon) {
    struct text rest = key;
    struct text name = text_cut(&rest, ':');
    *colon = name.size && rest.size;
    if (*colon)
        return name.size + 1;
    rest = key;
    name = text_cut(&rest, ' ');
    return name.size && rest.size && strchr(".$(0123456789", rest.data[0]) ? name.size + 1 : 0;
}

/*
 * Converts `name:$x` and `name $x`, which are keys without a value in YAML, to keys with that
 * value.
 */
static void split_key(struct reader *reader, struct yaml_node *mapping, size_t index) {
    struct yaml_node *key = mapping->keys[index];
    struct yaml_node *value = mapping->items[index];
    bool colon;
    size_t size = value_in_key(key->text, &colon);
    if (!size || !key->plain || !key->verbatim || !yaml_is_null(value) || value->text.size)
        return;
    struct text name = {key->text.data, size - 1};
    struct text rest = {key->text.data + size, key->text.size - size};
    diagnostics_add(reader->diagnostics, yaml_location_at(key, name.size),
                    "missing %s: write %.*s: %.*s, or quote all of it if it is the name",
                    colon ? "space after the colon" : "colon", TEXT_ARGUMENT(name),
                    TEXT_ARGUMENT(rest));
    value->text = text_copy(reader->texts, rest);
    value->location = yaml_location_at(key, size);
    value->text_location = value->location;
    value->verbatim = true;
    key->text = text_copy(reader->texts, name);
}

static void check_colons(struct reader *reader, struct yaml_node *mapping, size_t index) {
    struct yaml_node *key = mapping->keys[index];
    struct text name = key->text;
    if (key->plain && name.size > 1 && name.data[name.size - 1] == ':') {
        while (name.size && name.data[name.size - 1] == ':')
            name.size--;
        diagnostics_add(reader->diagnostics, yaml_location_at(key, name.size),
                        "one colon too many: write %.*s:, or quote the name if the colon "
                        "is part of it",
                        TEXT_ARGUMENT(name));
        key->text = text_copy(reader->texts, name);
    }
    split_key(reader, mapping, index);
}

static void check_key(struct reader *reader, struct yaml_node *mapping, size_t index) {
    struct yaml_node *key = mapping->keys[index];
    if (key->kind != YAML_SCALAR) {
        report(reader, key->location, "a key must be a string: quote it if it begins with { or [");
        key->kind = YAML_SCALAR;
        key->text = (struct text){"", 0};
    } else if (key->plain && !key->text.size) {
        report(reader, key->location, "a key is missing before the colon");
    }
    check_colons(reader, mapping, index);
}

static const struct yaml_node *same_key_before(const struct yaml_node *mapping, size_t index) {
    struct text name = mapping->keys[index]->text;
    for (size_t i = 0; i < index; i++)
        if (text_equal(mapping->keys[i]->text, name) && !text_is(name, "<<"))
            return mapping->keys[i];
    return NULL;
}

/* If an item of a list lacks its "- ", it repeats keys of the item before it. */
static void check_given_once(struct reader *reader, const struct yaml_node *mapping, bool item) {
    for (size_t i = 1; i < mapping->count; i++) {
        const struct yaml_node *key = mapping->keys[i];
        const struct yaml_node *first = same_key_before(mapping, i);
        if (!first)
            continue;
        diagnostics_add(
            reader->diagnostics, key->location,
            "duplicate key \"%.*s\"; the first one is in line %zu: remove one of them%s",
            TEXT_ARGUMENT(key->text), first->location.line,
            item ? ", or put \"- \" before the second one" : "");
        if (item)
            return;
    }
}

static struct yaml_node *mapping_node(struct reader *reader, const yaml_event_t *event,
                                      size_t depth) {
    bool item = reader->in_list;
    struct yaml_node *node = new_node(reader, YAML_MAPPING, event->start_mark);
    node->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
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
    }
    check_given_once(reader, node, item && !node->flow);
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

/*
 * Reports features of YAML that are not supported. The rest of the node is read as if they were
 * absent.
 */
static void check_event(struct reader *reader, const yaml_event_t *event) {
    struct location location = location_of(reader, event->start_mark);
    if (has_anchor(event) || event->type == YAML_ALIAS_EVENT)
        report(reader, location,
               "anchors (&) and aliases (*) are not supported: use a mapper, flow, schema or "
               "setting instead, or quote the string");
    else if (has_tag(event))
        report(reader, location,
               "tags (!) are not supported: quote the string if it begins with \"!\"");
}

static struct yaml_node *read_node(struct reader *reader, yaml_event_t *event, size_t depth) {
    check_event(reader, event);
    if (depth > MAX_DEPTH) {
        fail(reader, location_of(reader, event->start_mark), "nested too deeply");
        return NULL;
    }
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return sequence_node(reader, event, depth);
    if (event->type == YAML_MAPPING_START_EVENT)
        return mapping_node(reader, event, depth);
    if (event->type == YAML_SCALAR_EVENT)
        return scalar_node(reader, event);
    struct yaml_node *alias = new_node(reader, YAML_SCALAR, event->start_mark);
    alias->text = text_of("");
    alias->text_location = alias->location;
    return alias;
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
            fail(reader, location_of(reader, event.start_mark),
                 "unexpected second document: a file must have a single document");
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

struct yaml_node *yaml_parse_file(struct arena *nodes, struct arena *texts, struct text source,
                                  const struct source_file *file, struct diagnostics *diagnostics) {
    source = text_without_mark(source);
    struct reader reader = {.arena = nodes,
                            .file = file,
                            .trail = {.file = file},
                            .texts = texts,
                            .diagnostics = diagnostics,
                            .source = source,
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
        root->location = (struct location){1, 1, file};
    }
    return root;
}

struct yaml_node *yaml_parse(struct arena *nodes, struct arena *texts, struct text source,
                             struct diagnostics *diagnostics) {
    return yaml_parse_file(nodes, texts, source, NULL, diagnostics);
}

struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key) {
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (text_is(mapping->keys[i]->text, key))
            return mapping->items[i];
    return NULL;
}

void yaml_check_key(struct diagnostics *diagnostics, struct arena *arena,
                    const struct yaml_node *mapping, size_t index, const char *what,
                    const struct keyword *known) {
    struct yaml_node *key = mapping->keys[index];
    struct nearest nearest = {.wanted = key->text};
    struct nearest given = {.wanted = key->text};
    if (keyword_is_known(known, key->text))
        return;
    for (; known->name; known++)
        nearest_offer(yaml_get(mapping, known->name) ? &given : &nearest, text_of(known->name));
    bool lacking = nearest.best.size > 0;
    diagnostics_add(diagnostics, key->location, "unknown key \"%.*s\" in %s%s",
                    TEXT_ARGUMENT(key->text), what,
                    nearest_hint(lacking ? &nearest : &given, arena).data);
    if (lacking)
        key->text = nearest.best;
}

bool yaml_is_null(const struct yaml_node *node) {
    return node->kind == YAML_SCALAR && node->plain &&
           (node->text.size == 0 || text_is(node->text, "~") || text_is(node->text, "null"));
}
