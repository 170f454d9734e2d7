/* What changes for those who read a value. */
#ifndef O2S_LANGUAGE_FORM_DIFF_H
#define O2S_LANGUAGE_FORM_DIFF_H

#include "language/changes.h"
#include "language/form.h"

/* Adds what differs between the old and the new form of an answer. */
void form_diff(struct changes *changes, const struct form *old, const struct form *new);

#endif
