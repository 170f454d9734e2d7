/*
 * The examples in deploy/examples and the everyday edits in tests/extensions: tables that extend
 * the shipped one, each with its cases.
 */
#include "support.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "table/table_files.h"

#define SHIPPED PROJECT "/routes.yaml"
#define CACHED  PROJECT "/deploy/examples/cached-catalogue"

/* So many runs of `check` are measured, and the median counts. It is to take 60 ms at most; more
 * than twice that fails, since other processes on the same core make it slower. */
#define RUNS              5
#define MOST_MILLISECONDS 120

/* Runs the program without the environment. */
static struct text run(struct arena *arena, const char *arguments, int *status) {
    return run_command(arena, text_format(arena, "env -i %s %s", PROGRAM, arguments).data, status);
}

static void must_succeed(struct arena *arena, const char *arguments) {
    int status;
    struct text printed = run(arena, arguments, &status);
    if (status != 0)
        fail_msg("%s: exit status %d:\n%.*s", arguments, status, TEXT_ARGUMENT(printed));
}

static void find_tables(glob_t *found) {
    assert_int_equal(0, glob(PROJECT "/deploy/examples/*.yaml", 0, NULL, found));
    assert_int_equal(0, glob(PROJECT "/tests/extensions/*.yaml", GLOB_APPEND, NULL, found));
    check_number("tables", 12, found->gl_pathc);
}

/* NAME.tests of NAME.yaml. */
static const char *cases_of(struct arena *arena, const char *table) {
    return text_format(arena, "%.*s.tests", (int)(strlen(table) - strlen(".yaml")), table).data;
}

static void none_has_an_error_or_a_warning(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++)
        must_succeed(*state, text_format(*state, "check --strict %s", tables.gl_pathv[i]).data);
    globfree(&tables);
}

/* Its cases pass, and with the shipped table alone they do not. */
static void each_has_an_effect_that_its_cases_show(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++) {
        const char *table = tables.gl_pathv[i];
        const char *cases = cases_of(*state, table);
        must_succeed(*state, text_format(*state, "-f %s test", table).data);
        int status;
        run(*state, text_format(*state, "-f " SHIPPED " test %s", cases).data, &status);
        check_truth(cases, true, status != 0);
    }
    globfree(&tables);
}

/* The cases of the shipped table pass with those that only add to it. */
static void what_is_added_changes_nothing_else(void **state) {
    static const char *const adding[] = {
        "deploy/examples/resources", "deploy/examples/own-endpoint", "tests/extensions/customer"};
    static const char arguments[] = "-f " PROJECT "/%s.yaml test " PROJECT "/tests/table";
    for (size_t i = 0; i < COUNT(adding); i++)
        must_succeed(*state, text_format(*state, arguments, adding[i]).data);
}

static void destroy(void *table) {
    table_destroy(table);
}

/* With cached-catalogue.yaml, the response of no route with `cache` depends on the token. */
static void every_cached_route_is_shared(void **state) {
    struct printing *printing = printing_begin(*state);
    struct table *table =
        table_load_reporting(CACHED ".yaml", diagnostics_printer(printing->stream));
    check_text(CACHED, "", printing_end(*state, printing));
    arena_defer(*state, destroy, table);
    size_t cached = 0;
    for (size_t i = 0; i < table->route_count; i++) {
        const struct caching *caching = table->routes[i].caching;
        if (!caching)
            continue;
        cached++;
        check_truth(text_copy(*state, table->routes[i].pattern).data, false,
                    text_is_listed(text_of("authorization"), caching->vary));
    }
    check_truth("all cached routes were found", true, cached >= 5);
}

/* If one of its calls goes to `store`, with the token, a case fails. */
static void each_call_without_the_token_has_a_case(void **state) {
    static const char call[] = "GET catalogue/";
    const char *example = file_content(*state, CACHED ".yaml").data;
    const char *base = strstr(example, "extends: ../../routes.yaml");
    assert_non_null(base);
    size_t calls = 0;
    for (const char *at = strstr(example, call); at; at = strstr(at + 1, call), calls++) {
        const char *rest = base + strlen("extends: ../../routes.yaml");
        const char *after = at + strlen(call);
        write_file("changed.yaml", text_format(*state, "extends: " SHIPPED "%.*sGET store/%s",
                                               (int)(at - rest), rest, after)
                                       .data);
        must_succeed(*state, "check changed.yaml");
        int status;
        run(*state, "-f changed.yaml test " CACHED ".tests", &status);
        check_truth(text_format(*state, "%.40s", at).data, true, status != 0);
    }
    check_number("calls", 8, calls);
}

/* What `show` prints of an upstream of cached-catalogue.yaml, without its name. */
static struct text upstream(struct arena *arena, const char *name) {
    int status;
    struct text printed =
        run(arena, text_format(arena, "-f " CACHED ".yaml show %s", name).data, &status);
    check_number(name, 0, (size_t)status);
    for (int heading = 0; heading < 2; heading++)
        text_cut(&printed, '\n');
    return printed;
}

/* Whether a line has a key of an upstream itself, not of a part of it. */
static bool is_key(struct text line) {
    return line.size > 4 && line.data[4] != ' ';
}

/* Cuts off the first key and its value; `*name` becomes the key. */
static struct text cut_key(struct text *rest, struct text *name) {
    struct text value = *rest;
    struct text line = text_cut(rest, '\n');
    struct text key = text_trim(line);
    *name = text_cut(&key, ':');
    while (rest->size) {
        struct text following = *rest;
        if (is_key(text_cut(&following, '\n')))
            break;
        *rest = following;
    }
    value.size -= rest->size;
    return value;
}

/* The value of a key, with the key; empty without such a key. */
static struct text value_of(struct text upstream, struct text wanted) {
    while (upstream.size) {
        struct text name;
        struct text value = cut_key(&upstream, &name);
        if (text_equal(name, wanted))
            return value;
    }
    return (struct text){"", 0};
}

/* The example repeats the upstream `store`. It has all that `store` has but for what concerns
 * tokens and bodies, and refers to it for what both share. */
static void the_catalogue_is_the_store_without_the_token(void **state) {
    static const struct {
        const char *key;
        const char *expected;
    } others[] = {{"forward", ""},
                  {"retry", ""},
                  {"max_request", ""},
                  {"public", "    public: true\n"},
                  {"breaker", "    breaker: store\n"},
                  {"fields", "    fields: store\n"}};
    struct text store = upstream(*state, "store");
    struct text catalogue = upstream(*state, "catalogue");
    for (size_t i = 0; i < COUNT(others); i++)
        check_text(others[i].key, others[i].expected, value_of(catalogue, text_of(others[i].key)));
    /* Both ways: neither has a key that the other has not. */
    struct text both =
        text_format(*state, "%.*s%.*s", TEXT_ARGUMENT(store), TEXT_ARGUMENT(catalogue));
    size_t same = 0;
    for (struct text name; both.size;) {
        cut_key(&both, &name);
        bool other = false;
        for (size_t i = 0; i < COUNT(others); i++)
            other = other || text_is(name, others[i].key);
        if (other)
            continue;
        same++;
        check_text(text_copy(*state, name).data, text_copy(*state, value_of(store, name)).data,
                   value_of(catalogue, name));
    }
    check_number("keys that are the same", 2 * 6, same);
}

#if !defined(O2S_ADDRESS_SANITIZER) && !defined(O2S_COVERAGE)

/* The user CPU time of all processes that have been waited for. */
static long used_milliseconds(void) {
    struct rusage usage;
    assert_int_equal(0, getrusage(RUSAGE_CHILDREN, &usage));
    return usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000;
}

static int compare(const void *a, const void *b) {
    long first = *(const long *)a;
    long second = *(const long *)b;
    return (first > second) - (first < second);
}

static long median_of_checks(struct arena *arena, const char *table) {
    const char *arguments = text_format(arena, "check %s", table).data;
    long used[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        long before = used_milliseconds();
        must_succeed(arena, arguments);
        used[i] = used_milliseconds() - before;
    }
    qsort(used, RUNS, sizeof *used, compare);
    return used[RUNS / 2];
}

/* A check of a table and its base is quick enough to be run at each save in an editor. */
static void a_check_takes_little_time(void **state) {
    glob_t tables;
    find_tables(&tables);
    for (size_t i = 0; i < tables.gl_pathc; i++) {
        long used = median_of_checks(*state, tables.gl_pathv[i]);
        print_message("%s: %ld ms\n", tables.gl_pathv[i] + strlen(PROJECT) + 1, used);
        check_truth(tables.gl_pathv[i], true, used <= MOST_MILLISECONDS);
    }
    globfree(&tables);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_WITH_ARENA(none_has_an_error_or_a_warning),
        TEST_WITH_ARENA(each_has_an_effect_that_its_cases_show),
        TEST_WITH_ARENA(what_is_added_changes_nothing_else),
        TEST_WITH_ARENA(every_cached_route_is_shared),
        TEST_IN_FOLDER(each_call_without_the_token_has_a_case),
        TEST_WITH_ARENA(the_catalogue_is_the_store_without_the_token),
#if !defined(O2S_ADDRESS_SANITIZER) && !defined(O2S_COVERAGE)
        TEST_WITH_ARENA(a_check_takes_little_time),
#endif
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
