#include "http/field.h"

#include "base/count.h"
#include "base/diagnostics.h"
#include "http/message.h"

static bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool field_name_is_valid(struct text name) {
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (!is_letter_or_digit(c) && (!c || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return name.size > 0;
}

bool field_name_is_received(struct text name) {
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if ((!is_letter_or_digit(c) && c != '-') || (c >= 'A' && c <= 'Z'))
            return false;
    }
    return name.size > 0;
}

const char *const field_credentials[] = {"authorization", "cookie", "proxy-authorization"};

bool field_is_credential(struct text name) {
    return text_is_among(name, field_credentials, COUNT(field_credentials));
}

/* Fields that the sender sets for each connection (RFC 9110, 7.6.1 and RFC 9112, 6). */
static const char *const of_connection[] = {
    "connection",
    "content-length",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
};

/* Fields of a request that determine its destination, or would make the response unreadable. */
static const char *const of_request[] = {"accept-encoding", "content-encoding", "expect", "host"};

/*
 * Fields of the caller's request that do not apply to a call: it has another body, and its response
 * must be complete.
 */
static const char *const of_caller[] = {
    "content-type",        "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "range",
};

/* The body is always sent complete and unencoded. */
static const char *const of_answer[] = {"content-encoding", "content-range"};

const char *field_name_problem(struct text name, enum field_place place) {
    if (text_is_among(name, of_connection, COUNT(of_connection)))
        return "it applies to a single connection, or to the length of a message";
    if (place != FIELD_OF_ANSWER && text_is_among(name, of_request, COUNT(of_request)))
        return "the program sets it";
    if (place == FIELD_FORWARDED && text_is_among(name, of_caller, COUNT(of_caller)))
        return "it applies to the caller's request only, not to a call";
    /* CGI's (RFC 3875, 6.3.3). */
    if (place == FIELD_OF_ANSWER && text_is(name, "status"))
        return "use `status` beside `headers`";
    if (place == FIELD_OF_ANSWER && text_is_among(name, of_answer, COUNT(of_answer)))
        return "the body is always sent complete and unencoded";
    return NULL;
}

/* The most common request headers. */
static const char *const common[] = {
    "accept",          "accept-language", "authorization",    "cookie",  "content-type",
    "idempotency-key", "if-none-match",   "origin",           "referer", "user-agent",
    "x-api-key",       "x-forwarded-for", "x-requested-with",
};

struct text field_name_like(struct text name) {
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < COUNT(common); i++)
        nearest_offer(&nearest, text_of(common[i]));
    return nearest.distance <= 2 && !text_equal(nearest.best, name) ? nearest.best
                                                                    : (struct text){"", 0};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

const char *field_value_problem(struct text value) {
    if (!http_header_value_is_safe(value))
        return "contains a control character, such as a line break";
    if (value.size && (is_blank(value.data[0]) || is_blank(value.data[value.size - 1])))
        return "begins or ends with a space";
    return NULL;
}

bool field_of_line(struct text line, struct text name, struct text *value) {
    bool is = line.size > name.size && line.data[name.size] == ':' &&
              text_equal_ignoring_case((struct text){line.data, name.size}, name);
    if (is)
        *value = text_trim((struct text){line.data + name.size + 1, line.size - name.size - 1});
    return is;
}
