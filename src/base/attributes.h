/* Attributes of functions. */
#ifndef O2S_BASE_ATTRIBUTES_H
#define O2S_BASE_ATTRIBUTES_H

/* The result reports whether the function failed; the compiler warns if it is ignored. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Called rarely: it is kept out of its callers, so that these need fewer registers. */
#define RARELY_CALLED __attribute__((noinline, cold))

#endif
