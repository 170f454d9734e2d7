/* The answers of test cases as what is known of the upstreams: a check of what a table reads. */
#ifndef O2S_SERVE_TABLE_TEST_KNOWN_H
#define O2S_SERVE_TABLE_TEST_KNOWN_H

#include "table/table.h"

/*
 * Reports a warning for each call that reads members which none of its answers in the cases of
 * `path`, a file or folder, has; a call that no case answers is not judged. `name` and the source
 * of the table are for the warnings. False, and the errors on standard error, if the cases cannot
 * be read.
 */
bool test_check_known(const struct table *table, const char *name, const char *path,
                      struct diagnostics_sink sink);

#endif
