#!/usr/bin/env bash
# Runs the tests of the unsafe code that has a native form under Miri, which finds undefined behaviour that no address tells.
# Miri is a part of nightly compilers: where there is none, this says so and does nothing. Its last line says how many passed.
source "$(dirname "$0")/lib.sh"

if ! cargo +nightly miri --version >/dev/null 2>&1 &&
  ! rustup --quiet component add miri rust-src --toolchain nightly >/dev/null 2>&1; then
  printf '  - Miri is not there: it comes with rustup toolchain install nightly --component miri,rust-src\n'
  exit
fi
# Else it would be told that this processor has no AVX2, and the kernels for it were passed over.
export RUSTFLAGS=-Ctarget-feature=+avx2
export CARGO_TARGET_DIR=$root/target/miri
log=$root/target/miri.log

step "Running the tests of unsafe code with Miri" "some minutes"
cargo +nightly miri test --quiet --lib -- int8::kernel signs vector quantized >"$log" 2>&1 || {
  tail -n 60 "$log" >&2
  fail "Miri or a test has found something: it stands above."
}
passed=$(sed -n 's/^test result: ok. \([0-9]*\) passed.*/\1/p' "$log")
[ "${passed:-0}" -gt 0 ] || fail "no test ran: see target/miri.log."
printf '{"figure": "%s tests, nothing found", "pass": true}\n' "$passed"
