#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const struct log *log, const char *what) {
    log_write(log, LOG_LEVEL_DEBUG, "not in the sandbox: %s: %s", what, strerror(errno));
}

/*
 * Without capabilities root is a user who owns many files. Who has none does not even ask to drop
 * them: a service manager's filter may end a process that calls capset().
 */
static void drop_capabilities(const struct log *log) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    static const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3] = {{0}};
    bool known = syscall(SYS_capget, &header, all) == 0;
    if ((!known || memcmp(all, none, sizeof none) != 0) && syscall(SYS_capset, &header, none))
        tell(log, "capabilities");
}

#ifndef __SANITIZE_ADDRESS__

/* Linux 6.3; older headers do not have it. */
enum { SET_MDWE = 65, MDWE_REFUSE_EXEC_GAIN = 1 };

static void seal_memory(const struct log *log) {
    const struct rlimit none = {0};
    if (setrlimit(RLIMIT_CORE, &none))
        tell(log, "core files");
    /* The environment holds the admin key, and a web server's user is shared by what it runs. */
    if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L))
        tell(log, "memory");
    if (prctl(SET_MDWE, (long)MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L))
        tell(log, "memory that can be run");
}

#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

/* Refused whatever their arguments. A list for all machines: not each of them has each call. */
static const uint16_t refused[] = {
    /* Programs and processes. */
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp,
    SYS_pidfd_getfd, SYS_unshare, SYS_setns, SYS_seccomp, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo,
    SYS_pidfd_send_signal,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    /* Files. */
    SYS_unlinkat, SYS_renameat2, SYS_mkdirat, SYS_mknodat, SYS_linkat, SYS_symlinkat, SYS_truncate,
    SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_open_by_handle_at,
    SYS_chroot, SYS_pivot_root, SYS_mount, SYS_umount2,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_creat
    SYS_creat, SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_mknod, SYS_link, SYS_symlink,
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
    /* Sockets, and ways around this list. */
    SYS_listen, SYS_io_uring_setup, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl,
    SYS_add_key, SYS_request_key, SYS_init_module, SYS_finit_module, SYS_kexec_load};

/* Answered as by a kernel that lacks them: what they are asked for stands behind a pointer, where a
 * filter cannot look, and libraries have another way. */
static const uint16_t unknown[] = {
    SYS_clone3,
#ifdef SYS_openat2
    SYS_openat2,
#endif
};

enum {
    COUNT = sizeof refused / sizeof refused[0],
    UNKNOWN_COUNT = sizeof unknown / sizeof unknown[0],
#ifdef O2S_COVERAGE
    /* Counters go into files when the process ends. */
    WRITING = 0,
#else
    WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
#endif
    /*
     * The newest call that was looked at (Linux 5.17, the same number on all machines). Above it
     * are newer ones, some of which do what is refused here, and those of another layout (x32).
     */
    NEWEST = 450,
    MAX_FILTER = COUNT * 2 + UNKNOWN_COUNT * 2 + 64
};

#define REFUSE       ((uint32_t)SECCOMP_RET_ERRNO | EPERM)
#define LACK         ((uint32_t)SECCOMP_RET_ERRNO | ENOSYS)
#define LOAD(offset) ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset)))
#define RETURN(what) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (what)))
/* Goes on with the next instruction if it holds, else with the one after `count` more. */
#define IF(test, value, count)                                                                     \
    ((struct sock_filter)BPF_JUMP(BPF_JMP | (test) | BPF_K, (uint32_t)(value), 0, (count)))
/* The lower half of an argument, on a little-endian machine. */
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + (index) * sizeof(uint64_t))

struct program {
    struct sock_filter filter[MAX_FILTER];
    unsigned short size;
};

static void add(struct program *program, struct sock_filter instruction) {
    program->filter[program->size++] = instruction;
}

static void answer_call(struct program *program, uint32_t call, uint32_t answer) {
    add(program, IF(BPF_JEQ, call, 1));
    add(program, RETURN(answer));
}

static void refuse_writing(struct program *program, uint32_t call, size_t flags) {
    add(program, IF(BPF_JEQ, call, 4));
    add(program, LOAD(ARGUMENT(flags)));
    add(program, IF(BPF_JSET, WRITING, 1));
    add(program, RETURN(REFUSE));
    add(program, RETURN(SECCOMP_RET_ALLOW));
}

/* Threads are wanted: libcurl looks names up in one. */
static void refuse_processes(struct program *program) {
    add(program, IF(BPF_JEQ, SYS_clone, 4));
    add(program, LOAD(ARGUMENT(0)));
    add(program, IF(BPF_JSET, CLONE_THREAD, 1));
    add(program, RETURN(SECCOMP_RET_ALLOW));
    add(program, RETURN(REFUSE));
}

static void refuse_other_sockets(struct program *program) {
    static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    enum { FAMILIES = sizeof families / sizeof families[0] };
    add(program, IF(BPF_JEQ, SYS_socket, 2 * FAMILIES + 2));
    add(program, LOAD(ARGUMENT(0)));
    for (size_t i = 0; i < FAMILIES; i++)
        answer_call(program, families[i], SECCOMP_RET_ALLOW);
    add(program, RETURN(REFUSE));
}

static void build(struct program *program) {
    add(program, LOAD(offsetof(struct seccomp_data, arch)));
    /* Another machine's calls have other numbers. */
    add(program, IF(BPF_JEQ, MACHINE, 1));
    add(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
    add(program, RETURN(REFUSE));
    add(program, LOAD(offsetof(struct seccomp_data, nr)));
    add(program, IF(BPF_JGT, NEWEST, 1));
    add(program, RETURN(LACK));
    for (size_t i = 0; i < COUNT; i++)
        answer_call(program, refused[i], REFUSE);
    for (size_t i = 0; i < UNKNOWN_COUNT; i++)
        answer_call(program, unknown[i], LACK);
#ifdef SYS_open
    refuse_writing(program, SYS_open, 1);
#endif
    refuse_writing(program, SYS_openat, 2);
    refuse_processes(program);
    refuse_other_sockets(program);
    add(program, RETURN(SECCOMP_RET_ALLOW));
}

static void filter_calls(const struct log *log) {
    struct program program = {.size = 0};
    build(&program);
    const struct sock_fprog filter = {.len = program.size, .filter = program.filter};
    if (prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &filter, 0L, 0L))
        tell(log, "the filter of system calls");
}

#else

static void filter_calls(const struct log *log) {
    errno = ENOSYS;
    tell(log, "the filter of system calls");
}

#endif
#endif

void sandbox_enter(const struct log *log) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L))
        tell(log, "no new privileges");
    drop_capabilities(log);
#ifndef __SANITIZE_ADDRESS__
    seal_memory(log);
    filter_calls(log);
#endif
}
