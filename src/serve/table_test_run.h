/*
 * Runs test cases: each request is answered by the same service as in a worker, whose calls are
 * answered from the case. No connection is made; the time of day and all ids are fixed.
 */
#ifndef O2S_SERVE_TABLE_TEST_RUN_H
#define O2S_SERVE_TABLE_TEST_RUN_H

#include "serve/service.h"
#include "serve/table_test_case.h"

struct test_runner;

/* A runner of cases of `table`, which it owns from now on. Both are owned by the caller. */
struct test_runner *test_runner_create(const struct log *log, struct table *table);
void test_runner_destroy(struct test_runner *runner);

const struct table *test_runner_table(const struct test_runner *runner);

/* The observer of the requests of cases; NULL: no observer, as at the beginning. */
void test_runner_set_observer(struct test_runner *runner, struct observer *observer);

/* What makes the calls, in place of the runner, which answers them from the case. */
void test_runner_set_transport(struct test_runner *runner, const struct transport *transport);

/* Gives a call of the case that is running its outcome: for a transport. */
void test_runner_answer(struct test_runner *runner, struct upstream_call *call);

/*
 * Runs a case, and appends a line for each difference between what is expected and what came.
 * Returns whether the case has passed.
 */
bool test_run(struct test_runner *runner, const struct test_file *file,
              const struct test_case *test, struct buffer *differences);

/* The route of the request that was run last; NULL: none matches it. */
const struct route *test_runner_last_route(const struct test_runner *runner);

/*
 * The upstream that a target belongs to: the one with the longest path in front of it. `*path`
 * becomes what is behind the upstream's path and a slash, up to the query, and `*query` the query.
 * NULL: no upstream has such a path.
 */
const struct upstream *test_upstream_of(const struct table *table, const struct upstream_call *call,
                                        struct text *path, struct text *query);

/* Whether the table has a derived list of fields as a parameter of this name. */
bool test_is_derived(const struct table *table, struct text parameter);

#endif
