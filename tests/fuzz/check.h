/* What the fuzzers hold against what they find. */
#ifndef O2S_FUZZ_CHECK_H
#define O2S_FUZZ_CHECK_H

#include "base/text.h"
#include "json/value.h"

struct json_reader;

/* Ends the process by abort(), after saying what does not hold and for which text, unless `holds`.
 */
void require(bool holds, const char *what, struct text text);

/* The same for two texts that have to be equal. */
void require_equal(const char *what, struct text one, struct text other);

/* A copy of just `text.size` bytes, so that a byte read beyond it is noticed. Freed by the caller.
 */
struct text exact_copy(struct text text);

/*
 * Whether the text is JSON by the grammar of RFC 8259, section 2 and following, in UTF-8 by that of
 * RFC 3629, section 4. `*depth` becomes how deep arrays and objects are in one another; `*odd_name`
 * whether a member's name has a NUL in it, which a reader may refuse (RFC 8259, section 9).
 */
bool grammar_is_json(struct text text, size_t *depth, bool *odd_name);

/*
 * Reads the text as JSON and holds the result against the grammar, and against what json-c makes of
 * it; writes it, and reads that again.
 */
void check_json_text(struct json_reader *reader, struct text text);

/* Holds what json_read() made of a text (`taken`: it took it) against the grammar. */
void check_json_verdict(struct text text, bool taken);

#endif
