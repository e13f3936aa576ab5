#!/usr/bin/env bash
# Builds the two wasm modules: pkg/wasm/simd and, for engines with relaxed SIMD, pkg/wasm/relaxed.
# PROFILE=quick compiles in a fraction of the time and skips wasm-opt: for work on the module, not for measuring.
source "$(dirname "$0")/lib.sh"

profile=${PROFILE:-release}
out=pkg/wasm
stamp=$out/.made-by
wanted="$profile $(rustc --version) $(digest_of src Cargo.toml Cargo.lock .cargo scripts/build-wasm.sh)"
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  done_already "wasm modules"
  exit
fi
rm -f "$stamp"

# build_module NAME CARGO_FLAG...: compiles, generates the bindings and optimizes one module.
build_module() {
  local name=$1
  local module=$out/$name/leafcutter_bg.wasm
  shift
  scripts/wasm-cargo.sh build --profile "$profile" --lib "$@" ||
    fail "the $name module did not compile: the compiler's message is above."
  rm -rf "${out:?}/$name"
  "$cache/bin/wasm-bindgen" --remove-name-section --remove-producers-section --target web --omit-default-module-path --out-name leafcutter --out-dir "$out/$name" \
    "$(scripts/wasm-cargo.sh --target-directory)/wasm32-unknown-unknown/$profile/leafcutter.wasm" ||
    fail "the bindings of the $name module could not be generated: run 'make setup'."
  if [ "$profile" = release ]; then optimize "$name" "$module"; fi
}

# optimize NAME MODULE: wasm-opt, told exactly the features that the compiler may have used.
optimize() {
  local name=$1 module=$2
  local features=(--enable-simd --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext
    --enable-mutable-globals --enable-reference-types --enable-multivalue)
  if [ "$name" = relaxed ]; then features+=(--enable-relaxed-simd); fi
  node_modules/.bin/wasm-opt -O2 "${features[@]}" "$module" -o "$module.optimized" ||
    fail "wasm-opt failed on the $name module: remove node_modules and run 'make setup'."
  mv "$module.optimized" "$module"
}

# One module after the other into the same target directory: their dependencies are compiled once.
step "Building the wasm module with SIMD" "4 to 8 minutes the first time, then 1 to 3"
build_module simd
step "Building the wasm module with relaxed SIMD" "1 to 3 minutes"
build_module relaxed --features relaxed-simd
printf '%s\n' "$wanted" >"$stamp"
