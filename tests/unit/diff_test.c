/* What changes between two tables, for callers and for upstreams. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/diff.h"

static void write_table(struct arena *arena, const char *path, const char *text) {
    static const char upstream[] =
        "upstreams:\n  store: {url: 'http://store.test/api', public: true}\n";
    write_file(path, text_format(arena, "%s%s", upstream, text).data);
}

/* What is printed, to either stream. */
static struct text printed(struct arena *arena, enum format format, int *status) {
    struct printing *printing = printing_begin(arena);
    *status = diff_tables("old.yaml", "new.yaml", format, printing->stream, printing->stream);
    return printing_end(arena, printing);
}

struct row {
    const char *old;
    const char *new;
    /* What is printed of the one route; "": nothing changes. */
    const char *expected;
};

/* The table is made of the row's text in a frame: `%s`. */
static void check_rows(struct arena *arena, const char *frame, const char *route,
                       const struct row *rows, size_t count) {
    char table[4096];
    for (size_t i = 0; i < count; i++) {
        snprintf(table, sizeof table, frame, rows[i].old);
        write_table(arena, "old.yaml", table);
        snprintf(table, sizeof table, frame, rows[i].new);
        write_table(arena, "new.yaml", table);
        int status;
        struct text came = printed(arena, FORMAT_TEXT, &status);
        struct text head = text_format(arena, "%s\n", route);
        if (!rows[i].expected[0]) {
            check_text(rows[i].new, "no change for callers or upstreams\n", came);
            continue;
        }
        /* Without the summary. */
        const char *end = strstr(came.data, "\n\nchanges: ");
        struct text lines = {came.data, end ? (size_t)(end - came.data) : came.size};
        if (text_starts_with(lines, head))
            lines = (struct text){lines.data + head.size, lines.size - head.size};
        check_text(rows[i].new, rows[i].expected, lines);
        check_number(rows[i].new, strchr(rows[i].expected, '!') ? 1 : 0, (size_t)status);
    }
}

static void what_callers_send(void **state) {
    static const struct row rows[] = {
        {"{}", "{a: {type: string}}", "    body: a is new: a string"},
        {"{a: {type: string}}", "{}", "  ! body: a is no longer read"},
        {"{a: {type: string}}", "{a: {type: integer}}",
         "  ! body: a must be an integer (a string before)"},
        {"{a: {type: integer}}", "{a: {type: number}}",
         "    body: a can be a number (an integer before)"},
        {"{a: {type: number}}", "{a: {type: integer}}",
         "  ! body: a must be an integer (a number before)"},
        {"{a: {type: string, enum: [x, y]}}", "{a: {type: string, enum: [y, z]}}",
         "  ! body: a can no longer be \"x\"\n    body: a can also be \"z\""},
        {"{a: {type: string}}", "{a: {type: string, enum: [x]}}",
         "  ! body: a must be one of [\"x\"]"},
        {"{a: {type: string, enum: [x]}}", "{a: {type: string}}",
         "    body: a no longer has to be one of [\"x\"]"},
        {"{a: {type: integer, minimum: 1, maximum: 9}}",
         "{a: {type: integer, minimum: 2, maximum: 10}}",
         "  ! body: a must be at least 2 (1 before)\n"
         "    body: a must be at most 10 (9 before)"},
        {"{a: {type: integer, minimum: 2, maximum: 10}}",
         "{a: {type: integer, minimum: 1, maximum: 9}}",
         "    body: a must be at least 1 (2 before)\n"
         "  ! body: a must be at most 9 (10 before)"},
        {"{a: {type: integer, minimum: 10}}", "{a: {type: integer, minimum: 1e1}}",
         "no change for callers or upstreams found, but written differently: routes POST "
         "/things\n"},
        {"{a: {type: string, minLength: 1}}", "{a: {type: string, maxLength: 5}}",
         "    body: a no longer has to be at least 1 characters long\n"
         "  ! body: a must be at most 5 characters long"},
        {"{a: {type: string, pattern: x}}", "{a: {type: string, format: email}}",
         "    body: a no longer has to match x\n  ! body: a must be an e-mail address"},
        {"{a: {type: string, format: date}}", "{a: {type: string, pattern: y}}",
         "  ! body: a must match y\n    body: a no longer has to be a date"},
        {"{a: {type: string, allowEmpty: true}}", "{a: {type: string}}",
         "  ! body: a is absent if it is empty"},
        {"{a: {type: string, enum: [x], ignoreCase: true}}", "{a: {type: string, enum: [x]}}",
         "  ! body: a must be in the case that is listed"},
        {"{a: {type: string, anyOf: [{format: date}, {format: email}]}}",
         "{a: {type: string, anyOf: [{format: date}]}}",
         "  ! body: a has 1 alternatives (2 before)"},
        {"{a: {type: string, anyOf: [{format: date}]}}",
         "{a: {type: string, anyOf: [{format: email}]}}", "  ! body: a must be an e-mail address"},
        {"{a: {type: array, items: {type: object, properties: {b: {type: string}}}}}",
         "{a: {type: array, items: {type: object, required: [b], properties: {b: {type: string, "
         "maxLength: 3}}}}}",
         "  ! body: a[].b is required now\n  ! body: a[].b must be at most 3 characters long"},
        {"{a: {type: array, items: {type: string}}}", "{a: {type: array, items: {type: number}}}",
         "  ! body: a[] must be a number (a string before)"},
        {"{a: {type: object, required: [b], properties: {b: {type: string}}}}",
         "{a: {type: object, properties: {b: {type: string}}}}", "    body: a.b is optional now"},
        {"{a: {type: string, enum: [x]}}", "{a: {type: string, enum: [x], message: is bad}}",
         "    body: a: its message is is bad (not given before)"},
        /* A schema that uses itself. */
        {"{a: {$ref: Tree}}", "{a: {$ref: Tree}}", ""},
    };
    check_rows(
        *state,
        "schemas: {Tree: {type: object, properties: {left: {$ref: Tree}}}}\n"
        "routes: {POST /things: {body: {type: object, properties: %s}, answer: {ok: true}}}\n",
        "POST /things", rows, COUNT(rows));
}

static void what_callers_read(void **state) {
    static const struct row rows[] = {
        {"{a: .x}", "{a: .x, b: .y}", "    answer: b is new"},
        {"{a: .x, b: .y}", "{a: .x}", "  ! answer: b is gone"},
        {"{a: .x}", "{a: .y}", "    answer: a is now .y (.x before)"},
        {"{a: one}", "{a: two}", "    answer: a is now \"two\" (\"one\" before)"},
        {"{a: .x | string}", "{a: .x | number}", "  ! answer: a is a number (a string before)"},
        {"{a: .x | required}", "{a: .x}",
         "  ! answer: a can be missing now\n    answer: a is now .x (.x | required before)"},
        {"{a: .x ?? 1}", "{a: .x ?? 2}", "    answer: a is now .x ?? 2 (.x ?? 1 before)"},
        {"{a: (.x | string) ?? 'a'}", "{a: .x | string}",
         "  ! answer: a can be missing now\n"
         "    answer: a is now .x | string ((.x | string) ?? 'a' before)"},
        {"{a: .x | string}", "{a: (.x | string) ?? 'a'}",
         "    answer: a is always there now\n"
         "    answer: a is now (.x | string) ?? 'a' (.x | string before)"},
        {"{a: {b: .x, c: .y}}", "{a: {b: .x}}", "  ! answer: a.c is gone"},
        {"{a: .x, b: 1}", "{a: .x, b: null}", "  ! answer: b is gone"},
        {"{a: .list | each item}", "{a: .list | each other}",
         "  ! answer: a[].name is gone\n    answer: a[].title is new"},
        {"{a: .x | item}", "{a: .list | each item}", "  ! answer: a is a list (an object before)"},
        {"{<<: . | item, b: .x}", "{b: .x}", "  ! answer: id is gone\n  ! answer: name is gone"},
        {"{b: .x, c: 1}", "{<<: .any, b: .x}",
         "  ! answer: c is no longer written out: it can be gone"},
        {"{a: .x | money 'EUR'}", "{a: .x | money .currency}",
         "  ! answer: a.currency can be missing now"},
        {"{a: .state | states}", "{a: .state | all_states}",
         "    answer: a is now .state | all_states (.state | states before)"},
        {"{a: .x > 1}", "{a: (.x > 1) | when .y}",
         "  ! answer: a can be missing now\n"
         "    answer: a is now (.x > 1) | when .y (.x > 1 before)"},
        {"{a: .list | pluck .x | first}", "{a: .list | group .x}",
         "    answer: a is now .list | group .x (.list | pluck .x | first before)"},
        {"{a: . | item | pick id}", "{a: . | item | omit id}",
         "  ! answer: a.id is gone\n    answer: a.name is new"},
        {"(null)", ".x | string", "  ! answer: the answer is a string (always missing before)"},
        {"{a: [1, 2]}", "{a: [one]}",
         "    answer: a is now [\"one\"] ([1,2] before)\n"
         "  ! answer: a[] is a string (a number before)"},
    };
    check_rows(*state,
               "tables: {states: {a: A}, all_states: {a: A, b: B}}\n"
               "mappers:\n"
               "  item: {id: .id, name: .name}\n"
               "  other: {id: .id, title: .title}\n"
               "  money $currency: {value: . | required, currency: $currency}\n"
               "  answer: %s\n"
               "routes:\n"
               "  GET /things:\n"
               "    steps: [found: GET store/things]\n"
               "    answer: $found | answer\n",
               "GET /things", rows, COUNT(rows));
}

static void what_is_asked_of_upstreams(void **state) {
    static const struct row rows[] = {
        {"[a: GET store/things]", "[a: GET store/others]",
         "    call: $a is GET store/others (GET store/things before)"},
        {"[a: GET store/things]", "[a: GET store/things, b: POST store/more]",
         "    call: $b is new: POST store/more"},
        {"[a: GET store/things, b: 'POST store/more/{$path.id}']", "[a: GET store/things]",
         "    call: $b is gone: POST store/more/{$path.id}"},
        {"[{a: GET store/things, query: {x: 1, y: $path.id, z: 3}}]",
         "[{a: GET store/things, query: {x: 2, y: $path.id, w: {v: $path.id}}}]",
         "    call: $a no longer sends z\n"
         "    call: $a sends x = 2 (1 before)\n"
         "    call: $a also sends w[v] = $path.id"},
        {"[{a: GET store/things, query: {fields: 'id,name,size'}}]",
         "[{a: GET store/things, query: {fields: {auto: thing}}}]",
         "    call: $a no longer asks for size"},
        {"[{a: GET store/things, query: {fields: [id]}}]",
         "[{a: GET store/things, query: {fields: [id, name]}}]", "    call: $a also asks for name"},
        {"[a: GET store/things, {b: POST store/more, body: {x: $path.id}}]",
         "[a: GET store/things, {b: POST store/more, body: {x: $path.id, y: [1, '2']}}]",
         "    call: $b: its body is {x: $path.id, y: [1,\"2\"]} ({x: $path.id} before)"},
        {"[a: GET store/things]", "[{a: GET store/things, when: $path.id == '1'}]",
         "    call: $a: its condition is $path.id == '1' (not given before)"},
    };
    check_rows(*state,
               "routes:\n"
               "  GET /things/{id}:\n"
               "    steps: %s\n"
               "    answer: {id: $a.thing.id, name: $a.thing.name}\n",
               "GET /things/{id}", rows, COUNT(rows));
}

static void what_a_route_requires(void **state) {
    static const struct row rows[] = {
        {"[]", "[{require: $path.id == '1', else: 404 Gone}]",
         "  ! requirement: also requires $path.id == '1', else 404 Gone"},
        {"[{require: $path.id == '1', else: 404 Gone}]", "[]",
         "    requirement: no longer requires $path.id == '1', else 404 Gone"},
        {"[{require: $path.id == '1', else: 404 Gone}]",
         "[{require: $path.id == '2', else: 404 Gone}]",
         "  ! requirement: requires $path.id == '2', else 404 Gone "
         "($path.id == '1', else 404 Gone before)"},
        {"[{require: $path.id == '1', else: 404 Gone}]",
         "[{require: $path.id == '1', else: 403 Gone}]",
         "  ! requirement: requires $path.id == '1', else 403 Gone "
         "($path.id == '1', else 404 Gone before)"},
        {"[{require: $path.id == '1', else: 404 Gone}]",
         "[{require: $path.id == '1', else: 404 Lost}]",
         "    requirement: requires $path.id == '1', else 404 Lost "
         "($path.id == '1', else 404 Gone before)"},
        {"[{require: $path.id == '1', else: 404 Gone}]",
         "[{require: $path.id == '1', else: 404 Gone, when: $path.id == '2'}]",
         "    requirement: requires $path.id == '1' when $path.id == '2', else 404 Gone "
         "($path.id == '1', else 404 Gone before)"},
        {"[{require: $path.id == '1', else: 404 Gone, when: $path.id == '2'}]",
         "[{require: $path.id == '1', else: 404 Gone}]",
         "  ! requirement: requires $path.id == '1', else 404 Gone "
         "($path.id == '1' when $path.id == '2', else 404 Gone before)"},
        /* One in front of another with the same error. */
        {"[{require: $path.id == '1', else: 404 Gone}]",
         "[{require: $path.id == '3', else: 404 Gone}, {require: $path.id == '1', else: 404 Gone}]",
         "  ! requirement: also requires $path.id == '3', else 404 Gone"},
        {"[{let: {a: $path.id}}]", "[{let: {a: '{$path.id}x'}}]",
         "    value: $a is now {$path.id}x ($path.id before)"},
        {"[{let: {a: $path.id}}]", "[{let: {a: $path.id}, when: $path.id == '2'}]",
         "    value: $a is now $path.id when $path.id == '2' ($path.id before)"},
        {"[{let: {a: $path.id}}]", "[{let: {b: $path.id}}]",
         "    value: $b is new: $path.id\n    value: $a is gone"},
        {"[c: POST store/a, d: POST store/b]", "[d: POST store/b, c: POST store/a]",
         "    route: the steps: their order is $d, $c ($c, $d before)"},
        {"[{let: {a: $path.id}}]", "[{let: {a: $settings.one}}]",
         "    value: $a is now $settings.one ($path.id before)"},
    };
    check_rows(*state,
               "settings: {one: 1}\n"
               "routes:\n"
               "  GET /things/{id}:\n"
               "    steps: %s\n"
               "    answer: {id: 1}\n",
               "GET /things/{id}", rows, COUNT(rows));
}

static void how_calls_are_made(void **state) {
    static const struct row rows[] = {
        {"", ", catch: {404: 410 Gone}",
         "    call: $a: its error 404 is 410 Gone (not caught before)"},
        {", catch: {404: 410 Gone}", "",
         "  ! call: $a: its error 404 is not caught (410 Gone before)"},
        {", catch: {404: 410 Gone}", ", catch: {404: 410 Lost}",
         "    call: $a: its error 404 is 410 Lost (410 Gone before)"},
        {", catch: {404: 410 Gone}", ", catch: {404: 409 Gone}",
         "  ! call: $a: its error 404 is 409 Gone (410 Gone before)"},
        {", catch: {404: }", ", catch: {404: 410 Gone}",
         "  ! call: $a: its error 404 is 410 Gone (a missing result before)"},
        {", optional: true", "", "  ! call: $a is no longer optional"},
        {"", ", optional: true", "    call: $a is now optional"},
        {"", ", timeout: 3s", "    call: $a: its timeout is 3000ms (not given before)"},
        {"", ", retry: []", "    call: $a: retry is none (not given before)"},
        {", retry: [502]", ", retry: [502, 503]", "    call: $a: retry is 502, 503 (502 before)"},
        {", headers: {x-a: one}", ", headers: {x-a: two}",
         "    call: $a: the header x-a is two (one before)"},
        {"", ", headers: {x-a: '{$path.id}'}",
         "    call: $a also sends the header x-a: {$path.id}"},
        {", headers: {x-a: one}", "", "    call: $a no longer sends the header x-a"},
        {", each: '$path.id | split ('','')'", ", each: '$path.id | split ('','')', limit: 5",
         "  ! call: $a: its limit is 5 (20 before)"},
        {", each: '$path.id | split ('','')'", ", each: '$path.id | split ('','')', limit: 50",
         "    call: $a: its limit is 50 (20 before)"},
        {"", ", only: {thing: .owner == $path.id}",
         "  ! call: $a: only is thing: .owner == $path.id (not given before)"},
        {", only: {thing: .owner == $path.id}", "",
         "    call: $a: only is not given (thing: .owner == $path.id before)"},
        {"", ", public: true", "    call: $a is now public"},
    };
    check_rows(*state,
               "routes:\n"
               "  GET /things/{id}:\n"
               "    steps: [{a: 'POST store/things/{$path.id}'%s}]\n"
               "    answer: {id: 1}\n",
               "GET /things/{id}", rows, COUNT(rows));
}

static void what_answers_are(void **state) {
    static const struct row rows[] = {
        {"answer: {status: 200, headers: {x-a: one}, body: {a: 1}}",
         "answer: {status: 200, headers: {x-a: two}, body: {a: 1}}",
         "    answer: the header x-a is now two (one before)"},
        {"answer: 404 Gone", "answer: 404 Lost",
         "    answer: the answer: its message is Lost (Gone before)"},
        {"answer: openapi json", "answer: openapi yaml", "  ! answer: it is openapi yaml"},
        {"answer: openapi json", "answer: {a: 1}", "  ! answer: it is no longer openapi json"},
        {"answer: {a: 1}", "answer: openapi json", "  ! answer: it is openapi json"},
        {"answer: {a: 1}", "answer: {a: 1}\n    deadline: 5s",
         "    route: the route: its deadline is 5000ms (not given before)"},
        {"answer: {a: 1}\n    cache: {max_age: 1s}", "answer: {a: 1}\n    cache: {max_age: 2s}",
         "    route: the route: Cache-Control is public, max-age=2 (public, max-age=1 before)"},
        {"steps: [{b: POST store/x, body: {v: 1}}]\n    answer: {a: 1}",
         "steps: [{b: POST store/x, body: {v: $settings.one}}]\n    answer: {a: 1}",
         "    call: $b: its body is {v: $settings.one} ({v: 1} before)"},
    };
    check_rows(*state, "settings: {one: 1}\nroutes:\n  GET /a:\n    %s\n", "GET /a", rows,
               COUNT(rows));
}

#define USES_T "\nmappers: {m: {v: . | t}}"

static void what_holds_for_all_routes(void **state) {
    static const struct row rows[] = {
        {"server: {deadline: 9s}", "server: {deadline: 8s}",
         "    route: a request: its deadline is 8000ms (9000ms before)"},
        {"server: {cors: {origins: [https://a.test, https://b.test]}}",
         "server: {cors: {origins: [https://a.test]}}",
         "  ! route: CORS: origins is https://a.test (https://a.test, https://b.test before)"},
        {"server: {cors: {origins: [https://a.test], headers: 'x-a', max_age: 5s}}",
         "server: {cors: {origins: [https://a.test], headers: 'x-a, x-b', max_age: 6s}}",
         "    route: CORS: headers is x-a, x-b (x-a before)\n"
         "    route: CORS: max_age is 6s (5s before)"},
        {"settings: {a: 1}", "settings: {a: 2}", "    value: $settings.a is now 2 (1 before)"},
        {"settings: {a: '${NO_SUCH:-one}'}", "settings: {a: '${NO_SUCH:-two}'}",
         "    value: $settings.a is now a value of the environment (a value of the environment "
         "before)"},
        {"tables: {t: {a: A, b: B}}" USES_T, "tables: {t: {a: X, c: C}}" USES_T,
         "    value: the table t: a is now \"X\" (\"A\" before)\n"
         "    value: the table t: c is now \"C\" (missing before)\n"
         "    value: the table t: b is now missing (\"B\" before)"},
        {"tables: {t: {a: A, else: B}}" USES_T, "tables: {t: {a: A, else: C}}" USES_T,
         "    value: the table t: else is now \"C\" (\"B\" before)"},
        {"common: {let: {x: $now}}", "common: {let: {x: '{$now}?'}}",
         "    value: $x: its value is {$now}? ($now before)"},
        {"common: {answer_headers: {x-a: one}}", "common: {answer_headers: {x-a: two}}",
         "    answer: the header x-a is now two (one before)"},
    };
    check_rows(*state,
               "%s\n"
               "routes: {GET /a: {steps: [b: GET store/x], answer: {a: $b.x}}}\n",
               "all routes", rows, COUNT(rows));
}

static void how_upstreams_are_called(void **state) {
    static const struct row rows[] = {
        {"timeout: 5s", "timeout: 4s",
         "    call: the upstream other: its timeout is 4000ms (5000ms before)"},
        {"max_request: 2 KiB", "max_request: 1 KiB",
         "  ! call: the upstream other: max_request is 1024 bytes (2048 bytes before)"},
        {"forward: [x-a]", "forward: [x-a, x-b]",
         "    call: the upstream other: forward is x-a, x-b (x-a before)"},
        {"headers: {x-a: one}", "headers: {x-a: two}",
         "    call: the upstream other: the header x-a is two (one before)"},
        {"errors: {pass: [404, 422]}", "errors: {pass: [404], as: {422: 400}}",
         "  ! call: the upstream other: the list of its errors for callers is 404, 422 as 400 "
         "(404, 422 before)"},
        {"errors: {pass: [404], message: .a}", "errors: {pass: [404], message: .b}",
         "    call: the upstream other: the message of its errors is .b (.a before)"},
        {"retry: [502]", "retry: [503]", "    call: the upstream other: retry is 503 (502 before)"},
        {"breaker: {probe: /a, failures: 3}", "breaker: {probe: /a, failures: 4}",
         "    call: the upstream other: its breaker is 4 failures, 1000ms, probe other/a in 500ms "
         "(3 failures, 1000ms, probe other/a in 500ms before)"},
        {"timeout: 10s", "timeout: 10s, public: true",
         "    call: the upstream other is now public"},
    };
    check_rows(*state,
               "  other: {url: 'http://other.test', %s}\n"
               "routes: {GET /a: {steps: [{b: POST other/x, public: true}], answer: {a: $b.x}}}\n",
               "all routes", rows, COUNT(rows));
}

/* What the answer does not show. */
static void mappers_of_calls_are_compared(void **state) {
    static const struct row rows[] = {
        {".x", ".y", "    value: the mapper inner: its value is {v: .y} ({v: .x} before)"},
        {".x", ".x", ""},
    };
    check_rows(*state,
               "mappers: {outer: {i: . | inner}, inner: {v: %s}}\n"
               "routes:\n"
               "  POST /a:\n"
               "    body: {properties: {o: {type: object}}}\n"
               "    steps: [{b: POST store/x, body: $body.o | outer}]\n"
               "    answer: {a: 1}\n",
               "POST /a", rows, COUNT(rows));
}

static void routes_are_compared_by_what_they_answer(void **state) {
    int status;
    write_table(*state, "old.yaml",
                "routes:\n"
                "  GET /a/{id}: {answer: {id: $path.id}}\n"
                "  GET /b: {answer: {status: 200, headers: {x-b: b}, body: {b: 1}}}\n"
                "  GET /c: {answer: {c: 1}}\n");
    write_table(*state, "new.yaml",
                "common: {headers: {x-key: {type: string, pattern: k}}, "
                "answer_headers: {x-all: y}}\n"
                "server: {prefix: /api, metrics: true, server_timing: true, slow_request: 2s}\n"
                "routes:\n"
                "  GET /a/{key}: {answer: {id: $path.key}}\n"
                "  GET /b: {answer: {status: 202, body: {b: 1}}}\n"
                "  GET /d: {answer: {d: $table.version}}\n");
    check_text("text",
               "all routes\n"
               "  ! route: paths begin with \"/api\" (\"\" before)\n"
               "    route: GET /metrics is served\n"
               "    route: responses have the header Server-Timing\n"
               "    route: the log: the time of a slow request is 2000ms (not given before)\n"
               "    headers: x-key is new: a string\n"
               "    answer: the header x-all is new\n"
               "\n"
               "GET /a/{key}\n"
               "    answer: id is now $path.key ($path.id before)\n"
               "\n"
               "GET /b\n"
               "  ! answer: the status is 202 (200 before)\n"
               "  ! answer: the header x-b is gone\n"
               "\n"
               "GET /d\n"
               "    route: the route is new\n"
               "\n"
               "GET /c\n"
               "  ! route: the route is gone\n"
               "\n"
               "changes: 11, of which 4 can break callers (!)\n",
               printed(*state, FORMAT_TEXT, &status));
    check_number("exit status", 1, (size_t)status);
    struct text json = printed(*state, FORMAT_JSON, &status);
    check_text("JSON",
               "{\"breaking\":4,\"changes\":[{\"part\":\"route\",\"message\":\"paths begin "
               "with \\\"/api\\\" (\\\"\\\" before)\",\"breaking\":true}",
               (struct text){json.data, strcspn(json.data, "}") + 1});
    const struct value value = value_from(*state, json.data);
    check_number("changes", 11, value_length(value_member(*state, value, text_of("changes"))));
    check_number("exit status", 1, (size_t)status);
}

static void the_same_table_has_no_changes(void **state) {
    int status;
    assert_int_equal(system("cp '" PROJECT "/routes.yaml' old.yaml && cp old.yaml new.yaml && "
                            "echo '# Another version.' >> new.yaml"),
                     0);
    check_text("text", "no change for callers or upstreams\n",
               printed(*state, FORMAT_TEXT, &status));
    check_text("JSON", "{\"breaking\":0,\"changes\":[]}\n", printed(*state, FORMAT_JSON, &status));
    check_number("exit status", 0, (size_t)status);
}

static void errors_of_a_table_are_reported(void **state) {
    int status;
    write_table(*state, "old.yaml", "routes: {GET /a: {answer: {a: $b}}}\n");
    struct text came = printed(*state, FORMAT_TEXT, &status);
    check_number("exit status", 2, (size_t)status);
    check_truth("the error", true, text_starts_with(came, text_of("old.yaml:3:")));
    check_truth("the file that is not there", true,
                text_contains(came, text_of("new.yaml: No such file or directory\n")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_IN_FOLDER(what_callers_send),
        TEST_IN_FOLDER(what_callers_read),
        TEST_IN_FOLDER(what_is_asked_of_upstreams),
        TEST_IN_FOLDER(what_a_route_requires),
        TEST_IN_FOLDER(how_calls_are_made),
        TEST_IN_FOLDER(what_answers_are),
        TEST_IN_FOLDER(what_holds_for_all_routes),
        TEST_IN_FOLDER(how_upstreams_are_called),
        TEST_IN_FOLDER(mappers_of_calls_are_compared),
        TEST_IN_FOLDER(routes_are_compared_by_what_they_answer),
        TEST_IN_FOLDER(the_same_table_has_no_changes),
        TEST_IN_FOLDER(errors_of_a_table_are_reported),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
