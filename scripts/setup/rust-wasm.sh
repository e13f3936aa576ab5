#!/usr/bin/env bash
# A Rust compiler for wasm32-unknown-unknown: rustup's standard library, else Debian's compiler and sources.
source "$(dirname "$0")/../lib.sh"

command -v cargo >/dev/null || fail "cargo was not found: install Rust 1.95 or later (see https://rustup.rs)."

if scripts/wasm-cargo.sh --available; then
  done_already "Rust for wasm"
  exit
fi

if command -v rustup >/dev/null; then
  step "Adding the wasm target with rustup" "under a minute, given up after 2"
  # A mirror that does not answer must not hold up the set-up: the next way needs another one.
  timeout 120 rustup target add wasm32-unknown-unknown || true
fi

if ! scripts/wasm-cargo.sh --available; then
  step "Installing Debian's Rust for wasm: rustc-web, cargo-web, rust-web-src, lld-22" "1 to 3 minutes"
  apt_install rustc-web cargo-web rust-web-src lld-22 || true
fi

scripts/wasm-cargo.sh --available ||
  fail "Rust for wasm could not be installed: run 'rustup target add wasm32-unknown-unknown' where rustup can download."
