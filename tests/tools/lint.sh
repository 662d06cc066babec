#!/usr/bin/env bash
# lint.sh PRESET [FILE…]: runs the checks of .clang-tidy on the named sources, else on those that
# this branch changed; fails on a finding. PRESET has been built: its compile commands and its
# precompiled header are used, and a source that it does not build is passed over.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. deploy/local/say.sh

preset=${1:?preset}
shift
commands=build/$preset/compile_commands.json
files_max=12  # of those that changed: so many take less than a minute on two cores

# Where this branch left main, or the commit before if it has not, or if there is no remote.
base() {
  local left head
  head=$(git rev-parse HEAD)
  left=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -z "$left" ] || [ "$left" = "$head" ]; then
    left=$(git rev-parse --quiet --verify HEAD~1 || echo "$head")
  fi
  echo "$left"
}

# What was changed most comes first; a header's findings show in its own source.
changed_sources() {
  git diff --numstat --no-renames --diff-filter=d "$(base)" -- '*.cpp' '*.hpp' | sort -rn |
    cut -f 3 | sed 's/\.hpp$/.cpp/' | awk '!seen[$0]++'
}

only_built() {
  local file
  while read -r file; do
    ! grep -qF "\"file\": \"$PWD/$file\"" "$commands" || echo "$file"
  done
}

tidy() {
  # Its stderr counts the warnings that it does not show.
  printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p "build/$preset" 2>/dev/null
}

main() {
  local files
  [ -f "$commands" ] || fail "$commands is missing; build the preset $preset first."
  if [ $# -gt 0 ]; then
    files=("$@")
  else
    mapfile -t files < <(changed_sources | only_built)
    [ "${#files[@]}" -gt 0 ] || return 0
    [ "${#files[@]}" -le "$files_max" ] ||
      say "Looks at $files_max of ${#files[@]} changed sources, those that changed most."
    files=("${files[@]:0:$files_max}")
  fi
  tidy "${files[@]}"
}

main "$@"
