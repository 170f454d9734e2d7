#include "gateway_checks.h"

#include <ctype.h>
#include <string.h>

#include "check.h"
#include "http/cgi.h"

bool knows_keys(struct text text) {
    return text_contains(text, text_of(ADMIN_KEY)) || text_contains(text, text_of(PUBLISHABLE_KEY));
}

/* RFC 3986, 2.3. */
static bool is_unreserved(char c) {
    return isalnum((unsigned char)c) || (c && strchr("-._~", c));
}

/* How many bytes the unreserved or escaped character at the start has; 0: it is neither. */
static size_t encoded_size(struct text text) {
    if (text.size && is_unreserved(text.data[0]))
        return 1;
    bool escape = text.size >= 3 && text.data[0] == '%' && isxdigit((unsigned char)text.data[1]) &&
                  isxdigit((unsigned char)text.data[2]);
    return escape ? 3 : 0;
}

static struct text behind(struct text text, size_t size) {
    return (struct text){text.data + size, text.size - size};
}

/* The path is the one in the table: its own text as it is there, and where values go, characters of
 * one segment. */
static void check_path(const struct step *step, struct text path, struct text url) {
    for (const struct template_part *part = step->path->parts; part; part = part->next) {
        if (!part->expression) {
            require(text_starts_with(path, part->literal), "the path is the table's", url);
            path = behind(path, part->literal.size);
            continue;
        }
        size_t size = encoded_size(path);
        require(size > 0, "a value is a segment", url);
        for (; size; size = encoded_size(path)) {
            bool literal_next = part->next && !part->next->expression &&
                                text_starts_with(path, part->next->literal);
            if (literal_next)
                break;
            path = behind(path, size);
        }
    }
    require(path.size == 0, "the path ends where the table's does", url);
}

static bool is_dot_at(struct text text, size_t *size) {
    *size = text.size && text.data[0] == '.' ? 1 : 3;
    return *size == 1 || (text.size >= 3 && strncasecmp(text.data, "%2e", 3) == 0);
}

static bool is_dot_segment(struct text segment) {
    size_t size, dots = 0;
    while (dots < 3 && is_dot_at(segment, &size)) {
        segment = behind(segment, size);
        dots++;
    }
    return dots > 0 && dots < 3 && !segment.size;
}

static void check_segments(struct text path, struct text url) {
    while (path.size) {
        struct text segment = text_cut(&path, '/');
        require(segment.size > 0, "no segment is empty", url);
        require(!is_dot_segment(segment), "no segment is a dot segment", url);
    }
}

static void check_query(struct text query, struct text url) {
    while (query.size) {
        size_t size = encoded_size(query);
        if (!size && (query.data[0] == '=' || query.data[0] == '&'))
            size = 1;
        require(size > 0, "a query is encoded", url);
        query = behind(query, size);
    }
}

static void check_address(const struct step *step, const struct upstream_call *call) {
    const struct upstream *upstream = step->upstream;
    struct text target = call->target;
    require_equal("a call goes to its upstream", upstream->origin, call->origin);
    require(strlen(call->origin.data) == call->origin.size, "a NUL ends the origin", call->origin);
    require(strlen(target.data) == target.size, "a NUL ends the target", target);
    require(text_starts_with(target, upstream->path), "a call is below its upstream's path",
            target);
    struct text query = behind(target, upstream->path.size);
    require(query.size && query.data[0] == '/', "the upstream's path ends where it does", target);
    query = behind(query, 1);
    struct text path = text_cut(&query, '?');
    check_path(step, path, target);
    check_segments(path, target);
    check_query(query, target);
    require(!knows_keys(target), "no key stands in an address", target);
}

static void check_header(const struct http_header *header) {
    require(header->name.size > 0, "a header has a name", header->value);
    for (size_t i = 0; i < header->name.size; i++) {
        char c = header->name.data[i];
        require(isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c)),
                "a header's name is a token", header->name);
    }
    for (size_t i = 0; i < header->value.size; i++) {
        unsigned char c = (unsigned char)header->value.data[i];
        require((c >= 0x20 && c != 0x7F) || c == '\t', "a header has no control characters",
                header->value);
    }
}

static void check_authorization(const struct http_request *request, const struct step *step,
                                struct text value) {
    bool admin = text_is(step->upstream->name, "admin");
    struct text given = http_request_header(request, "authorization");
    require_equal("credentials go where they belong", admin ? text_of(ADMIN_AUTHORIZATION) : given,
                  value);
}

static void check_headers(const struct http_request *request, const struct step *step,
                          const struct upstream_call *call) {
    for (size_t i = 0; i < call->header_count; i++) {
        const struct http_header *header = &call->headers[i];
        check_header(header);
        if (text_is(header->name, "authorization"))
            check_authorization(request, step, header->value);
        for (size_t j = 0; j < i; j++)
            require(!text_equal(header->name, call->headers[j].name), "a header is given once",
                    header->name);
    }
}

void check_call(const struct http_request *request, const struct step *step,
                const struct upstream_call *call) {
    require_equal("the method is the table's", text_of(step->method), text_of(call->method));
    check_address(step, call);
    check_headers(request, step, call);
    size_t depth;
    bool odd_name;
    require(!call->has_body || grammar_is_json(call->body, &depth, &odd_name), "a body is JSON",
            call->body);
}

static void check_head(const struct http_response *response) {
    struct buffer head = {0};
    cgi_append_head(&head, response);
    size_t lines = 0;
    for (struct text rest = buffer_text(&head); rest.size; lines++) {
        struct text line = text_cut(&rest, '\n');
        require(line.size && line.data[line.size - 1] == '\r', "a line ends with CR LF", line);
    }
    bool bodiless = response->status == 204 || response->status == 304;
    require(lines == response->header_count + (bodiless ? 2 : 3), "each header is a line",
            buffer_text(&head));
    buffer_free(&head);
}

void check_response(const struct http_request *request, const struct http_response *response) {
    struct text body = buffer_text(&response->body);
    require(response->status >= 200 && response->status <= 599, "there is a status", body);
    for (size_t i = 0; i < response->header_count; i++)
        check_header(&response->headers[i]);
    check_head(response);
    size_t depth;
    bool odd_name;
    require(!body.size || grammar_is_json(body, &depth, &odd_name), "a body is JSON", body);
    require(response->head_only == text_is(request->method, "HEAD"), "only HEAD has no body",
            request->method);
}

void check_shipped_response(const struct http_response *response) {
    struct text body = buffer_text(&response->body);
    require(response->status < 400 || text_starts_with(body, text_of("{\"message\":\"")),
            "an error has a message", body);
    require(!text_contains(body, text_of(ADMIN_KEY)), "the admin key stays here", body);
}
