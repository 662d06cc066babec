# The brokers of one folder, $home, where $ports names the file of their ports. It holds:
#
#   belongs-to    the DIR that it was made for: only a folder with this file is ever deleted
#   ports         "N PORT CONTROLLER_PORT", a line a broker; written last when brokers are made
#   N/            settings, pid, log and data of a broker, which works in it
#   N/more.properties  if somebody made it: settings that come last, and so before all others
#   watcher       of throw-away brokers only: the process that ends them
#
# N is the number of a broker, from 1. Uses say.sh and jars.sh.

broker_numbers() { cut -d ' ' -f 1 "$ports" 2>/dev/null || true; }
broker_count() { broker_numbers | wc -l; }
port_of() { sed -n "s/^$1 \([0-9]*\) .*/\1/p" "$ports"; }
controller_port_of() { sed -n "s/^$1 [0-9]* //p" "$ports"; }

# The process of broker N, if it runs. After a kill -9 the number may be another program's.
pid_of() {
  local pid
  pid=$(cat "$home/$1/pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$home/$1/server.properties" ||
    return 1
  echo "$pid"
}

running_numbers() {
  local n
  for n in $(broker_numbers); do
    ! pid_of "$n" >/dev/null || echo "$n"
  done
}

stopped_numbers() {
  local n
  for n in $(broker_numbers); do
    pid_of "$n" >/dev/null || echo "$n"
  done
}

# write_settings N: anew at each start, so that they are those of this version.
write_settings() {
  local count replicas in_sync session topic
  count=$(broker_count)
  replicas=$count in_sync=$((count > 1 ? count - 1 : 1)) session=$((count > 1 ? 2000 : 1000))
  {
    cat "$kafka_dir/server.properties"
    echo "node.id=$1"
    echo "log.dirs=data"
    echo "listeners=PLAINTEXT://127.0.0.1:$(port_of "$1"),CONTROLLER://127.0.0.1:$(
      controller_port_of "$1")"
    echo "controller.quorum.voters=$(sed 's/ [0-9]* /@127.0.0.1:/' "$ports" | paste -sd ,)"
    echo "default.replication.factor=$replicas"
    echo "min.insync.replicas=$in_sync"
    for topic in offsets.topic transaction.state.log share.coordinator.state.topic; do
      echo "$topic.replication.factor=$replicas"
    done
    echo "transaction.state.log.min.isr=$in_sync"
    echo "share.coordinator.state.topic.min.isr=$in_sync"
    # A broker killed with -9 comes back when its session has run out: by default after 13 to 17 s.
    echo "broker.session.timeout.ms=$session"
    echo "broker.heartbeat.interval.ms=$((session / 4))"
    cat "$home/$1/more.properties" 2>/dev/null || true
  } >"$home/$1/server.properties"
}

# A broker that lives for long is compiled to the full: after the first half minute of work it takes
# half the processor time for an append. One that is thrown away would only pay for that.
compiler() { [ ! -e "$home/watcher" ] || echo -XX:TieredStopAtLevel=1; }

# run_java N CLASS ARGUMENTS…: takes the place of this shell, in a session of its own, so that
# Ctrl-C does not reach it. All that it writes is in the broker's folder, in which it works.
run_java() {
  local folder=$home/$1
  shift
  cd "$folder"
  # The process itself writes its number: none is lost when this script is killed right now.
  exec setsid bash -c 'echo $$ >pid && exec "$@"' broker \
    java -Xms64m -Xmx256m -Xss512k -XX:MaxDirectMemorySize=256m -XX:+UseSerialGC \
    $(compiler) -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError \
    -Djava.io.tmpdir="$folder/tmp" -Dorg.slf4j.simpleLogger.showDateTime=true \
    -Dorg.slf4j.simpleLogger.dateTimeFormat="yyyy-MM-dd HH:mm:ss.SSS" -cp "$jars/*" "$@" \
    </dev/null >>broker.log 2>&1 8>&-
}

# last_words N: the errors it told of last, without their stack.
last_words() {
  say "The last words of broker $1:"
  { grep -vE '^[[:space:]]|[]] (INFO|WARN) ' "$home/$1/broker.log" || true; } | tail -n 5 |
    cut -c 1-300 | sed 's/^/  /' >&2
}

# end SIGNAL SECONDS N…: true once none of them runs.
end() {
  local signal=$1 tenths=$(($2 * 10)) n pid
  shift 2
  for n; do
    ! pid=$(pid_of "$n") || kill "-$signal" "$pid" 2>/dev/null || true
  done
  for n; do
    while pid_of "$n" >/dev/null; do
      [ "$tenths" -gt 0 ] || return 1
      sleep 0.1
      tenths=$((tenths - 1))
    done
  done
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

is_free_soon() {
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    is_taken "$1" || return 0
    sleep 0.1
  done
  return 1
}

# free_ports COUNT: the first of so many free neighbors, below those that Linux gives to outgoing
# connections: one of them could take the port while the broker is down.
free_ports() {
  local first port
  for _ in {1..100}; do
    first=$((20000 + RANDOM % 12000))
    for ((port = first; port < first + $1; port++)); do
      ! is_taken "$port" || continue 2
    done
    echo "$first" && return
  done
  fail "no free ports were found between 20000 and 32000."
}

# Kafka's Metadata request, version 1, about no topic: key 3, then the version, the correlation id,
# no client id (https://kafka.apache.org/protocol). Its answer begins with its size, the
# correlation id and the number of brokers, 4 bytes each.
metadata_request='\0\0\0\016\0\003\0\001\0\0\0\001\377\377\0\0\0\0'

# How many brokers the one at that port knows to be up; 0 if it does not answer.
brokers_known_at() {
  local bytes
  bytes=$( (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "$metadata_request" >&3 &&
    timeout 5 od -An -tu1 -N12 <&3) 2>/dev/null) || true
  set -- $bytes
  echo "${12:-0}"
}

# answers N COUNT: waits until broker N knows so many to be up; false if it ends.
answers() {
  local ends=$((SECONDS + 120))
  while [ "$SECONDS" -lt "$ends" ] && pid_of "$1" >/dev/null; do
    [ "$(brokers_known_at "$(port_of "$1")")" -lt "$2" ] || return 0
    sleep 0.1
  done
  return 1
}
