# How every script here speaks: progress to stderr, one clear sentence when it cannot go on.

say() { printf '%s\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

wrong_use() {
  printf '%s: %s Try %s --help.\n' "${0##*/}" "$*" "$0" >&2
  exit 2
}

# The absolute path of a folder that may not exist yet.
absolute() { realpath -m -- "$1"; }

# need_disk DIR MEGABYTES WHAT: fails if the disk that holds DIR has less left.
need_disk() {
  local dir=$1 wanted=$2 what=$3 free
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  free=$(df --output=avail -m "$dir" | tail -n 1 | tr -d ' ')
  [ "$free" -ge "$wanted" ] ||
    fail "too little disk: $what needs $wanted MB below $dir, and $free MB are free."
}
