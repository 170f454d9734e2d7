/* Makes an allocation of the engine fail. Those of its libraries are not affected. */
#ifndef O2S_ALLOCATOR_H
#define O2S_ALLOCATOR_H

#include <stddef.h>

/* From now on allocations are counted, and number `which` fails (from 1); 0: none does. */
void allocator_arm(size_t which);

/* How many allocations there were since allocator_arm(). */
size_t allocator_count(void);

#endif
