#!/usr/bin/env bash
# in_parts.sh PROGRAM SPEC…: runs the tests of a Catch2 program that SPEC names, in as many
# processes at a time as there are cores; each has its part of them. Shows what the parts said in
# which something failed; the last line is Catch2's, for all: "test cases: 3 | 2 passed | 1 failed".
set -euo pipefail

program=${1:?program}
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Catch2 2 says by its exit code how many names it listed.
"$program" --list-test-names-only "$@" >"$folder/names" || true
listed=$(wc -l <"$folder/names")
[ "$listed" != 0 ] || { echo "No test is called $*." >&2 && exit 1; }

# Neighbors go to different parts, for they take about as long as each other.
awk -v folder="$folder" '
  { gsub(/[\\",]/, "\\\\&"); print "\"" $0 "\"" > (folder "/part-" NR % 16) }' "$folder/names"

# Prints how many passed. A test that was listed and did not pass has failed, whatever became of it:
# so no crash, and no name that Catch2 did not find, goes unseen.
run_part() {
  local program=$1 part=$2 status=0 passed
  "$program" --input-file "$part" >"$part.output" 2>&1 || status=$?
  passed=$(sed -nE 's/^All tests passed \(.* in ([0-9]+) test cases?\)$/\1/p
    s/^test cases: .*\| *([0-9]+) passed.*/\1/p' "$part.output" | tail -n 1)
  if [ "$status" = 0 ] && [ "${passed:-0}" = "$(wc -l <"$part")" ]; then
    rm "$part.output"
  else
    sed -i 's/^All tests passed/These passed, and the program failed/' "$part.output"
  fi
  echo "${passed:-0}"
}
export -f run_part
passed=$(printf '%s\0' "$folder"/part-* |
  xargs -0 -P "$(nproc)" -I {} bash -c 'run_part "$@"' _ "$program" {} |
  awk '{ sum += $1 } END { print sum + 0 }')

failures=$(find "$folder" -name '*.output')
[ -z "$failures" ] || cat "$folder"/*.output
failed=$((listed - passed))
[ -z "$failures" ] || [ "$failed" != 0 ] || failed=1
echo
echo "test cases: $listed | $passed passed | $failed failed"
[ "$failed" = 0 ]
