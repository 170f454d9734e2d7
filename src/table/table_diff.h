/* What changes between two tables: for callers, and for the upstreams. */
#ifndef O2S_TABLE_TABLE_DIFF_H
#define O2S_TABLE_TABLE_DIFF_H

#include "language/changes.h"
#include "table/table.h"

/*
 * Adds the changes that hold for all routes, then those of each route, in the order of the new
 * table, and the routes that are gone. Both tables must outlive the list.
 */
void table_diff(struct changes *changes, const struct table *old, const struct table *new);

/* call_diff.c: the calls of two routes. */
void diff_calls(struct changes *changes, const struct route *old, const struct route *new);

/*
 * step_diff.c: the order of the steps of two routes, what they require of a request, and the names
 * that they give values.
 */
void diff_order(struct changes *changes, const struct route *old, const struct route *new);
void diff_requirements(struct changes *changes, const struct route *old, const struct route *new);
void diff_names(struct changes *changes, const struct route *old, const struct route *new);

/* server_diff.c: the settings of the server, and the upstreams. */
void diff_server(struct changes *changes, const struct table *old, const struct table *new);
void diff_upstreams(struct changes *changes, const struct table *old, const struct table *new);

/*
 * value_diff.c: settings, tables of values, names of `common`; the mappers that the steps of a
 * route of the new table call, and those that its answer calls, with those that they call.
 */
void diff_values(struct changes *changes, const struct table *old, const struct table *new);
void diff_step_mappers(struct changes *changes, const struct table *old, const struct table *new,
                       const struct route *route);
void diff_answer_mappers(struct changes *changes, const struct table *old, const struct table *new,
                         const struct route *route);

#endif
