/*
 * Records some requests in a status file and ends; status_cost.sh counts the instructions that
 * takes.
 *
 *   status_cost FILE REQUESTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "serve/queue_time.h"
#include "serve/status.h"

enum { CALLS = 3 };

static void serve(struct status *status, const struct table *table,
                  const struct http_request *request) {
    static const struct upstream_call call = {.status = 200, .elapsed_ms = 20000};
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    status_accept(status);
    status_begin(status, begin);
    status_found(status, &table->routes[0]);
    for (size_t i = 0; i < CALLS; i++)
        status_call(status, &table->upstreams[0], &call);
    /* In the last bucket, which takes longest to find. */
    begin.tv_sec -= 20;
    status_waited(status, queue_time_ms(request));
    status_end(status, &table->routes[0], 200, begin);
    status_idle(status);
}

int main(int argc, char **argv) {
    static const struct log log = {.level = LOG_LEVEL_WARN, .descriptor = STDERR_FILENO};
    static const char source[] = "upstreams: {store: {url: 'http://store.test', public: true}}\n"
                                 "routes: {GET /any: {answer: 501 Not yet}}\n";
    if (argc != 3)
        return EXIT_FAILURE;
    struct table *table = table_load("table", text_of(source), stderr);
    struct status *status = status_open(argv[1], &log);
    if (!table || !status)
        return EXIT_FAILURE;
    status_bind(status, table);
    const struct http_request request = {.started_us = clock_time_of_day_us() - 20000000,
                                         .accepted_us = clock_now_us()};
    for (long left = strtol(argv[2], NULL, 10); left > 0; left--)
        serve(status, table, &request);
    status_close(status);
    table_destroy(table);
    return EXIT_SUCCESS;
}
