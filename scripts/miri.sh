#!/usr/bin/env bash
# Runs the tests of the unsafe code that has a native form, the kernels for AVX2, under Miri, which finds undefined behaviour that no
# address tells. Its last line says how many passed, as `make verify` reads it.
source "$(dirname "$0")/lib.sh"

cargo +nightly miri --version >/dev/null 2>&1 ||
  fail "Miri is not there: run rustup toolchain install nightly --profile minimal --component miri,rust-src."
case $(uname -m) in
# Else it is told that this processor has no AVX2.
x86_64) export RUSTFLAGS=-Ctarget-feature=+avx2 ;;
*) fail "the kernels are for x86-64: run this on such a machine." ;;
esac
# Properties are tried on a few inputs, for Miri is some thousand times slower; and nothing is asked of the machine.
export PROPTEST_CASES=4 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1 MIRIFLAGS=-Zmiri-disable-isolation
export CARGO_TARGET_DIR=$root/target/miri

step "Running the tests of the kernels with Miri" "some minutes"
tests_under Miri miri.log cargo +nightly miri test --quiet --lib -- int8::kernel
