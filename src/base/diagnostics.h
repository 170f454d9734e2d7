/*
 * The errors and warnings of a file: collected while it is loaded, then reported together in the
 * order of the file. A file with an error is rejected; a file with a warning is accepted, but
 * probably does not do what its author intended.
 */
#ifndef O2S_BASE_DIAGNOSTICS_H
#define O2S_BASE_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

/* A file that a table is made of, beside the one that is loaded. */
struct source_file {
    /* As it is to be printed. */
    const char *name;
    struct text content;
    /* Errors are reported by the file, in the order of these numbers, from 1 on. */
    size_t number;
};

/*
 * A location in a file; line and column start at 1, and columns count characters. Line 0: the file
 * as a whole.
 */
struct location {
    size_t line;
    size_t column;
    /* NULL: the file that is loaded. */
    const struct source_file *file;
};

/* Whether both are the same location. */
bool location_equal(struct location a, struct location b);

/* `line 7`, or `line 7 of NAME` in a file other than the one that is loaded; in `arena`. */
struct text location_text(struct arena *arena, struct location location);

struct diagnostics;

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

/* A diagnostic as reported. `line` is the source line, or empty for the file as a whole. */
struct diagnostic {
    enum severity severity;
    const char *name;
    struct location location;
    const char *message;
    struct text line;
};

/* The receiver of diagnostics: `report` is called with `context` for each of them. */
struct diagnostics_sink {
    void (*report)(void *context, const struct diagnostic *diagnostic);
    void *context;
};

/*
 * Prints each diagnostic in human-readable form: `name:line:column: message`, the source line, and
 * a caret. The message of a warning begins with "warning: ".
 */
struct diagnostics_sink diagnostics_printer(FILE *stream);

/* The same without warnings. */
struct diagnostics_sink diagnostics_error_printer(FILE *stream);

/*
 * An empty list for the file called `name` in messages with the content `source`, in which a byte
 * order mark does not count as a column. Both must outlive the list. Owned by the caller.
 */
struct diagnostics *diagnostics_create(const char *name, struct text source);
void diagnostics_destroy(struct diagnostics *diagnostics);

/*
 * Adds an error. A second error at the same location is dropped, because it nearly always is a
 * consequence of the first.
 */
void diagnostics_add(struct diagnostics *diagnostics, struct location location, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

/*
 * Adds a warning. It is dropped if there is a diagnostic at the same location; an error that is
 * added later replaces it.
 */
void diagnostics_warn(struct diagnostics *diagnostics, struct location location, const char *format,
                      ...) __attribute__((format(printf, 3, 4)));

/*
 * The same about what nothing uses. It is dropped for another file than the one that is loaded: a
 * table that extends it may leave something of it without use.
 */
void diagnostics_warn_unused(struct diagnostics *diagnostics, struct location location,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The number of errors; warnings do not count. */
size_t diagnostics_count(const struct diagnostics *diagnostics);

/* Reports the first thousand, by file, line and column, and how many more there are. */
void diagnostics_report(struct diagnostics *diagnostics, struct diagnostics_sink sink);

/*
 * A search for the name most similar to `wanted`, for "did you mean". Zero-initialise it with the
 * wanted name, offer every valid name, and read `best` (size 0: none is similar enough).
 */
struct nearest {
    struct text wanted;
    struct text best;
    size_t distance;
};

void nearest_offer(struct nearest *nearest, struct text candidate);

/* `; did you mean "best"?`, or the empty string. In `arena`. */
struct text nearest_hint(const struct nearest *nearest, struct arena *arena);

#endif
