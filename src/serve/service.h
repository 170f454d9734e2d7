/* What a worker does with a request: from its arrival to its response. */
#ifndef O2S_SERVE_SERVICE_H
#define O2S_SERVE_SERVICE_H

#include "serve/request_context.h"

struct service;

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

/* Counts the request that was answered last, and writes the log's line about it. */
void service_log(struct service *service, const struct http_request *request,
                 const struct http_response *response);

/*
 * Goes as far as the route and the checks of path, query, headers and body, and runs no step; for
 * `explain`. NULL: the response is an error already.
 */
struct request_context *service_prepare(struct service *service, const struct http_request *request,
                                        struct http_response *response);

#endif
