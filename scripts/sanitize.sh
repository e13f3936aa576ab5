#!/usr/bin/env bash
# Runs the tests of all unsafe code natively under AddressSanitizer: kernels of the encoder and of the scan, vectors, quantized rows.
# Its last line says how many passed, as `make verify` reads it.
source "$(dirname "$0")/lib.sh"

# Sanitizers are unstable options, which a stable compiler takes so.
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS=-Zsanitizer=address
export CARGO_TARGET_DIR=$root/target/sanitize
triple=$(rustc -vV | sed -n 's/^host: //p')

step "Building and running the tests with AddressSanitizer" "some minutes the first time"
# A target that is named keeps the flags from what runs while building.
tests_under AddressSanitizer sanitize.log \
  cargo test --quiet --target "$triple" --lib -- int8 signs vector quantized
