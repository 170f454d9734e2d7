/*
 * The trace of a request (W3C Trace Context, Level 1): taken from the request's `traceparent`, or
 * started here; each call to an upstream is a span of it.
 */
#ifndef O2S_HTTP_TRACE_H
#define O2S_HTTP_TRACE_H

#include "base/random.h"

/*
 * The maximum size of a `tracestate` in bytes, which is what section 3.3.1.5 asks to propagate at
 * least. A larger one could make a server refuse the headers of a call.
 */
enum { TRACE_MAX_STATE = 512 };

struct trace {
    /* 32 lower-case hexadecimal digits. */
    struct text id;
    /*
     * The decision of the caller; a trace that is started here is sampled, because the log has its
     * spans.
     */
    bool sampled;
    /* The `tracestate` to forward; empty: none. */
    struct text state;
    /* The ids of the spans so far, 16 lower-case hexadecimal digits each. */
    struct text *spans;
    size_t span_count;
    size_t span_capacity;
};

/*
 * Parses a `traceparent` into `*trace`. Returns false if it is invalid: then a new trace must be
 * started. For versions above 00, the part that version 00 defines is parsed.
 */
bool trace_parse(struct text traceparent, struct trace *trace);

/*
 * Continues the trace of `traceparent` with its `tracestate`, or starts a new one. A state that is
 * larger than TRACE_MAX_STATE, or that no header can contain, is dropped. The strings are borrowed.
 */
void trace_begin(struct trace *trace, struct arena *arena, struct random *random,
                 struct text traceparent, struct text tracestate);

/* Adds a span. Returns the `traceparent` for its call, in the arena. */
struct text trace_add_span(struct trace *trace, struct arena *arena, struct random *random);

#endif
