/* What a process in the sandbox can do no more, and what it still can. */
#include "support.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "serve/file_watch.h"
#include "serve/log.h"
#include "serve/sandbox.h"
#include "serve/status.h"

static const struct log no_file = {.level = LOG_LEVEL_ERROR, .descriptor = STDERR_FILENO};

/* Runs `act` in a process of its own, in the sandbox, which ends with its result; its status. */
static int status_in_sandbox(int (*act)(void), const struct log *log) {
    pid_t child = fork();
    if (child == 0) {
        sandbox_enter(log);
        errno = 0;
        _exit(act());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* The result of `act`: an errno or 0. */
static int in_sandbox(int (*act)(void)) {
    int status = status_in_sandbox(act, &no_file);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool has_filter(void) {
#ifdef O2S_ADDRESS_SANITIZER
    return false;
#else
    return true;
#endif
}

/* gcov's, to files, when a process ends. */
static bool writes_counters(void) {
#ifdef O2S_COVERAGE
    return true;
#else
    return false;
#endif
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

/* A name server on the loopback that has one answer, 127.0.0.9, to each question. */
static pid_t start_name_server(struct sockaddr_in *address) {
    static const char answer[] = "\xC0\x0C\0\1\0\1\0\0\0\0\0\4\x7F\0\0\x09";
    socklen_t size = sizeof *address;
    int server = socket(AF_INET, SOCK_DGRAM, 0);
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(server, (struct sockaddr *)address, size), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)address, &size), 0);
    pid_t process = fork();
    struct sockaddr_in client;
    unsigned char message[512];
    while (process == 0) {
        size = sizeof client;
        ssize_t length = recvfrom(server, message, sizeof message - sizeof answer, 0,
                                  (struct sockaddr *)&client, &size);
        if (length < 12)
            continue;
        /* The header (flags: an answer), the question, and an address to a question for one. */
        bool for_address = message[length - 3] == 1;
        memcpy(message + 2, "\x84\0\0\1\0\0\0\0\0\0", 10);
        message[7] = for_address;
        memcpy(message + length, answer, sizeof answer - 1);
        size_t sent = (size_t)length + (for_address ? sizeof answer - 1 : 0);
        sendto(server, message, sent, 0, (struct sockaddr *)&client, size);
    }
    close(server);
    return process;
}

static struct sockaddr_in name_server;

static int look_up_by_dns(void) {
    struct addrinfo *found = NULL;
    res_init();
    _res.nscount = 1;
    _res.options &= ~(unsigned long)(RES_USE_EDNS0 | RES_USE_DNSSEC);
    _res.nsaddr_list[0] = name_server;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    if (getaddrinfo("upstream.test.", "80", &hints, &found))
        return EIO;
    const struct sockaddr_in *address = (const void *)found->ai_addr;
    bool right = address->sin_addr.s_addr == htonl(0x7F000009);
    freeaddrinfo(found);
    return right ? 0 : EINVAL;
}

static void names_are_looked_up_by_dns(void **state) {
    (void)state;
    pid_t server = start_name_server(&name_server);
    int error = in_sandbox(look_up_by_dns);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    assert_int_equal(error, 0);
}

/* The last service of most systems. Processes of these tests look names up in children only. */
static int find_module(void) {
    return dlopen("libnss_dns.so.2", RTLD_NOW | RTLD_NOLOAD) ? 0 : ENOENT;
}

static void modules_that_look_up_hosts_are_loaded(void **state) {
    if (!has_filter() || access("/etc/nsswitch.conf", R_OK))
        skip();
    struct text rest = file_content(*state, "/etc/nsswitch.conf");
    bool used = false;
    while (rest.size) {
        struct text line = text_cut(&rest, '\n');
        used = used ||
               (text_starts_with(line, text_of("hosts:")) && text_contains(line, text_of(" dns")));
    }
    if (!used)
        skip();
    assert_null(dlopen("libnss_dns.so.2", RTLD_NOW | RTLD_NOLOAD));
    assert_int_equal(in_sandbox(find_module), 0);
}

static int call_upstream(void) {
    /* Nobody listens on port 9: as far as the name, a thread and the connection. */
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, "https://localhost:9/");
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code == CURLE_COULDNT_CONNECT ? 0 : EIO;
}

static void *allocate_in_thread(void *argument) {
    for (size_t size = 1; size < 1 << 22; size *= 2) {
        char *block = malloc(size);
        block[0] = 1;
        free(block);
    }
    return argument;
}

static int allocate(void) {
    char *block = malloc(1 << 20);
    for (size_t size = 1 << 21; block && size <= 1 << 28; size *= 2) {
        block = realloc(block, size);
        memset(block + size - 4096, 1, 4096);
    }
    free(block);
    char *small[1000];
    for (size_t i = 0; i < COUNT(small); i++)
        small[i] = malloc(1000);
    for (size_t i = 0; i < COUNT(small); i++)
        free(small[i]);
    malloc_trim(0);
    void *aligned = aligned_alloc(1 << 21, 1 << 22);
    madvise(aligned, 1 << 22, MADV_DONTNEED);
    free(aligned);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        if (pthread_create(&threads[i], NULL, allocate_in_thread, NULL))
            return EIO;
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    return 0;
}

static void *wait_for_ever(void *argument) {
    for (;;)
        pause();
    return argument;
}

static int cancel_thread(void) {
    pthread_t thread;
    void *result = NULL;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) || pthread_cancel(thread) ||
        pthread_join(thread, &result))
        return EIO;
    return result == PTHREAD_CANCELED ? 0 : EIO;
}

static int use_syslog(void) {
    for (int i = 0; i < 2; i++) {
        openlog("o2s-medusa-test", LOG_PID, LOG_DAEMON);
        syslog(LOG_DEBUG, "a test");
        closelog();
    }
    return 0;
}

static int watch_file(void) {
    struct file_watch *watch = file_watch_create("/etc/passwd", &no_file);
    bool changed = watch && file_watch_changed(watch);
    file_watch_destroy(watch);
    return watch && !changed ? 0 : EIO;
}

/* Of a pool, of which this process is one worker. */
static struct status *own_status, *other_status;
static const struct table *own_table;

static int use_status_file(void) {
    status_bind(own_status, own_table);
    const struct status_map *map = status_read(own_status);
    const struct status_route *last = &map->file->routes[atomic_load(&map->file->route_count) - 1];
    if (strcmp(last->name, "GET /any") != 0 || atomic_load(&map->file->lost) != 1)
        return EIO;
    return atomic_load(&map->file->workers[0].memory) ? 0 : ENODATA;
}

static void a_status_file_is_used(void **state) {
    static const char path[] = "status";
    own_table = good_table(*state, ANY_UPSTREAM ANY_ROUTE);
    own_status = status_open(path, &no_file);
    other_status = status_open(path, &no_file);
    assert_non_null(other_status);
    /* Of a worker that was killed. */
    atomic_store(&status_read(own_status)->file->workers[2].pid, 1);
    check_number("errno", 0, (size_t)in_sandbox(use_status_file));
    status_close(other_status);
    status_close(own_status);
}

static int wait_for_events(void) {
    int events = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event;
    return events >= 0 && epoll_wait(events, &event, 1, 1) == 0 ? 0 : errno;
}

/* What a worker needs. */
static void work_goes_on(void **state) {
    static const struct {
        const char *what;
        int (*act)(void);
    } rows[] = {
        {"to read a file", read_file},
        {"to start a thread", start_thread},
        {"to cancel a thread", cancel_thread},
        {"to look up a name", look_up},
        {"to call an upstream", call_upstream},
        {"to open sockets", open_sockets},
        {"to write", write_where_it_was_opened},
        {"to allocate", allocate},
        {"to use syslog", use_syslog},
        {"to watch a file", watch_file},
        {"to wait", wait_for_events},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check_number(rows[i].what, 0, (size_t)in_sandbox(rows[i].act));
}

static int abort_process(void) {
    abort();
}

static int raise_signal(void) {
    return raise(SIGTERM);
}

static int signal_itself(void) {
    return kill(getpid(), SIGUSR1);
}

static void a_process_can_signal_itself(void **state) {
    static const struct {
        const char *what;
        int (*act)(void);
        int signal;
    } rows[] = {{"abort", abort_process, SIGABRT},
                {"raise", raise_signal, SIGTERM},
                {"kill", signal_itself, SIGUSR1}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status = status_in_sandbox(rows[i].act, &no_file);
        check_truth(rows[i].what, true, WIFSIGNALED(status));
        check_number(rows[i].what, (size_t)rows[i].signal, (size_t)WTERMSIG(status));
    }
}

static int error_of(long result) {
    return result < 0 ? errno : 0;
}

/* Programs, processes, and signals to others. */

static int run_program(void) {
    return error_of(execl("/bin/true", "true", (char *)NULL));
}

static int start_process(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return error_of(child);
}

static int trace(void) {
    return error_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int read_other_memory(void) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)&no_file, 1};
    return error_of(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

static int write_other_memory(void) {
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {(void *)&no_file, 1};
    return error_of(process_vm_writev(getppid(), &here, 1, &there, 1, 0));
}

static int signal_parent(void) {
    return error_of(kill(getppid(), 0));
}

static int signal_group(void) {
    return error_of(kill(0, 0));
}

static int signal_thread(void) {
    return error_of(syscall(SYS_tkill, getppid(), 0));
}

static int signal_thread_of_parent(void) {
    return error_of(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int queue_signal(void) {
    siginfo_t info = {.si_code = SI_QUEUE};
    return error_of(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
}

static int queue_signal_to_thread(void) {
    siginfo_t info = {.si_code = SI_QUEUE};
    return error_of(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &info));
}

static int open_process(void) {
    return error_of(syscall(SYS_pidfd_open, getppid(), 0));
}

static int signal_by_descriptor(void) {
    return error_of(fcntl(STDIN_FILENO, F_SETOWN, getppid()));
}

static int limit_parent(void) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return error_of(prlimit(getppid(), RLIMIT_CPU, &limit, NULL));
}

/* Memory that can be executed. */

static int written_memory = -1;

static int error_of_map(void *map) {
    return map == MAP_FAILED ? errno : 0;
}

static int execute_written_memory(void) {
    return error_of_map(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, written_memory, 0));
}

static int create_memory_file(void) {
    return error_of(memfd_create("sandbox", 0));
}

static int execute_file(void) {
    int file = open("/bin/true", O_RDONLY);
    return error_of_map(mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE, file, 0));
}

static int map_executable(void) {
    return error_of_map(
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int make_executable(void) {
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return error_of(mprotect(map, 4096, PROT_READ | PROT_EXEC));
}

static int make_executable_by_key(void) {
    return error_of(syscall(SYS_pkey_mprotect, NULL, 4096, PROT_READ | PROT_EXEC, -1));
}

static int make_all_executable(void) {
    enum { READ_IMPLIES_EXEC = 0x0400000 };
    return error_of(syscall(SYS_personality, READ_IMPLIES_EXEC));
}

/* Files. */

static int open_to_write(void) {
    return error_of(open("/dev/null", O_WRONLY));
}

static int make_file(void) {
    char name[] = "/tmp/o2s-medusa-sandbox-XXXXXX";
    return error_of(mkstemp(name));
}

static int append_to_file(void) {
    return error_of(open("/dev/null", LOG_FILE_FLAGS, LOG_FILE_MODE));
}

static int write_by_other_means(void) {
    struct {
        uint64_t flags, mode, resolve;
    } how = {.flags = O_WRONLY};
    return error_of(syscall(SYS_openat2, AT_FDCWD, "/dev/null", &how, sizeof how));
}

static int make_folder(void) {
    return error_of(mkdir("/tmp/o2s-medusa-sandbox", 0700));
}

static int remove_file(void) {
    return error_of(unlink("/tmp/o2s-medusa-no-such-file"));
}

static int rename_file(void) {
    return error_of(rename("/tmp/o2s-medusa-no-such-file", "/tmp/o2s-medusa-no-such-file-either"));
}

static int link_file(void) {
    return error_of(symlink("/", "/tmp/o2s-medusa-no-such-folder/link"));
}

static int change_mode(void) {
    return error_of(chmod("/tmp/o2s-medusa-no-such-file", 0600));
}

static int truncate_file(void) {
    return error_of(truncate("/tmp/o2s-medusa-no-such-file", 0));
}

static int mount_folder(void) {
    return error_of(mount("none", "/tmp/o2s-medusa-no-such-folder", "tmpfs", 0, NULL));
}

/* Sockets, and ways around the list. */

static int open_raw_socket(void) {
    return error_of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int open_audit_socket(void) {
    return error_of(socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT));
}

static int serve(void) {
    return error_of(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
}

static int leave_namespace(void) {
    return error_of(unshare(CLONE_NEWUSER));
}

static int start_ring(void) {
    struct io_uring_params parameters = {0};
    return error_of(syscall(SYS_io_uring_setup, 1, &parameters));
}

static int load_bpf(void) {
    return error_of(syscall(SYS_bpf, 0, NULL, 0));
}

static int use_key(void) {
    return error_of(syscall(SYS_keyctl, 0, -1, 0));
}

static int handle_page_faults(void) {
    return error_of(syscall(SYS_userfaultfd, 0));
}

static int change_filter(void) {
    return error_of(syscall(SYS_seccomp, 0, 0, NULL));
}

static int become_dumpable(void) {
    return error_of(prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L));
}

static int call_unknown(void) {
    return error_of(syscall(0xFFFF));
}

struct refusal {
    const char *what;
    int (*act)(void);
    int error;
};

static void check_refusals(const struct refusal *rows, size_t count) {
    if (!has_filter())
        skip();
    for (size_t i = 0; i < count; i++)
        check_number(rows[i].what, (size_t)rows[i].error, (size_t)in_sandbox(rows[i].act));
}

static void other_processes_are_out_of_reach(void **state) {
    static const struct refusal rows[] = {
        {"execve", run_program, ENOSYS},
        {"fork", start_process, EPERM},
        {"ptrace", trace, ENOSYS},
        {"process_vm_readv", read_other_memory, ENOSYS},
        {"process_vm_writev", write_other_memory, ENOSYS},
        {"kill of another process", signal_parent, EPERM},
        {"kill of a process group", signal_group, EPERM},
        {"tkill", signal_thread, ENOSYS},
        {"tgkill of another process", signal_thread_of_parent, EPERM},
        {"rt_sigqueueinfo", queue_signal, ENOSYS},
        {"rt_tgsigqueueinfo", queue_signal_to_thread, ENOSYS},
        {"pidfd_open", open_process, ENOSYS},
        {"F_SETOWN", signal_by_descriptor, EPERM},
        {"prlimit64 of another process", limit_parent, EPERM},
    };
    (void)state;
    check_refusals(rows, COUNT(rows));
}

static void no_memory_becomes_executable(void **state) {
    static const struct refusal rows[] = {
        {"mmap of a written memfd", execute_written_memory, EPERM},
        {"memfd_create", create_memory_file, ENOSYS},
        {"mmap of a file", execute_file, EPERM},
        {"mmap of memory", map_executable, EPERM},
        {"mprotect", make_executable, EPERM},
        {"pkey_mprotect", make_executable_by_key, ENOSYS},
        {"personality", make_all_executable, ENOSYS},
    };
    (void)state;
    written_memory = memfd_create("written", MFD_CLOEXEC);
    assert_true(written_memory >= 0 && write(written_memory, "\xC3", 1) == 1);
    check_refusals(rows, COUNT(rows));
    close(written_memory);
}

static void files_are_not_changed(void **state) {
    static const struct refusal rows[] = {
        {"unlink", remove_file, ENOSYS},
        {"rename", rename_file, ENOSYS},
        {"symlink", link_file, ENOSYS},
        {"chmod", change_mode, ENOSYS},
        {"truncate", truncate_file, ENOSYS},
        {"mount", mount_folder, ENOSYS},
        {"openat2", write_by_other_means, ENOSYS},
    };
    static const struct refusal written[] = {
        {"mkdir", make_folder, ENOSYS},
        {"open to write", open_to_write, EPERM},
        {"open to create", make_file, EPERM},
        {"open to append", append_to_file, EPERM},
    };
    (void)state;
    check_refusals(rows, COUNT(rows));
    if (!writes_counters())
        check_refusals(written, COUNT(written));
}

static void the_kernel_is_out_of_reach(void **state) {
    static const struct refusal rows[] = {
        {"socket(AF_PACKET)", open_raw_socket, EPERM},
        {"socket(AF_NETLINK), audit", open_audit_socket, EPERM},
        {"listen", serve, ENOSYS},
        {"unshare", leave_namespace, ENOSYS},
        {"io_uring_setup", start_ring, ENOSYS},
        {"bpf", load_bpf, ENOSYS},
        {"keyctl", use_key, ENOSYS},
        {"userfaultfd", handle_page_faults, ENOSYS},
        {"seccomp", change_filter, ENOSYS},
        {"PR_SET_DUMPABLE", become_dumpable, EPERM},
        {"an unknown call", call_unknown, ENOSYS},
    };
    (void)state;
    check_refusals(rows, COUNT(rows));
}

#ifdef __x86_64__

static int call_by_x32(void) {
    return error_of(syscall(0x40000000 | SYS_getpid));
}

/* getpid() by i386's number, through the gate that a kernel may have for it. */
static int call_by_i386(void) {
    enum { I386_GETPID = 20 };
    long result = I386_GETPID;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return result == -EPERM ? EPERM : 0;
}

static void other_numbers_are_refused(void **state) {
    static const struct refusal x32 = {"x32", call_by_x32, ENOSYS};
    (void)state;
    check_refusals(&x32, 1);
    int status = status_in_sandbox(call_by_i386, &no_file);
    /* A kernel without i386's calls ends the process with SIGSEGV. */
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == EPERM);
}

#endif

static char log_path[] = "/tmp/o2s-medusa-sandbox-XXXXXX";
static struct log log_file;

static int reopen_log(void) {
    log_reopen(&log_file);
    return 0;
}

/* Opening by other flags, or with other permissions, than a log file's. */
static int write_beside_log(void) {
    static const int flags[] = {O_WRONLY, O_RDWR | O_APPEND, LOG_FILE_FLAGS | O_TRUNC,
                                O_WRONLY | O_CREAT | O_CLOEXEC};
    for (size_t i = 0; i < COUNT(flags); i++)
        if (open("/dev/null", flags[i], LOG_FILE_MODE) >= 0 || errno != EPERM)
            return EIO;
    return open("/dev/null", LOG_FILE_FLAGS, 06777) < 0 && errno == EPERM ? 0 : EIO;
}

static void a_log_file_is_reopened(void **state) {
    int file = mkstemp(log_path);
    log_file.level = LOG_LEVEL_INFO;
    assert_true(file >= 0 && close(file) == 0 && log_open(&log_file, log_path));
    assert_int_equal(unlink(log_path), 0);
    int status = status_in_sandbox(reopen_log, &log_file);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(text_contains(file_content(*state, log_path), text_of("the log was reopened")));
    bool restricted = has_filter() && !writes_counters();
    status = restricted ? status_in_sandbox(write_beside_log, &log_file) : 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    log_close(&log_file);
    unlink(log_path);
}

static int leave_a_core(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0
               ? 0
               : EPERM;
}

static void memory_is_shown_to_nobody(void **state) {
    (void)state;
#ifdef O2S_ADDRESS_SANITIZER
    skip();
#endif
    assert_int_equal(in_sandbox(leave_a_core), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_given_up),
        cmocka_unit_test(work_goes_on),
        TEST_IN_FOLDER(a_status_file_is_used),
        cmocka_unit_test(names_are_looked_up_by_dns),
        TEST_WITH_ARENA(modules_that_look_up_hosts_are_loaded),
        cmocka_unit_test(a_process_can_signal_itself),
        cmocka_unit_test(other_processes_are_out_of_reach),
        cmocka_unit_test(no_memory_becomes_executable),
        cmocka_unit_test(files_are_not_changed),
        cmocka_unit_test(the_kernel_is_out_of_reach),
#ifdef __x86_64__
        cmocka_unit_test(other_numbers_are_refused),
#endif
        cmocka_unit_test(memory_is_shown_to_nobody),
        TEST_WITH_ARENA(a_log_file_is_reopened),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
