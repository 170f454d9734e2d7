/*
 * Makes every allocation of the engine fail in turn: while a table is loaded, while a request is
 * answered with calls to an upstream, and in the life of a worker that serves one by FastCGI.
 *
 *   allocation_failures [RUNS]
 *
 * Each failure is a process of its own, which must end with status 71 and report why. RUNS
 * (default: all) is how many are tried of each case that has more allocations, evenly spread.
 */
#include <curl/curl.h>
#include <glob.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocator.h"
#include "base/memory.h"
#include "fastcgi_client.h"
#include "serve/service.h"
#include "serve/worker.h"
#include "upstream_standin.h"

#define PLAIN_WORDS "o2s-medusa: out of memory\n"

enum { PATIENCE_S = 20, MAX_TEXT = 1 << 16 };

/* What a process tells its parent, in memory that they share. */
static struct report {
    size_t count;
    /* It came to its end, with this result. */
    bool complete;
    char text[MAX_TEXT];
} * report;

struct scenario {
    const char *name;
    /* Called in the parent before; NULL: nothing. */
    void (*prepare)(void);
    /* What is done with a failure to come; it leaves its result in the report. */
    void (*run)(const void *what);
    const void *what;
    /* What the parent does meanwhile with the process; NULL: nothing. */
    void (*accompany)(pid_t process);
    /* What the result begins with where no allocation fails. */
    const char *expected;
    /* What the report of a failure ends with. */
    const char *words;
};

static const struct log no_log = {.descriptor = -1, .level = LOG_LEVEL_ERROR};
static size_t failed, tried;
static int worker_socket;

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

/* One process. */

static void run_child(const struct scenario *scenario, size_t which, int said) {
    if (dup2(said, STDERR_FILENO) < 0)
        _exit(1);
    alarm(PATIENCE_S);
    allocator_arm(which);
    scenario->run(scenario->what);
    report->count = allocator_count();
    report->complete = true;
    _exit(0);
}

/* Gives the exit status, or 1000 and the number of the signal that ended it. */
static int run(const struct scenario *scenario, size_t which, char *said, size_t room) {
    int file = memfd_create("stderr", MFD_CLOEXEC);
    memset(report, 0, sizeof *report);
    if (scenario->prepare)
        scenario->prepare();
    fflush(stdout);
    pid_t process = fork();
    if (file < 0 || process < 0)
        die("cannot start a process");
    if (process == 0)
        run_child(scenario, which, file);
    if (scenario->accompany)
        scenario->accompany(process);
    int status;
    if (waitpid(process, &status, 0) != process)
        die("waitpid");
    ssize_t size = pread(file, said, room - 1, 0);
    said[size > 0 ? size : 0] = '\0';
    close(file);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* One failure after the other. */

static bool ends_with(const char *said, const char *words) {
    size_t size = strlen(said), length = strlen(words);
    return size >= length && strcmp(said + size - length, words) == 0;
}

static void try(const struct scenario *scenario, size_t which) {
    char said[4096];
    int status = run(scenario, which, said, sizeof said);
    tried++;
    /* How a network's bytes arrive decides how many allocations there are: it never came to it. */
    if (status == 0 && report->complete && report->count < which)
        return;
    if (status == MEMORY_EXIT_STATUS && ends_with(said, scenario->words))
        return;
    failed++;
    printf("%s: where allocation %zu fails\n  expected: status %d, \"%s\"\n"
           "  came:     status %d (1000 and more: a signal), \"%s\"\n",
           scenario->name, which, MEMORY_EXIT_STATUS, scenario->words, status, said);
}

static void try_all(const struct scenario *scenario, size_t runs) {
    char said[4096];
    int status = run(scenario, 0, said, sizeof said);
    if (status || !report->complete ||
        strncmp(report->text, scenario->expected, strlen(scenario->expected)) != 0) {
        printf(
            "%s: with all the memory there is\n  expected: %s…\n  came:     status %d, %.400s\n%s",
            scenario->name, scenario->expected, status, report->text, said);
        failed++;
        return;
    }
    size_t count = report->count, before = tried;
    size_t step = count > runs ? (count + runs - 1) / runs : 1;
    for (size_t which = 1; which <= count; which += step)
        try(scenario, which);
    printf("%s: %zu of %zu\n", scenario->name, tried - before, count);
}

/* Loading a table. */

static void load_table(const void *path) {
    struct table *table = table_load_file(path, stderr);
    strcpy(report->text, table ? "good" : "mistakes");
    table_destroy(table);
}

static void try_tables(size_t runs) {
    glob_t files;
    struct scenario scenario = {
        .run = load_table, .name = "routes.yaml", .expected = "good", .words = PLAIN_WORDS};
    scenario.what = PROJECT "/routes.yaml";
    try_all(&scenario, runs);
    if (glob(PROJECT "/tests/unit/mistakes/*.yaml", 0, NULL, &files))
        die("the tables with mistakes");
    for (size_t i = 0; i < files.gl_pathc; i++) {
        scenario.what = files.gl_pathv[i];
        scenario.name = strrchr(files.gl_pathv[i], '/') + 1;
        /* One of them lacks no more than variables. */
        scenario.expected = "";
        try_all(&scenario, runs / 10);
    }
    globfree(&files);
}

/* Answering a request. */

struct request {
    const char *method;
    const char *target;
    const char *body;
    /* The answer's beginning. */
    const char *expected;
};

static struct service *shared_service;

static void answer(struct service *service, const struct request *what) {
    static const struct http_header headers[] = {
        {{"content-type", 12}, {"application/json", 16}},
        {{"authorization", 13}, {"Bearer t", 8}},
        {{"x-locale", 8}, {"pl", 2}},
    };
    struct http_request request = {.method = text_of(what->method),
                                   .target = text_of(what->target),
                                   .headers = headers,
                                   .header_count = sizeof headers / sizeof headers[0],
                                   .body = text_of(what->body)};
    struct http_response response = {0};
    service_handle(service, &request, &response);
    snprintf(report->text, sizeof report->text, "%d %.*s", response.status, (int)response.body.size,
             response.body.data);
    buffer_free(&response.body);
}

static void answer_request(const void *what) {
    answer(shared_service, what);
}

static void try_requests(size_t runs) {
    static const struct request requests[] = {
        {"GET", "/products?limit=2&type=PHYSICAL&category=shirts&basePath=/p", NULL,
         "200 {\"data\":[{\"id\":\"prod_1\""},
        {"GET", "/products?limit=0&basePath=x&variantOptionGroups[0][label]=a", NULL, "400 "},
        {"GET", "/carts/cart_1", NULL, "200 {\"id\":\"cart_1\""},
        {"GET", "/carts/missing", NULL, "404 {\"message\":\"Cart not found\""},
        {"POST", "/carts", "{\"currency\":\"EUR\",\"metadata\":{\"a\":[1,\"\\u00fc\"]}}",
         "201 {\"id\":\"cart_1\""},
        {"POST", "/carts", "{\"currency\":", "400 "},
        {"POST", "/carts", "{\"currency\":\"E\",\"regionId\":1}", "400 "},
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct scenario scenario = {.name = requests[i].target,
                                    .run = answer_request,
                                    .what = &requests[i],
                                    .expected = requests[i].expected,
                                    .words = PLAIN_WORDS};
        try_all(&scenario, runs);
    }
}

/* The life of a worker. */

static const char small_table[] =
    "upstreams:\n"
    "  store:\n"
    "    url: ${MEDUSAJS_BASE_URL}/store\n"
    "    public: true\n"
    "    errors: {pass: [404], message: .message}\n"
    "routes:\n"
    "  POST /carts/{id}:\n"
    "    body: {type: object, properties: {a: {type: string, pattern: '^x+$'}}}\n"
    "    steps:\n"
    "      - me: GET store/customers/me\n"
    "      - cart: POST store/carts\n"
    "        body: {a: $body.a, me: $me.customer.id}\n"
    "    answer: {id: $cart.cart.id, slug: $body.a | upper | slug}\n";

static void open_socket(void) {
    worker_socket = fastcgi_listen();
}

static void serve(const void *path) {
    static const struct log log = {.descriptor = STDERR_FILENO, .level = LOG_LEVEL_ERROR};
    struct worker_options options = {.table_path = path, .log = &log};
    if (dup2(worker_socket, STDIN_FILENO) < 0 || close(worker_socket))
        _exit(1);
    int status = worker_run(&options);
    if (status)
        _exit(status);
}

/* Nobody else has the worker's socket: its connections break with its end. */
static void ask_and_end(pid_t process) {
    fastcgi_ask(worker_socket, report->text, sizeof report->text);
    kill(process, SIGTERM);
}

static void try_worker(size_t runs) {
    char path[] = "/tmp/o2s-medusa-table-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || write(file, small_table, sizeof small_table - 1) < 0)
        die(path);
    struct scenario worker = {.name = "a worker",
                              .prepare = open_socket,
                              .run = serve,
                              .what = path,
                              .accompany = ask_and_end,
                              .expected = "Status: 201 Created\r\n",
                              .words = "\"message\":\"out of memory\"}\n"};
    try_all(&worker, runs);
    close(file);
    unlink(path);
}

static void prepare(void) {
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", standin_start());
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("MEDUSAJS_BASE_URL", url, 1);
    setenv("MEDUSAJS_PUBLISHABLE_API_KEY", "pk", 1);
    setenv("DEFAULT_CURRENCY", "EUR", 1);
    setenv("DEFAULT_REGION_ID", "reg_1", 1);
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED)
        die("mmap");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    shared_service = service_create(&no_log);
    struct table *table = table_load_file(PROJECT "/routes.yaml", stderr);
    if (!table)
        exit(EXIT_FAILURE);
    service_set_table(shared_service, table);
}

int main(int argc, char **argv) {
    size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : SIZE_MAX;
    prepare();
    try_tables(runs);
    try_requests(runs);
    try_worker(runs);
    service_destroy(shared_service);
    curl_global_cleanup();
    printf("%zu allocations made to fail, %zu of them badly\n", tried, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
