#!/usr/bin/env bash
# Runs the benchmarks in Chromium beside their peers; ONLY names some of them, RUNS says how many rounds.
# ONLY=native runs those of the core, without a browser.
source "$(dirname "$0")/lib.sh"

export LEAFCUTTER_CACHE=$cache
if [ "${ONLY:-}" = native ]; then
  compgen -G 'benches/*.rs' >/dev/null || fail "the core has no benchmarks of its own: leave out ONLY=native."
  step "Benchmarks of the core" "a few minutes"
  cargo bench || fail "a benchmark of the core failed: its message is above."
  exit
fi

scripts/setup/peers.sh
CHROMIUM=$(scripts/setup/chromium.sh --path)
export CHROMIUM
step "Benchmarks in Chromium" "up to an hour for all, minutes for one"
node benches/run.mjs || fail "a benchmark failed: its message is above."
