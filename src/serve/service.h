/* What a worker does with a request: from its arrival to its response. */
#ifndef O2S_SERVE_SERVICE_H
#define O2S_SERVE_SERVICE_H

#include "serve/request_context.h"

struct service;

/* A service without a table. Owned by the caller; `log` is borrowed. */
struct service *service_create(const struct log *log);
void service_destroy(struct service *service);

/*
 * From now on requests go by `table`, which the service owns; the one before it is freed. NULL:
 * there is none, and no request may come.
 */
void service_set_table(struct service *service, struct table *table);

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

/* The route of the request that was answered or prepared last; NULL: none matches it. */
const struct route *service_route(const struct service *service);

/* Writes the log's line about the request that was answered last. */
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
