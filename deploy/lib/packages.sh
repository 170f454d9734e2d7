# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
#
# Debian packages that a script needs: which are missing, and their installation. Needs session.sh.

BUILD_PACKAGES=(gcc libc6-dev make cmake pkg-config libfcgi-dev libcurl4-openssl-dev libjson-c-dev libyaml-dev)
SERVER_PACKAGES=(nginx spawn-fcgi curl ca-certificates)
FUZZ_PACKAGES=(clang-14 libclang-rt-14-dev)
# For tests/store.
STORE_PACKAGES=(nodejs npm postgresql util-linux ca-certificates)
# For the page of the API's description.
BROWSER_PACKAGES=(chromium)
# Other allocators than glibc's, for tests/deploy.
ALLOCATOR_PACKAGES=(libjemalloc2 libmimalloc2.0)
# For tests/bench.
BENCH_PACKAGES=(wrk strace valgrind)
# For tests/bench --peers, which unpacks them: installed, they would replace the LuaJIT of wrk, and change nginx.
PEER_PACKAGES=(libnginx-mod-http-lua libnginx-mod-http-ndk libluajit2-5.1-2 lua-resty-core lua-resty-lrucache lua-cjson)

# Settings of pg_createcluster(1), which PostgreSQL's package calls.
readonly CLUSTER_SETTINGS=/etc/postgresql-common/createcluster.d

# An unprivileged user's search path has not the servers in it.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# require_packages PURPOSE PACKAGE ...
require_packages() {
    local purpose=$1 missing
    shift
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "this is no Debian. Needed $purpose, by the names that Debian has for it: ${missing[*]}"
    ((EUID == 0)) || fail "packages are missing $purpose. Install them, and run this again:
    sudo apt-get install --no-install-recommends ${missing[*]}"
    say "Packages are missing $purpose: ${missing[*]}"
    timed "Installing them, and what they need" install_packages "${missing[@]}" ||
        fail "the packages could not be installed (see the output of apt-get above)"
}

missing_packages() {
    for package in "$@"; do
        is_provided "$package" || say "$package"
    done | sort -u
}

# Goes by what a package is needed for: that may have come from elsewhere.
is_provided() {
    case $1 in
    gcc) has cc ;;
    libc6-dev) [[ -e /usr/include/stdio.h ]] ;;
    libfcgi-dev) has_library fcgi ;;
    libcurl4-openssl-dev) has_library libcurl ;;
    libjson-c-dev) has_library json-c ;;
    libyaml-dev) has_library yaml-0.1 ;;
    libcmocka-dev) has_library cmocka ;;
    libclang-rt-14-dev) compgen -G '/usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a' >/dev/null ;;
    libjemalloc2) has_shared_library libjemalloc.so.2 ;;
    libmimalloc2.0) has_shared_library libmimalloc.so.2 ;;
    ca-certificates) [[ -e /etc/ssl/certs/ca-certificates.crt ]] ;;
    nodejs) has node && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' ;;
    postgresql) has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
    util-linux) has flock ;;
    *) has "$1" ;;
    esac
}

has() {
    command -v "$1" >/dev/null
}

has_library() {
    pkg-config --exists "$1" 2>/dev/null
}

# By what the dynamic linker finds.
has_shared_library() {
    [[ $(/sbin/ldconfig -p) == *$'\t'"$1 "* ]]
}

install_packages() {
    local options=(-q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300)
    export DEBIAN_FRONTEND=noninteractive
    # Where some other source of packages fails, Debian's may still do.
    run apt-get -q update >"$folder/output" 2>&1 || say "  (apt-get update failed; trying on)"
    quietly apt-get "${options[@]}" install --download-only "$@" || return
    say "  unpacking; Ctrl-C has to wait for that"
    without_services "$@" -- setsid apt-get "${options[@]}" install "$@" >"$folder/output" 2>&1 && return
    tail -n 40 "$folder/output" >&2
    return 1
}

# without_services PACKAGE ... -- COMMAND ...: runs a command that installs the packages, so that Debian's scripts in
# them start no server, now or later, and make no database. The servers that the machine has already are not touched.
without_services() (
    local packages=()
    while [[ $1 != -- ]]; do
        packages+=("$1")
        shift
    done
    shift
    placed=()
    trap : HUP INT TERM
    trap 'rm -f -- "${placed[@]}"; rmdir --ignore-fail-on-non-empty -- "$CLUSTER_SETTINGS" 2>/dev/null' EXIT
    # See invoke-rc.d(8). A policy that the machine has already stays in force.
    place /usr/sbin/policy-rc.d $'#!/bin/sh\nexit 101'
    [[ " ${packages[*]} " != *" postgresql "* ]] ||
        place "$CLUSTER_SETTINGS/o2s-medusa.conf" 'create_main_cluster = false'
    "$@" || exit
    [[ " ${packages[*]} " != *" nginx "* ]] || update-rc.d nginx disable
)

# A file for the time being, unless it is there.
place() {
    [[ ! -e $1 ]] || return 0
    mkdir -p -- "${1%/*}"
    placed+=("$1")
    printf '%s\n' "$2" >"$1"
    chmod 755 -- "$1"
}
