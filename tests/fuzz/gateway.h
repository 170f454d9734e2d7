/*
 * The gateway without a network: a request, and what the upstream answers to its calls, from one
 * text. Every call that is built, every JSON text that is read and every response is checked.
 *
 *   GET /products?limit=2
 *   x-locale: pl
 *   ---
 *   (the request's body)
 *   ---
 *   200
 *   (the body of the first answer)
 *   ---
 *   429 5
 *   (the second, with a Retry-After)
 *
 * An answer of status 0 is an upstream that cannot be reached, of 1 one that does not answer in
 * time, of 2 one that answers with too much. Behind the last one the upstream answers 200 and {}.
 *
 * For its checks it takes the place of upstream_perform(), call_build() and json_read(), by the
 * linker's --wrap.
 */
#ifndef O2S_FUZZ_GATEWAY_H
#define O2S_FUZZ_GATEWAY_H

#include "serve/service.h"

/* A service with no table yet, in an environment that has what a table needs. */
struct service *gateway_create(void);

/* The same with the routes that are shipped. */
struct service *gateway_open(void);

/* How a text is taken. */
struct gateway_options {
    /* The upstream's answers are read whole, whatever is wanted of them. */
    bool plain;
    /* What is called is checked against the table; its own text must be trusted then. */
    bool checked;
};

/*
 * Answers the request in `text`; `*response` is complete, and its texts live until the next call.
 * Its body's memory is the caller's.
 */
void gateway_run(struct service *service, struct text text, struct gateway_options options,
                 struct http_response *response);

/* The part before the next line of three dashes; `*rest` becomes what follows. */
struct text gateway_part(struct text *rest);

#endif
