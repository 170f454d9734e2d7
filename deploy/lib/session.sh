# shellcheck shell=bash
#
# For a script that starts processes and has to leave nothing behind: a temporary folder, and processes that end
# with the script. To be sourced first; after it come
#
#   open_session       makes $folder, and sees to it that it goes when the script ends, however it ends
#   start COMMAND ...  starts a process that ends with the script; its number is then in $started
#   run COMMAND ...    the same, and waits for its end; gives its exit status
#   is_running PID     whether a process of start's still runs
#   end PID            ends one, and waits until it has
#
# A started process is in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it before the
# script does; and where the script is killed without a chance to act, the kernel sends it SIGTERM.

readonly PATIENCE=4 # seconds that a process has to end, before it is signalled again

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

open_session() {
    folder=$(mktemp -d "${TMPDIR:-/tmp}/o2s-medusa.XXXXXX") || exit
    # nginx's and PostgreSQL's processes may run as other users, who have to pass through.
    chmod 711 "$folder"
    trap close_session EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

close_session() {
    local pid newest_first=''
    trap '' HUP INT PIPE TERM
    for pid in $(running); do newest_first="$pid $newest_first"; done
    [[ -z $newest_first ]] || say "Ending what was started ..." 2>/dev/null
    for pid in $newest_first; do end "$pid"; done
    wait_until 20 no_store_is_left
    rm -rf -- "$folder"
}

# A store that is ended while it is being made is cleared away by a process of its own, which then removes its folder.
no_store_is_left() {
    ! compgen -G "$folder/o2s-medusa-store-*" >/dev/null
}

start() {
    TMPDIR=$folder setsid setpriv --pdeathsig TERM -- "$@" &
    started=$!
}

run() {
    start "$@"
    wait "$started"
}

# The shell's own list: a number in it is not yet anybody else's.
running() {
    jobs -rp
}

is_running() {
    [[ $'\n'$(running)$'\n' == *$'\n'$1$'\n'* ]]
}

has_ended() {
    ! is_running "$1"
}

# A process manager that is only just starting its processes can miss a signal, so it is repeated.
end() {
    local attempt
    for attempt in TERM TERM TERM TERM KILL; do
        is_running "$1" || return 0
        signal_group "$attempt" "$1"
        wait_until "$PATIENCE" has_ended "$1"
    done
}

# A process that has only just been started may not lead its group yet.
signal_group() {
    kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null
}

# wait_until SECONDS CONDITION ...: false if the time is over before the condition holds.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS <= deadline)) || return 1
        sleep 0.05
    done
}

# timed LABEL COMMAND ...: prints LABEL and the duration of the command; returns its exit status.
timed() {
    local label=$1 begin status=0
    begin=$(now)
    shift
    say "$label ..."
    "$@" || status=$?
    ((status != 0)) || say "$label: $(seconds_since "$begin")"
    return "$status"
}

# Milliseconds.
now() {
    local time=${EPOCHREALTIME//[!0-9]/}
    say "${time%???}"
}

seconds_since() {
    local passed=$(($(now) - $1))
    printf '%d.%d s' $((passed / 1000)) $((passed % 1000 / 100))
}

# quietly COMMAND ...: what it prints is shown only if it fails.
quietly() {
    run "$@" >"$folder/output" 2>&1 && return
    tail -n 40 "$folder/output" >&2
    return 1
}
