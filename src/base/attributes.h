/* Attributes of functions, by name. */
#ifndef O2S_BASE_ATTRIBUTES_H
#define O2S_BASE_ATTRIBUTES_H

/* The result says whether the function failed: to ignore it is a warning of the compiler. */
#define MUST_CHECK __attribute__((warn_unused_result))

#endif
