#include "http/trace.h"

#include <string.h>

#include "base/count.h"

/* version "-" trace-id "-" parent-id "-" trace-flags (section 3.2.2). */
enum {
    TRACE_ID = 3,
    TRACE_ID_SIZE = 32,
    PARENT_ID = 36,
    SPAN_ID_BYTES = 8,
    FLAGS = 53,
    SIZE = 55,
};

static bool is_hex(struct text text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

static bool is_id(struct text text) {
    bool zero = true;
    for (size_t i = 0; i < text.size; i++)
        zero = zero && text.data[i] == '0';
    return !zero && is_hex(text);
}

/* Version 00 ends here; later versions may continue after another dash. */
static bool has_good_end(struct text header) {
    if (text_starts_with(header, text_of("ff")))
        return false;
    return header.size == SIZE ||
           (!text_starts_with(header, text_of("00")) && header.data[SIZE] == '-');
}

bool trace_parse(struct text traceparent, struct trace *trace) {
    struct text header = text_trim(traceparent);
    const char *data = header.data;
    if (header.size < SIZE || data[2] != '-' || data[PARENT_ID - 1] != '-' ||
        data[FLAGS - 1] != '-' || !has_good_end(header))
        return false;
    struct text id = {data + TRACE_ID, TRACE_ID_SIZE};
    if (!is_hex((struct text){data, 2}) || !is_id(id) ||
        !is_id((struct text){data + PARENT_ID, (size_t)2 * SPAN_ID_BYTES}) ||
        !is_hex((struct text){data + FLAGS, 2}))
        return false;
    char digit = data[FLAGS + 1];
    *trace = (struct trace){.id = id,
                            .sampled = ((digit <= '9' ? digit - '0' : digit - 'a' + 10) & 1) != 0};
    return true;
}

/* The size and the characters of a list of members (section 3.3.1), which is not parsed further. */
static bool is_good_state(struct text state) {
    if (state.size > TRACE_MAX_STATE)
        return false;
    for (size_t i = 0; i < state.size; i++)
        if (state.data[i] != '\t' && (state.data[i] < 0x20 || state.data[i] > 0x7e))
            return false;
    return true;
}

void trace_begin(struct trace *trace, struct arena *arena, struct random *random,
                 struct text traceparent, struct text tracestate) {
    if (!trace_parse(traceparent, trace))
        *trace = (struct trace){.id = random_id(random, arena, TRACE_ID_SIZE / 2), .sampled = true};
    else if (is_good_state(tracestate))
        trace->state = tracestate;
}

struct text trace_add_span(struct trace *trace, struct arena *arena, struct random *random) {
    trace->spans = arena_grow(arena, trace->spans, trace->span_count, &trace->span_capacity,
                              sizeof *trace->spans);
    struct text span = random_id(random, arena, SPAN_ID_BYTES);
    trace->spans[trace->span_count++] = span;
    const struct text parts[] = {text_of("00-"), trace->id, text_of("-"), span,
                                 text_of(trace->sampled ? "-01" : "-00")};
    return text_join(arena, parts, COUNT(parts));
}
