/*
 * What a request's body, query and headers must look like: a subset of JSON Schema under its own
 * keywords (type, required, properties, items, enum, minimum, maximum, minLength, maxLength,
 * pattern, format, anyOf, description, $ref), with OpenAPI 3.1's reading of them, and three
 * keywords of its own: allowEmpty, ignoreCase, message.
 *
 * `pattern` is a POSIX extended regular expression. `format` knows email, date, date-time, iso8601
 * and uri. `anyOf` is for scalars. A member that is null counts as absent, and so does one that is
 * an empty or blank string, unless its schema has `allowEmpty: true`.
 */
#ifndef O2S_LANGUAGE_SCHEMA_H
#define O2S_LANGUAGE_SCHEMA_H

#include "base/buffer.h"
#include "language/scope.h"
#include "language/yaml_tree.h"

struct schema;

/* The keywords of a schema, `$ref` included. */
extern const struct keyword schema_keywords[];

/* The values of `type` and `format`, from index 1 on, with NULL behind the last. */
extern const char *const schema_type_names[];
extern const char *const schema_format_names[];

/* Loads the section `schemas` into the definitions. NULL: there is none. */
void schemas_load(struct definitions *definitions, const struct yaml_node *section);

/*
 * The schema at `node`: the name of one in `schemas`, or one written out. `what` says what it is
 * for ("query"), for messages. NULL after a mistake.
 */
const struct schema *schema_of(struct definitions *definitions, const struct yaml_node *node,
                               const char *what);

/* A schema of an object with these text members: for path parameters. */
const struct schema *schema_of_names(struct arena *arena, const struct text *names, size_t count);

/*
 * A schema of an object with these members, each a schema written out: for `headers`, where the
 * members are given without `properties`.
 */
const struct schema *schema_of_members(struct definitions *definitions,
                                       const struct yaml_node *node);

/* Whether it names the members its objects can have; reading another one is then a mistake. */
bool schema_is_closed(const struct schema *schema);

/* The schema of a member; NULL if none of that name is declared. */
const struct schema *schema_property(const struct schema *schema, struct text name);

/* Notes that an expression reads the member; an empty name: all of them. */
void schema_note_read(const struct schema *schema, struct text name);

/*
 * Reports, as warnings, members of the schemas of queries that no expression reads. A name that is
 * read of one of them is none: a route may accept what others have, and ignore it.
 */
void schemas_warn_unread(struct definitions *definitions, const struct schema *const *schemas,
                         size_t count);

/* Reports, as warnings, schemas of the section `schemas` that nothing refers to. */
void schemas_warn_unused(struct definitions *definitions);

/* Offers all declared members to a search. */
void schema_offer_properties(const struct schema *schema, struct nearest *nearest);

/* The declared members' names, one after another; `*count` becomes how many. In `arena`. */
const struct text *schema_property_names(const struct schema *schema, struct arena *arena,
                                         size_t *count);

/*
 * The value as the schema sees it, in `arena`: optional members that are empty or blank strings
 * are left out, and a string that `enum` lists in another case, with `ignoreCase`, is replaced by
 * the listed one. Objects whose members are not declared are not touched.
 *
 * A number for which the schema asks for an integer gets canonical digits (json/number.h).
 *
 * schema_convert_strings() is for queries and headers, where every value is a string: a string
 * also becomes the number, the boolean or the list of one that the schema asks for. An integer is
 * decimal digits; any number gets canonical digits. What cannot be converted stays a string, and
 * fails the check.
 */
struct value schema_convert_strings(struct arena *arena, const struct schema *schema,
                                    struct value value);
struct value schema_convert_json(struct arena *arena, const struct schema *schema,
                                 struct value value);

/* After so many errors a check stops. */
enum { SCHEMA_MAX_ERRORS = 20 };

/*
 * Appends to `errors` what is wrong with `value`, each as "<field> must be …", joined by "; ". If
 * there is more than SCHEMA_MAX_ERRORS, "; and more" follows, and the rest is not checked.
 * Nothing is appended to a value that is as it should be. `name` is what the whole value is called
 * ("the body"); members are called by their path from it.
 */
void schema_check(struct arena *arena, const struct schema *schema, struct value value,
                  const char *name, struct buffer *errors);

#endif
