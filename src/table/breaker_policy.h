/* When calls to an upstream are suspended, and how it is probed: `breaker` in the route table. */
#ifndef O2S_TABLE_BREAKER_POLICY_H
#define O2S_TABLE_BREAKER_POLICY_H

#include <stddef.h>

#include "base/text.h"

struct upstream;

struct breaker_limits {
    /* How many failures in a row open the breaker; at least 1. */
    long failures;
    /* How long it stays open before a probe. */
    long retry_after_ms;
};

struct breaker_policy {
    struct breaker_limits limits;
    /* The probe: a GET of this path and query, below the URL of this upstream. */
    const struct upstream *upstream;
    struct text probe;
    long probe_timeout_ms;
    /* The breaker's number in the table, from 0; upstreams that share a breaker share the policy.
     */
    size_t index;
};

#endif
