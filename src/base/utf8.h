/* UTF-8 (RFC 3629). */
#ifndef O2S_BASE_UTF8_H
#define O2S_BASE_UTF8_H

#include <stddef.h>

#include "base/text.h"

/*
 * The length of the sequence at the start of `text`, which must not be empty; 0 if there is no
 * complete, valid one.
 */
size_t utf8_sequence(struct text text);

/* The size of the longest part at the start of `text` that consists of complete, valid sequences.
 */
size_t utf8_prefix(struct text text);

#endif
