#!/usr/bin/env bash
# cargo-deny, kept in the cache folder. `--path` prints where it is.
source "$(dirname "$0")/../lib.sh"

version=0.20.2
command=$cache/bin/cargo-deny

if [ "${1:-}" = --path ]; then
  printf '%s\n' "$command"
  exit
fi
if [ "$("$command" --version 2>/dev/null || true)" = "cargo-deny $version" ]; then
  done_already "cargo-deny $version"
  exit
fi
step "Building cargo-deny $version" "5 to 10 minutes"
CARGO_TARGET_DIR="$cache/build/cargo-deny" \
  cargo install --quiet --locked --root "$cache" --force --version "$version" cargo-deny ||
  fail "cargo-deny $version could not be built: check that crates.io can be reached, then run the command again."
rm -rf "$cache/build/cargo-deny"
