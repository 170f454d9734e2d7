#include "serve/sandbox.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/count.h"

static void report_failure(const struct log *log, const char *what) {
    log_write(log, LOG_LEVEL_DEBUG, "not in the sandbox: %s: %s", what, strerror(errno));
}

/*
 * Without capabilities, root is a user who owns many files. A process without capabilities does not
 * drop them, because the filter of a service manager may kill a process that calls capset().
 */
static void drop_capabilities(const struct log *log) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3] = {{0}};
    bool known = syscall(SYS_capget, &header, all) == 0;
    if ((!known || memcmp(all, none, sizeof none) != 0) && syscall(SYS_capset, &header, none))
        report_failure(log, "capabilities");
}

#ifndef O2S_ADDRESS_SANITIZER

static void hide_memory(const struct log *log) {
    const struct rlimit none = {0};
    if (setrlimit(RLIMIT_CORE, &none))
        report_failure(log, "core files");
    /* For core dumps that are piped to a program, to which the limit does not apply. */
    if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L))
        report_failure(log, "memory");
}

/* Whether calls are filtered: the list has the numbers of these machines. */
#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

/* Names a mapping, for /proc/PID/maps; used by some allocators. Older headers lack it. */
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

static void load_library(const char *name) {
    /*
     * Never closed. A library that is missing here is missing for the C library too, which
     * tolerates that.
     */
    (void)dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

/* The next word of `*rest`, which is advanced past it. */
static struct text cut_word(struct text *rest) {
    *rest = text_trim(*rest);
    struct text word = {rest->data, 0};
    while (word.size < rest->size && word.data[word.size] != ' ' && word.data[word.size] != '\t')
        word.size++;
    *rest = (struct text){rest->data + word.size, rest->size - word.size};
    return word;
}

/*
 * The C library loads these libraries on first use: the modules that look up hosts, according to
 * nsswitch.conf(5), and the library that ends a thread. After this it finds them loaded, by name.
 */
static void load_libraries(void) {
    char line[1024], name[64];
    FILE *file = fopen("/etc/nsswitch.conf", "re");
    while (file && fgets(line, sizeof line, file)) {
        struct text rest = text_trim(text_of(line));
        struct text service;
        if (!text_is(text_cut(&rest, ':'), "hosts"))
            continue;
        while ((service = cut_word(&rest)).size) {
            int size = snprintf(name, sizeof name, "libnss_%.*s.so.2", TEXT_ARGUMENT(service));
            /* `[NOTFOUND=return]` between two services is an action. */
            if (size < (int)sizeof name && service.data[0] != '[')
                load_library(name);
        }
    }
    if (file)
        fclose(file);
    load_library("libgcc_s.so.1");
}

/* Calls that are allowed with any arguments. */
static const uint16_t allowed[] = {
    /* Descriptors, and waiting for them. */
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_close,
    SYS_dup, SYS_dup3, SYS_pipe2, SYS_eventfd2, SYS_ftruncate, SYS_ppoll, SYS_pselect6,
    SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_inotify_init1, SYS_inotify_add_watch,
    SYS_inotify_rm_watch,
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
    /* Reading files. */
    SYS_fstat, SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_readlinkat, SYS_getdents64, SYS_getcwd,
    SYS_fadvise64,
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
    /* Sockets: web server, upstreams, name servers, syslog, addresses of the machine. */
    SYS_accept, SYS_accept4, SYS_bind, SYS_connect, SYS_shutdown, SYS_getsockname, SYS_getpeername,
    SYS_getsockopt, SYS_setsockopt, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_recvfrom,
    SYS_recvmsg, SYS_recvmmsg,
    /* Memory and threads. */
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_set_robust_list, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_exit, SYS_exit_group, SYS_restart_syscall,
#ifdef SYS_rseq
    SYS_rseq,
#endif
    /* Handling of signals. */
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigtimedwait, SYS_sigaltstack,
    SYS_signalfd4,
#ifdef SYS_open
    /* x86-64 has older variants of some calls. */
    SYS_poll, SYS_select, SYS_epoll_wait, SYS_pipe, SYS_dup2, SYS_stat, SYS_lstat, SYS_access,
    SYS_readlink, SYS_time, SYS_getrlimit,
#endif
#ifdef O2S_COVERAGE
    /* Coverage counters are written to files when the process ends. */
    SYS_mkdirat,
#ifdef SYS_mkdir
    SYS_mkdir,
#endif
#endif
    /* Time, random bytes, and information about this process and machine. */
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
    SYS_getrandom, SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid,
    SYS_getegid, SYS_getrusage, SYS_getcpu, SYS_uname, SYS_sysinfo};

enum test {
    NO_TEST,
    IS,
    /* Equals the id of this process. */
    IS_SELF,
    /* Has all bits of the value. */
    HAS,
    /* Has none of the bits of the value. */
    LACKS
};

/* Only the lower 32 bits of an argument are tested: these calls ignore the other ones. */
struct condition {
    enum test test;
    unsigned argument;
    uint32_t value;
};

/* A call that is allowed if both conditions hold. If a call has several rules, one must match. */
struct rule {
    uint16_t call;
    struct condition first;
    struct condition second;
};

enum {
#ifdef O2S_COVERAGE
    WRITING = 0,
#else
    WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
#endif
    NEW_NAMESPACE = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                    CLONE_NEWPID | CLONE_NEWNET
};

#define NOTHING_ELSE                                                                               \
    { NO_TEST, 0, 0 }

static const struct rule rules[] = {
    {SYS_openat, {LACKS, 2, WRITING}, NOTHING_ELSE},
#ifdef SYS_open
    {SYS_open, {LACKS, 1, WRITING}, NOTHING_ELSE},
#endif
    {SYS_mmap, {LACKS, 2, PROT_EXEC}, NOTHING_ELSE},
    {SYS_mprotect, {LACKS, 2, PROT_EXEC}, NOTHING_ELSE},
    {SYS_socket, {IS, 0, AF_UNIX}, NOTHING_ELSE},
    {SYS_socket, {IS, 0, AF_INET}, NOTHING_ELSE},
    {SYS_socket, {IS, 0, AF_INET6}, NOTHING_ELSE},
    {SYS_socket, {IS, 0, AF_NETLINK}, {IS, 2, NETLINK_ROUTE}},
    {SYS_socketpair, {IS, 0, AF_UNIX}, NOTHING_ELSE},
    /* Without F_SETOWN, with which the kernel would signal another process. */
    {SYS_fcntl, {IS, 1, F_GETFD}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_SETFD}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_GETFL}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_SETFL}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_DUPFD}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_DUPFD_CLOEXEC}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_SETLK}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_SETLKW}, NOTHING_ELSE},
    /* Of the status file. */
    {SYS_fcntl, {IS, 1, F_OFD_SETLK}, NOTHING_ELSE},
    {SYS_fcntl, {IS, 1, F_OFD_SETLKW}, NOTHING_ELSE},
    {SYS_ioctl, {IS, 1, FIONBIO}, NOTHING_ELSE},
    {SYS_ioctl, {IS, 1, FIONREAD}, NOTHING_ELSE},
    {SYS_ioctl, {IS, 1, TCGETS}, NOTHING_ELSE},
    {SYS_ioctl, {IS, 1, SIOCGIFINDEX}, NOTHING_ELSE},
    {SYS_ioctl, {IS, 1, SIOCGIFNAME}, NOTHING_ELSE},
    /*
     * libcurl resolves names in a thread. The flags of clone3() are behind a pointer, which a
     * filter cannot read; glibc uses clone() if clone3() is missing.
     */
    {SYS_clone, {HAS, 0, CLONE_THREAD | CLONE_VM}, {LACKS, 0, NEW_NAMESPACE}},
    {SYS_prctl, {IS, 0, PR_SET_NAME}, NOTHING_ELSE},
    {SYS_prctl, {IS, 0, PR_SET_VMA}, NOTHING_ELSE},
    {SYS_prctl, {IS, 0, PR_GET_DUMPABLE}, NOTHING_ELSE},
    {SYS_kill, {IS_SELF, 0, 0}, NOTHING_ELSE},
    {SYS_tgkill, {IS_SELF, 0, 0}, NOTHING_ELSE},
    {SYS_prlimit64, {IS, 0, 0}, NOTHING_ELSE},
    {SYS_prlimit64, {IS_SELF, 0, 0}, NOTHING_ELSE},
};

/* The calls of log_reopen(), if the log is a file. */
static const struct rule reopening[] = {
    {SYS_openat, {IS, 2, LOG_FILE_FLAGS}, {IS, 3, LOG_FILE_MODE}},
#ifdef SYS_open
    {SYS_open, {IS, 1, LOG_FILE_FLAGS}, {IS, 2, LOG_FILE_MODE}},
#endif
};

enum {
    ALLOWED_COUNT = COUNT(allowed),
    RULE_COUNT = COUNT(rules),
    REOPENING_COUNT = COUNT(reopening),
    /* The numbers of instructions for a call of the first list, and for a rule with its refusal. */
    MAX_FILTER = 8 + 2 * ALLOWED_COUNT + 12 * (RULE_COUNT + REOPENING_COUNT)
};

#define REFUSE       ((uint32_t)SECCOMP_RET_ERRNO | EPERM)
#define LACK         ((uint32_t)SECCOMP_RET_ERRNO | ENOSYS)
#define LOAD(offset) ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset)))
#define AND(bits)    ((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (uint32_t)(bits)))
#define RETURN(what) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (uint32_t)(what)))
/* Continues with the next instruction if equal, otherwise skips `count` instructions. */
#define IF_EQUAL(value, count)                                                                     \
    ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, (count)))
/* The lower half of an argument, on a little-endian machine. */
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + (index) * sizeof(uint64_t))
#define CALL            offsetof(struct seccomp_data, nr)

struct program {
    struct sock_filter filter[MAX_FILTER];
    unsigned short size;
};

static void add(struct program *program, struct sock_filter instruction) {
    program->filter[program->size++] = instruction;
}

/*
 * Continues with the next instruction if the condition holds, otherwise skips `count` instructions.
 */
static void add_condition(struct program *program, const struct condition *condition,
                          uint8_t count) {
    uint32_t value = condition->test == IS_SELF ? (uint32_t)getpid() : condition->value;
    bool bits = condition->test == HAS || condition->test == LACKS;
    add(program, LOAD(ARGUMENT(condition->argument)));
    /* The number of instructions is constant: the preceding jump skips them. */
    add(program, AND(bits ? value : UINT32_MAX));
    add(program, IF_EQUAL(condition->test == LACKS ? 0 : value, count));
}

static void add_rule(struct program *program, const struct rule *rule) {
    enum { CONDITION = 3 };
    bool two = rule->second.test != NO_TEST;
    uint8_t rest = two ? CONDITION + 1 : 1;
    add(program, LOAD(CALL));
    add(program, IF_EQUAL(rule->call, (uint8_t)(CONDITION + rest)));
    add_condition(program, &rule->first, rest);
    if (two)
        add_condition(program, &rule->second, 1);
    add(program, RETURN(SECCOMP_RET_ALLOW));
}

static void add_refusal(struct program *program, const struct rule *rule) {
    add(program, IF_EQUAL(rule->call, 1));
    add(program, RETURN(REFUSE));
}

static void build(struct program *program, bool may_reopen) {
    /* Other machines have other numbers, and the numbers of x32 are not in the list. */
    add(program, LOAD(offsetof(struct seccomp_data, arch)));
    add(program, IF_EQUAL(MACHINE, 1));
    add(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
    add(program, RETURN(REFUSE));
    add(program, LOAD(CALL));
    for (size_t i = 0; i < ALLOWED_COUNT; i++) {
        add(program, IF_EQUAL(allowed[i], 1));
        add(program, RETURN(SECCOMP_RET_ALLOW));
    }
    for (size_t i = 0; i < RULE_COUNT; i++)
        add_rule(program, &rules[i]);
    for (size_t i = 0; may_reopen && i < REOPENING_COUNT; i++)
        add_rule(program, &reopening[i]);
    add(program, LOAD(CALL));
    for (size_t i = 0; i < RULE_COUNT; i++)
        add_refusal(program, &rules[i]);
    add(program, RETURN(LACK));
}

static void filter_calls(const struct log *log) {
    struct program program = {.size = 0};
    load_libraries();
    build(&program, log->path != NULL);
    const struct sock_fprog filter = {.len = program.size, .filter = program.filter};
    if (prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &filter, 0L, 0L))
        report_failure(log, "the filter of system calls");
}

#else

static void filter_calls(const struct log *log) {
    errno = ENOSYS;
    report_failure(log, "the filter of system calls");
}

#endif
#endif

void sandbox_enter(const struct log *log) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L))
        report_failure(log, "no new privileges");
    drop_capabilities(log);
#ifndef O2S_ADDRESS_SANITIZER
    hide_memory(log);
    filter_calls(log);
#endif
}
