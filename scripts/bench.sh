#!/usr/bin/env bash
# Runs every benchmark: those of the core with cargo, those of the package in Node.
source "$(dirname "$0")/lib.sh"

export LEAFCUTTER_CACHE=$cache
if compgen -G 'benches/*.rs' >/dev/null; then
  step "Benchmarks of the core" "a few minutes"
  cargo bench || fail "a benchmark of the core failed: its message is above."
fi
for benchmark in benches/*.mjs; do
  if [ ! -e "$benchmark" ]; then continue; fi
  step "$benchmark" "a few minutes"
  node "$benchmark" || fail "$benchmark failed: its message is above."
done
