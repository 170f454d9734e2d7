#include "table/loader.h"

/* After an error, or if a variable is not set, the default applies. */
static void load_failures(struct loader *loader, struct breaker_policy *policy,
                          const struct yaml_node *node) {
    struct value value = shape_load_constant(loader->definitions, node);
    double failures = value_double(value);
    if (value_is_missing(value) && !yaml_is_null(node))
        return;
    if (value_is_integer(value) && failures >= 1 && failures <= 1000000)
        policy->limits.failures = (long)failures;
    else
        diagnostics_add(loader->diagnostics, node->location,
                        "failures must be an integer of at least 1: the number of consecutive "
                        "failures that open the breaker");
}

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

/* `breaker: name`: shares the breaker of an upstream above, as both are one server. */
static void share_breaker(struct loader *loader, struct upstream *upstream,
                          const struct yaml_node *node) {
    const struct table *table = loader->table;
    struct nearest nearest = {.wanted = node->text};
    for (const struct upstream *other = table->upstreams; other < upstream; other++) {
        if (!other->breaker)
            continue;
        if (text_equal(other->name, node->text))
            upstream->breaker = other->breaker;
        nearest_offer(&nearest, other->name);
    }
    if (!upstream->breaker)
        diagnostics_add(loader->diagnostics, node->location,
                        "no upstream \"%.*s\" with a breaker is defined above%s",
                        TEXT_ARGUMENT(node->text), nearest_hint(&nearest, loader->arena).data);
}

void load_breaker(struct loader *loader, struct upstream *upstream, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR) {
        share_breaker(loader, upstream, node);
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
    const struct yaml_node *failures = yaml_get(node, "failures");
    if (failures)
        load_failures(loader, policy, failures);
    loader_replace_duration(loader, yaml_get(node, "retry_after"), &policy->limits.retry_after_ms);
    loader_replace_duration(loader, yaml_get(node, "probe_timeout"), &policy->probe_timeout_ms);
    load_probe(loader, policy, node);
    upstream->breaker = policy;
}
