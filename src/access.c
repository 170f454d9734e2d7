#include "access.h"

#include <string.h>
#include <sys/random.h>

enum { MAX_ID = 128, RANDOM_BYTES = 16 };

static bool is_good_id(struct text id) {
    for (size_t i = 0; i < id.size; i++) {
        char c = id.data[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
        if (!good)
            return false;
    }
    return id.size > 0 && id.size <= MAX_ID;
}

static struct text make_id(struct arena *arena) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[RANDOM_BYTES] = {0};
    char *id = arena_allocate(arena, 2 * RANDOM_BYTES + 1);
    /* Up to 256 bytes come whole or, before the kernel has any, not at all. */
    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) < 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        memcpy(bytes, &now, sizeof bytes);
    }
    for (size_t i = 0; i < RANDOM_BYTES; i++) {
        id[2 * i] = digits[bytes[i] >> 4];
        id[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (struct text){id, 2 * RANDOM_BYTES};
}

void access_begin(struct access *access, struct arena *arena, const struct http_request *request) {
    struct text given = http_request_header(request, "x-request-id");
    *access = (struct access){.id = is_good_id(given) ? given : make_id(arena)};
    clock_gettime(CLOCK_MONOTONIC, &access->begin);
}

double access_elapsed_ms(struct timespec begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin.tv_sec) * 1e3 + (double)(now.tv_nsec - begin.tv_nsec) / 1e6;
}

void access_write(const struct access *access, const struct log *log, struct text method,
                  struct text route, const struct http_response *response, struct log_line *line) {
    enum log_level level =
        response->status >= 500 && access->failure.size ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO;
    if (level > log->level)
        return;
    log_line_begin(line, level);
    log_line_text(line, "request", access->id);
    log_line_text(line, "method", method);
    log_line_text(line, "route", route);
    log_line_number(line, "status", (uint64_t)response->status);
    log_line_number(line, "bytes", response->head_only ? 0 : response->body.size);
    log_line_milliseconds(line, "ms", access_elapsed_ms(access->begin));
    log_line_milliseconds(line, "upstream_ms", access->upstream_ms);
    log_line_number(line, "upstream_calls", access->upstream_calls);
    if (access->failure.size)
        log_line_text(line, "failure", access->failure);
    log_line_end(line, log);
}
