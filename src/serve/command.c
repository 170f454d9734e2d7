#include "serve/command.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "http/field.h"
#include "language/environment.h"
#include "language/functions.h"
#include "serve/call_report.h"
#include "serve/explain.h"
#include "serve/route_hint.h"
#include "serve/service.h"
#include "table/editor_schema.h"
#include "table/openapi.h"

struct table *command_load_table(const struct command_options *options) {
    struct table *table = table_load_file(options->table_path, stderr);
    const struct variable_problem *problem = table ? table_variable_problems(table) : NULL;
    if (!problem)
        return table;
    for (; problem; problem = problem->next)
        fprintf(stderr, "%s\n", variable_problem_text(table->arena, problem).data);
    table_destroy(table);
    return NULL;
}

int command_functions(void) {
    size_t count;
    const struct function *functions = function_list(&count);
    for (size_t i = 0; i < count; i++)
        printf("%-24s %s\n", functions[i].syntax, functions[i].summary);
    return EXIT_SUCCESS;
}

int command_schema(void) {
    struct buffer schema = {0};
    editor_schema_write(&schema);
    fwrite(schema.data, 1, schema.size, stdout);
    buffer_free(&schema);
    return EXIT_SUCCESS;
}

/* A variable of the environment that is not set only makes rules of schemas missing. */
int command_openapi(const struct command_options *options) {
    struct table *table = table_load_file(options->table_path, stderr);
    struct buffer document = {0};
    if (!table)
        return EX_CONFIG;
    bool json = options->format == FORMAT_JSON;
    openapi_write(&document, table, json ? OPENAPI_JSON : OPENAPI_YAML);
    fwrite(document.data, 1, document.size, stdout);
    if (json)
        putchar('\n');
    buffer_free(&document);
    table_destroy(table);
    return EXIT_SUCCESS;
}

/* Parses `Name: value`, a header. Returns the problem, or NULL. */
static const char *parse_header(struct arena *arena, const char *line, struct http_header *header) {
    struct text value = text_of(line);
    struct text name = text_cut(&value, ':');
    *header = (struct http_header){text_lower_case(arena, name), text_trim(value)};
    if (!strchr(line, ':') || !field_name_is_valid(name))
        return "must have the form 'Name: value'";
    return field_value_problem(header->value);
}

static bool parse_headers(const struct command_options *options, struct arena *arena,
                          struct http_request *request) {
    /* One more than specified, for the content type. */
    struct http_header *headers =
        arena_allocate_array(arena, options->header_count + 1, sizeof *headers);
    for (size_t i = 0; i < options->header_count; i++) {
        const char *problem = parse_header(arena, options->headers[i], &headers[i]);
        if (!problem)
            continue;
        fprintf(stderr, "the header '%s' %s\n", options->headers[i], problem);
        return false;
    }
    request->headers = headers;
    request->header_count = options->header_count;
    if (options->data && !http_request_header(request, "content-type").size)
        headers[request->header_count++] =
            (struct http_header){text_of("content-type"), text_of("application/json")};
    return true;
}

bool command_parse_request(const struct command_options *options, const char *line,
                           struct arena *arena, struct http_request *request) {
    struct text target = text_trim(text_of(line));
    struct text method = text_cut(&target, ' ');
    if (!target.size) {
        target = method;
        method = text_of("GET");
    }
    *request = (struct http_request){
        .method = method, .target = text_trim(target), .body = text_of(options->data)};
    if (target.size && target.data[0] == '/')
        return parse_headers(options, arena, request);
    fprintf(stderr, "invalid request '%s': expected 'METHOD /path?query'\n", line);
    return false;
}

static void print_response(const struct http_response *response) {
    printf("%d %s\n", response->status, http_reason(response->status));
    for (size_t i = 0; i < response->header_count; i++)
        printf("%.*s: %.*s\n", TEXT_ARGUMENT(response->headers[i].name),
               TEXT_ARGUMENT(response->headers[i].value));
    printf("\n");
    if (!response->head_only && response->body.size)
        printf("%.*s\n", (int)response->body.size, response->body.data);
}

/* Loads the table and passes the request to `use`. */
static int with_request(const struct command_options *options, const char *line,
                        int (*use)(const struct command_options *, struct service *,
                                   const struct http_request *)) {
    struct table *table = command_load_table(options);
    if (!table)
        return EX_CONFIG;
    struct arena *arena = arena_create();
    struct http_request request;
    int status = EX_USAGE;
    struct service *service = service_create(options->log);
    service_set_table(service, table);
    if (command_parse_request(options, line, arena, &request))
        status = use(options, service, &request);
    service_destroy(service);
    arena_destroy(arena);
    return status;
}

/* The message for a request that no route matches. */
static void print_hint(const struct service *service, const struct http_request *request,
                       const struct http_response *response) {
    bool unmatched = !service_last_request(service)->route &&
                     (response->status == 404 || response->status == 405);
    if (!unmatched)
        return;
    struct arena *arena = arena_create();
    struct text hint = route_hint(service_table(service), request, arena);
    fprintf(stderr, "%.*s\n", TEXT_ARGUMENT(hint));
    arena_destroy(arena);
}

static int call(const struct command_options *options, struct service *service,
                const struct http_request *request) {
    struct http_response response = {0};
    struct call_report *report = call_report_create(stderr, options->verbose);
    service_observe(service, call_report_observer(report));
    service_handle(service, request, &response);
    call_report_end(report);
    service_observe(service, NULL);
    print_response(&response);
    print_hint(service, request, &response);
    bool good = response.status < 400;
    buffer_free(&response.body);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_call(const struct command_options *options, const char *request_line) {
    return with_request(options, request_line, call);
}

static int explain(const struct command_options *options, struct service *service,
                   const struct http_request *request) {
    (void)options;
    struct http_response response = {0};
    const struct request_context *context = service_prepare(service, request, &response);
    if (context) {
        explain_route(context, stdout);
    } else {
        print_response(&response);
        print_hint(service, request, &response);
    }
    buffer_free(&response.body);
    return context ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_explain(const struct command_options *options, const char *request_line) {
    return with_request(options, request_line, explain);
}
