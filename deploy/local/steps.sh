# The steps of a test run: each is timed, and each result counted.
#
#   step NAME COMMAND…   has to work, else the run ends here, as failed
#   check NAME COMMAND…  is one test
#   count NAME COMMAND…  runs many tests and says how many (Catch2's or pytest's closing line)
#   summary              prints "N passed, N failed"; fails if any failed, or if none ran

passed=0
failed=0
run_started=$SECONDS

took() { printf '%5d s  %s\n' $((SECONDS - $2)) "$1"; }

step() {
  local name=$1 started=$SECONDS
  shift
  "$@" 9>&- || {
    failed=$((failed + 1))
    took "$name: FAILED" "$started"
    summary
  }
  took "$name" "$started"
}

check() {
  local name=$1 started=$SECONDS
  shift
  if "$@" 9>&-; then
    passed=$((passed + 1))
    took "$name" "$started"
  else
    failed=$((failed + 1))
    took "$name: FAILED" "$started"
  fi
}

count() {
  local name=$1 started=$SECONDS output status=0 good bad
  shift
  output=$(mktemp)
  "$@" 9>&- >"$output" 2>&1 || status=$?
  read -r good bad < <(read_counts "$output")
  # A crash, or a runner that says nothing, is a failure whatever it had counted until then.
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  if [ "$good" = 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  if [ "$bad" = 0 ]; then
    took "$name: $good passed" "$started"
  else
    cat "$output"
    took "$name: $good passed, $bad FAILED" "$started"
  fi
  rm -f "$output"
}

# Prints "passed failed" from the closing line of Catch2 ("All tests passed (9 assertions in 3 test
# cases)" or "test cases: 3 | 2 passed | 1 failed") or pytest ("2 passed, 1 failed in 0.12s").
read_counts() {
  local all part
  all=$(grep -oE '^All tests passed \(.* in [0-9]+ test case' "$1" | grep -oE '[0-9]+ test case' |
    tail -n 1 | grep -oE '[0-9]+' || true)
  part=$(grep -E '^test cases: |(passed|failed|error).* in [0-9.]+s' "$1" | tail -n 1 || true)
  echo "${all:-$(number_before passed "$part")} $(($(number_before failed "$part") +
    $(number_before error "$part")))"
}

number_before() {
  local number
  number=$(grep -oE "[0-9]+ $1" <<<"$2" | head -n 1 | cut -d ' ' -f 1 || true)
  echo "${number:-0}"
}

summary() {
  took "all" "$run_started"
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" != 0 ] && exit 0
  exit 1
}
