#!/usr/bin/env bash
# packages.sh run|test|bench|kafka: installs the Debian packages that ./run (or ./test, ./bench/run,
# deploy/local/kafka.sh) needs and that are missing.
#
# Only apt runs as root: directly if we are root, else under sudo. Without sudo it prints the
# command that an administrator has to run. Prints what it installs and how long that took; says
# nothing when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")"
. ./say.sh

# To build and to start the shop.
run_packages=(
  clang-19 cmake ninja-build ccache mold
  libboost1.81-dev libfmt-dev libjemalloc-dev libpq-dev librdkafka-dev librocksdb-dev
  libsimdjson-dev libssl-dev zlib1g-dev postgresql-15
)
# To test it: sanitizer runtimes and their symbolizer, formatter, linter, Python tests, what the
# README's purchase needs.
test_packages=(
  catch2 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19 python3-venv curl jq openssl
)
# To measure it: a load generator for plain reads, and what the other measurements are written in.
bench_packages=(wrk python3)
# To have a Kafka broker on this machine.
kafka_packages=(openjdk-17-jre-headless maven)

# Debian's package of the server makes and starts a cluster of its own on port 5432, unless this
# file says otherwise; nobody here wants it.
cluster_settings=/etc/postgresql-common/createcluster.d
no_main_cluster="mkdir -p $cluster_settings &&
  echo 'create_main_cluster = false' >$cluster_settings/shopverse.conf"

missing() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

brings_server() {
  case " $* " in *" postgresql-15 "*) ;; *) return 1 ;; esac
}

# Says how to become root, or fails with the commands to run.
become_root() {
  if [ "$(id -u)" = 0 ]; then
    as_root=()
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo)
  else
    local first=
    ! brings_server "$@" || first="
  $no_main_cluster &&"
    fail "these packages are missing and installing them needs root; run:$first
  apt-get update && apt-get install --no-install-recommends $*"
  fi
}

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

main() {
  local wanted=("${run_packages[@]}") names started=$SECONDS
  case ${1:-} in
    run) ;;
    test) wanted+=("${test_packages[@]}") ;;
    bench) wanted+=("${bench_packages[@]}") ;;
    kafka) wanted=("${kafka_packages[@]}") ;;
    *) fail "which packages: run, test, bench or kafka?" ;;
  esac
  mapfile -t names < <(missing "${wanted[@]}")
  [ "${#names[@]}" -gt 0 ] || return 0

  command -v apt-get >/dev/null || fail "this needs Debian 12: apt-get is not here."
  become_root "${names[@]}"
  need_disk /usr $((${#names[@]} * 60)) "installing ${#names[@]} packages"
  say "Installing with apt: ${names[*]}"
  log=$(mktemp)  # global: the trap runs when main has returned
  trap 'rm -f "$log"' EXIT
  if ! apt_get update >"$log" 2>&1 || grep -q '^[WE]: Failed to fetch' "$log"; then
    sed 's/^/  /' "$log" >&2
    fail "Debian's package servers cannot be reached; check the network and try again."
  fi
  ! brings_server "${names[@]}" || "${as_root[@]}" sh -c "$no_main_cluster"
  if ! apt_get install -y --no-install-recommends "${names[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" | sed 's/^/  /' >&2
    fail "apt-get could not install the packages; its last lines stand above."
  fi
  say "Installed ${#names[@]} packages in $((SECONDS - started)) s."
}

main "$@"
