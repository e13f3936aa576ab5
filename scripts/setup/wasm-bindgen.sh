#!/usr/bin/env bash
# The wasm-bindgen command in the exact version of the crate, kept in the cache folder.
source "$(dirname "$0")/../lib.sh"

version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' Cargo.toml)
[ -n "$version" ] || fail "Cargo.toml must pin wasm-bindgen as \"=x.y.z\": the command and the crate must be of one version."

is_version() { [ "$("$1" --version 2>/dev/null || true)" = "wasm-bindgen $version" ]; }

if is_version "$cache/bin/wasm-bindgen"; then
  done_already "wasm-bindgen $version"
  exit
fi
if is_version wasm-bindgen; then
  mkdir -p "$cache/bin"
  ln -sf "$(command -v wasm-bindgen)" "$cache/bin/wasm-bindgen"
  done_already "wasm-bindgen $version ($(command -v wasm-bindgen))"
  exit
fi

step "Building wasm-bindgen $version" "2 to 4 minutes"
# Without --locked: the lock file published with it names a version that may not resolve.
# Optimization would take longer than the few calls that are made to it.
CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR="$cache/build/wasm-bindgen" \
  cargo install --quiet --root "$cache" --force --version "$version" wasm-bindgen-cli --bin wasm-bindgen ||
  fail "wasm-bindgen $version could not be built: check that crates.io can be reached, then run the command again."
rm -rf "$cache/build/wasm-bindgen"
