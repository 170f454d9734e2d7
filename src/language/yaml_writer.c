#include "language/yaml_writer.h"

#include "base/count.h"
#include "json/writer.h"

/* The longest line with a collection in brackets, or of a long text, that is written. */
enum { MAX_LINE = 100, INDENT = 2 };

static void write_indent(const struct yaml_writer *writer, size_t indent) {
    while (indent--)
        buffer_append_byte(writer->output, ' ');
}

/* Scalars. */

/* Whether a quoted character has to be written as an escape. */
static bool needs_escape(uint32_t character) {
    return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
           (character >= 0x2028 && character <= 0x2029) || character == 0xFEFF ||
           (character >= 0xFFFE && character <= 0xFFFF);
}

static bool has_escapes(struct text text) {
    while (text.size)
        if (needs_escape(text_cut_character(&text)))
            return true;
    return false;
}

static void write_escape(struct buffer *output, uint32_t character) {
    if (character == '\n')
        buffer_append_string(output, "\\n");
    else if (character == '\t')
        buffer_append_string(output, "\\t");
    else if (character < 0x100)
        buffer_append_format(output, "\\x%02x", (unsigned)character);
    else
        buffer_append_format(output, "\\u%04x", (unsigned)character);
}

static void write_double_quoted(struct buffer *output, struct text text) {
    buffer_append_byte(output, '"');
    while (text.size) {
        struct text rest = text;
        uint32_t character = text_cut_character(&rest);
        if (needs_escape(character))
            write_escape(output, character);
        else if (character == '"' || character == '\\')
            buffer_append_format(output, "\\%c", (int)character);
        else
            buffer_append(output, text.data, text.size - rest.size);
        text = rest;
    }
    buffer_append_byte(output, '"');
}

static void write_single_quoted(struct buffer *output, struct text text) {
    buffer_append_byte(output, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'')
            buffer_append_byte(output, '\'');
        buffer_append_byte(output, text.data[i]);
    }
    buffer_append_byte(output, '\'');
}

static void write_quoted(struct buffer *output, struct text text) {
    bool simple = !memchr(text.size ? text.data : "", '"', text.size) &&
                  !memchr(text.size ? text.data : "", '\\', text.size);
    if (simple || has_escapes(text))
        write_double_quoted(output, text);
    else
        write_single_quoted(output, text);
}

/* A scalar on one line. */
static void write_word(struct buffer *output, const struct yaml_node *scalar) {
    if (scalar->plain && !has_escapes(scalar->text))
        buffer_append_text(output, scalar->text);
    else
        write_quoted(output, scalar->text);
}

/* Whether the text can be written as a folded block, whose lines a reader joins by blanks. */
static bool can_be_folded(const struct yaml_node *scalar, size_t indent) {
    struct text text = scalar->text;
    return !scalar->plain && text.size && text.size + indent > MAX_LINE && text.data[0] != ' ' &&
           text.data[text.size - 1] != ' ' && !has_escapes(text);
}

/* The length of the next line of a folded text: up to the last single blank that fits. */
static size_t folded_line(struct text text, size_t indent) {
    size_t end = text.size;
    for (size_t i = 1; i + 1 < text.size && (i + indent <= MAX_LINE || end == text.size); i++)
        if (text.data[i] == ' ' && text.data[i - 1] != ' ' && text.data[i + 1] != ' ')
            end = i;
    return text.size + indent <= MAX_LINE ? text.size : end;
}

static void write_folded(const struct yaml_writer *writer, struct text text, size_t indent) {
    while (text.size) {
        size_t size = folded_line(text, indent);
        write_indent(writer, indent);
        buffer_append(writer->output, text.data, size);
        buffer_append_byte(writer->output, '\n');
        size += size < text.size;
        text = (struct text){text.data + size, text.size - size};
    }
}

/* Collections. */

static bool is_within_one_file(const struct yaml_node *node, const struct source_file *file) {
    bool one = node->location.file == file;
    for (size_t i = 0; one && i < node->count; i++)
        one = is_within_one_file(node->items[i], file);
    return one;
}

/* Whether a scalar that is not quoted would be taken for something else between brackets. */
static bool is_ambiguous_in_flow(const struct yaml_node *scalar) {
    for (size_t i = 0; scalar->plain && i < scalar->text.size; i++)
        if (strchr(",[]{}\n", scalar->text.data[i]))
            return true;
    return scalar->plain && !scalar->text.size;
}

/* Writes the node on one line; false if that is not possible, and nothing is written as it is. */
static bool write_flow(struct buffer *output, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR) {
        write_word(output, node);
        return !is_ambiguous_in_flow(node);
    }
    bool good = true;
    buffer_append_byte(output, node->kind == YAML_MAPPING ? '{' : '[');
    for (size_t i = 0; good && i < node->count; i++) {
        if (i)
            buffer_append_string(output, ", ");
        if (node->kind == YAML_MAPPING) {
            good = write_flow(output, node->keys[i]);
            buffer_append_string(output, ": ");
        }
        good = good && write_flow(output, node->items[i]);
    }
    buffer_append_byte(output, node->kind == YAML_MAPPING ? '}' : ']');
    return good;
}

/* Writes a collection that was in brackets in that way if it fits; false: it does not. */
static bool write_short(const struct yaml_writer *writer, const struct yaml_node *node,
                        size_t indent) {
    struct buffer line = {0};
    bool good = !node->count || (node->flow && is_within_one_file(node, node->location.file));
    good = good && write_flow(&line, node);
    if (good && (!node->count || line.size + indent <= MAX_LINE)) {
        buffer_append_byte(writer->output, ' ');
        buffer_append_text(writer->output, buffer_text(&line));
    } else {
        good = false;
    }
    buffer_free(&line);
    return good;
}

/* A comment and the end of the line; `file` is that of what has the part at `location`. */
static void end_line(const struct yaml_writer *writer, struct location location,
                     const struct source_file *file) {
    if (writer->origin && location.file != file) {
        buffer_append_string(writer->output, "  # ");
        buffer_append_text(writer->output, writer->origin(writer->context, location));
    }
    buffer_append_byte(writer->output, '\n');
}

static void write_members(const struct yaml_writer *writer, const struct yaml_node *mapping,
                          size_t indent, bool first_is_indented);

/* An item behind its dash, in a list that is `indent` columns from the margin. */
static void write_item(const struct yaml_writer *writer, const struct yaml_node *item,
                       const struct source_file *file, size_t indent);

/* What follows `key:` or `-`, up to the end of its last line. */
static void write_value(const struct yaml_writer *writer, const struct yaml_node *node,
                        struct location location, const struct source_file *file, size_t indent) {
    struct buffer *output = writer->output;
    if (node->kind == YAML_SCALAR && can_be_folded(node, indent)) {
        buffer_append_string(output, " >-");
        end_line(writer, location, file);
        write_folded(writer, node->text, indent + INDENT);
        return;
    }
    if (node->kind == YAML_SCALAR && (node->text.size || !node->plain)) {
        buffer_append_byte(output, ' ');
        write_word(output, node);
    }
    bool done = node->kind == YAML_SCALAR || write_short(writer, node, indent);
    end_line(writer, location, file);
    if (!done && node->kind == YAML_MAPPING)
        write_members(writer, node, indent + INDENT, true);
    for (size_t i = 0; !done && node->kind == YAML_SEQUENCE && i < node->count; i++)
        write_item(writer, node->items[i], node->location.file, indent + INDENT);
}

static void write_item(const struct yaml_writer *writer, const struct yaml_node *item,
                       const struct source_file *file, size_t indent) {
    write_indent(writer, indent);
    buffer_append_byte(writer->output, '-');
    size_t size = writer->output->size;
    bool block = item->kind == YAML_MAPPING && !write_short(writer, item, indent);
    if (block && writer->origin && item->location.file != file) {
        /* The comment is above, since the first member is behind the dash. */
        end_line(writer, item->location, file);
        write_members(writer, item, indent + INDENT, true);
    } else if (block) {
        buffer_append_byte(writer->output, ' ');
        write_members(writer, item, indent + INDENT, false);
    } else {
        writer->output->size = size;
        write_value(writer, item, item->location, file, indent);
    }
}

static void write_member(const struct yaml_writer *writer, const struct yaml_node *key,
                         const struct yaml_node *value, const struct source_file *file,
                         size_t indent) {
    write_word(writer->output, key);
    buffer_append_byte(writer->output, ':');
    bool one = key->location.file == value->location.file;
    write_value(writer, value, one ? key->location : value->location, file, indent);
}

static void write_members(const struct yaml_writer *writer, const struct yaml_node *mapping,
                          size_t indent, bool first_is_indented) {
    for (size_t i = 0; i < mapping->count; i++) {
        if (i || first_is_indented)
            write_indent(writer, indent);
        write_member(writer, mapping->keys[i], mapping->items[i], mapping->location.file, indent);
    }
}

void yaml_write_member(const struct yaml_writer *writer, const struct yaml_node *key,
                       const struct yaml_node *value, size_t indent) {
    static const struct source_file other;
    write_indent(writer, indent);
    write_member(writer, key, value, &other, indent);
}

/* Values. */

/* Whether a reader takes a plain scalar with this text for that string. */
static bool is_plain_string(struct text text) {
    static const char *const words[] = {"y",   "n",    "yes",   "no",  "on",
                                        "off", "true", "false", "null"};
    static const char others[] = " _/.-()";
    struct text last = {text.data + text.size - 1, 1};
    bool letter = text.size && text_lower_letter(text.data[0]) >= 'a' &&
                  text_lower_letter(text.data[0]) <= 'z';
    for (size_t i = 0; letter && i < text.size; i++) {
        char c = text_lower_letter(text.data[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && (!c || !strchr(others, c)))
            return false;
    }
    for (size_t i = 0; letter && i < COUNT(words); i++)
        letter = !text_equal_ignoring_case(text, text_of(words[i]));
    return letter && !text_is(last, " ");
}

static struct yaml_node *node_of_scalar(struct arena *arena, struct text text, bool plain) {
    struct yaml_node *node = arena_allocate(arena, sizeof *node);
    *node = (struct yaml_node){.kind = YAML_SCALAR, .text = text, .plain = plain};
    return node;
}

static struct yaml_node *node_of_value(struct arena *arena, struct value value) {
    bool object = value.type == VALUE_OBJECT;
    if (value.type == VALUE_STRING)
        return node_of_scalar(arena, value_text(value), is_plain_string(value_text(value)));
    if (!object && value.type != VALUE_ARRAY)
        return node_of_scalar(arena, json_text(arena, value), true);
    struct yaml_node *node = arena_allocate(arena, sizeof *node);
    node->kind = object ? YAML_MAPPING : YAML_SEQUENCE;
    node->count = value_length(value);
    node->items = arena_allocate_array(arena, node->count, sizeof *node->items);
    node->keys = arena_allocate_array(arena, node->count, sizeof *node->keys);
    const struct member *members = object ? value_members(arena, value) : NULL;
    for (size_t i = 0; i < node->count; i++) {
        node->items[i] =
            node_of_value(arena, object ? members[i].value : value_item(arena, value, i));
        if (object)
            node->keys[i] =
                node_of_scalar(arena, members[i].name, is_plain_string(members[i].name));
    }
    return node;
}

void yaml_write_value(struct buffer *output, struct arena *arena, struct value object) {
    const struct yaml_writer writer = {.output = output};
    const struct yaml_node *node = node_of_value(arena, object);
    for (size_t i = 0; i < node->count; i++)
        yaml_write_member(&writer, node->keys[i], node->items[i], 0);
}
