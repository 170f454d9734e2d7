/* The parts of an OpenAPI document, for the files openapi*.c. */
#ifndef O2S_TABLE_OPENAPI_PARTS_H
#define O2S_TABLE_OPENAPI_PARTS_H

#include "language/form.h"
#include "table/table.h"
#include "json/builder.h"

/* A schema that is described once, under `components`. */
struct openapi_component {
    struct text name;
    /* Whether something refers to it. */
    bool used;
    bool written;
};

struct openapi {
    struct arena *arena;
    const struct table *table;
    /* By its number in the table: those of the schemas and of the mappers. */
    struct openapi_component *schemas;
    struct openapi_component *mappers;
    struct openapi_component error;
    /* By its number: all that the mapper returns; NULL: it is not called for an answer. */
    const struct form **mapper_forms;
    /* By its number, the form of the route's body; NULL: no body. */
    const struct form **answers;
    /* Whether an operation needs or accepts a token. */
    bool has_token;
    /* Whether a response has the header Retry-After. */
    bool has_retry_after;
};

/* openapi_schema.c */

/* Names the components, and finds the forms of all answers. */
void openapi_begin_schemas(struct openapi *openapi);

/* What a value looks like. A reference marks its component as used. */
struct value openapi_of_schema(struct openapi *openapi, const struct schema *schema);
struct value openapi_of_form(struct openapi *openapi, const struct form *form);

/* A reference to the schema of errors. */
struct value openapi_error_reference(struct openapi *openapi);

/* The used components, to be built after all that refers to them. */
struct value openapi_schemas(struct openapi *openapi);

/* openapi_pattern.c: a POSIX expression in the syntax of ECMA-262; empty if that is not possible.
 */
struct text openapi_pattern(struct arena *arena, struct text pattern);

/* openapi_operation.c: the operation of a route whose parameters are called `parameters`. */
struct value openapi_operation(struct openapi *openapi, const struct route *route,
                               const struct text *parameters, struct text id);

/* The tag of a route; empty: no tag. */
struct text openapi_tag(const struct route *route);

/*
 * openapi.c: appends the ASCII letters and digits of `text`, each word with its first letter in
 * upper case: `FirstPart` for `first_part`.
 */
void openapi_append_words(struct buffer *buffer, struct text text);

/* Whether a header of requests can be a parameter: some have places of their own. */
bool openapi_is_header_parameter(struct text name);

/* openapi_errors.c: adds the responses that are errors, and `default`. */
void openapi_add_errors(struct openapi *openapi, struct object_builder *responses,
                        const struct route *route);

/* The headers of an error, or of the successful answer of a route. */
struct value openapi_error_headers(struct openapi *openapi, int status);
struct value openapi_answer_headers(struct openapi *openapi, const struct route *route);

/* `{$ref: "#/components/KIND/NAME"}`. */
struct value openapi_reference(struct arena *arena, const char *kind, struct text name);

/* `{application/json: {schema, example}}`; a missing example is left out. */
struct value openapi_content(struct arena *arena, const char *type, struct value schema,
                             struct value example);

#endif
