#!/usr/bin/env bash
# Builds the wasm modules: pkg/wasm/simd and, for engines with relaxed SIMD, pkg/wasm/relaxed; and the small ones that search a
# static site, pkg/wasm/site by keywords in English and pkg/wasm/site-whole in any language, by embeddings too.
# PROFILE=quick compiles in a fraction of the time: for work on the module, not for measuring. There is no pass of
# wasm-opt: after link-time optimization it made the compressed module larger and no faster.
source "$(dirname "$0")/lib.sh"

profile=${PROFILE:-release}
out=pkg/wasm
stamp=$out/.made-by
wanted="$profile $(rustc --version) $(digest_of src Cargo.toml Cargo.lock .cargo scripts/build-wasm.sh scripts/snip-panics.mjs)"
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  done_already "wasm modules"
  exit
fi
rm -f "$stamp"

# build_module NAME CARGO_FLAG...: compiles one module and generates its bindings.
build_module() {
  local name=$1
  shift
  scripts/wasm-cargo.sh build --profile "$profile" --lib "$@" ||
    fail "the $name module did not compile: the compiler's message is above."
  local module
  module="$(scripts/wasm-cargo.sh --target-directory)/wasm32-unknown-unknown/$profile/leafcutter.wasm"
  # Of the others, messages are made for more than panics.
  if [ "$name" = site ]; then
    node scripts/snip-panics.mjs "$module" "${module%.wasm}.snipped.wasm" || fail "the messages of panics could not be cut out."
    module="${module%.wasm}.snipped.wasm"
  fi
  rm -rf "${out:?}/$name"
  "$cache/bin/wasm-bindgen" --target web --omit-default-module-path --remove-name-section --remove-producers-section \
    --out-name leafcutter --out-dir "$out/$name" \
    "$module" ||
    fail "the bindings of the $name module could not be generated: run 'make setup'."
}

# One module after the other into the same target directory: their dependencies are compiled once.
step "Building the wasm module with SIMD" "4 to 8 minutes the first time, then 1 to 3"
build_module simd
step "Building the wasm module with relaxed SIMD" "1 to 3 minutes"
build_module relaxed --features relaxed-simd
# Without encoder and clustering, told to be small above all.
if [ "$profile" = release ]; then profile=small; fi
step "Building the small modules for static sites" "1 to 2 minutes"
build_module site --no-default-features --features keyword
build_module site-whole --no-default-features --features keyword,languages,meaning
printf '%s\n' "$wanted" >"$stamp"
