#!/usr/bin/env bash
# Runs fuzz targets one after the other, with AddressSanitizer: `scripts/fuzz.sh [TARGET...]`; all of them, if none is named.
# Each ends after TIME seconds (60) or RUNS runs (2000000), whichever comes first, and with an error at the first crash, leak,
# input that takes over ten seconds, or 2 GB of memory. Its input is then in fuzz/artifacts: mend what it shows, and put it into
# fuzz/corpus, which `cargo test --test corpus` goes through. Inputs that reach new code are kept in the cache folder.
# `scripts/fuzz.sh --smoke` gives each TIME seconds (2) where all are built from these very sources, and else does nothing.
source "$(dirname "$0")/lib.sh"

# Sanitizers and coverage are unstable options, which a stable compiler takes so.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR=$root/target/fuzz
triple=$(rustc -vV | sed -n 's/^host: //p')
programs=$CARGO_TARGET_DIR/$triple/release
stamp=$CARGO_TARGET_DIR/.made-by
sources="$(rustc --version) $(digest_of src Cargo.toml fuzz/src fuzz/fuzz_targets fuzz/Cargo.toml fuzz/Cargo.lock tests/support)"
is_built() { [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$sources" ]; }

smoke=
if [ "${1:-}" = --smoke ]; then
  smoke=1
  TIME=${TIME:-2}
  shift
  if ! is_built; then
    printf '  - the fuzz targets are not built: run scripts/fuzz.sh\n'
    exit
  fi
fi

if [ -z "$smoke" ]; then
  scripts/setup/cargo-fuzz.sh
  if ! is_built; then
    step "Building the fuzz targets" "some minutes the first time"
    rm -f "$stamp"
    # Cargo names the subcommand itself where it calls it.
    logged fuzz.log "the fuzz targets do not build." "$cache/bin/cargo-fuzz" fuzz build
    printf '%s\n' "$sources" >"$stamp"
  fi
  step "Writing files of this version for them to begin with" "a minute the first time"
  LEAFCUTTER_WRITE_SEEDS=$cache/fuzz CARGO_TARGET_DIR=$root/target \
    logged fuzz.log "the corpus is not taken: its test says why." cargo test --quiet --test corpus
fi
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(sed -n 's/^name = "\(.*\)"$/\1/p' fuzz/Cargo.toml | tail -n +2); fi

failed=()
for target in "${targets[@]}"; do
  found=$cache/fuzz/$target
  mkdir -p "$found" "fuzz/artifacts/$target"
  if [ -z "$smoke" ]; then step "$target" "${TIME:-60} seconds"; fi
  log=target/fuzz-$target.log
  begin=()
  if [ -d "fuzz/corpus/$target" ]; then begin=("fuzz/corpus/$target"); fi
  "$programs/$target" "$found" "${begin[@]}" -runs="${RUNS:-2000000}" -max_total_time="${TIME:-60}" \
    -max_len=16384 -timeout=10 -rss_limit_mb=2048 -seed=7 -print_final_stats=1 \
    -artifact_prefix="fuzz/artifacts/$target/" >"$log" 2>&1 || failed+=("$target")
  # The counters in the last line that libFuzzer prints of them.
  edges=$(grep -ao 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf 'figure: %s: %s runs, %s edges\n' "$target" "${runs:-0}" "${edges:-0}"
done

if [ ${#failed[@]} -gt 0 ]; then
  for target in "${failed[@]}"; do tail -n 40 "target/fuzz-$target.log" >&2; done
  fail "found by ${failed[*]}: see fuzz/artifacts."
fi
