/*
 * Strings of a table that were hardly meant as strings: words that are booleans elsewhere,
 * expressions that do not begin like one, and what YAML reads otherwise than it looks.
 */
#ifndef O2S_LANGUAGE_STRING_CHECK_H
#define O2S_LANGUAGE_STRING_CHECK_H

#include "language/scope.h"
#include "language/yaml_tree.h"

/* Where the string is, as far as that decides what is expected. */
enum string_place { STRING_IN_MAPPING, STRING_IN_LIST };

/*
 * Reports the scalar `node`, which can be a value of any kind, if it was hardly meant as what
 * it is read as: an error if that is certain, else a warning. False: it is not worth reading.
 */
bool string_check(struct scope *scope, const struct yaml_node *node, enum string_place place);

/* The same for a scalar that is a string in any case, such as a header's value. */
void string_check_expression(struct scope *scope, const struct yaml_node *node);

/* The same for one of a list of choices, where any word and no expression is expected. */
void string_check_layout(struct scope *scope, const struct yaml_node *node,
                         enum string_place place);

/* Reports a plain scalar with nothing in it. Returns whether it is one. */
bool string_check_empty(struct scope *scope, const struct yaml_node *node);

/*
 * Warns of the string `node` if it is the same as its key, but for its case and `_`: the value of
 * that name, or the member of the value at hand, was meant.
 */
void string_check_own_key(struct scope *scope, const struct yaml_node *node, struct text key);

/*
 * Whether an item of a list is without quotation marks and may be two of them, as its words look
 * like the other items.
 */
bool string_is_two_items(const struct yaml_node *list, const struct yaml_node *item);

/*
 * Warns of an item of a list in brackets that may be two, if none of the others has one, and
 * of a list of one item behind two "- ".
 */
void string_check_items(struct scope *scope, const struct yaml_node *list);

#endif
