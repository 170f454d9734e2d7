#include "serve/table_test_coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/functions.h"
#include "table/step_walk.h"

enum part_kind { PART_ROUTE, PART_STEP, PART_ERROR, PART_KEY, PART_ENTRY, PART_KINDS };

/* A part of the table that can be reached. A flow's steps are parts once, however many routes use
 * it. */
struct part {
    enum part_kind kind;
    struct location location;
    struct text name;
    bool reached;
};

struct coverage {
    /* The first member: the observer is the coverage. */
    struct observer observer;
    struct arena *arena;
    struct part **parts;
    size_t count;
    size_t capacity;
};

/* Parts. */

/* Of files with the same place among those of a table, which is loaded anew for each file of cases.
 */
static bool is_same_location(struct location a, struct location b) {
    size_t a_file = a.file ? a.file->number : 0;
    size_t b_file = b.file ? b.file->number : 0;
    return a.line == b.line && a.column == b.column && a_file == b_file;
}

/* A location that outlives the table. */
static struct location kept_location(struct arena *arena, struct location location) {
    if (!location.file)
        return location;
    struct source_file *file = arena_allocate(arena, sizeof *file);
    file->name = text_copy(arena, text_of(location.file->name)).data;
    file->number = location.file->number;
    location.file = file;
    return location;
}

static struct part *find_part(const struct coverage *coverage, enum part_kind kind,
                              struct location location) {
    for (size_t i = 0; i < coverage->count; i++) {
        struct part *part = coverage->parts[i];
        if (part->kind == kind && is_same_location(part->location, location))
            return part;
    }
    return NULL;
}

static struct part *add_part(struct coverage *coverage, enum part_kind kind,
                             struct location location, struct text name) {
    struct part *part = find_part(coverage, kind, location);
    if (part)
        return part;
    coverage->parts = arena_grow(coverage->arena, coverage->parts, coverage->count,
                                 &coverage->capacity, sizeof(struct part *));
    part = arena_allocate(coverage->arena, sizeof *part);
    *part = (struct part){kind, kept_location(coverage->arena, location),
                          text_copy(coverage->arena, name), false};
    coverage->parts[coverage->count++] = part;
    return part;
}

static void reach(struct coverage *coverage, enum part_kind kind, struct location location) {
    struct part *part = find_part(coverage, kind, location);
    if (part)
        part->reached = true;
}

/* Probes: functions of the language that only this file puts into expressions. */

/* `left` as it is, and the part is reached if that is a value. */
struct probe {
    struct expression expression;
    struct part *part;
};

static struct value run_probe(struct evaluation *evaluation, const struct expression *call,
                              struct value input) {
    (void)evaluation;
    if (!value_is_missing(input))
        ((const struct probe *)call)->part->reached = true;
    return input;
}

static const struct function probe_function = {
    .name = "probe", .takes_missing = true, .usage = USAGE_SAME, .run = run_probe};

/* What a table is applied to has this as its right side. */
struct lookup_probe {
    struct expression expression;
    /* One for each entry, and one for `else`. */
    struct part **parts;
};

static struct value run_lookup_probe(struct evaluation *evaluation, const struct expression *call,
                                     struct value input) {
    (void)evaluation;
    const struct lookup *lookup = call->lookup;
    size_t entry = lookup_entry(lookup, input);
    struct part *part = ((const struct lookup_probe *)call->right)->parts[entry];
    if (part)
        part->reached = true;
    return entry < lookup->count ? lookup->entries[entry].value : lookup->otherwise;
}

static const struct function lookup_probe_function = {
    .name = "probe", .usage = USAGE_ALL, .run = run_lookup_probe};

/* Keys of mappers. */

static void wrap(struct coverage *coverage, struct shape **shape, struct part *part) {
    struct expression *inner = (*shape)->expression;
    struct probe *probe = arena_allocate(coverage->arena, sizeof *probe);
    probe->part = part;
    probe->expression = (struct expression){.kind = EXPRESSION_FUNCTION,
                                            .source = inner->source,
                                            .function = &probe_function,
                                            .left = inner,
                                            .depth = inner->depth + 1};
    struct shape *wrapped = arena_allocate(coverage->arena, sizeof *wrapped);
    *wrapped = (struct shape){.kind = SHAPE_EXPRESSION, .expression = &probe->expression};
    *shape = wrapped;
}

/* A constant is not a part: nothing of it can be wrong at a request. */
static void probe_shape(struct coverage *coverage, struct shape **shape, struct location location,
                        struct text name) {
    struct shape *whole = *shape;
    if (whole->kind == SHAPE_EXPRESSION) {
        if (!shape_is_constant(whole))
            wrap(coverage, shape, add_part(coverage, PART_KEY, location, name));
        return;
    }
    for (size_t i = 0; whole->kind == SHAPE_ARRAY && i < whole->count; i++)
        probe_shape(coverage, &whole->items[i], location, name);
    for (size_t i = 0; whole->kind == SHAPE_OBJECT && i < whole->count; i++) {
        struct shape_entry *entry = &whole->entries[i];
        struct text path =
            text_format(coverage->arena, "%.*s%s%s%.*s", TEXT_ARGUMENT(name),
                        memchr(name.data, ':', name.size) ? "." : ": ",
                        entry->kind == SHAPE_LOCAL ? "$" : "", TEXT_ARGUMENT(entry->name));
        probe_shape(coverage, &entry->value, entry->location, path);
    }
}

/* Entries of tables. */

struct lookup_search {
    struct coverage *coverage;
    const struct table *table;
    /* Those of each table, in its order. */
    struct lookup_probe *probes;
};

static bool probe_lookup(void *context, const struct expression *expression, size_t depth) {
    const struct lookup_search *search = context;
    (void)depth;
    if (expression->kind != EXPRESSION_LOOKUP)
        return true;
    /* The expression is one of the table, which is not const itself. */
    struct expression *changed = (struct expression *)expression;
    size_t index = (size_t)(expression->lookup - search->table->definitions.lookups);
    changed->kind = EXPRESSION_FUNCTION;
    changed->function = &lookup_probe_function;
    changed->right = &search->probes[index].expression;
    return true;
}

static struct part *add_entry(struct coverage *coverage, const struct lookup *lookup,
                              struct text name, struct location location) {
    return add_part(coverage, PART_ENTRY, location,
                    text_format(coverage->arena, "table %.*s: %.*s", TEXT_ARGUMENT(lookup->name),
                                TEXT_ARGUMENT(name)));
}

static void add_lookup(struct coverage *coverage, const struct lookup *lookup,
                       struct lookup_probe *probe) {
    probe->expression = (struct expression){.kind = EXPRESSION_LITERAL};
    probe->parts = arena_allocate_array(coverage->arena, lookup->count + 1, sizeof(struct part *));
    for (size_t i = 0; i < lookup->count; i++)
        probe->parts[i] =
            add_entry(coverage, lookup, lookup->entries[i].name, lookup->locations[i]);
    if (!value_is_missing(lookup->otherwise))
        probe->parts[lookup->count] =
            add_entry(coverage, lookup, text_of("else"), lookup->otherwise_location);
}

static bool probe_step_part(void *context, const struct step_expression *found) {
    return walk_step_expression(found, probe_lookup, context);
}

static void probe_route(struct lookup_search *search, const struct route *route) {
    for (size_t i = 0; i < route->step_count; i++)
        step_for_each_expression(&route->steps[i], probe_step_part, search);
    walk_answer(&route->answer, probe_lookup, search);
}

static void probe_lookups(struct coverage *coverage, struct table *table) {
    const struct definitions *definitions = &table->definitions;
    struct lookup_search search = {.coverage = coverage, .table = table};
    search.probes =
        arena_allocate_array(coverage->arena, definitions->lookup_count, sizeof *search.probes);
    for (size_t i = 0; i < definitions->lookup_count; i++)
        add_lookup(coverage, &definitions->lookups[i], &search.probes[i]);
    for (size_t i = 0; i < definitions->mapper_count; i++)
        walk_shape(definitions->mappers[i].body, probe_lookup, &search);
    for (size_t i = 0; i < table->common.name_count; i++)
        walk_shape(table->common.names[i].shape, probe_lookup, &search);
    walk_headers(table->common.answer_headers, table->common.answer_header_count, probe_lookup,
                 &search);
    for (size_t i = 0; i < table->route_count; i++)
        probe_route(&search, &table->routes[i]);
}

/* Routes and steps. */

static void add_error(struct coverage *coverage, struct location location, const char *what,
                      const struct error_response *error) {
    struct buffer name = {0};
    buffer_append_string(&name, what);
    if (error) {
        buffer_append_format(&name, "%d ", error->status);
        template_append_source(&name, error->message);
    }
    add_part(coverage, PART_ERROR, location, buffer_text(&name));
    buffer_free(&name);
}

static void add_step(struct coverage *coverage, const struct step *step) {
    struct arena *arena = coverage->arena;
    if (step->kind == STEP_REQUIRE)
        add_error(coverage, step->location, "require, else ", step->otherwise);
    else if (step->kind == STEP_CALL)
        add_part(coverage, PART_STEP, step->location,
                 text_format(arena, "call $%.*s", TEXT_ARGUMENT(step->name)));
    else if (step->name_count)
        add_part(coverage, PART_STEP, step->location,
                 text_format(arena, "let $%.*s", TEXT_ARGUMENT(step->names[0].name)));
    for (size_t i = 0; i < step->catch_count; i++)
        add_error(coverage, step->catches[i].location,
                  text_format(arena, "catch %d of $%.*s: ", step->catches[i].status,
                              TEXT_ARGUMENT(step->name))
                      .data,
                  step->catches[i].error);
}

static void add_route(struct coverage *coverage, const struct route *route) {
    add_part(coverage, PART_ROUTE, route->location,
             text_format(coverage->arena, "route %.*s %.*s", TEXT_ARGUMENT(route->method),
                         TEXT_ARGUMENT(route->pattern)));
    for (size_t i = 0; i < route->step_count; i++)
        add_step(coverage, &route->steps[i]);
}

static void note_call(struct coverage *coverage, const struct observation *seen) {
    const struct step *step = seen->step;
    const struct upstream_call *call = seen->call;
    reach(coverage, PART_STEP, step->location);
    for (size_t i = 0; call->outcome == UPSTREAM_ANSWERED && i < step->catch_count; i++)
        if (step->catches[i].status == call->status)
            reach(coverage, PART_ERROR, step->catches[i].location);
}

static void notify(struct observer *observer, const struct request_context *context,
                   const struct observation *seen) {
    struct coverage *coverage = (struct coverage *)observer;
    /* The end of a request, with an answer or a failure, is observed without a step. */
    if (!seen->step) {
        if (context->route)
            reach(coverage, PART_ROUTE, context->route->location);
        return;
    }
    if (seen->what == OBSERVED_CONCLUSION)
        note_call(coverage, seen);
    else if (seen->what == OBSERVED_NAMES)
        reach(coverage, PART_STEP, seen->step->location);
    else if (seen->what == OBSERVED_REFUSAL)
        reach(coverage, PART_ERROR, seen->step->location);
}

struct coverage *coverage_create(struct arena *arena) {
    struct coverage *coverage = arena_allocate(arena, sizeof *coverage);
    coverage->arena = arena;
    coverage->observer.notify = notify;
    return coverage;
}

void coverage_add_table(struct coverage *coverage, struct table *table) {
    for (size_t i = 0; i < table->route_count; i++)
        add_route(coverage, &table->routes[i]);
    probe_lookups(coverage, table);
    for (size_t i = 0; i < table->definitions.mapper_count; i++) {
        struct mapper *mapper = &table->definitions.mappers[i];
        probe_shape(coverage, &mapper->body, mapper->location,
                    text_format(coverage->arena, "mapper %.*s", TEXT_ARGUMENT(mapper->name)));
    }
}

struct observer *coverage_observer(struct coverage *coverage) {
    return &coverage->observer;
}

/* The report. */

static int by_location(const void *left, const void *right) {
    const struct location a = (*(struct part *const *)left)->location;
    const struct location b = (*(struct part *const *)right)->location;
    if (a.line != b.line)
        return a.line < b.line ? -1 : 1;
    return a.column < b.column ? -1 : a.column > b.column;
}

double coverage_print(struct coverage *coverage, const char *name) {
    static const char *const kinds[PART_KINDS] = {"routes", "steps", "errors", "mapper keys",
                                                  "table entries"};
    size_t reached[PART_KINDS] = {0}, all[PART_KINDS] = {0}, total = 0;
    if (coverage->count)
        qsort(coverage->parts, coverage->count, sizeof(struct part *), by_location);
    for (size_t i = 0; i < coverage->count; i++) {
        const struct part *part = coverage->parts[i];
        all[part->kind]++;
        reached[part->kind] += part->reached;
        total += part->reached;
        const struct source_file *file = part->location.file;
        if (!part->reached)
            printf("%s:%zu: not reached: %.*s\n", file ? file->name : name, part->location.line,
                   TEXT_ARGUMENT(part->name));
    }
    double percent = coverage->count ? 100.0 * (double)total / (double)coverage->count : 100;
    printf("coverage %.1f %%", percent);
    for (size_t i = 0; i < PART_KINDS; i++)
        printf("%s%zu of %zu %s", i ? ", " : ": ", reached[i], all[i], kinds[i]);
    printf("\n");
    return percent;
}
