/* What a worker does with a request: from its arrival to its response. */
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
 * From now on requests go by `table`, which the service owns; the one before it is freed. NULL:
 * there is none, and no request may come.
 */
void service_set_table(struct service *service, struct table *table);

/*
 * From now on the service has these surroundings, and its breakers are closed. What they point to
 * is borrowed.
 */
void service_set_surroundings(struct service *service,
                              const struct service_surroundings *surroundings);

/* From now on `observer`, which is borrowed, is told of requests; NULL: nobody is. */
void service_observe(struct service *service, struct observer *observer);

/* Frees the memory that requests took; for an idle worker. The last response's texts are gone then.
 */
void service_trim(struct service *service);

const struct table *service_table(const struct service *service);

/*
 * Answers the request. The response is always complete, whatever happens; its texts live until the
 * next call, but its body is the caller's to free.
 */
void service_handle(struct service *service, const struct http_request *request,
                    struct http_response *response);

/* The request that was answered last; valid until the next one. */
const struct request_context *service_last_request(const struct service *service);

/* The route of the request that was answered or prepared last; NULL: none matches it. */
const struct route *service_route(const struct service *service);

/* Counts the request that was answered last, and writes the log's line about it. */
void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response);

/*
 * Goes as far as the route and the checks of path, query, headers and body, and makes no call; for
 * `explain`. NULL: the response is an error already. If a leading step ends the request, query and
 * body are not looked at.
 */
struct request_context *service_prepare(struct service *service, const struct http_request *request,
                                        struct http_response *response);

#endif
