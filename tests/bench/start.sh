#!/usr/bin/env bash
#
# start.sh TIMES run COMMAND ...      microseconds that each of so many runs of the command takes
# start.sh TIMES serve COMMAND ...    microseconds from the start of a worker until it says that it serves; the start is
#                                     by spawn-fcgi, which becomes the worker

set -euo pipefail

readonly PATIENCE=10

main() {
    local times=$1 what=$2 i
    shift 2
    for ((i = 0; i < times; i++)); do "time_to_$what" "$@"; done
}

time_to_run() {
    local begin=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null
    say_time_since "$begin"
}

time_to_serve() {
    local begin line='' socket worker
    socket=$(mktemp -u "${TMPDIR:-/tmp}/o2s-medusa-start-XXXXXX")
    begin=${EPOCHREALTIME/[.,]/}
    exec {told}< <(exec spawn-fcgi -n -s "$socket" -- "$@" 2>&1)
    worker=$!
    while [[ $line != *'"serving '* ]]; do
        read -r -t "$PATIENCE" -u "$told" line || {
            printf 'the worker does not serve: %s\n' "$line" >&2
            kill "$worker"
            exit 1
        }
    done
    say_time_since "$begin"
    kill "$worker"
    wait "$worker"
    exec {told}<&-
    rm -f -- "$socket"
}

say_time_since() {
    echo $((${EPOCHREALTIME/[.,]/} - $1))
}

main "$@"
