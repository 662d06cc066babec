#!/usr/bin/env bash
# Brokers of Apache Kafka on this machine, without containers: to test with, and to try.
# See kafka.sh --help.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/say.sh"
. "$here/program.sh"
. "$here/kafka/jars.sh"
. "$here/kafka/brokers.sh"

help() {
  cat <<END
kafka.sh: brokers of Apache Kafka $version on this machine, for tests and for trying

  fetch                  brings Kafka's jars from Maven Central; says nothing if they are there
  start DIR [--brokers 1|3] [--throw-away]
                         starts one broker, or three (makes them first, fetches if need be), or
                         adopts those that run; they answer when it returns
  address DIR            prints host:port, or host:port,host:port,host:port
  stop DIR               stops them in order; fine if they do not run
  kill DIR N             ends broker N (1, 2 or 3) with -9, for tests
  restart DIR N          starts broker N again, after a kill -9 if it still runs
  delete DIR             stops them and deletes all they wrote

The brokers live in DIR/kafka and write nowhere else. They listen on this machine alone, at ports
that stay the same for as long as DIR/kafka does. DIR/kafka/N/more.properties, if you make it, holds
further settings of broker N, from its next start on. --throw-away: for tests; once the process that
called this script has ended, the brokers end too and DIR/kafka is deleted. Jars are kept in
$cache.
END
}

# ---- making and starting ------------------------------------------------------------------------

make_home() {
  [ ! -e "$home" ] || [ -f "$home/belongs-to" ] ||
    fail "$home was not made by this script; choose another folder."
  mkdir -p "$home" 2>/dev/null && [ -w "$home" ] ||
    fail "cannot write into $data; choose a folder of yours."
  chmod 700 "$home"
  printf '%s\n' "$data" >"$home/belongs-to"
}

# One at a time works on the brokers of a folder.
lock_home() {
  exec 8>"$home/lock"
  flock -w 300 8 || fail "another $0 works on $data; wait for it."
}

# make_brokers COUNT. What an interrupted attempt left is incomplete: it has no file of ports.
make_brokers() {
  local ports=$home/making id first n pids=() # these ports hold for all that is called from here
  need_disk "$home" 500 "Kafka's data"
  first=$(free_ports $((2 * $1)))
  for ((n = 1; n <= $1; n++)); do
    echo "$n $((first + n - 1)) $((first + $1 + n - 1))"
  done >"$ports"
  id=S$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d =) # no "-" first: not an option
  id=${id::22}
  for n in $(broker_numbers); do
    rm -rf "${home:?}/$n"
    mkdir -p "$home/$n/tmp"
    write_settings "$n"
    (run_java "$n" kafka.tools.StorageTool format --ignore-formatted -t "$id" \
      -c "$home/$n/server.properties") &
    pids[n]=$!
  done
  for n in "${!pids[@]}"; do
    wait "${pids[n]}" || {
      last_words "$n"
      fail "Kafka could not make its storage in $home/$n."
    }
  done
  mv "$ports" "$home/ports"
}

# What was killed a moment ago gives its ports back last of all.
check_ports() {
  local port
  for port in $(port_of "$1") $(controller_port_of "$1"); do
    is_free_soon "$port" || fail "port $port belongs to broker $1 of $data, and another" \
      "program has taken it; end that one, or delete the brokers and start anew."
  done
}

# launch N…
launch() {
  local n
  for n; do check_ports "$n"; done
  for n; do
    write_settings "$n"
    rm -f "$home/$n/pid"
    (run_java "$n" kafka.Kafka "$home/$n/server.properties") &
    until [ -s "$home/$n/pid" ] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
  done
}

# await N…: until they answer; if one cannot, none of them is left behind.
await() {
  local n running
  running=$(running_numbers | wc -l)
  for n; do
    answers "$n" "$running" && continue
    last_words "$n"
    end KILL 10 "$@" || true
    fail "broker $n did not start; its whole log is $home/$n/broker.log."
  done
}

# ---- throw-away brokers -------------------------------------------------------------------------

is_watcher() {
  local pid
  read -r pid 2>/dev/null <"$home/watcher" && [ "$pid" = $$ ]
}

# A process of its own, so that it outlives a caller who is killed. A later start replaces it.
start_watcher() {
  : >"$home/watcher"
  (
    echo "$BASHPID" >"$home/watcher"
    exec setsid "$here/kafka.sh" watch "$data" "$PPID" </dev/null >/dev/null 2>&1 8>&-
  ) &
}

watch() {
  cd /
  while is_watcher && ! has_ended "$1"; do sleep 1; done
  is_watcher || return 0
  lock_home
  ! is_watcher || remove
}

# ---- what can be asked for ----------------------------------------------------------------------

start() {
  local brokers= throw_away=
  while [ $# -gt 0 ]; do
    case $1 in
      --brokers) brokers=${2:-} && shift ;;
      --throw-away) throw_away=1 ;;
      *) wrong_use "unknown option \"$1\"." ;;
    esac
    shift || wrong_use "--brokers takes 1 or 3."
    case $brokers in '' | 1 | 3) ;; *) wrong_use "--brokers takes 1 or 3." ;; esac
  done
  fetch
  make_home
  lock_home
  [ -f "$ports" ] || make_brokers "${brokers:-1}"
  [ "${brokers:-$(broker_count)}" = "$(broker_count)" ] ||
    fail "$data was made for --brokers $(broker_count); delete it first: $0 delete $data"
  rm -f "$home/watcher"
  [ -z "$throw_away" ] || start_watcher
  launch $(stopped_numbers)
  await $(broker_numbers)
}

address() {
  [ -f "$ports" ] || fail "$data has no brokers; make them with: $0 start $data"
  sed 's/^[0-9]* \([0-9]*\) .*/127.0.0.1:\1/' "$ports" | paste -sd ,
}

stop() {
  [ -f "$ports" ] || return 0
  end TERM 20 $(broker_numbers) || end KILL 10 $(broker_numbers) ||
    fail "the brokers of $data do not end."
}

# Whatever they have not written yet need not be.
remove() {
  end KILL 10 $(broker_numbers) || fail "the brokers of $data do not end."
  rm -rf "$home"
}

delete() {
  [ -e "$home" ] || return 0
  [ -f "$home/belongs-to" ] || fail "$home was not made by this script; not deleting it."
  lock_home
  remove
}

check_number() {
  broker_numbers | grep -qx "${1:-none}" ||
    wrong_use "say which broker of $data: $(broker_numbers | paste -sd ' ')."
}

kill_one() {
  check_number "$@"
  lock_home
  end KILL 10 "$1" || fail "broker $1 does not end."
}

restart_one() {
  kill_one "$@"
  need_program java
  launch "$1"
  await "$1"
}

main() {
  local action=${1:-}
  case $#:$action in
    *:--help | *:-h) help && return ;;
    1:fetch)
      fetch
      return
      ;;
    *:fetch) wrong_use "fetch takes nothing more." ;;
  esac
  [ $# -ge 2 ] && [ -n "$2" ] || wrong_use "say what to do, and in which folder."
  data=$(absolute "$2")
  home=$data/kafka
  ports=$home/ports
  shift 2
  case $action in
    start | address | stop | delete | watch) "$action" "$@" ;;
    kill | restart) "${action}_one" "$@" ;;
    *) wrong_use "unknown action \"$action\"." ;;
  esac
}

main "$@"
