/* What has to hold for every call to an upstream and for every response, whatever is asked. */
#ifndef O2S_FUZZ_GATEWAY_CHECKS_H
#define O2S_FUZZ_GATEWAY_CHECKS_H

#include "serve/request_context.h"

#define PUBLISHABLE_KEY "pk_Vd81qLrTz"
#define ADMIN_KEY       "sk_9fGhWb2Xe"
/* `Basic` and ADMIN_KEY in base64. */
#define ADMIN_AUTHORIZATION "Basic c2tfOWZHaFdiMlhl"

/* Whether a key stands in an input: whoever knows it can send it himself, and so proves nothing. */
bool knows_keys(struct text text);

/*
 * A call goes to its upstream, to the path that the step has in the table with a segment for each
 * expression, with no dot segment, with credentials only where they belong, and is well-formed.
 */
void check_call(const struct http_request *request, const struct step *step,
                const struct upstream_call *call);

/* A response has a status, headers without control characters, and a body of JSON. */
void check_response(const struct http_request *request, const struct http_response *response);

/* With the routes that are shipped an error has a message, and no key gets out. */
void check_shipped_response(const struct http_response *response);

#endif
