#include "language/schema.h"

#include <string.h>

#include "base/memory.h"
#include "language/date.h"
#include "language/functions.h"
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

/* Where a check stands: a chain of names from the whole value inwards. */
struct field {
    const struct field *outer;
    struct text name;
};

struct checker {
    struct arena *arena;
    struct buffer *errors;
};

/* `address.country`, `items[0].quantity`: the path from the whole value, which is not named. */
static void append_field(struct buffer *buffer, const struct field *field) {
    bool nested = field->outer && field->outer->outer;
    if (nested) {
        append_field(buffer, field->outer);
        if (field->name.size && field->name.data[0] != '[')
            buffer_append_byte(buffer, '.');
    }
    buffer_append_text(buffer, field->name);
}

static void complain(const struct checker *checker, const struct field *field,
                     const char *problem) {
    if (checker->errors->size)
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
    struct text list = {"", 0};
    for (uint32_t i = 0; i < schema->allowed.size; i++) {
        struct evaluation evaluation = {.arena = checker->arena};
        struct text name = value_text(
            function_string(&evaluation, NULL, value_item(checker->arena, schema->allowed, i)));
        list = text_format(checker->arena, "%.*s%s%.*s", TEXT_ARGUMENT(list), i ? ", " : "",
                           TEXT_ARGUMENT(name));
    }
    return text_format(checker->arena, "must be one of %.*s", TEXT_ARGUMENT(list)).data;
}

static bool pattern_matches(const struct schema *schema, struct text text) {
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)text.size};
    const char *data = text.data ? text.data : "";
    int error = regexec(schema->expression, data, 0, &range, REG_STARTEND);
    if (error == REG_ESPACE)
        memory_exhausted();
    return error == 0;
}

/* Checks `text` against a picture: 9 is a digit, any other byte is itself. */
static bool looks_like(struct text text, const char *pattern) {
    if (text.size < strlen(pattern))
        return false;
    for (size_t i = 0; pattern[i]; i++) {
        char c = text.data[i];
        bool digit = c >= '0' && c <= '9';
        if (pattern[i] == '9' ? !digit : c != pattern[i])
            return false;
    }
    return true;
}

static int two_digits(const char *text) {
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* RFC 3339, full-date, of a month that has such a day. */
static bool is_date(struct text text) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (text.size != 10 || !looks_like(text, "9999-99-99"))
        return false;
    int year = two_digits(text.data) * 100 + two_digits(text.data + 2);
    int month = two_digits(text.data + 5);
    int day = two_digits(text.data + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    return month != 2 || day < 29 || leap;
}

/* RFC 3339, date-time, with `T` between and `Z` or an offset at the end. */
static bool is_date_time(struct text text) {
    if (text.size < 20 || !is_date((struct text){text.data, 10}) ||
        !looks_like((struct text){text.data + 10, text.size - 10}, "T99:99:99"))
        return false;
    if (two_digits(text.data + 11) > 23 || two_digits(text.data + 14) > 59 ||
        two_digits(text.data + 17) > 60)
        return false;
    struct text rest = {text.data + 19, text.size - 19};
    if (rest.data[0] == '.') {
        size_t size = 1;
        while (size < rest.size && rest.data[size] >= '0' && rest.data[size] <= '9')
            size++;
        if (size == 1)
            return false;
        rest = (struct text){rest.data + size, rest.size - size};
    }
    if (text_is(rest, "Z"))
        return true;
    return rest.size == 6 && (looks_like(rest, "+99:99") || looks_like(rest, "-99:99")) &&
           two_digits(rest.data + 1) <= 23 && two_digits(rest.data + 4) <= 59;
}

/* One `@` with a local part before it and a host with a dot behind it, and no blanks. */
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
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
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
        return is_date(text) ? NULL : "must be a date such as 2026-01-31";
    case FORMAT_DATE_TIME:
        return is_date_time(text) ? NULL : "must be a time such as 2026-01-31T12:00:00Z";
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

static const char *text_problem(const struct checker *checker, const struct schema *schema,
                                struct value value) {
    double length = (double)value_length(value);
    if (!value_is_missing(schema->min_length) && length < value_double(schema->min_length))
        return length == 0 ? "must not be empty"
                           : text_format(checker->arena, "must have at least %s characters",
                                         schema->min_length.text)
                                 .data;
    if (!value_is_missing(schema->max_length) && length > value_double(schema->max_length))
        return text_format(checker->arena, "must have at most %s characters",
                           schema->max_length.text)
            .data;
    if (schema->expression && !pattern_matches(schema, value_text(value)))
        return text_format(checker->arena, "must match %.*s", TEXT_ARGUMENT(schema->pattern)).data;
    return format_problem(schema->format, value_text(value));
}

static const char *number_problem(const struct checker *checker, const struct schema *schema,
                                  struct value value) {
    double number = value_double(value);
    if (!value_is_missing(schema->minimum) && !(number >= value_double(schema->minimum)))
        return text_format(checker->arena, "must be at least %s", schema->minimum.text).data;
    if (!value_is_missing(schema->maximum) && !(number <= value_double(schema->maximum)))
        return text_format(checker->arena, "must be at most %s", schema->maximum.text).data;
    return NULL;
}

static const char *problem_of(const struct checker *checker, const struct schema *schema,
                              struct value value);

/* What all alternatives find wrong: "must be this or must be that". */
static const char *alternatives_problem(const struct checker *checker, const struct schema *schema,
                                        struct value value) {
    const char *all = NULL;
    for (size_t i = 0; i < schema->alternative_count; i++) {
        const char *problem = problem_of(checker, schema->alternatives[i], value);
        if (!problem)
            return NULL;
        all = all ? text_format(checker->arena, "%s or %s", all, problem).data : problem;
    }
    return all;
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
    return problem && schema->message.size ? schema->message.data : problem;
}

static void check(const struct checker *checker, const struct schema *schema, struct value value,
                  const struct field *field);

static void check_properties(const struct checker *checker, const struct schema *schema,
                             struct value object, const struct field *field) {
    for (size_t i = 0; i < schema->property_count; i++) {
        const struct schema_property *property = &schema->properties[i];
        struct field inner = {field, property->name};
        struct value member = value_member(checker->arena, object, property->name);
        if (property->required && value_is_missing(member))
            complain(checker, &inner, "is required");
        else if (property->required && !property->schema->allows_empty && schema_is_blank(member))
            complain(checker, &inner, "must not be empty");
        else if (!value_is_missing(member))
            check(checker, property->schema, member, &inner);
    }
}

static void check(const struct checker *checker, const struct schema *schema, struct value value,
                  const struct field *field) {
    const char *problem = problem_of(checker, schema, value);
    if (problem) {
        complain(checker, field, problem);
        return;
    }
    if (value.type == VALUE_OBJECT)
        check_properties(checker, schema, value, field);
    for (uint32_t i = 0; value.type == VALUE_ARRAY && schema->items && i < value.size; i++) {
        struct field inner = {field, text_format(checker->arena, "[%u]", i)};
        check(checker, schema->items, value_item(checker->arena, value, i), &inner);
    }
}

void schema_check(struct arena *arena, const struct schema *schema, struct value value,
                  const char *name, struct buffer *errors) {
    struct checker checker = {arena, errors};
    struct field whole = {NULL, text_of(name)};
    check(&checker, schema, value, &whole);
}
