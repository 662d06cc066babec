# Kafka's jars: those that pom.xml and jars.sha256 beside this file pin. They are kept in the user's
# cache, from which every clone of this repository starts its brokers. Uses say.sh.
#
#   fetch         brings them, unless all are there

kafka_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's/.*<kafka.version>\(.*\)<.*/\1/p' "$kafka_dir/pom.xml")
cache=$(absolute "${XDG_CACHE_HOME:-$(echo ~/.cache)}")/shopverse
jars=$cache/kafka-$version

need_program() {
  command -v "$1" >/dev/null || fail "$1 is not installed; deploy/local/packages.sh kafka does it."
}

are_whole() {
  (cd "$1" && sha256sum --check --strict --status "$kafka_dir/jars.sha256") 2>/dev/null
}

# Into a folder that gets its name only once all is there, so a killed attempt leaves nothing that
# looks whole.
fetch_jars() {
  local making=$cache/making-kafka log=$cache/kafka-fetch.log started=$SECONDS
  need_disk "$cache" 150 "Kafka"
  say "Fetching Kafka $version from Maven Central."
  rm -rf "$making"
  mvn -B -q -Dstyle.color=never -f "$kafka_dir/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$making" >"$log" 2>&1 || {
    grep -m 2 ERROR "$log" | cut -c 1-300 | sed 's/^/  /' >&2
    fail "Kafka could not be fetched; check that Maven reaches Maven Central, and try again."
  }
  are_whole "$making" ||
    fail "what Maven brought to $making is not what deploy/local/kafka/jars.sha256 lists."
  rm -rf "$jars"
  mv -T "$making" "$jars"
  say "Fetched $(du -sm "$jars" | cut -f 1) MB into $jars in $((SECONDS - started)) s."
}

fetch() {
  need_program java
  are_whole "$jars" && return
  need_program mvn
  mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
    fail "cannot write into $cache; set XDG_CACHE_HOME to a folder of yours."
  (
    flock 8
    are_whole "$jars" || fetch_jars
  ) 8>"$cache/kafka-fetch.lock"
}
