#!/bin/sh
# Usage: watchdog.sh FOLDER
#
# Cleans up after a launcher that could not do so itself. Standard input is a pipe from the launcher, so it ends
# when the launcher does, however it came to that. FOLDER/pids holds a file for each process group the launcher
# started and has not seen end: the group's number is the name, the signal that ends it the content.

cat >/dev/null
[ -d "$1" ] || exit 0

signal_all() {
    for file in "$1"/pids/*; do
        [ -f "$file" ] && kill -s "${2:-$(cat "$file")}" -- "-${file##*/}" 2>/dev/null
    done
}

any_left() {
    for file in "$1"/pids/*; do
        [ -f "$file" ] && kill -s 0 -- "-${file##*/}" 2>/dev/null && return 0
    done
    return 1
}

signal_all "$1"
# They are not this shell's children, so it cannot wait for them but by looking.
tries=100
while any_left "$1" && [ "$tries" -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
signal_all "$1" KILL
rm -rf "$1"
