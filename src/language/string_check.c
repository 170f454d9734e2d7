#include "language/string_check.h"

#include <string.h>

#include "base/count.h"
#include "base/yaml_line.h"
#include "language/expression.h"
#include "language/functions.h"
#include "language/mapper.h"
#include "language/template.h"
#include "language/yaml_location.h"

static void report(const struct scope *scope, const struct yaml_node *node, size_t offset,
                   struct text message) {
    diagnostics_add(scope->definitions->diagnostics, yaml_location_at(node, offset), "%.*s",
                    TEXT_ARGUMENT(message));
}

static void warn(const struct scope *scope, const struct yaml_node *node, const char *message) {
    diagnostics_warn(scope->definitions->diagnostics, node->location, "%s", message);
}

#define REPORT(scope, node, offset, ...)                                                           \
    report((scope), (node), (offset), text_format((scope)->definitions->arena, __VA_ARGS__))

/* Words. */

/* Spellings of true, false and null in other languages. */
static const struct {
    const char *word;
    const char *value;
} words[] = {
    {"yes", "true"},  {"on", "true"},     {"true", "true"}, {"no", "false"},
    {"off", "false"}, {"false", "false"}, {"null", "null"}, {"~", "null"},
};

bool string_check_empty(struct scope *scope, const struct yaml_node *node) {
    if (node->text.size || !node->plain)
        return false;
    REPORT(scope, node, 0, "missing value: write null, or '' for an empty string");
    return true;
}

static bool check_word(const struct scope *scope, const struct yaml_node *node) {
    struct text text = node->text;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!text_equal_ignoring_case(text, text_of(words[i].word)))
            continue;
        if (text_is(text, words[i].value))
            return false;
        if (text_is(text, "~"))
            REPORT(scope, node, 0,
                   "write null for ~, or put it in quotation marks to keep the string");
        else
            REPORT(
                scope, node, 0,
                "\"%.*s\" is a string: write %s, or put it in quotation marks to keep the string",
                TEXT_ARGUMENT(text), words[i].value);
        return true;
    }
    if (text_is(text, "None"))
        warn(scope, node,
             "\"None\" is a string: write null, or put it in quotation marks to keep the string");
    return text_is(text, "None");
}

/* Expressions. */

/* The size of a space at the start that is not ASCII or has no width; 0: none. */
static size_t odd_blank(struct text text) {
    static const char *const blanks[] = {"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xE2\x81\xA0",
                                         "\xEF\xBB\xBF"};
    for (size_t i = 0; i < COUNT(blanks); i++)
        if (text_starts_with(text, text_of(blanks[i])))
            return strlen(blanks[i]);
    return 0;
}

static struct text behind(struct text text, size_t offset) {
    return (struct text){text.data + offset, text.size - offset};
}

static bool is_callable(const struct scope *scope, struct text name) {
    return name.size && (function_find(name) || mapper_find(scope->definitions, name) ||
                         lookup_find(scope->definitions, name));
}

/* Whether a call begins here: behind `first` and others without an argument no word follows, as it
 * does in `Home | first class`. */
static bool is_call(const struct scope *scope, struct text text) {
    struct text name = name_at_start(text);
    const struct function *function = function_find(name);
    struct text rest = behind(text, name.size);
    bool word = rest.size > 1 && rest.data[0] == ' ' && name_is_start(rest.data[1]);
    return is_callable(scope, name) && !(word && function && !function->required);
}

static bool is_known_name(const struct scope *scope, struct text name) {
    return name.size &&
           (text_is(name, "settings") || text_is(name, "table") || scope_find(scope, name));
}

static const char expression_form[] =
    "an expression begins with ., $ or (; write ('...') for a string that looks like one";

/* ` | upper` and ` ?? ` outside of braces. */
static bool check_operators(const struct scope *scope, const struct yaml_node *node) {
    size_t depth = 0;
    for (size_t i = 0; i + 3 < node->text.size; i++) {
        struct text rest = behind(node->text, i);
        depth += rest.data[0] == '{';
        depth -= rest.data[0] == '}' && depth;
        if (depth)
            continue;
        bool pipe = text_starts_with(rest, text_of(" | ")) && is_call(scope, behind(rest, 3));
        if (!pipe && !text_starts_with(rest, text_of(" ?? ")))
            continue;
        REPORT(scope, node, 0, "this is a string, not an expression with \"%s\": %s",
               pipe ? "|" : "??", expression_form);
        return true;
    }
    return false;
}

/* Whether an operand begins here, as opposed to a remark in parentheses or an ellipsis. */
static bool is_operand(struct text text) {
    while (text.size && text.data[0] == '(')
        text = behind(text, 1);
    return text.size > 1 && strchr(".$", text.data[0]) && name_is_start(text.data[1]);
}

/* `not .a`, `= .a`, `if .a then .b`, `upper .a`. */
static bool check_first_word(const struct scope *scope, const struct yaml_node *node) {
    struct text rest = node->text;
    struct text word = text_cut(&rest, ' ');
    if (!is_operand(rest))
        return false;
    struct text operand = rest;
    operand = text_cut(&operand, ' ');
    if (text_is(word, "not"))
        REPORT(scope, node, 0, "this is a string: write (%.*s)", TEXT_ARGUMENT(node->text));
    else if (text_is(word, "=") || text_is(word, "=="))
        REPORT(scope, node, 0, "this is a string: remove the \"%.*s\" before the expression",
               TEXT_ARGUMENT(word));
    else if (text_is(word, "if"))
        REPORT(scope, node, 0,
               "this is a string, and the language has no if: write (a | when CONDITION) ?? b");
    else if (is_callable(scope, word))
        REPORT(scope, node, 0, "this is a string: write %.*s | %.*s", TEXT_ARGUMENT(operand),
               TEXT_ARGUMENT(word));
    else
        return false;
    return true;
}

/* `body.title`, which lacks its `$`. What begins with a name of the request or of the table is
 * certain; others may be a path that an upstream takes, and in a list of fields they are. */
static bool check_path(const struct scope *scope, const struct yaml_node *node,
                       enum string_place place) {
    static const char *const certain[] = {"settings", "body", "query", "path", "headers"};
    struct text text = node->text;
    struct text name = name_at_start(text);
    if (name.size + 1 >= text.size || text.data[name.size] != '.' || !is_known_name(scope, name))
        return false;
    for (size_t i = name.size; i < text.size; i++)
        if (text.data[i] == '.' ? i + 1 == text.size || text.data[i + 1] == '.'
                                : !name_is_byte(text.data[i]))
            return false;
    struct text message = text_format(scope->definitions->arena,
                                      "\"%.*s\" is a string: write $%.*s for the value, "
                                      "or put it in quotation marks to keep the string",
                                      TEXT_ARGUMENT(text), TEXT_ARGUMENT(text));
    if (text_is_among(name, certain, COUNT(certain)))
        report(scope, node, 0, message);
    else if (place != STRING_IN_LIST)
        warn(scope, node, message.data);
    return true;
}

static bool check_odd_blank(const struct scope *scope, const struct yaml_node *node) {
    size_t size = 0;
    for (size_t next; (next = odd_blank(behind(node->text, size))) > 0;)
        size += next;
    if (!size || !expression_begins(behind(node->text, size)))
        return false;
    REPORT(scope, node, 0,
           "a special space (such as U+00A0) makes this a string: remove it, "
           "or write ('...') to keep the string");
    return true;
}

static bool check_expression(const struct scope *scope, const struct yaml_node *node) {
    return check_odd_blank(scope, node) || check_operators(scope, node) ||
           check_first_word(scope, node);
}

/*
 * Reports a whole `.5`, which is an item of a list; the first few items are probably intended. If
 * the input is not a list, the expression has an error anyway.
 */
static bool check_item(const struct scope *scope, const struct yaml_node *node) {
    struct text digits = behind(node->text, node->text.size > 0);
    if (!scope->current || !digits.size || node->text.data[0] != '.')
        return false;
    for (size_t i = 0; i < digits.size; i++)
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
    if (digits.size == 1 && digits.data[0] < '3')
        return false;
    REPORT(scope, node, 0,
           "%.*s is an item of a list: write 0%.*s for the number, or (. | get %.*s) for the item",
           TEXT_ARGUMENT(node->text), TEXT_ARGUMENT(node->text), TEXT_ARGUMENT(digits));
    return true;
}

void string_check_expression(struct scope *scope, const struct yaml_node *node) {
    if (!string_check_empty(scope, node) && !expression_begins(node->text))
        check_expression(scope, node);
}

/* Layout. */

static size_t count_of(struct text text, char c) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == c;
    return count;
}

/* A closing quote or bracket at the end of a plain string without an opening one, or a comma. */
static bool check_end(const struct scope *scope, const struct yaml_node *node,
                      enum string_place place) {
    struct text text = node->text;
    char last = text.data[text.size - 1];
    bool quote = last == '"' || last == '\'';
    if (quote && place == STRING_IN_LIST && count_of(text, last) == 2 &&
        memchr(text.data, ' ', text.size)) {
        warn(scope, node, "this is one item: is a comma missing before the quote?");
    } else if (quote && count_of(text, last) % 2 == 1) {
        warn(scope, node,
             "this string ends with an unmatched quote: add the missing one, or quote the whole "
             "string if the quote is part of it");
    } else if (last == ']' && !memchr(text.data, '[', text.size)) {
        warn(scope, node,
             "this string ends with an unmatched bracket: add the missing one, or quote the whole "
             "string if the bracket is part of it");
    } else if (last == ',' && text.size > 1) {
        warn(scope, node,
             "this string ends with a comma: remove it, or quote the whole string if the comma is "
             "part of it");
    } else {
        return false;
    }
    return true;
}

/* `id - title`: two items on one line. */
static bool check_joined(const struct scope *scope, const struct yaml_node *node) {
    struct text rest = node->text;
    text_cut(&rest, ' ');
    if (count_of(node->text, ' ') != 2 || !text_starts_with(rest, text_of("- ")))
        return false;
    warn(scope, node,
         "this is one item: put the second item on a line of its own, or put quotation marks "
         "around it");
    return true;
}

void string_check_layout(struct scope *scope, const struct yaml_node *node,
                         enum string_place place) {
    if (place == STRING_IN_LIST && string_check_empty(scope, node))
        return;
    if (!node->plain || !node->text.size || expression_begins(node->text))
        return;
    struct text rest = node->source;
    if (!node->verbatim && yaml_cut_line(&rest).size < node->source.size)
        warn(scope, node,
             place == STRING_IN_LIST
                 ? "this is one item of several lines: is a \"- \" or a comma missing? If not, put "
                   "quotation marks around it"
                 : "this is one string of several lines: is a key or its colon missing? If not, "
                   "put quotation marks around it");
    else if (place == STRING_IN_MAPPING || !check_joined(scope, node))
        check_end(scope, node, place);
}

bool string_check(struct scope *scope, const struct yaml_node *node, enum string_place place) {
    if (string_check_empty(scope, node) || (node->plain && check_word(scope, node)) ||
        check_item(scope, node))
        return false;
    if (expression_begins(node->text))
        return true;
    if (check_expression(scope, node))
        return false;
    if (!node->plain || !check_path(scope, node, place))
        string_check_layout(scope, node, place);
    return true;
}

/* Ignoring case and `_`: `lastName` and `last_name` are the same. */
static bool is_same_name(struct text a, struct text b) {
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        while (i < a.size && a.data[i] == '_')
            i++;
        while (j < b.size && b.data[j] == '_')
            j++;
        if (i == a.size || j == b.size)
            return i == a.size && j == b.size;
        if (text_lower_letter(a.data[i++]) != text_lower_letter(b.data[j++]))
            return false;
    }
}

void string_check_own_key(struct scope *scope, const struct yaml_node *node, struct text key) {
    if (node->kind != YAML_SCALAR || !node->plain || !name_is_valid(node->text) ||
        !is_same_name(node->text, key))
        return;
    bool known = is_known_name(scope, node->text);
    if (!known && !scope->current)
        return;
    struct text message =
        text_format(scope->definitions->arena,
                    "\"%.*s\" is a string: write %c%.*s for the value, or put it in quotation "
                    "marks to keep the string",
                    TEXT_ARGUMENT(node->text), known ? '$' : '.', TEXT_ARGUMENT(node->text));
    warn(scope, node, message.data);
}

enum first_byte { FIRST_LOWER, FIRST_UPPER, FIRST_DIGIT, FIRST_OTHER };

static enum first_byte first_byte(struct text text) {
    char c = text.size ? text.data[0] : '\0';
    if (c >= 'a' && c <= 'z')
        return FIRST_LOWER;
    if (c >= 'A' && c <= 'Z')
        return FIRST_UPPER;
    return c >= '0' && c <= '9' ? FIRST_DIGIT : FIRST_OTHER;
}

/* Whether a word may be an item beside the others; not if it is one already, as in `[new, like
 * new]`. */
static bool is_like_items(const struct yaml_node *list, const struct yaml_node *except,
                          struct text word) {
    for (size_t i = 0; i < list->count; i++) {
        struct text other = list->items[i]->text;
        if (list->items[i] != except && list->items[i]->kind == YAML_SCALAR &&
            (text_equal(word, other) || first_byte(word) != first_byte(other)))
            return false;
    }
    return true;
}

bool string_is_two_items(const struct yaml_node *list, const struct yaml_node *item) {
    struct text rest = item->text;
    if (item->kind != YAML_SCALAR || !item->plain || !count_of(rest, ' '))
        return false;
    while (rest.size)
        if (!is_like_items(list, item, text_cut(&rest, ' ')))
            return false;
    return true;
}

void string_check_items(struct scope *scope, const struct yaml_node *list) {
    const struct yaml_node *odd = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *item = list->items[i];
        bool doubled = !list->flow && item->kind == YAML_SEQUENCE && !item->flow &&
                       item->count == 1 && list->count > 1;
        if (doubled)
            warn(scope, item,
                 "this is a list of one item in the list: remove the second \"- \", or "
                 "write it as [item]");
        bool plain = item->kind == YAML_SCALAR && item->plain && !expression_begins(item->text);
        bool blank = plain && memchr(item->text.data, ' ', item->text.size);
        if (!plain || (blank && odd))
            return;
        odd = blank ? item : odd;
    }
    if (list->flow && list->count > 2 && odd && string_is_two_items(list, odd))
        warn(scope, odd,
             "this is one item: is a comma missing in it? If not, put quotation marks around it");
}
