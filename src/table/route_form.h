/* What a route answers, as far as the table shows: for the comparison of tables and the description
 * of the API. */
#ifndef O2S_TABLE_ROUTE_FORM_H
#define O2S_TABLE_ROUTE_FORM_H

#include "language/form.h"
#include "table/table.h"

/* The form of the body, which the answer of the route must have; in `arena`. */
const struct form *route_answer_form(struct arena *arena, const struct table *table,
                                     const struct route *route);

/* The status of the answer, also if it is an error; 0: it is computed. */
int route_fixed_status(const struct route *route);

#endif
