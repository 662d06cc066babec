# Starting, finding and stopping the two programs of a shop. A running one writes
# <data>/<name>.json: {"address":"http://127.0.0.1:8080","pid":123}; name is serve or sandbox.

# program_field FILE FIELD: the value, without quotes; nothing if there is none.
program_field() {
  [ -f "$1" ] || return 0
  sed -n -E 's/.*"'"$2"'" *: *"?([^",}]*)"?.*/\1/p' "$1" | head -n 1
}

# program_pid DATA NAME: the process, if it still runs and still is that program.
program_pid() {
  local pid
  pid=$(program_field "$1/$2.json" pid)
  [ -n "$pid" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "shopverse $2 " || return 1
  echo "$pid"
}

# has_ended PID: or is dead and not yet noticed by its parent: then it has no command line any more.
has_ended() { [ -z "$(tr -d '\0' 2>/dev/null <"/proc/$1/cmdline")" ]; }

# stop_process PID SECONDS: asks it to end and waits; insists once the time is over.
stop_process() {
  local pid=$1 tenths=$(($2 * 10))
  kill -TERM "$pid" 2>/dev/null || return 0
  while [ "$tenths" -gt 0 ] && ! has_ended "$pid"; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  kill -KILL "$pid" 2>/dev/null || return 0
}

# stop_left_behind DATA…: what an earlier start left behind because it was killed; it would hold the
# log's lock.
stop_left_behind() {
  local folder name pid
  for name in serve sandbox; do
    for folder in "$@"; do
      if pid=$(program_pid "$folder" "$name"); then
        say "Stopping the $name of an earlier start (process $pid)."
        stop_process "$pid" 30
      fi
      rm -f "$folder/$name.json"
    done
  done
}

# wait_until_up DATA NAME PID SECONDS: until the program has said where it listens.
wait_until_up() {
  local tenths=$(($4 * 10))
  while [ "$tenths" -gt 0 ] && kill -0 "$3" 2>/dev/null; do
    [ "$(program_field "$1/$2.json" pid)" != "$3" ] || return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
  return 1
}
