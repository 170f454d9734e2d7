# shellcheck shell=bash
# shellcheck disable=SC2154
#
# Debian trees for the tests, as debootstrap makes them, kept in the cache. Needs session.sh, root and Debian's archive.

: "${HOME:=$(getent passwd "$EUID" | cut -d: -f6)}"
readonly CACHE=${O2S_MEDUSA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/o2s-medusa}

# tree_of RELEASE: where the tree is.
tree_of() {
    say "$CACHE/debian-$1"
}

# make_tree RELEASE: one or two minutes, the first time.
make_tree() {
    [[ ! -e $(tree_of "$1") ]] || return 0
    mkdir -p "$CACHE"
    quietly debootstrap --variant=minbase "$1" "$folder/debian" && mv "$folder/debian" "$(tree_of "$1")"
}

# make_tree_with NAME RELEASE PACKAGE ...: a tree of the release with these packages, at tree_of NAME.
make_tree_with() {
    local name=$1 release=$2 draft=$folder/debian-with tree within
    shift 2
    tree=$(tree_of "$name")
    within=(chroot "$draft" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive)
    [[ $(cat "$tree/packages" 2>/dev/null) != "$*" ]] || return 0
    rm -rf -- "$tree" "$draft"
    make_tree "$release" &&
        quietly cp -a --reflink=auto "$(tree_of "$release")" "$draft" &&
        cp -L /etc/resolv.conf /etc/hosts "$draft/etc" &&
        printf '#!/bin/sh\nexit 101\n' >"$draft/usr/sbin/policy-rc.d" &&
        chmod 755 "$draft/usr/sbin/policy-rc.d" &&
        quietly "${within[@]}" apt-get -q update &&
        quietly "${within[@]}" apt-get -q -y --no-install-recommends install "$@" &&
        printf '%s' "$*" >"$draft/packages" &&
        mv "$draft" "$tree"
}
