#!/usr/bin/env bash
# Runs fuzz targets one after the other, with AddressSanitizer: `scripts/fuzz.sh [TARGET...]`; all of them, if none is named.
# Each ends after TIME seconds (60) or RUNS runs (2000000), whichever comes first, and with an error at the first crash, leak,
# input that takes over ten seconds, or 2 GB of memory. Its input is then in fuzz/artifacts: mend what it shows, and put it into
# fuzz/corpus, which `cargo test --test corpus` goes through. Inputs that reach new code are kept in the cache folder.
source "$(dirname "$0")/lib.sh"

scripts/setup/cargo-fuzz.sh
fuzz=$(scripts/setup/cargo-fuzz.sh --path)
# Sanitizers and coverage are unstable options, which a stable compiler takes so.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR=$root/target/fuzz
triple=$(rustc -vV | sed -n 's/^host: //p')

step "Building the fuzz targets" "some minutes the first time"
# Cargo names the subcommand itself where it calls it.
"$fuzz" fuzz build "$@" 2>"$root/target/fuzz.log" || {
  cat "$root/target/fuzz.log" >&2
  fail "the fuzz targets do not build."
}
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <("$fuzz" fuzz list); fi

step "Writing files of this version for them to begin with" "a minute the first time"
LEAFCUTTER_WRITE_SEEDS=$cache/fuzz CARGO_TARGET_DIR=$root/target cargo test --quiet --test corpus >target/fuzz.log 2>&1 || {
  cat target/fuzz.log >&2
  fail "the corpus is not taken: its test says why."
}

failed=()
for target in "${targets[@]}"; do
  found=$cache/fuzz/$target
  mkdir -p "$found" "fuzz/artifacts/$target"
  step "$target" "${TIME:-60} seconds"
  log=target/fuzz-$target.log
  begin=()
  if [ -d "fuzz/corpus/$target" ]; then begin=("fuzz/corpus/$target"); fi
  "target/fuzz/$triple/release/$target" "$found" "${begin[@]}" -runs="${RUNS:-2000000}" -max_total_time="${TIME:-60}" \
    -max_len=65536 -timeout=10 -rss_limit_mb=2048 -seed=7 -print_final_stats=1 \
    -artifact_prefix="fuzz/artifacts/$target/" >"$log" 2>&1 || failed+=("$target")
  # The counters in the last line that libFuzzer prints of them.
  edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf 'figure: %s: %s runs, %s edges\n' "$target" "${runs:-0}" "${edges:-0}"
done

if [ ${#failed[@]} -gt 0 ]; then
  for target in "${failed[@]}"; do tail -n 40 "target/fuzz-$target.log" >&2; done
  fail "found by ${failed[*]}: see fuzz/artifacts."
fi
