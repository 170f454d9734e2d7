#include "language/schema.h"

#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "language/date.h"
#include "language/schema_types.h"

bool schema_is_closed(const struct schema *schema) {
    return schema->closed;
}

const struct schema_property *schema_find_property(const struct schema *schema, struct text name) {
    for (size_t i = 0; i < schema->property_count; i++)
        if (text_equal(schema->properties[i].name, name))
            return &schema->properties[i];
    return NULL;
}

const struct schema *schema_property(const struct schema *schema, struct text name) {
    const struct schema_property *property = schema_find_property(schema, name);
    return property ? property->schema : NULL;
}

void schema_offer_properties(const struct schema *schema, struct nearest *nearest) {
    for (size_t i = 0; i < schema->property_count; i++)
        nearest_offer(nearest, schema->properties[i].name);
}

const struct text *schema_property_names(const struct schema *schema, struct arena *arena,
                                         size_t *count) {
    struct text *names = arena_allocate_array(arena, schema->property_count, sizeof *names);
    for (size_t i = 0; i < schema->property_count; i++)
        names[i] = schema->properties[i].name;
    *count = schema->property_count;
    return names;
}

/* The position of a check: a chain of names and positions from the whole value inwards. */
struct field {
    const struct field *outer;
    /* The name of a member. */
    struct text name;
    /* The position of an item. */
    bool is_item;
    uint32_t index;
};

struct checker {
    struct arena *arena;
    struct buffer *errors;
    size_t error_count;
    /* The maximum number of errors is exceeded; nothing is checked any more. */
    bool stopped;
    /* Only whether there is a problem matters: no message is written. */
    bool quiet;
};

/*
 * `address.country`, `items[0].quantity`: the path from the whole value, which is not part of it.
 */
static void append_field(struct buffer *buffer, const struct field *field) {
    bool nested = field->outer && field->outer->outer;
    if (nested)
        append_field(buffer, field->outer);
    if (field->is_item) {
        buffer_append_format(buffer, "[%u]", field->index);
        return;
    }
    if (nested)
        buffer_append_byte(buffer, '.');
    buffer_append_text(buffer, field->name);
}

static void complain(struct checker *checker, const struct field *field, const char *problem) {
    if (checker->error_count == SCHEMA_MAX_ERRORS) {
        buffer_append_string(checker->errors, "; and more");
        checker->stopped = true;
        return;
    }
    if (checker->error_count++)
        buffer_append_string(checker->errors, "; ");
    append_field(checker->errors, field);
    buffer_append_byte(checker->errors, ' ');
    buffer_append_string(checker->errors, problem);
}

static bool type_matches(const struct schema *schema, struct value value) {
    switch (schema->type) {
    case SCHEMA_STRING:
        return value.type == VALUE_STRING;
    case SCHEMA_NUMBER:
        return value.type == VALUE_NUMBER;
    case SCHEMA_INTEGER:
        return value_is_integer(value);
    case SCHEMA_BOOLEAN:
        return value.type == VALUE_BOOLEAN;
    case SCHEMA_ARRAY:
        return value.type == VALUE_ARRAY;
    case SCHEMA_OBJECT:
        return value.type == VALUE_OBJECT;
    case SCHEMA_ANY:
        break;
    }
    return true;
}

static const char *type_problem(const struct schema *schema) {
    static const char *const problems[] = {
        [SCHEMA_STRING] = "must be a string",    [SCHEMA_NUMBER] = "must be a number",
        [SCHEMA_INTEGER] = "must be an integer", [SCHEMA_BOOLEAN] = "must be true or false",
        [SCHEMA_ARRAY] = "must be a list",       [SCHEMA_OBJECT] = "must be an object",
    };
    return problems[schema->type];
}

static bool is_allowed(const struct checker *checker, const struct schema *schema,
                       struct value value) {
    for (uint32_t i = 0; i < schema->allowed.size; i++)
        if (value_equal(value_item(checker->arena, schema->allowed, i), value))
            return true;
    return false;
}

static const char *allowed_problem(const struct checker *checker, const struct schema *schema) {
    if (checker->quiet)
        return "";
    struct buffer problem = {0};
    buffer_append_string(&problem, "must be one of ");
    for (uint32_t i = 0; i < schema->allowed.size; i++) {
        struct text name;
        value_scalar_text(value_item(checker->arena, schema->allowed, i), &name);
        if (i)
            buffer_append_string(&problem, ", ");
        buffer_append_text(&problem, name);
    }
    struct text copy = text_copy(checker->arena, buffer_text(&problem));
    buffer_free(&problem);
    return text_c_string(copy);
}

static bool pattern_matches(const struct schema *schema, struct text text) {
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)text.size};
    const char *data = text.data ? text.data : "";
    int error = regexec(schema->expression, data, 0, &range, REG_STARTEND);
    if (error == REG_ESPACE)
        memory_exhausted();
    return error == 0;
}

/* One `@` with a local part before it and a host with a dot after it, without white space. */
static bool is_email(struct text text) {
    struct text host = text;
    struct text local = text_cut(&host, '@');
    if (!local.size || local.size == text.size || host.size < 3)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f)
            return false;
    const char *dot = memrchr(host.data, '.', host.size);
    bool inside = dot && dot > host.data && dot < host.data + host.size - 1;
    return inside && !memchr(host.data, '@', host.size) && host.data[0] != '.';
}

static bool is_uri(struct text text) {
    static const char *const schemes[] = {"http://", "https://"};
    bool known = false;
    for (size_t i = 0; i < COUNT(schemes); i++)
        known = known ||
                (text_starts_with(text, text_of(schemes[i])) && text.size > strlen(schemes[i]));
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f)
            return false;
    return known;
}

static const char *format_problem(enum schema_format format, struct text text) {
    switch (format) {
    case FORMAT_EMAIL:
        return is_email(text) ? NULL : "must be an e-mail address";
    case FORMAT_DATE:
        return date_is_full_date(text) ? NULL : "must be a date such as 2026-01-31";
    case FORMAT_DATE_TIME:
        return date_is_date_time(text) ? NULL : "must be a time such as 2026-01-31T12:00:00Z";
    case FORMAT_ISO8601: {
        struct date_range range;
        return date_parse(text, &range) ? NULL
                                        : "must be an ISO 8601 date or time, such as 2026-01-31 "
                                          "or 2026-01-31T12:00:00Z";
    }
    case FORMAT_URI:
        return is_uri(text) ? NULL : "must be an http or https address";
    case FORMAT_NONE:
        break;
    }
    return NULL;
}

/* `format` has a conversion for the keyword's value, such as a limit. */
static const char *problem_with(const struct checker *checker, const char *format,
                                struct text keyword) {
    if (checker->quiet)
        return "";
    return text_c_string(text_format(checker->arena, format, TEXT_ARGUMENT(keyword)));
}

static const char *limit_problem(const struct checker *checker, const char *format,
                                 struct value limit) {
    return problem_with(checker, format, value_text(limit));
}

static const char *length_problem(const struct checker *checker, const struct schema *schema,
                                  struct value value) {
    if (value_is_missing(schema->min_length) && value_is_missing(schema->max_length))
        return NULL;
    struct value length = value_integer(checker->arena, (int64_t)value_length(value));
    int order;
    if (value_order(length, schema->min_length, &order) && order < 0)
        return value.size == 0 ? "must not be empty"
                               : limit_problem(checker, "must have at least %.*s characters",
                                               schema->min_length);
    if (value_order(length, schema->max_length, &order) && order > 0)
        return limit_problem(checker, "must have at most %.*s characters", schema->max_length);
    return NULL;
}

static const char *text_problem(const struct checker *checker, const struct schema *schema,
                                struct value value) {
    const char *problem = length_problem(checker, schema, value);
    if (problem)
        return problem;
    if (schema->expression && !pattern_matches(schema, value_text(value)))
        return problem_with(checker, "must match %.*s", schema->pattern);
    return format_problem(schema->format, value_text(value));
}

static const char *number_problem(const struct checker *checker, const struct schema *schema,
                                  struct value value) {
    int order;
    if (value_order(value, schema->minimum, &order) && order < 0)
        return limit_problem(checker, "must be at least %.*s", schema->minimum);
    if (value_order(value, schema->maximum, &order) && order > 0)
        return limit_problem(checker, "must be at most %.*s", schema->maximum);
    return NULL;
}

static const char *problem_of(const struct checker *checker, const struct schema *schema,
                              struct value value);

/*
 * The problems that the alternatives report, without duplicates; more than this number are dropped.
 */
enum { MAX_PROBLEMS = 16 };

struct problems {
    const char *texts[MAX_PROBLEMS];
    size_t count;
};

static void add_problem(struct problems *problems, const char *problem) {
    for (size_t i = 0; i < problems->count; i++)
        if (strcmp(problems->texts[i], problem) == 0)
            return;
    if (problems->count < MAX_PROBLEMS)
        problems->texts[problems->count++] = problem;
}

/* The combined problems of all alternatives: "must be this or must be that". */
static const char *alternatives_problem(const struct checker *checker, const struct schema *schema,
                                        struct value value) {
    struct problems problems = {.count = 0};
    for (size_t i = 0; i < schema->alternative_count; i++) {
        const char *problem = problem_of(checker, schema->alternatives[i], value);
        if (!problem)
            return NULL;
        add_problem(&problems, problem);
    }
    struct text all = text_of(problems.count ? problems.texts[0] : NULL);
    for (size_t i = 1; i < problems.count && !checker->quiet; i++)
        all = text_format(checker->arena, "%.*s or %s", TEXT_ARGUMENT(all), problems.texts[i]);
    return all.data;
}

static const char *scalar_problem(const struct checker *checker, const struct schema *schema,
                                  struct value value) {
    if (value.type == VALUE_STRING)
        return text_problem(checker, schema, value);
    if (value.type == VALUE_NUMBER)
        return number_problem(checker, schema, value);
    return NULL;
}

static const char *own_problem(const struct checker *checker, const struct schema *schema,
                               struct value value) {
    if (!type_matches(schema, value))
        return type_problem(schema);
    if (schema->allowed.type == VALUE_ARRAY && !is_allowed(checker, schema, value))
        return allowed_problem(checker, schema);
    return scalar_problem(checker, schema, value);
}

static const char *problem_of(const struct checker *checker, const struct schema *schema,
                              struct value value) {
    const char *problem = own_problem(checker, schema, value);
    if (!problem)
        problem = alternatives_problem(checker, schema, value);
    return problem && schema->message.size ? text_c_string(schema->message) : problem;
}

bool schema_accepts(struct arena *arena, const struct schema *schema, struct value value) {
    const struct checker checker = {.arena = arena, .quiet = true};
    return !problem_of(&checker, schema, value);
}

static void check(struct checker *checker, const struct schema *schema, struct value value,
                  const struct field *field);

static void check_properties(struct checker *checker, const struct schema *schema,
                             struct value object, const struct field *field) {
    for (size_t i = 0; i < schema->property_count && !checker->stopped; i++) {
        const struct schema_property *property = &schema->properties[i];
        struct field inner = {.outer = field, .name = property->name};
        struct value member = value_member(checker->arena, object, property->name);
        if (property->required && value_is_missing(member))
            complain(checker, &inner, "is required");
        else if (property->required && !property->schema->allows_empty && schema_is_blank(member))
            complain(checker, &inner, "must not be empty");
        else if (!value_is_missing(member))
            check(checker, property->schema, member, &inner);
    }
}

static void check_items(struct checker *checker, const struct schema *schema, struct value array,
                        const struct field *field) {
    for (uint32_t i = 0; i < array.size && !checker->stopped; i++) {
        struct field inner = {.outer = field, .is_item = true, .index = i};
        check(checker, schema, value_item(checker->arena, array, i), &inner);
    }
}

static void check(struct checker *checker, const struct schema *schema, struct value value,
                  const struct field *field) {
    const char *problem = problem_of(checker, schema, value);
    if (problem)
        complain(checker, field, problem);
    else if (value.type == VALUE_OBJECT)
        check_properties(checker, schema, value, field);
    else if (value.type == VALUE_ARRAY && schema->items)
        check_items(checker, schema->items, value, field);
}

void schema_check(struct arena *arena, const struct schema *schema, struct value value,
                  const char *name, struct buffer *errors) {
    struct checker checker = {.arena = arena, .errors = errors};
    struct field whole = {.name = text_of(name)};
    check(&checker, schema, value, &whole);
}
