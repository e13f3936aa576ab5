#!/usr/bin/env bash
# What someone new meets: in a clone of the last commit with an empty cache folder, `make demo` until its URL answers,
# `make test`, and `make demo` once more. What cargo, npm and the system already have stays in use.
# It may take 40 minutes. The last line is the figure for docs/verify.md.
source "$(dirname "$0")/lib.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The clone has nothing beside it.
if [ -e ../shared ]; then export LEAFCUTTER_SHARED=${LEAFCUTTER_SHARED:-$root/../shared}; fi
export LEAFCUTTER_CACHE=$folder/cache
unset LEAFCUTTER_MODEL CARGO_TARGET_DIR MAKEFLAGS MAKELEVEL
git clone --quiet "$root" "$folder/clone"
cd "$folder/clone"

# demo_seconds: runs `make demo` until its URL answers, and prints how many seconds that took. It is called in a
# subshell, at whose end the demo is stopped.
demo_seconds() {
  local started=$SECONDS line url=
  # In a process group of its own, so that it can be stopped with all that it started.
  exec 3< <(exec setsid make demo 2>&1)
  server=$!
  trap 'kill -- "-$server" 2>/dev/null || true' EXIT
  while [ -z "$url" ] && read -r line <&3; do
    printf '%s\n' "$line" >&2
    url=$(grep --only-matching 'http://127.0.0.1:[0-9]*' <<<"$line") || true
  done
  [ -n "$url" ] || fail "'make demo' ended without a URL: its messages are above."
  curl --silent --fail --output /dev/null "$url" || fail "nothing answers at $url."
  printf '%s\n' $((SECONDS - started))
}

demo=$(demo_seconds)
started=$SECONDS
make test || fail "'make test' failed in a fresh clone: its messages are above."
tests=$((SECONDS - started))
again=$(demo_seconds)

pass=$([ $((demo + tests)) -lt 2400 ] && [ "$again" -lt 20 ] && echo true || echo false)
minutes() { awk -v seconds="$1" 'BEGIN { printf "%.1f min", seconds / 60 }'; }
printf '{"figure": "%s (demo %s, tests %s), then %d s", "pass": %s}\n' \
  "$(minutes $((demo + tests)))" "$(minutes "$demo")" "$(minutes "$tests")" "$again" "$pass"
