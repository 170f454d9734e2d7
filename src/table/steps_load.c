#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "http/upstream_client.h"
#include "language/environment.h"
#include "language/yaml_location.h"
#include "language/yaml_value.h"
#include "table/loader.h"

/* A list of steps under construction, outside of the arena, which would keep what it outgrows. */
struct step_list {
    struct step *steps;
    size_t count;
    size_t capacity;
};

struct inlining {
    struct loader *loader;
    struct scope *scope;
    struct step_list list;
    /* The condition of the `use` that is being inlined, if it has one. */
    struct expression *when;
    /* The number of nested flows that are being inlined, and of all flows that were inlined. */
    size_t nesting;
    size_t uses;
};

/* A limit, because flows that use another flow twice, repeatedly, would exhaust the memory. */
enum { MAX_FLOW_NESTING = 16, MAX_STEPS = 1000 };

static const char what_a_step_is[] =
    "a step must be a call (`name: METHOD upstream/path`), let, require or use";

/* The keys that determine the kind of a step; any other step is a call. */
static const char *const step_words[] = {"let", "require", "use"};

static struct step *add_step(struct inlining *inlining, enum step_kind kind,
                             struct location location) {
    struct step_list *list = &inlining->list;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 8;
        list->steps = memory_resize(list->steps, list->capacity * sizeof *list->steps);
    }
    struct step *step = &list->steps[list->count++];
    *step = (struct step){.kind = kind};
    step->location = location;
    step->when = inlining->when;
    return step;
}

static struct expression *condition(struct inlining *inlining, const struct yaml_node *node) {
    return expression_parse_node(inlining->scope, node);
}

static struct expression *combined_when(struct inlining *inlining, const struct yaml_node *node) {
    const struct yaml_node *when = yaml_get(node, "when");
    if (!when)
        return inlining->when;
    return expression_and(inlining->loader->arena, inlining->when, condition(inlining, when));
}

/* Calls. */

static const char *method_of(struct loader *loader, const struct yaml_node *node,
                             struct text name) {
    const char *method = http_method(name);
    if (!method && !loader_suggest_method(loader, node->location, name))
        diagnostics_add(loader->diagnostics, node->location,
                        "write a call as `name: METHOD upstream/path`, with GET, POST, PUT, "
                        "PATCH or DELETE");
    return method;
}

static const struct upstream *upstream_of(struct loader *loader, const struct yaml_node *node,
                                          size_t offset, struct text name) {
    const struct table *table = loader->table;
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < table->upstream_count; i++) {
        if (text_equal(table->upstreams[i].name, name))
            return &table->upstreams[i];
        nearest_offer(&nearest, table->upstreams[i].name);
    }
    if (!name.size)
        diagnostics_add(loader->diagnostics, yaml_location_at(node, offset),
                        "the path of a call must begin with the name of an upstream, without a "
                        "leading slash: GET upstream/path");
    else
        diagnostics_add(loader->diagnostics, yaml_location_at(node, offset),
                        "unknown upstream \"%.*s\"%s", TEXT_ARGUMENT(name),
                        nearest_hint(&nearest, loader->arena).data);
    return NULL;
}

static void load_target(struct inlining *inlining, struct step *step,
                        const struct yaml_node *node) {
    struct loader *loader = inlining->loader;
    struct text rest = node->kind == YAML_SCALAR ? node->text : (struct text){"", 0};
    step->method = method_of(loader, node, text_cut(&rest, ' '));
    if (!step->method)
        return;
    size_t offset = (size_t)(rest.data - node->text.data);
    struct text upstream = text_cut(&rest, '/');
    step->upstream = upstream_of(loader, node, offset, upstream);
    step->path =
        load_call_path(loader, inlining->scope, node, (size_t)(rest.data - node->text.data));
}

static void load_catches(struct inlining *inlining, struct step *step,
                         const struct yaml_node *node) {
    struct loader *loader = inlining->loader;
    step->catches = arena_allocate_array(loader->arena, node->count, sizeof *step->catches);
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->count; i++) {
        char *end;
        long number = strtol(text_c_string(node->keys[i]->text), &end, 10);
        int status = *end || number > 599 ? 0 : (int)number;
        struct catch *catch = &step->catches[step->catch_count++];
        catch->location = node->keys[i]->location;
        catch->status = status;
        if (!yaml_is_null(node->items[i]))
            catch->error = load_error_response(loader, inlining->scope, node->items[i]);
        if (status < 400 || status > 599)
            diagnostics_add(loader->diagnostics, node->keys[i]->location,
                            "catch expects statuses from 400 to 599%s",
                            *end && end == text_c_string(node->keys[i]->text)
                                ? "; in braces a comma ends a message: put quotation marks around "
                                  "the message"
                                : "");
    }
    if (node->kind != YAML_MAPPING)
        diagnostics_add(loader->diagnostics, node->location,
                        "catch must be a mapping: {404: 404 Not found}");
}

size_t call_name_key(const struct yaml_node *step) {
    size_t key = 0;
    while (key < step->count && keyword_is_known(call_keywords, step->keys[key]->text))
        key++;
    return key;
}

/* Reports a call whose headers, with those of the upstream, exceed the limit. */
static void check_header_count(const struct inlining *inlining, const struct step *step,
                               const struct yaml_node *headers) {
    const struct upstream *upstream = step->upstream;
    if (upstream && upstream->forward_count + upstream->header_count + step->header_count >
                        UPSTREAM_MAX_OWN_HEADERS)
        diagnostics_add(inlining->loader->diagnostics, headers->location,
                        "a call can have at most %d headers, including those of its upstream",
                        UPSTREAM_MAX_OWN_HEADERS);
}

static void load_call_options(struct inlining *inlining, struct step *step,
                              const struct yaml_node *node) {
    const struct yaml_node *query = yaml_get(node, "query");
    const struct yaml_node *headers = yaml_get(node, "headers");
    const struct yaml_node *body = yaml_get(node, "body");
    const struct yaml_node *catches = yaml_get(node, "catch");
    const struct yaml_node *optional = yaml_get(node, "optional");
    const struct yaml_node *timeout = yaml_get(node, "timeout");
    const struct yaml_node *retry = yaml_get(node, "retry");
    if (retry)
        step->retry = load_retry(inlining->loader, retry);
    if (timeout)
        step->timeout_ms = loader_duration(inlining->loader, timeout);
    if (query)
        step->query = query_load(inlining->scope, query, &step->query_count);
    if (headers) {
        step->headers = loader_headers(inlining->loader, inlining->scope, headers, FIELD_OF_CALL,
                                       &step->header_count);
        check_header_count(inlining, step, headers);
    }
    load_confinement(inlining->loader, inlining->scope, step, node);
    if (body)
        step->body = shape_load(inlining->scope, body);
    if (catches)
        load_catches(inlining, step, catches);
    step->optional = yaml_boolean(inlining->loader->diagnostics, optional, "optional");
    if (step->optional && catches)
        diagnostics_add(inlining->loader->diagnostics, optional->location,
                        "`optional: true` and `catch` contradict each other: with `optional`, "
                        "`catch` has no effect; remove one of them");
    if (body && step->method && strcmp(step->method, "GET") == 0)
        diagnostics_add(inlining->loader->diagnostics, body->location, "a GET cannot have a body");
}

/* Reports a misspelled keyword of a step, which would otherwise be the name of a call. */
static bool is_mistyped_word(struct inlining *inlining, const struct yaml_node *node) {
    struct loader *loader = inlining->loader;
    if (!node->count)
        return false;
    struct text text = node->items[0]->text;
    if (http_method(text_cut(&text, ' ')))
        return false;
    struct nearest nearest = {.wanted = node->keys[0]->text};
    for (size_t i = 0; i < COUNT(step_words); i++)
        nearest_offer(&nearest, text_of(step_words[i]));
    if (!nearest.best.size)
        return false;
    diagnostics_add(loader->diagnostics, node->keys[0]->location, "unknown step \"%.*s\"%s",
                    TEXT_ARGUMENT(nearest.wanted), nearest_hint(&nearest, loader->arena).data);
    inlining->scope->incomplete = true;
    return true;
}

static void load_call(struct inlining *inlining, const struct yaml_node *node) {
    struct loader *loader = inlining->loader;
    if (is_mistyped_word(inlining, node))
        return;
    size_t named = call_name_key(node);
    if (named == node->count) {
        diagnostics_add(loader->diagnostics, node->location, "%s", what_a_step_is);
        return;
    }
    for (size_t i = named + 1; i < node->count; i++)
        yaml_check_key(loader->diagnostics, loader->arena, node, i, "a call", call_keywords);
    struct expression *when = combined_when(inlining, node);
    struct step *step = add_step(inlining, STEP_CALL, node->keys[named]->location);
    step->when = when;
    step->name = node->keys[named]->text;
    load_each(loader, inlining->scope, step, node);
    const struct static_type item =
        static_type_of_item(step->each ? expression_type(step->each) : static_type_any);
    inlining->scope->current = yaml_get(node, "each") ? &item : NULL;
    load_target(inlining, step, node->items[named]);
    load_call_options(inlining, step, node);
    inlining->scope->current = NULL;
    step->slot = scope_add(inlining->scope, step->name,
                           step->each ? (struct static_type){TYPE_ARRAY, NULL} : static_type_any,
                           step->location);
}

/* The other steps. */

/* Another key next to `let` may be a name with too little indentation. */
static void load_let(struct inlining *inlining, const struct yaml_node *node) {
    const struct yaml_node *let = yaml_get(node, "let");
    bool empty = yaml_is_null(let);
    for (size_t i = 0; i < node->count; i++) {
        if (keyword_is_known(let_keywords, node->keys[i]->text))
            continue;
        if (empty)
            diagnostics_add(inlining->loader->diagnostics, node->keys[i]->location,
                            "indent the names of a let more than `let`");
        else
            yaml_check_key(inlining->loader->diagnostics, inlining->loader->arena, node, i, "let",
                           let_keywords);
        /* The name counts as defined, so that reading it is not reported as well. */
        if (!keyword_is_known(let_keywords, node->keys[i]->text))
            inlining->scope->incomplete = true;
        if (empty)
            return;
    }
    struct step *step = add_step(inlining, STEP_LET, node->location);
    step->when = combined_when(inlining, node);
    step->names = loader_names(inlining->loader, inlining->scope, yaml_get(node, "let"),
                               step->when == NULL, &step->name_count);
}

static void load_require(struct inlining *inlining, const struct yaml_node *node) {
    loader_check_keys(inlining->loader, node, "require", require_keywords);
    struct step *step = add_step(inlining, STEP_REQUIRE, node->location);
    step->when = combined_when(inlining, node);
    step->condition = condition(inlining, yaml_get(node, "require"));
    const struct yaml_node *otherwise = yaml_get(node, "else");
    if (otherwise)
        step->otherwise = load_error_response(inlining->loader, inlining->scope, otherwise);
    else
        diagnostics_add(inlining->loader->diagnostics, node->location,
                        "require needs an `else`, the answer if the condition does not hold, such "
                        "as else: 404 Not found");
}

static void inline_steps(struct inlining *inlining, const struct yaml_node *node);

static struct flow *find_flow(struct loader *loader, const struct yaml_node *node,
                              struct text name) {
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < loader->flow_count; i++) {
        if (text_equal(loader->flows[i].name, name))
            return &loader->flows[i];
        nearest_offer(&nearest, loader->flows[i].name);
    }
    diagnostics_add(loader->diagnostics, node->location, "unknown flow \"%.*s\"%s",
                    TEXT_ARGUMENT(name), nearest_hint(&nearest, loader->arena).data);
    return NULL;
}

/* The arguments with which a flow is used. */
struct flow_arguments {
    struct expression **values;
    size_t count;
    /* The place of the use. */
    struct location location;
    environment_set environment;
};

/* Arguments become names that are only visible in the flow; a `let` assigns their values. */
static struct scope_name *bind_parameters(struct inlining *inlining, const struct flow *flow,
                                          const struct flow_arguments *given) {
    struct arena *arena = inlining->loader->arena;
    struct scope_name *outer = inlining->scope->names;
    if (!flow->parameter_count)
        return outer;
    struct step *step = add_step(inlining, STEP_LET, given->location);
    step->binds_parameters = true;
    step->names = arena_allocate_array(arena, flow->parameter_count, sizeof *step->names);
    for (size_t i = 0; i < flow->parameter_count; i++) {
        struct shape *shape = arena_allocate(arena, sizeof *shape);
        shape->kind = SHAPE_EXPRESSION;
        shape->expression = given->values[i];
        struct scope_name *name = arena_allocate(arena, sizeof *name);
        name->name = flow->parameters[i];
        name->slot = inlining->scope->slot_count++;
        name->type = expression_type(given->values[i]);
        name->constant = shape_is_constant(shape) ? shape->expression : NULL;
        name->environment = given->environment;
        name->next = inlining->scope->names;
        inlining->scope->names = name;
        step->names[step->name_count++] =
            (struct named_shape){name->name, name->slot, shape, given->environment};
    }
    return outer;
}

/* The names of the steps of a flow remain visible after it, its parameters do not. */
static void unbind_parameters(struct scope *scope, const struct flow *flow,
                              struct scope_name *outer) {
    struct scope_name **link = &scope->names;
    while (*link && *link != outer) {
        bool parameter = false;
        for (size_t i = 0; i < flow->parameter_count; i++)
            parameter = parameter || text_equal((*link)->name, flow->parameters[i]);
        if (parameter)
            *link = (*link)->next;
        else
            link = &(*link)->next;
    }
}

static void inline_flow(struct inlining *inlining, struct flow *flow,
                        const struct flow_arguments *arguments, const struct yaml_node *node) {
    struct expression *outer_when = inlining->when;
    inlining->nesting++;
    inlining->uses++;
    inlining->when = combined_when(inlining, node);
    struct scope_name *outer = bind_parameters(inlining, flow, arguments);
    flow->open = true;
    flow->used = true;
    inline_steps(inlining, flow->steps);
    flow->open = false;
    unbind_parameters(inlining->scope, flow, outer);
    inlining->when = outer_when;
    inlining->nesting--;
}

static void load_use(struct inlining *inlining, const struct yaml_node *node) {
    struct loader *loader = inlining->loader;
    loader_check_keys(loader, node, "use", use_keywords);
    const struct yaml_node *use = yaml_get(node, "use");
    struct text rest = loader_text(loader, use, "a flow with its arguments");
    struct text name = text_cut(&rest, ' ');
    struct flow *flow = find_flow(loader, use, name);
    struct flow_arguments given = {.location = node->location};
    environment_set outer = environment_collect(loader->definitions);
    /* Assume an error until the `use` is loaded. */
    bool was_incomplete = inlining->scope->incomplete;
    if (flow)
        flow->used = true;
    else
        loader->unknown_use = true;
    bool good = flow && expression_parse_operands(inlining->scope, use, use->text.size - rest.size,
                                                  rest.size, &given.values, &given.count);
    given.environment = environment_collected(loader->definitions, outer);
    inlining->scope->incomplete = true;
    if (!good)
        return;
    if (flow->open) {
        diagnostics_add(loader->diagnostics, use->location, "the flow \"%.*s\" uses itself",
                        TEXT_ARGUMENT(name));
    } else if (given.count != flow->parameter_count) {
        diagnostics_add(loader->diagnostics, use->location,
                        "the flow \"%.*s\" expects %zu argument%s, got %zu", TEXT_ARGUMENT(name),
                        flow->parameter_count, flow->parameter_count == 1 ? "" : "s", given.count);
    } else if (inlining->nesting == MAX_FLOW_NESTING) {
        diagnostics_add(loader->diagnostics, use->location,
                        "flows are nested more than %d levels deep", MAX_FLOW_NESTING);
    } else if (inlining->uses + inlining->list.count >= MAX_STEPS) {
        diagnostics_add(loader->diagnostics, use->location, "the route has more than %d steps",
                        MAX_STEPS);
    } else {
        inlining->scope->incomplete = was_incomplete;
        inline_flow(inlining, flow, &given, node);
    }
}

/* Whether the key at `index` determines the kind of the step. */
static bool names_a_step(const struct yaml_node *step, size_t index) {
    struct text key = step->keys[index]->text;
    if (text_is_among(key, step_words, COUNT(step_words)))
        return true;
    struct text target = step->items[index]->text;
    return step->items[index]->kind == YAML_SCALAR && http_method(text_cut(&target, ' ')) &&
           !keyword_is_known(call_keywords, key);
}

static void inline_step(struct inlining *inlining, const struct yaml_node *step) {
    if (step->kind != YAML_MAPPING) {
        diagnostics_add(inlining->loader->diagnostics, step->location, "%s", what_a_step_is);
        inlining->scope->incomplete = true;
    } else if (yaml_get(step, "let"))
        load_let(inlining, step);
    else if (yaml_get(step, "require"))
        load_require(inlining, step);
    else if (yaml_get(step, "use"))
        load_use(inlining, step);
    else
        load_call(inlining, step);
}

/* After reporting it, loads a mapping with the keys of several steps as these steps. */
static void inline_item(struct inlining *inlining, const struct yaml_node *item) {
    struct yaml_node part = *item;
    size_t begin = 0;
    bool named = false;
    for (size_t i = 0; item->kind == YAML_MAPPING && i < item->count; i++) {
        bool names = names_a_step(item, i);
        if (names && named) {
            diagnostics_add(inlining->loader->diagnostics, item->keys[i]->location,
                            "a \"- \" is missing here: \"%.*s\" begins another step",
                            TEXT_ARGUMENT(item->keys[i]->text));
            part.count = i - begin;
            inline_step(inlining, &part);
            begin = i;
            part.keys = item->keys + i;
            part.items = item->items + i;
            part.location = item->keys[i]->location;
        }
        named = named || names;
    }
    part.count = item->count - begin;
    inline_step(inlining, &part);
}

static void inline_steps(struct inlining *inlining, const struct yaml_node *node) {
    if (node->kind != YAML_SEQUENCE) {
        diagnostics_add(inlining->loader->diagnostics, node->location,
                        "steps must be a list: each step begins with \"- \"");
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        inline_item(inlining, node->items[i]);
}

void load_steps(struct loader *loader, struct scope *scope, struct route *route,
                const struct yaml_node *node) {
    struct inlining inlining = {.loader = loader, .scope = scope};
    inline_steps(&inlining, node);
    struct step_list *list = &inlining.list;
    route->step_count = list->count;
    route->steps = arena_allocate_array(loader->arena, list->count, sizeof *list->steps);
    if (list->count)
        memcpy(route->steps, list->steps, list->count * sizeof *list->steps);
    free(list->steps);
}

void load_flows(struct loader *loader, const struct yaml_node *section) {
    if (!section)
        return;
    loader->flows = arena_allocate_array(loader->arena, section->count, sizeof(struct flow));
    for (size_t i = 0; i < section->count; i++) {
        struct flow *flow = &loader->flows[loader->flow_count++];
        flow->steps = section->items[i];
        if (!signature_parse(loader->arena, section->keys[i]->text, &flow->name, &flow->parameters,
                             &flow->parameter_count))
            diagnostics_add(
                loader->diagnostics, section->keys[i]->location,
                "invalid declaration of a flow, \"%.*s\": write `name` or `name $parameter …`",
                TEXT_ARGUMENT(section->keys[i]->text));
    }
}
