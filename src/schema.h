/*
 * What a request's body, query and headers must look like: a subset of JSON Schema under its own
 * keywords (type, required, properties, items, enum, minimum, maximum, minLength, maxLength,
 * pattern, format, anyOf, description, $ref), with OpenAPI 3.1's reading of them.
 *
 * `pattern` is a POSIX extended regular expression. `format` knows email, date, date-time and
 * uri. `anyOf` is for scalars. A member that is null counts as absent.
 */
#ifndef O2S_SCHEMA_H
#define O2S_SCHEMA_H

#include "buffer.h"
#include "scope.h"
#include "yaml_tree.h"

struct schema;

/* Loads the section `schemas` into the library. NULL: there is none. */
void schemas_load(struct library *library, const struct yaml_node *section);

/*
 * The schema at `node`: the name of one in `schemas`, or one written out. `what` says what it is
 * for ("query"), for messages. NULL after a mistake.
 */
const struct schema *schema_of(struct library *library, const struct yaml_node *node,
                               const char *what);

/* A schema of an object with these text members: for path parameters. */
const struct schema *schema_of_names(struct arena *arena, const struct text *names, size_t count);

/*
 * A schema of an object with these members, each a schema written out: for `headers`, where the
 * members are given without `properties`.
 */
const struct schema *schema_of_members(struct library *library, const struct yaml_node *node);

/* Whether it names the members its objects can have; reading another one is then a mistake. */
bool schema_is_closed(const struct schema *schema);

/* The schema of a member; NULL if none of that name is declared. */
const struct schema *schema_property(const struct schema *schema, struct text name);

/* Offers all declared members to a search. */
void schema_offer_properties(const struct schema *schema, struct nearest *nearest);

/* The declared members' names, one after another; `*count` becomes how many. In `arena`. */
const struct text *schema_property_names(const struct schema *schema, struct arena *arena,
                                         size_t *count);

/*
 * Query values and headers are texts: returns `value` with each text turned into the number or
 * boolean that the schema asks for, where it is one. What is not stays a text, and fails the
 * check.
 */
struct value schema_convert(struct arena *arena, const struct schema *schema, struct value value);

/*
 * Appends to `errors` what is wrong with `value`, each as "<field> must be …", joined by "; ".
 * Nothing is appended to a value that is as it should be. `name` is what the whole value is called
 * ("the body"); members are called by their path from it.
 */
void schema_check(struct arena *arena, const struct schema *schema, struct value value,
                  const char *name, struct buffer *errors);

#endif
