#include "table/loader.h"

/* Characters that are valid in a request line without encoding (RFC 3986, 3.3 and 3.4). */
static bool is_path_and_query(struct text text) {
    return text.size && text.data[0] == '/' && text_is_visible_ascii(text) &&
           !memchr(text.data, '#', text.size);
}

static void load_probe(struct loader *loader, struct breaker_policy *policy,
                       const struct yaml_node *breaker) {
    const struct yaml_node *node = yaml_get(breaker, "probe");
    if (node && node->kind == YAML_SCALAR && is_path_and_query(node->text))
        policy->probe = node->text;
    else
        diagnostics_add(loader->diagnostics, node ? node->location : breaker->location,
                        "a breaker needs a request that shows whether the upstream works again: "
                        "probe: /path?query");
}

static bool has_breaker(const struct upstream *upstream) {
    return upstream->breaker != NULL;
}

void load_breaker(struct loader *loader, struct upstream *upstream, const struct yaml_node *node) {
    /* `breaker: name`: shares the breaker of an upstream above, as both are one server. */
    if (node->kind == YAML_SCALAR) {
        const struct upstream *other =
            loader_upstream_above(loader, upstream, node, has_breaker, "a breaker");
        upstream->breaker = other ? other->breaker : NULL;
        return;
    }
    if (!loader_check_keys(loader, node, "a breaker", breaker_keywords))
        return;
    struct breaker_policy *policy = arena_allocate(loader->arena, sizeof *policy);
    *policy = (struct breaker_policy){
        .limits = {.failures = 5, .retry_after_ms = 1000},
        .upstream = upstream,
        .probe_timeout_ms = 500,
        .index = loader->table->breaker_count++,
    };
    loader_replace_integer(loader, yaml_get(node, "failures"), 1, 1000000,
                           "failures must be an integer of at least 1: the number of consecutive "
                           "failures that open the breaker",
                           &policy->limits.failures);
    loader_replace_duration(loader, yaml_get(node, "retry_after"), &policy->limits.retry_after_ms);
    loader_replace_duration(loader, yaml_get(node, "probe_timeout"), &policy->probe_timeout_ms);
    load_probe(loader, policy, node);
    upstream->breaker = policy;
}
