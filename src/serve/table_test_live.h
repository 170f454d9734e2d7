/* Compares the cases of a table with what the upstreams answer now. */
#ifndef O2S_SERVE_TABLE_TEST_LIVE_H
#define O2S_SERVE_TABLE_TEST_LIVE_H

#include "serve/table_test_run.h"

struct live_test;

/*
 * A runner whose GET calls are made to the upstreams; every other call is answered from the case,
 * so that nothing is changed there. `table` is owned by it from now on.
 */
struct live_test *live_test_create(const struct log *log, struct table *table);
void live_test_destroy(struct live_test *live);

/*
 * Runs a case and prints each GET call with its status, its time, and the members that the table
 * reads and the answer lacks. Returns whether all were answered with the status of the case, and
 * lack nothing.
 */
bool live_test_run(struct live_test *live, const struct test_file *file,
                   const struct test_case *test);

/* Prints how many calls and cases there were. */
void live_test_print(const struct live_test *live);

const struct table *live_test_table(const struct live_test *live);

#endif
