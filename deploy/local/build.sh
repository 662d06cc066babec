#!/usr/bin/env bash
# build.sh PRESET [TARGET…]: configures and builds one preset of CMakePresets.json (all, if no
# target is named). Says how long it may take when there is nothing yet; else quiet when all goes
# well; shows the compiler's words when it does not.
set -euo pipefail
cd "$(dirname "$0")"
. ./say.sh
cd ../..

preset=${1:?preset}
shift
log=build/$preset.log
mkdir -p build
need_disk build 1500 "the build"

configure() {
  # Nothing to do if the tree is configured: ninja itself runs CMake again when a list changes.
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
}
compile() {
  local targets=()
  [ $# = 0 ] || targets=(--target "$@")
  cmake --build --preset "$preset" "${targets[@]}"
}

started=$SECONDS
[ -e "build/$preset/${1:-shopverse}" ] ||
  say "Building ($preset); the first time this takes about ten minutes."
if ! { configure && compile "$@"; } >"$log" 2>&1; then
  grep -E -A 12 'error:|FAILED:' "$log" | head -n 80 >&2 || tail -n 40 "$log" >&2
  fail "the $preset build failed; the whole output is in $log."
fi
[ $((SECONDS - started)) -lt 5 ] || say "Built ($preset) in $((SECONDS - started)) s."
