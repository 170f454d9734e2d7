/* The number of elements of an array; not valid for a pointer. */
#ifndef O2S_BASE_COUNT_H
#define O2S_BASE_COUNT_H

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
