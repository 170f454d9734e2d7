/*
 * The trace that a request belongs to (W3C Trace Context, Level 1): taken from the request's
 * `traceparent`, or begun here; each call to an upstream is a span of it.
 */
#ifndef O2S_HTTP_TRACE_H
#define O2S_HTTP_TRACE_H

#include "base/random.h"

struct trace {
    /* 32 lower-case hexadecimal digits. */
    struct text id;
    /* The caller's decision; a trace that is begun here is sampled, since the log has its spans. */
    bool sampled;
    /* `tracestate` to pass on; empty: none. */
    struct text state;
    /* The ids of the spans so far, 16 lower-case hexadecimal digits each. */
    struct text *spans;
    size_t span_count;
    size_t span_capacity;
};

/*
 * Reads a `traceparent` into `*trace`. False if it is invalid: then a trace is to be begun. Of a
 * version above 00, what version 00 knows is read.
 */
bool trace_parse(struct text traceparent, struct trace *trace);

/*
 * Continues the trace of `traceparent` with its `tracestate`, or begins a new one. The texts are
 * borrowed.
 */
void trace_begin(struct trace *trace, struct arena *arena, struct random *random,
                 struct text traceparent, struct text tracestate);

/* Adds a span: the `traceparent` for its call, in the arena. */
struct text trace_add_span(struct trace *trace, struct arena *arena, struct random *random);

#endif
