/* Attributes of functions. */
#ifndef O2S_BASE_ATTRIBUTES_H
#define O2S_BASE_ATTRIBUTES_H

/* The result reports whether the function failed; the compiler warns if it is ignored. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Not inlined: its callers need fewer registers on their usual path. */
#define OUT_OF_LINE __attribute__((noinline))

/* Inlined wherever it is called: for what is run for each part of an input. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

#endif
