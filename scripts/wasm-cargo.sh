#!/usr/bin/env bash
# Runs cargo for wasm32-unknown-unknown: `scripts/wasm-cargo.sh build --release --lib`.
#
# With rustup's standard library for the target this is plain cargo. Where only Debian's compiler can build for
# wasm, it builds the standard library from source, in a target directory of its own: two compilers that share one
# would rebuild each other's work.
#   --target-directory   prints where the artifacts go
#   --available          exits with 0 if a compiler for wasm is here
source "$(dirname "$0")/lib.sh"

target=wasm32-unknown-unknown
target_directory=${CARGO_TARGET_DIR:-$root/target}
standard_library=$(rustc --print target-libdir --target "$target" 2>/dev/null || true)
# Debian names its linker by the version of LLVM.
linker=$(ls /usr/bin/wasm-ld-* 2>/dev/null | sort -V | tail -n 1 || true)

if [ -n "$standard_library" ] && [ -d "$standard_library" ]; then
  compiler=rustup
elif [ -x /usr/bin/cargo ] && [ -n "$linker" ] && [ -d /usr/lib/rustlib/src/rust ]; then
  compiler=debian
  target_directory=$target_directory/debian
else
  compiler=none
fi

case "${1:-}" in
  --available)
    [ "$compiler" != none ]
    exit
    ;;
  --target-directory)
    printf '%s\n' "$target_directory"
    exit
    ;;
esac

case "$compiler" in
  rustup)
    exec cargo "$@" --target "$target"
    ;;
  debian)
    # Only a nightly compiler builds its standard library, unless it is told to act as one.
    export RUSTC_BOOTSTRAP=1 PATH="/usr/bin:$PATH" CARGO_TARGET_DIR="$target_directory"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker"
    exec /usr/bin/cargo "$@" -Zbuild-std=std,panic_abort --target "$target"
    ;;
  *)
    fail "no compiler for wasm was found: run 'make setup'."
    ;;
esac
