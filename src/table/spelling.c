/*
 * Warns of names of members that occur at only one place of the table and resemble a name that
 * occurs several times. The members of an upstream's answers are not declared, so a misspelled name
 * cannot be detected otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "http/message.h"
#include "language/yaml_location.h"
#include "table/loader.h"

/* Below this length similar names are often unrelated, unless one of them is very frequent. */
enum { MIN_NAME = 5, FREQUENT = 10 };

/* Longer strings are not names of members. */
enum { MAX_NAME = 64, MAX_NAMES = 10000 };

/* A name at one place of the file. */
struct word {
    struct text name;
    const struct yaml_node *node;
    size_t offset;
    /*
     * Whether it is a member, as opposed to the name of a function, a setting or a step, which is
     * checked elsewhere.
     */
    bool member;
    /* One of the words of a longer name, such as `code` of `country_code`. */
    bool part;
};

struct words {
    struct arena *scratch;
    struct word *list;
    size_t count;
    size_t capacity;
};

/* A name, and the place of its first occurrence. */
struct spelling {
    struct word word;
    size_t count;
    /* Whether it is a word of a longer name, so that it hardly is a slip. */
    bool part;
};

static void append(struct words *words, struct word word) {
    words->list = arena_grow(words->scratch, words->list, words->count, &words->capacity,
                             sizeof *words->list);
    words->list[words->count++] = word;
}

static void add_word(struct words *words, const struct yaml_node *node, size_t offset, size_t size,
                     bool member) {
    struct text name = {node->text.data + offset, size};
    append(words, (struct word){name, node, offset, member, false});
    bool several = name.size && memchr(name.data, '_', name.size);
    for (struct text rest = name; several && rest.size;) {
        struct text part = text_cut(&rest, '_');
        if (part.size >= MIN_NAME)
            append(words, (struct word){part, node, offset, false, true});
    }
}

static size_t name_size(struct text text, size_t offset) {
    return name_at_start((struct text){text.data + offset, text.size - offset}).size;
}

/*
 * The names in an expression, or in a string with expressions; `.a` is a member, `a` and `$a` are
 * not.
 */
static void add_expression(struct words *words, const struct yaml_node *node) {
    struct text text = node->text;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        quoted = c == '\'' ? !quoted : quoted;
        size_t size = quoted ? 0 : name_size(text, i);
        if (!size)
            continue;
        add_word(words, node, i, size, i && text.data[i - 1] == '.');
        i += size - 1;
    }
}

/* `a`, `a.b`, `*a.b`, `-a`: an item of a list of fields, of an enum or similar. */
static bool is_path(struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if (!name_is_byte(text.data[i]) && text.data[i] != '.' &&
            (i || !strchr("*+-", text.data[0])))
            return false;
    return text.size > 0;
}

static bool has_expression(struct text text) {
    return expression_begins(text) || text_starts_with(text, text_of("not ")) ||
           text_contains(text, text_of("{.")) || text_contains(text, text_of("{$"));
}

static void add_scalar(struct words *words, const struct yaml_node *node) {
    if (has_expression(node->text)) {
        add_expression(words, node);
        return;
    }
    for (size_t i = 0; is_path(node->text) && i < node->text.size; i++) {
        size_t size = name_size(node->text, i);
        if (size)
            add_word(words, node, i, size, true);
        i += size;
    }
}

static void add_node(struct words *words, const struct yaml_node *node);

/* The name of a call, which is checked where it is read. */
static bool is_call(const struct yaml_node *item) {
    struct text text = item->kind == YAML_SCALAR ? item->text : (struct text){"", 0};
    return http_method(text_cut(&text, ' ')) != NULL;
}

static void add_mapping(struct words *words, const struct yaml_node *node) {
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->keys[i];
        if (name_is_valid(key->text))
            add_word(words, key, 0, key->text.size, !is_call(node->items[i]));
        add_node(words, node->items[i]);
    }
}

static void add_node(struct words *words, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR)
        add_scalar(words, node);
    else if (node->kind == YAML_MAPPING)
        add_mapping(words, node);
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->count; i++)
        add_node(words, node->items[i]);
}

static int by_name(const void *left, const void *right) {
    const struct word *a = left;
    const struct word *b = right;
    int order = text_compare(a->name, b->name);
    if (order)
        return order;
    return (a->node->location.line > b->node->location.line) -
           (a->node->location.line < b->node->location.line);
}

/* Collects each name once, after sorting the words. */
static size_t spellings_of(struct words *words, struct spelling *spellings) {
    size_t count = 0;
    if (words->count)
        qsort(words->list, words->count, sizeof *words->list, by_name);
    for (size_t i = 0; i < words->count; i++) {
        if (!count || !text_equal(spellings[count - 1].word.name, words->list[i].name))
            spellings[count++] = (struct spelling){.word = words->list[i]};
        struct spelling *spelling = &spellings[count - 1];
        if (!spelling->count)
            spelling->word = words->list[i];
        spelling->count += !words->list[i].part;
        spelling->part = spelling->part || words->list[i].part;
    }
    return count;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

enum slip { NO_SLIP, LETTER_MOVED, LETTER_EXCHANGED };

/*
 * Whether the names differ by one letter that is added, dropped, replaced or swapped with the next
 * one. Another form of a word, such as a plural, is not a misspelling, and neither is another
 * number.
 */
static enum slip slip_between(struct text a, struct text b) {
    struct text shorter = a.size < b.size ? a : b;
    struct text longer = a.size < b.size ? b : a;
    size_t begin = 0, end = 0;
    if (longer.size > shorter.size + 1)
        return NO_SLIP;
    while (begin < shorter.size && shorter.data[begin] == longer.data[begin])
        begin++;
    while (end < shorter.size - begin &&
           shorter.data[shorter.size - 1 - end] == longer.data[longer.size - 1 - end])
        end++;
    size_t rest = longer.size - begin - end;
    char odd = longer.data[begin];
    bool special = is_digit(odd) || odd == '_' || (end == 0 && strchr("sdr", odd));
    bool other_word = begin == 0 && shorter.size < MIN_NAME;
    if (longer.size > shorter.size)
        return rest == 1 && !special && !other_word ? LETTER_MOVED : NO_SLIP;
    if (rest == 2 && odd == shorter.data[begin + 1] &&
        longer.data[begin + 1] == shorter.data[begin])
        return LETTER_MOVED;
    bool exchanged = rest == 1 && !is_digit(odd) && !is_digit(shorter.data[begin]) && begin > 0;
    bool plural = end == 0 && (odd == 's' || shorter.data[begin] == 's');
    return exchanged && !plural ? LETTER_EXCHANGED : NO_SLIP;
}

/* Whether `b` is `a` with `to` in place of `from`, once. */
static bool is_replaced(struct text a, struct text b, struct text from, struct text to) {
    for (size_t i = 0; i + from.size <= a.size && i + to.size <= b.size; i++) {
        struct text rest_a = {a.data + i, a.size - i};
        struct text rest_b = {b.data + i, b.size - i};
        if (text_starts_with(rest_a, from) && text_starts_with(rest_b, to)) {
            rest_a = (struct text){rest_a.data + from.size, rest_a.size - from.size};
            rest_b = (struct text){rest_b.data + to.size, rest_b.size - to.size};
            if (text_equal(rest_a, rest_b))
                return true;
        }
        if (a.data[i] != b.data[i])
            return false;
    }
    return false;
}

/* A table may well map the British form of a word to the American one. */
static bool is_other_form(struct text a, struct text b) {
    static const struct {
        const char *british;
        const char *american;
    } forms[] = {
        {"our", "or"},   {"ise", "ize"},    {"isa", "iza"},   {"tre", "ter"},
        {"lled", "led"}, {"lling", "ling"}, {"ence", "ense"}, {"grey", "gray"},
    };
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct text british = text_of(forms[i].british);
        struct text american = text_of(forms[i].american);
        if (is_replaced(a, b, british, american) || is_replaced(b, a, british, american))
            return true;
    }
    return false;
}

static bool is_probable(const struct spelling *lonely, const struct spelling *other) {
    struct text name = lonely->word.name;
    if (other->count < 2)
        return false;
    enum slip slip = slip_between(name, other->word.name);
    bool is_short = name.size < MIN_NAME || other->word.name.size < MIN_NAME;
    bool known = !is_short || (slip == LETTER_MOVED && other->count >= FREQUENT);
    return slip && known && !is_other_form(name, other->word.name);
}

static bool is_lonely(const struct spelling *spelling) {
    return spelling->count == 1 && spelling->word.member && !spelling->part;
}

/*
 * All names, the shorter ones first; `first[n]` is the index of the first name of n or more bytes.
 */
struct dictionary {
    struct spelling *list;
    size_t first[MAX_NAME + 2];
};

static int by_size(const void *left, const void *right) {
    const struct spelling *a = left;
    const struct spelling *b = right;
    return (a->word.name.size > b->word.name.size) - (a->word.name.size < b->word.name.size);
}

static void sort_by_size(struct dictionary *dictionary, size_t count) {
    size_t next = 0;
    if (count)
        qsort(dictionary->list, count, sizeof *dictionary->list, by_size);
    for (size_t size = 0; size <= MAX_NAME + 1; size++) {
        while (next < count && dictionary->list[next].word.name.size < size)
            next++;
        dictionary->first[size] = next;
    }
}

static void check_spelling(struct loader *loader, const struct dictionary *dictionary,
                           const struct spelling *lonely) {
    const struct spelling *best = NULL;
    struct text name = lonely->word.name;
    size_t end = dictionary->first[name.size + 2];
    for (size_t i = dictionary->first[name.size - 1]; i < end; i++) {
        const struct spelling *other = &dictionary->list[i];
        if (is_probable(lonely, other) && (!best || other->count > best->count))
            best = other;
    }
    if (best)
        diagnostics_warn(
            loader->diagnostics, yaml_location_at(lonely->word.node, lonely->word.offset),
            "\"%.*s\" occurs nowhere else; did you mean \"%.*s\", which occurs %zu times?",
            TEXT_ARGUMENT(name), TEXT_ARGUMENT(best->word.name), best->count);
}

void warn_spelling(struct loader *loader, const struct yaml_node *root) {
    struct arena *scratch = arena_create();
    struct words words = {.scratch = scratch};
    /* The keys of tables are values of other programs, in any spelling. */
    for (size_t i = 0; i < root->count; i++)
        if (!text_is(root->keys[i]->text, "tables"))
            add_node(&words, root->items[i]);
    struct dictionary dictionary;
    dictionary.list = arena_allocate_array(scratch, words.count, sizeof *dictionary.list);
    size_t count = spellings_of(&words, dictionary.list);
    sort_by_size(&dictionary, count);
    /* The time is quadratic in the number of names: the tables of generators are not searched. */
    for (size_t i = 0;
         count <= MAX_NAMES && i < count && dictionary.list[i].word.name.size < MAX_NAME; i++)
        if (is_lonely(&dictionary.list[i]))
            check_spelling(loader, &dictionary, &dictionary.list[i]);
    arena_destroy(scratch);
}
