#!/bin/sh
#
# What the status file costs a request with three calls: at most so many instructions, by callgrind. The difference of
# two runs leaves out what starting and ending takes.
#
#   status_cost.sh PROGRAM    exit status 77: valgrind is not installed

set -eu
MOST=2000 FEW=1000 MANY=3000

command -v valgrind >/dev/null || exit 77
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

count() {
    valgrind --tool=callgrind --callgrind-out-file="$folder/out" "$program" "$folder/status" "$1" 2>"$folder/said" ||
        { cat "$folder/said" >&2 && exit 1; }
    sed -n 's/^summary: //p' "$folder/out"
}

program=$1
few=$(count $FEW)
many=$(count $MANY)
cost=$(((many - few) / (MANY - FEW)))
echo "$cost instructions a request"
[ "$cost" -gt 0 ] && [ "$cost" -le $MOST ]
