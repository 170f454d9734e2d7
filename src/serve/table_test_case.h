/*
 * Test cases of a route table, as files hold them (o2s-medusa-test(5)): a request, the calls that
 * it is expected to make, what the upstreams answer to them, and the response that is expected.
 */
#ifndef O2S_SERVE_TABLE_TEST_CASE_H
#define O2S_SERVE_TABLE_TEST_CASE_H

#include <stdio.h>

#include "http/upstream_client.h"
#include "language/keyword.h"
#include "language/yaml_tree.h"
#include "table/table.h"

/* A header that is expected; `value` without data: it must not be there. */
struct expected_header {
    struct text name;
    struct text value;
};

/* What is expected of a call, and its outcome. */
struct test_call {
    struct location location;
    const char *method;
    const struct upstream *upstream;
    /* Below the upstream's URL, decoded: "things/1"; for messages, "GET store/things/1". */
    struct text path;
    struct text title;
    /* Parameters as they are written, an object. */
    struct value query;
    struct expected_header *headers;
    size_t header_count;
    /* Missing: none is sent. */
    struct value body;
    enum upstream_outcome outcome;
    int status;
    struct text answer;
    struct text retry_after;
};

struct test_case {
    struct location location;
    struct text name;
    struct http_request request;
    struct test_call *calls;
    size_t call_count;
    int status;
    struct expected_header *headers;
    size_t header_count;
    /* Missing: none. */
    struct value body;
};

/* A name for a value: `${NAME}` in the strings of a file. */
struct test_setting {
    struct text name;
    struct text value;
    /* Of one that is given for the files: whether a file has its name. */
    bool used;
    struct test_setting *next;
};

struct test_file {
    const char *path;
    struct text source;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct yaml_node *root;
    /* `NAME=VALUE`, then NULL: all that the table sees of an environment. */
    char **environment;
    struct test_setting *settings;
    /* The time of day, in milliseconds. */
    int64_t now_ms;
    struct test_case *cases;
    size_t case_count;
};

/*
 * Reads all of the file but its cases, which need the table. `given` replaces settings of the file;
 * NULL: none is given. The file is owned by the caller; NULL, and the reason on `errors`, if it
 * cannot be read or has mistakes.
 */
struct test_file *test_file_open(const char *path, struct test_setting *given, FILE *errors);
void test_file_close(struct test_file *file);

/*
 * Reads the cases; the calls in them are of upstreams of `table`. False, and the mistakes on
 * `errors`, if there are some.
 */
bool test_file_load_cases(struct test_file *file, const struct table *table, FILE *errors);

/* For the two files that load it. */

/*
 * Reports each key of a mapping that is not known; one that is misspelt is read as what it is near
 * to. False for what is no mapping, which is reported too.
 */
bool test_check_keys(struct test_file *file, const struct yaml_node *node, const char *what,
                     const struct keyword *known);

/* Another name for the strings of the file. */
void test_add_setting(struct test_file *file, struct text name, struct text value);

/* A string, with the settings in it; empty after a mistake. */
struct text test_text(struct test_file *file, const struct yaml_node *node, const char *what);

/* Any value, with the settings in its strings. */
struct value test_value(struct test_file *file, const struct yaml_node *node);

/* Reports the errors that were found. Returns whether the file has no error. */
bool test_file_is_good(struct test_file *file, FILE *errors);

#endif
