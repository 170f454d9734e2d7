/* Writes test cases as files have them (o2s-medusa-test(5)). */
#ifndef O2S_SERVE_TABLE_TEST_WRITE_H
#define O2S_SERVE_TABLE_TEST_WRITE_H

#include "serve/table_test_case.h"
#include "json/reader.h"

/* Appends a file with its one case. */
void test_file_write(struct buffer *target, struct json_reader *reader,
                     const struct test_file *file);

#endif
