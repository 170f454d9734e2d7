/*
 * Which parts of a table test cases reach: routes, steps, the errors of `require` and `catch`,
 * keys of mappers, entries of tables. A table is given probes for it, in its expressions: one
 * without, as a worker has, is evaluated as if there was no coverage.
 */
#ifndef O2S_SERVE_TABLE_TEST_COVERAGE_H
#define O2S_SERVE_TABLE_TEST_COVERAGE_H

#include "serve/observer.h"

struct coverage;

/* An empty coverage, in `arena`. */
struct coverage *coverage_create(struct arena *arena);

/*
 * Puts probes into a table that no request has been answered with yet. What another load of the
 * same file has reached stays reached. The coverage must outlive the table.
 */
void coverage_add_table(struct coverage *coverage, struct table *table);

/* The observer of the requests whose steps count. */
struct observer *coverage_observer(struct coverage *coverage);

/* Notes the route of a request; NULL is allowed. */
void coverage_add_route(struct coverage *coverage, const struct route *route);

/*
 * Prints what was not reached, in the order of the file called `name`, and how much was. Returns
 * the percentage of all parts that were reached.
 */
double coverage_print(struct coverage *coverage, const char *name);

#endif
