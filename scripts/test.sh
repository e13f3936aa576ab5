#!/usr/bin/env bash
# Every check and test, as CI runs them. It goes on after a failure, so that one run tells all that is wrong.
source "$(dirname "$0")/lib.sh"

failed=()

# check WHAT TIME COMMAND...: runs one step and remembers whether it failed.
check() {
  local what=$1 time=$2
  shift 2
  step "$what" "$time"
  "$@" || failed+=("$what")
}

# node_tests WHAT FOLDER: the tests of a folder, one file after the other: they start browsers and measure times.
node_tests() {
  local files
  files=$(find "tests/$2" -name '*.test.*' | LC_ALL=C sort)
  if [ -n "$files" ]; then
    # shellcheck disable=SC2086
    check "$1" "up to ${3}" node --test --test-concurrency=1 $files
  fi
}

CHROMIUM=$(scripts/setup/chromium.sh --path)
export CHROMIUM
export LEAFCUTTER_CACHE=$cache

check "Rust formatting" "a second" cargo fmt --check
check "Lints" "1 to 3 minutes the first time" cargo clippy --quiet --all-targets -- -D warnings
check "Lints without optional features" "a minute the first time" \
  cargo clippy --quiet --no-default-features --features keyword -- -D warnings
# In the profile of the modules, whose macros are already compiled.
check "Keyword-only module for wasm" "half a minute the first time" \
  scripts/wasm-cargo.sh check --quiet --release --lib --no-default-features --features keyword
check "Rust tests" "2 to 5 minutes the first time" cargo test
check "Fuzz targets" "half a minute where they are built" scripts/fuzz.sh --smoke
check "JavaScript formatting" "a few seconds" scripts/prettier.sh --check
check "Types" "a few seconds" scripts/types.sh
check "Licences" "a second" node scripts/licences.mjs
node_tests "JavaScript tests" js "5 minutes"
node_tests "Browser tests" browser "10 minutes"
node_tests "Packaging tests" packaging "3 minutes"

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nFailed:\n'
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
printf '\nEvery check and test passed.\n'
