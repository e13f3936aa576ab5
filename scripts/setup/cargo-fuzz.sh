#!/usr/bin/env bash
# cargo-fuzz, kept in the cache folder. `--path` prints where it is.
source "$(dirname "$0")/../lib.sh"

version=0.13.2
command=$cache/bin/cargo-fuzz

if [ "${1:-}" = --path ]; then
  printf '%s\n' "$command"
  exit
fi
if [ "$("$command" --version 2>/dev/null || true)" = "cargo-fuzz $version" ]; then
  done_already "cargo-fuzz $version"
  exit
fi
step "Building cargo-fuzz $version" "about a minute"
CARGO_TARGET_DIR="$cache/build/cargo-fuzz" \
  cargo install --quiet --locked --root "$cache" --force --version "$version" cargo-fuzz ||
  fail "cargo-fuzz $version could not be built: check that crates.io can be reached, then run the command again."
rm -rf "$cache/build/cargo-fuzz"
