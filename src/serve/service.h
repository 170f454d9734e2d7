/* Processes a request, from its arrival to its response. */
#ifndef O2S_SERVE_SERVICE_H
#define O2S_SERVE_SERVICE_H

#include "serve/request_context.h"

struct service;

/* What a service has in place of the world around a worker, for tests of a table. */
struct service_surroundings {
    /* NULL: calls are made by the service's client. */
    const struct transport *transport;
    /* The time of day, in milliseconds; 0: the system's. */
    int64_t now_ms;
    /* Ids of requests and spans are the same each time. */
    bool fixed_ids;
};

/* A service without a table. Owned by the caller; `log` is borrowed. */
struct service *service_create(const struct log *log);
void service_destroy(struct service *service);

/*
 * Records in `status`, which is borrowed, what the service does. Call before it gets its first
 * table; without that, nothing is recorded.
 */
void service_share(struct service *service, struct status *status);

/*
 * Replaces the table, which the service owns; the previous one is freed. NULL: no table, and no
 * requests are allowed.
 */
void service_set_table(struct service *service, struct table *table);

/*
 * From now on the service has these surroundings, and its breakers are closed. What they point to
 * is borrowed.
 */
void service_set_surroundings(struct service *service,
                              const struct service_surroundings *surroundings);

/* Sets the observer of the requests, which is borrowed; NULL: none. */
void service_observe(struct service *service, struct observer *observer);

/*
 * Frees the memory of past requests, for an idle worker. The strings of the last response become
 * invalid.
 */
void service_trim(struct service *service);

const struct table *service_table(const struct service *service);

/*
 * Answers the request. The response is always complete; its strings are valid until the next call,
 * but its body must be freed by the caller.
 */
void service_handle(struct service *service, const struct http_request *request,
                    struct http_response *response);

/* The request that was answered or prepared last; valid until the next one. */
const struct request_context *service_last_request(const struct service *service);

/* The route of the request that was answered or prepared last; NULL: none matches it. */
const struct route *service_route(const struct service *service);

/* Counts the request that was answered last, and writes its log line. */
void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response);

/*
 * Processes the request up to the route and the validation of path, query, headers and body,
 * without making calls; for `explain`. NULL: the response is already an error. If a leading step
 * ends the request, query and body are not validated.
 */
struct request_context *service_prepare(struct service *service, const struct http_request *request,
                                        struct http_response *response);

#endif
