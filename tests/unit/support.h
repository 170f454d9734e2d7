/* What the unit tests share: small texts in and out, and failures that say what came. */
#ifndef O2S_SUPPORT_H
#define O2S_SUPPORT_H

/* cmocka.h needs these, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/count.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "table/table.h"
#include "json/value.h"

/* Fails the test unless `came` is `expected`; `what` is the input, for the message. */
void check_text(const char *what, const char *expected, struct text came);
void check_number(const char *what, size_t expected, size_t came);
void check_truth(const char *what, bool expected, bool came);

/* The same for a value, compared as the JSON it is written as; "missing" for a missing one. */
void check_json(const char *what, const char *expected, struct value came);

/* The value of a JSON text that is known to be good; all of it lives as long as the arena. */
struct value value_from(struct arena *arena, const char *json);

/* Evaluates `. | NAME`, a mapper of the table without parameters, on `input`. */
bool apply_mapper(struct evaluation *evaluation, const struct table *table, const char *name,
                  struct value input, struct value *result);

/* The content of a file; the test fails if it cannot be read. */
struct text file_content(struct arena *arena, const char *path);

/* Replaces the content of a file, or creates it; the test fails if it cannot be written. */
void write_file(const char *path, const char *content);

/* A stream into memory. */
struct printing {
    FILE *stream;
    char *bytes;
    size_t size;
};
struct printing *printing_begin(struct arena *arena);

/* Closes the stream. Returns what was printed to it, which lives as long as the arena. */
struct text printing_end(struct arena *arena, struct printing *printing);

/* The mistakes as they are printed. */
struct text printed_mistakes(struct arena *arena, struct diagnostics *diagnostics);

/* Runs a command by a shell, without input. Returns what it prints on both streams, which lives as
 * long as the arena; `*status` becomes its exit status, or -1 if a signal ended it. */
struct text run_command(struct arena *arena, const char *line, int *status);

/* What loading `source`, as a file called `name`, prints; empty if it has no mistake. */
struct text mistakes_in(struct arena *arena, const char *name, struct text source);

/* A table without mistakes, that lives as long as the arena; the test fails if it has some. */
struct table *good_table(struct arena *arena, const char *source);

/* The bytes that are allocated and not freed. */
size_t bytes_in_use(void);

/* Whether bytes_in_use() works: the allocator of the sanitizers does not count. */
bool allocator_counts(void);

/* What a test's table needs besides what it is about. */
#define ANY_UPSTREAM "upstreams: {store: {url: 'http://store.test', public: true}}\n"
#define ANY_ROUTE    "routes: {GET /any: {answer: 501 Not yet}}\n"

/* A setup and a teardown that make `*state` an arena. */
int create_arena(void **state);
int destroy_arena(void **state);

#define TEST_WITH_ARENA(function)                                                                  \
    cmocka_unit_test_setup_teardown(function, create_arena, destroy_arena)

/* The same, in a new folder, which is the working directory and is removed with all that is in it.
 */
int enter_folder(void **state);
int leave_folder(void **state);

#define TEST_IN_FOLDER(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

#endif
