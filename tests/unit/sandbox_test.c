/* What a process in the sandbox can do no more, and what it still can. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/log.h"
#include "serve/sandbox.h"

/* Runs `act` in a process of its own, in the sandbox; its result, an errno or 0. */
static int in_sandbox(int (*act)(void)) {
    pid_t child = fork();
    if (child == 0) {
        const struct log log = {.level = LOG_LEVEL_ERROR, .descriptor = STDERR_FILENO};
        sandbox_enter(&log);
        errno = 0;
        _exit(act());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The number behind `name` in /proc/self/status, which is written in `base`. */
static unsigned long status_of(const char *name, int base) {
    char line[256];
    unsigned long number = ~0UL;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            number = strtoul(line + strlen(name) + 1, NULL, base);
    if (file)
        fclose(file);
    return number;
}

static int tell_rights(void) {
    return status_of("NoNewPrivs", 10) == 1 && status_of("CapEff", 16) == 0 &&
                   status_of("CapPrm", 16) == 0
               ? 0
               : EPERM;
}

static void rights_are_given_up(void **state) {
    (void)state;
    assert_int_equal(in_sandbox(tell_rights), 0);
}

static int read_file(void) {
    int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    char byte;
    return file >= 0 && read(file, &byte, 1) == 1 ? 0 : EIO;
}

static void *do_nothing(void *argument) {
    return argument;
}

static int start_thread(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, do_nothing, NULL);
    return error ? error : pthread_join(thread, NULL);
}

static int look_up(void) {
    struct addrinfo *found = NULL;
    if (getaddrinfo("localhost", "80", NULL, &found))
        return EIO;
    freeaddrinfo(found);
    return 0;
}

static int open_sockets(void) {
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
    for (size_t i = 0; i < COUNT(families); i++)
        if (socket(families[i], SOCK_STREAM, 0) < 0 && errno != EAFNOSUPPORT)
            return errno;
    return 0;
}

static int write_where_it_was_opened(void) {
    return write(STDOUT_FILENO, "", 0) == 0 ? 0 : errno;
}

/* What a worker needs. */
static void work_goes_on(void **state) {
    (void)state;
    assert_int_equal(in_sandbox(read_file), 0);
    assert_int_equal(in_sandbox(start_thread), 0);
    assert_int_equal(in_sandbox(look_up), 0);
    assert_int_equal(in_sandbox(open_sockets), 0);
    assert_int_equal(in_sandbox(write_where_it_was_opened), 0);
}

static int error_of(long result) {
    return result < 0 ? errno : 0;
}

static int run_program(void) {
    return error_of(execl("/bin/true", "true", (char *)NULL));
}

static int run_shell(void) {
    return system("exit 0") == 0 ? 0 : EPERM;
}

static int start_process(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return error_of(child);
}

static int write_file(void) {
    return error_of(open("/dev/null", O_WRONLY));
}

static int make_file(void) {
    char name[] = "/tmp/o2s-medusa-sandbox-XXXXXX";
    return error_of(mkstemp(name));
}

static int append_to_file(void) {
    return error_of(open("/dev/null", O_RDWR | O_APPEND));
}

static int make_folder(void) {
    return error_of(mkdir("/tmp/o2s-medusa-sandbox", 0700));
}

static int remove_file(void) {
    return error_of(unlink("/tmp/o2s-medusa-no-such-file"));
}

static int change_mode(void) {
    return error_of(chmod("/tmp/o2s-medusa-no-such-file", 0600));
}

static int trace(void) {
    return error_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int signal_parent(void) {
    return error_of(kill(getppid(), 0));
}

static int open_raw_socket(void) {
    return error_of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int serve(void) {
    return error_of(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
}

static void the_rest_is_refused(void **state) {
    static const struct {
        const char *what;
        int (*act)(void);
    } rows[] = {
        {"to run a program", run_program},
        {"to run a shell", run_shell},
        {"to start a process", start_process},
        {"to make a folder", make_folder},
        {"to remove a file", remove_file},
        {"to change a file's mode", change_mode},
        {"to be traced", trace},
        {"to signal another process", signal_parent},
        {"a raw socket", open_raw_socket},
        {"to listen", serve},
    };
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    for (size_t i = 0; i < COUNT(rows); i++)
        check_number(rows[i].what, EPERM, (size_t)in_sandbox(rows[i].act));
}

/* fchmodat2(), which these headers may not know: newer than what the filter was made for. */
static int call_newer(void) {
    enum { NEWER = 452 };
    return error_of(syscall(NEWER, AT_FDCWD, "/tmp/o2s-medusa-no-such-file", 0600, 0));
}

static void newer_calls_are_unknown(void **state) {
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    check_number("a newer call", ENOSYS, (size_t)in_sandbox(call_newer));
}

static void no_file_is_opened_to_write(void **state) {
    (void)state;
#if defined __SANITIZE_ADDRESS__ || defined O2S_COVERAGE
    skip();
#endif
    assert_int_equal(in_sandbox(write_file), EPERM);
    assert_int_equal(in_sandbox(make_file), EPERM);
    assert_int_equal(in_sandbox(append_to_file), EPERM);
}

static int leave_a_core(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0
               ? 0
               : EPERM;
}

static void memory_is_shown_to_nobody(void **state) {
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    assert_int_equal(in_sandbox(leave_a_core), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_given_up),        cmocka_unit_test(work_goes_on),
        cmocka_unit_test(the_rest_is_refused),        cmocka_unit_test(newer_calls_are_unknown),
        cmocka_unit_test(no_file_is_opened_to_write), cmocka_unit_test(memory_is_shown_to_nobody),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
