/*
 * When calls to an upstream are suspended, and how the upstream is probed: `breaker` in the route
 * table.
 */
#ifndef O2S_TABLE_BREAKER_POLICY_H
#define O2S_TABLE_BREAKER_POLICY_H

#include <stddef.h>

#include "base/text.h"

struct upstream;

struct breaker_limits {
    /* The number of consecutive failures that open the breaker; at least 1. */
    long failures;
    /* The time for which the breaker stays open before a probe. */
    long retry_after_ms;
};

struct breaker_policy {
    struct breaker_limits limits;
    /* The probe: a GET of this path and query, relative to the URL of this upstream. */
    const struct upstream *upstream;
    struct text probe;
    long probe_timeout_ms;
    /*
     * The number of the breaker in the table, starting at 0; upstreams that share a breaker share
     * the policy.
     */
    size_t index;
};

#endif
