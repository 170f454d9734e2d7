/*
 * Checks strings of a table that were probably not intended as strings: words that are booleans in
 * other languages, expressions that do not begin like one, and scalars that YAML reads in a
 * surprising way.
 */
#ifndef O2S_LANGUAGE_STRING_CHECK_H
#define O2S_LANGUAGE_STRING_CHECK_H

#include "language/scope.h"
#include "language/yaml_tree.h"

/* Where the string is, which determines what is expected. */
enum string_place { STRING_IN_MAPPING, STRING_IN_LIST };

/*
 * Reports the scalar `node`, which can have a value of any type, if its value was probably not
 * intended: as an error if that is certain, otherwise as a warning. Returns false if the scalar
 * should not be loaded.
 */
bool string_check(struct scope *scope, const struct yaml_node *node, enum string_place place);

/* The same for a scalar that is always a string, such as the value of a header. */
void string_check_expression(struct scope *scope, const struct yaml_node *node);

/* The same for an item of a list of choices, which may be any word but not an expression. */
void string_check_layout(struct scope *scope, const struct yaml_node *node,
                         enum string_place place);

/* Reports an empty plain scalar. Returns whether it is one. */
bool string_check_empty(struct scope *scope, const struct yaml_node *node);

/*
 * Warns if the string `node` is equal to its key, ignoring case and `_`: the value of that name, or
 * the member of `.`, was probably intended.
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
