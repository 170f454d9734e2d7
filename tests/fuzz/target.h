/* What libFuzzer, or replay.c in its place, calls. */
#ifndef O2S_FUZZ_TARGET_H
#define O2S_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input; ends the process by abort() where something does not hold. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
