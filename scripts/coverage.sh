#!/usr/bin/env bash
# How many lines of what reads bytes and texts from outside are reached by the fuzzers' corpus and by what `scripts/fuzz.sh` found and
# kept in the cache folder. Its last line is the figure, as `make verify` reads it; what is not reached: target/coverage.txt.
source "$(dirname "$0")/lib.sh"

host=$(rustc -vV | sed -n 's/^host: //p')
tools=$(rustc --print sysroot)/lib/rustlib/$host/bin
[ -x "$tools/llvm-cov" ] || rustup --quiet component add llvm-tools ||
  fail "llvm-cov is missing: run rustup component add llvm-tools."

# What each decoder reads, and its files.
decoders=(
  "snapshots src/store/*.rs src/kept/section.rs"
  "shards src/store/shards/*.rs src/site/reader.rs"
  "Markdown src/text/markdown.rs src/text/front_matter.rs"
  "HTML src/text/html.rs src/text/page.rs src/text/elements.rs src/text/table.rs"
  "filters src/filter.rs"
  "models src/embed/weights.rs src/embed/loader.rs src/embed/config.rs src/embed/artefact.rs src/embed/detector.rs"
  "tokens src/embed/tokenizer.rs src/embed/components.rs src/embed/added_tokens.rs src/embed/pieces.rs"
  "identifiers src/sensitive/*.rs"
  "adapters src/adapt/adapter.rs"
)

export RUSTFLAGS=-Cinstrument-coverage
export CARGO_TARGET_DIR=$root/target/coverage
export LLVM_PROFILE_FILE=$CARGO_TARGET_DIR/corpus.profraw
step "Building the corpus' test with counters, and running it" "some minutes the first time"
LEAFCUTTER_FOUND=$cache/fuzz \
  logged coverage.log "the corpus is not taken, or its test does not build: it stands above." \
  cargo test --target "$host" --test corpus
program=$(sed -n 's/^ *Running tests.corpus.rs (\(.*\))$/\1/p' target/coverage.log)
"$tools/llvm-profdata" merge -sparse "$LLVM_PROFILE_FILE" -o "$CARGO_TARGET_DIR/corpus.profdata"

# reached FILE...: lines reached and lines in all, of functions that are in the program.
reached() {
  "$tools/llvm-cov" export "$program" --instr-profile "$CARGO_TARGET_DIR/corpus.profdata" --summary-only --sources "$@" |
    node -e 'const { lines } = JSON.parse(require("node:fs").readFileSync(0)).data[0].totals; console.log(lines.covered, lines.count)'
}

figure= all=0 of=0
for decoder in "${decoders[@]}"; do
  read -r name patterns <<<"$decoder"
  # Unquoted, so that the patterns are expanded.
  files=($patterns)
  # Of files that are not there nothing is said.
  for file in "${files[@]}"; do
    [ -e "$file" ] || fail "$file is not there: mend the list in scripts/coverage.sh."
  done
  lines=$(reached "${files[@]}") || fail "llvm-cov does not read what was counted: remove target/coverage, and run this again."
  read -r covered count <<<"$lines"
  figure+=", $name $((100 * covered / count))"
  all=$((all + covered)) of=$((of + count))
done
"$tools/llvm-cov" show "$program" --instr-profile "$CARGO_TARGET_DIR/corpus.profdata" --sources src >"$root/target/coverage.txt"
printf '{"figure": "%s %% of %s lines: %s", "pass": true}\n' "$((100 * all / of))" "$of" "${figure#, }"
