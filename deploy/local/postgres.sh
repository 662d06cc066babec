#!/usr/bin/env bash
# The private Postgres of one data folder. It belongs to the shop alone: no TCP port, a socket in a
# folder that only its owner may enter, and no other cluster is ever touched.
#
#   postgres.sh start DIR [--throw-away]   starts it (makes it first), or adopts the one that runs
#   postgres.sh stop DIR                   stops it; fine if it does not run
#   postgres.sh conninfo DIR               prints how to connect (libpq)
#   postgres.sh keys DIR                   the same for the keys of several processes; it must run
#   postgres.sh home DIR                   prints the folder it lives in
#   postgres.sh delete DIR                 stops it and deletes that folder
#
# DIR is the shop's data folder. A user's cluster lives in DIR/postgres. Postgres refuses to run as
# root, so root's lives in /var/lib/shopverse/<hash of DIR> and runs as the user postgres.
# --throw-away: for tests; nothing is synced to disk.
set -euo pipefail
. "$(dirname "$0")/say.sh"

bin=/usr/lib/postgresql/15/bin
[ $# -ge 2 ] ||
  fail "say what to do (start, stop, conninfo, keys, home, delete) and the data folder."
action=$1
data=$(absolute "$2")
mode=${3:-keep}
hash=$(printf %s "$data" | sha256sum | cut -c 1-12)

if [ "$(id -u)" = 0 ]; then
  home=/var/lib/shopverse/$hash
  socket=$home/socket
  owner=postgres
  as_owner() { (cd / && exec runuser -u postgres -- "$@"); }
else
  home=$data/postgres
  socket=/tmp/shopverse-$(id -u)-$hash # a socket's path has 107 bytes at most
  owner=$(id -un)
  as_owner() { "$@"; }
fi
cluster=$home/cluster
log=$home/postgres.log

# A folder of mode 700 that belongs to the cluster's owner, and to nobody who made it before us.
private_folder() {
  [ -L "$1" ] && fail "$1 is a symbolic link; remove it."
  mkdir -p "$1"
  [ "$(id -u)" != 0 ] || chown "$owner:" "$1"
  [ "$(stat -c %U "$1")" = "$owner" ] || fail "$1 belongs to $(stat -c %U "$1"), not to $owner."
  chmod 700 "$1"
}

# The postmaster of this cluster, if it runs. After a kill -9 the file may name a process that is
# gone, or another program that got its number: only a postgres that works in this folder counts.
running_pid() {
  local pid
  pid=$(head -n 1 "$cluster/postmaster.pid" 2>/dev/null) || return 1
  case $(readlink "/proc/$pid/exe" 2>/dev/null) in "$bin/postgres"*) ;; *) return 1 ;; esac
  [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$cluster" ] || return 1
  echo "$pid"
}

make_cluster() {
  if [ "$(id -u)" = 0 ]; then
    mkdir -p /var/lib/shopverse
    chmod 711 /var/lib/shopverse
    [ -d "$home" ] ||
      say "Postgres does not run as root: its data lives in $home, owned by $owner."
  else
    mkdir -p "$data"
  fi
  private_folder "$home"
  [ ! -f "$cluster/PG_VERSION" ] || return 0
  # What an interrupted attempt left is incomplete; a finished cluster has its version file last.
  rm -rf "$home/making"
  as_owner touch "$log"
  as_owner "$bin/initdb" -D "$home/making" -U shopverse -A trust -E UTF8 --locale=C.UTF-8 \
    -T english >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail "initdb could not make the Postgres cluster in $home."
  }
  echo "include 'shopverse.conf'" | as_owner tee -a "$home/making/postgresql.conf" >/dev/null
  as_owner touch "$home/making/shopverse.conf"
  mv "$home/making" "$cluster"
  printf '%s\n' "$data" >"$home/belongs-to"
}

# The views are derived from the log, so a commit need not wait for the disk; those of keys do.
write_settings() {
  {
    echo "listen_addresses = ''"
    echo "port = 5432"
    echo "unix_socket_directories = '$socket'"
    echo "unix_socket_permissions = 0700"
    echo "default_text_search_config = 'pg_catalog.english'"
    echo "synchronous_commit = off"
    echo "shared_buffers = 256MB"
    echo "max_wal_size = 2GB"
    echo "max_connections = 60"
    echo "jit = off"
    echo "default_toast_compression = lz4" # of long values; pglz costs a view's build a tenth more
    [ "$mode" != --throw-away ] || echo "fsync = off"
  } | as_owner tee "$cluster/shopverse.conf" >/dev/null
}

# Postgres refuses to start while the number in its file is in use, be it by another program. A file
# whose process is gone is left to Postgres, which checks that no child of it lives on.
drop_stale_pid_file() {
  local pid
  pid=$(head -n 1 "$cluster/postmaster.pid" 2>/dev/null) || return 0
  [ ! -d "/proc/$pid" ] || as_owner rm -f "$cluster/postmaster.pid"
}

# Right after a kill -9 of the postmaster its children may need a moment to notice and leave.
launch() {
  local tries
  for tries in 1 2 3 4 5 6; do
    ! as_owner "$bin/pg_ctl" start -w -t 60 -s -D "$cluster" -l "$log" 2>/dev/null || return 0
    sleep 1
  done
  return 1
}

start() {
  local pid
  [ -x "$bin/postgres" ] ||
    fail "Postgres 15 is not installed; deploy/local/packages.sh run does it."
  make_cluster
  private_folder "$socket"
  if ! pid=$(running_pid); then
    drop_stale_pid_file
    write_settings
    launch || {
      tail -n 5 "$log" >&2
      fail "Postgres did not start; its log is $log."
    }
  fi
  need_database shopverse
}

need_database() {
  as_owner "$bin/psql" -qXAt -h "$socket" -p 5432 -U shopverse -d postgres \
    -c "SELECT 1 FROM pg_database WHERE datname = '$1'" | grep -q 1 ||
    as_owner "$bin/createdb" -h "$socket" -p 5432 -U shopverse "$1"
}

conninfo_of() { echo "host=$socket port=5432 user=shopverse dbname=$1"; }

stop() {
  running_pid >/dev/null || return 0
  as_owner "$bin/pg_ctl" stop -m fast -w -t 60 -s -D "$cluster"
}

delete() {
  [ -d "$home" ] || return 0
  [ -f "$home/belongs-to" ] || fail "$home was not made by this program; not deleting it."
  stop
  rm -rf "$home"
  [ "$(id -u)" = 0 ] || rm -rf "$socket"
}

case $action in
  start | stop | delete) "$action" ;;
  conninfo) conninfo_of shopverse ;;
  keys) need_database shop_keys && conninfo_of shop_keys ;;
  home) echo "$home" ;;
  *) fail "unknown action \"$action\"." ;;
esac
