/* What changes for those who send a value. */
#ifndef O2S_LANGUAGE_SCHEMA_DIFF_H
#define O2S_LANGUAGE_SCHEMA_DIFF_H

#include "language/changes.h"
#include "language/schema.h"

/*
 * Adds what differs between the old and the new schema of what callers send; either may be NULL:
 * nothing was asked of it, and nothing of it was read.
 */
void schema_diff(struct changes *changes, const struct schema *old, const struct schema *new);

#endif
