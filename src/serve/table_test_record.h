/* Makes a test case of what a request does at the upstreams now. */
#ifndef O2S_SERVE_TABLE_TEST_RECORD_H
#define O2S_SERVE_TABLE_TEST_RECORD_H

#include "serve/command.h"

/*
 * Answers the request of `options->test.record`, makes its calls, and writes a file with a case of
 * it, in which credentials and personal data are replaced. The case passes with the
 * table as it is. Returns the process's exit status: EX_CANTCREAT if the file is there and is not
 * to be replaced, or cannot be written.
 */
int table_test_record(const struct command_options *options, const struct log *log);

#endif
