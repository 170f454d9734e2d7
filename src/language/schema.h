/*
 * Schemas of the body, query and headers of requests: a subset of JSON Schema under its own
 * keywords (type, required, properties, items, enum, minimum, maximum, minLength, maxLength,
 * pattern, format, anyOf, description, $ref) with the semantics of OpenAPI 3.1, and three
 * additional keywords: allowEmpty, ignoreCase, message.
 *
 * `pattern` is a POSIX extended regular expression. `format` supports email, date, date-time,
 * iso8601 and uri. `anyOf` is for scalars. A null member counts as absent, and so does an empty or
 * blank string, unless its schema has `allowEmpty: true`.
 */
#ifndef O2S_LANGUAGE_SCHEMA_H
#define O2S_LANGUAGE_SCHEMA_H

#include "base/buffer.h"
#include "language/scope.h"
#include "language/yaml_tree.h"

struct schema;

/* The keywords of a schema, including `$ref`. */
extern const struct keyword schema_keywords[];

/* The values of `type` and `format`, starting at index 1 and terminated by NULL. */
extern const char *const schema_type_names[];
extern const char *const schema_format_names[];

/* Loads the section `schemas` into the definitions. NULL: the table has no such section. */
void schemas_load(struct definitions *definitions, const struct yaml_node *section);

/*
 * The schema at `node`: an inline schema, or the name of one in `schemas`. `what` names its purpose
 * ("query") in messages. Returns NULL after an error.
 */
const struct schema *schema_of(struct definitions *definitions, const struct yaml_node *node,
                               const char *what);

/* A schema of an object with these members, which are strings: for path parameters. */
const struct schema *schema_of_names(struct arena *arena, const struct text *names, size_t count);

/*
 * A schema of an object with these members, each with an inline schema: for `headers`, whose
 * members are listed without `properties`.
 */
const struct schema *schema_of_members(struct definitions *definitions,
                                       const struct yaml_node *node);

/*
 * Whether the schema declares all members of its objects; reading another member is then an error.
 */
bool schema_is_closed(const struct schema *schema);

/* The schema of a member; NULL if the member is not declared. */
const struct schema *schema_property(const struct schema *schema, struct text name);

/* Records that an expression reads the member; an empty name: all members. */
void schema_note_read(const struct schema *schema, struct text name);

/*
 * Warns of members of query schemas that no expression reads. A member counts as read if a member
 * with the same name is read in any of the schemas: a route may accept and ignore what other routes
 * use.
 */
void schemas_warn_unread(struct definitions *definitions, const struct schema *const *schemas,
                         size_t count);

/* Warns of schemas in the section `schemas` that are not used. */
void schemas_warn_unused(struct definitions *definitions);

/* Offers all declared members to a search. */
void schema_offer_properties(const struct schema *schema, struct nearest *nearest);

/* The names of the declared members, in `arena`; sets `*count` to their number. */
const struct text *schema_property_names(const struct schema *schema, struct arena *arena,
                                         size_t *count);

/*
 * The value as the schema sees it, in `arena`: optional members that are empty or blank strings are
 * removed, and a string that matches a value of `enum` except for case, with `ignoreCase`, is
 * replaced by that value. Objects without declared members remain unchanged.
 *
 * A number gets canonical digits (json/number.h) if the schema expects an integer.
 *
 * Of the alternatives of `anyOf`, the first one applies for which the converted value is valid; if
 * it is valid for no alternative, it remains unchanged.
 *
 * schema_convert_strings() is for queries and headers, in which every value is a string. It also
 * converts strings to the number, boolean or single-item list that the schema expects. An integer
 * consists of decimal digits; a number gets canonical digits. A value that cannot be converted
 * remains a string and fails the check.
 */
struct value schema_convert_strings(struct arena *arena, const struct schema *schema,
                                    struct value value);
struct value schema_convert_json(struct arena *arena, const struct schema *schema,
                                 struct value value);

/* A check stops after this number of errors. */
enum { SCHEMA_MAX_ERRORS = 20 };

/*
 * Appends to `errors` what is wrong with `value`: "<field> must be …", joined by "; ". After
 * SCHEMA_MAX_ERRORS errors, "; and more" follows, and the rest is not checked. Appends nothing if
 * the value is valid. `name` is the name of the whole value ("the body"); members are named by
 * their path from it.
 */
void schema_check(struct arena *arena, const struct schema *schema, struct value value,
                  const char *name, struct buffer *errors);

#endif
