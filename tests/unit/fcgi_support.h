/* Requests as a web server sends them, and the records that come back. */
#ifndef O2S_FCGI_SUPPORT_H
#define O2S_FCGI_SUPPORT_H

#include "base/buffer.h"

/* Appends a record with `padding` bytes behind its content. */
void add_record(struct buffer *bytes, int type, int id, struct text content, int padding);

/* Appends a FCGI_BEGIN_REQUEST. */
void add_begin(struct buffer *bytes, int id, char role, char flags);

/* All that comes on a connection until its end; it is the arena's. */
struct text receive_all(struct arena *arena, int connection);

/*
 * The content of all FCGI_STDOUT records in `bytes`. The test fails unless they are whole records
 * of the request `id`: its output, the end of its output, and FCGI_END_REQUEST, in this order.
 */
struct text output_of(struct arena *arena, int id, struct text bytes);

#endif
