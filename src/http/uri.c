#include "http/uri.h"

#include <string.h>

enum { MAX_PARAMETERS = 256, MAX_NESTING = 4 };

int uri_escaped_byte(struct text text) {
    if (text.size < 3 || text.data[0] != '%')
        return -1;
    int high = text_hex_digit(text.data[1]);
    int low = text_hex_digit(text.data[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool uri_decode(struct arena *arena, struct text encoded, bool form, struct text *decoded) {
    char *output = arena_allocate_unset(arena, encoded.size + 1, 1);
    size_t size = 0;
    for (size_t i = 0; i < encoded.size; i++) {
        char c = encoded.data[i];
        if (c == '%') {
            int byte = uri_escaped_byte((struct text){encoded.data + i, encoded.size - i});
            if (byte < 0)
                return false;
            c = (char)byte;
            i += 2;
        } else if (c == '+' && form) {
            c = ' ';
        }
        output[size++] = c;
    }
    output[size] = '\0';
    *decoded = (struct text){output, size};
    return text_is_utf8(*decoded);
}

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void uri_encode(struct buffer *buffer, struct text text) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (is_unreserved((char)c)) {
            buffer_append_byte(buffer, (char)c);
            continue;
        }
        char escape[] = {'%', digits[c >> 4], digits[c & 15]};
        buffer_append(buffer, escape, sizeof escape);
    }
}

/* A parsed name of a parameter: one node per level, with the strings given at it. */
struct parameter {
    struct text name;
    struct parameter *children;
    struct parameter *last_child;
    struct parameter *next;
    struct value text;
    size_t child_count;
};

static struct parameter *add_child(struct arena *arena, struct parameter *parent,
                                   struct text name) {
    struct parameter *child = arena_allocate(arena, sizeof *child);
    child->name = name;
    if (parent->last_child)
        parent->last_child->next = child;
    else
        parent->children = child;
    parent->last_child = child;
    parent->child_count++;
    return child;
}

static struct parameter *find_child(const struct parameter *parent, struct text name) {
    for (struct parameter *child = parent->children; child; child = child->next)
        if (text_equal(child->name, name))
            return child;
    return NULL;
}

static struct value given_text(struct parameter *node) {
    struct value text = node->text;
    node->text = value_missing();
    return text;
}

/* `[]` is a new item each time; any other name is the node with that name. */
static struct parameter *enter(struct arena *arena, struct parameter *parent, struct text name) {
    /* A value given before becomes one of the items. */
    if (!value_is_missing(parent->text))
        add_child(arena, parent, (struct text){"", 0})->text = given_text(parent);
    struct parameter *known = name.size ? find_child(parent, name) : NULL;
    return known ? known : add_child(arena, parent, name);
}

static struct parameter *locate(struct arena *arena, struct parameter *root, struct text name) {
    const char *bracket = name.size ? memchr(name.data, '[', name.size) : NULL;
    if (!bracket || bracket == name.data || name.data[name.size - 1] != ']')
        return enter(arena, root, name);
    struct text rest = name;
    struct parameter *node = enter(arena, root, text_cut(&rest, '['));
    for (size_t depth = 0; rest.size; depth++) {
        struct text inner = text_cut(&rest, ']');
        if (depth == MAX_NESTING || (rest.size && rest.data[0] != '['))
            return NULL;
        node = enter(arena, node, inner);
        if (rest.size)
            rest = (struct text){rest.data + 1, rest.size - 1};
    }
    return node;
}

static void give(struct arena *arena, struct parameter *node, struct text text) {
    struct text unnamed = {"", 0};
    if (value_is_missing(node->text) && !node->children) {
        node->text = value_string(text);
        return;
    }
    /* The second value: the existing value becomes the first item of a list. */
    if (!value_is_missing(node->text)) {
        add_child(arena, node, unnamed)->text = node->text;
        node->text = value_missing();
    }
    add_child(arena, node, unnamed)->text = value_string(text);
}

static bool is_index(struct text name) {
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] < '0' || name.data[i] > '9')
            return false;
    return name.size < 10;
}

static bool is_list(const struct parameter *node) {
    for (const struct parameter *child = node->children; child; child = child->next)
        if (!is_index(child->name))
            return false;
    return true;
}

/* The name has been checked by is_index(). */
static unsigned long index_of(const struct parameter *child) {
    unsigned long index = 0;
    for (size_t i = 0; i < child->name.size; i++)
        index = index * 10 + (unsigned long)(child->name.data[i] - '0');
    return child->name.size ? index : (unsigned long)-1;
}

static struct value value_of(struct arena *arena, const struct parameter *node, bool root);

/* By index; items without one come last, in the order given. */
static struct value list_of(struct arena *arena, const struct parameter *node) {
    const struct parameter **sorted =
        arena_allocate_unset(arena, node->child_count, sizeof *sorted);
    size_t count = 0;
    for (const struct parameter *child = node->children; child; child = child->next) {
        size_t position = count++;
        for (; position && index_of(sorted[position - 1]) > index_of(child); position--)
            sorted[position] = sorted[position - 1];
        sorted[position] = child;
    }
    struct value *items = arena_allocate_unset(arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = value_of(arena, sorted[i], false);
    return value_array(items, count);
}

/* The values that were given without a name to an object. */
static struct value unnamed_of(struct arena *arena, const struct parameter *node) {
    struct value *items = arena_allocate_unset(arena, node->child_count, sizeof *items);
    size_t count = 0;
    for (const struct parameter *child = node->children; child; child = child->next)
        if (!child->name.size)
            items[count++] = value_of(arena, child, false);
    return count == 1 ? items[0] : value_array(items, count);
}

static struct value object_of(struct arena *arena, const struct parameter *node) {
    struct member *members = arena_allocate_unset(arena, node->child_count, sizeof *members);
    size_t count = 0;
    bool has_unnamed = false;
    for (const struct parameter *child = node->children; child; child = child->next) {
        if (child->name.size)
            members[count++] = (struct member){child->name, value_of(arena, child, false)};
        else if (!has_unnamed)
            members[count++] = (struct member){child->name, unnamed_of(arena, node)};
        has_unnamed = has_unnamed || !child->name.size;
    }
    return value_object(members, count);
}

static struct value value_of(struct arena *arena, const struct parameter *node, bool root) {
    if (!node->children && !root)
        return node->text;
    return !root && is_list(node) ? list_of(arena, node) : object_of(arena, node);
}

static bool decode_parameter(struct arena *arena, struct text encoded, struct text *decoded) {
    return uri_decode(arena, encoded, true, decoded) && !memchr(decoded->data, '\0', decoded->size);
}

bool uri_parse_query(struct arena *arena, struct text query, struct value *object) {
    struct parameter root = {0};
    for (size_t count = 0; query.size;) {
        struct text text = text_cut(&query, '&');
        struct text name = text_cut(&text, '=');
        if (!name.size)
            continue;
        if (++count > MAX_PARAMETERS || !decode_parameter(arena, name, &name) ||
            !decode_parameter(arena, text, &text))
            return false;
        struct parameter *node = locate(arena, &root, name);
        if (!node)
            return false;
        give(arena, node, text);
    }
    *object = value_of(arena, &root, true);
    return true;
}
