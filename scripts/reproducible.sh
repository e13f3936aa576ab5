#!/usr/bin/env bash
# Builds a wasm module, the scripts and the package twice, in two folders with other names, and compares them byte by byte.
source "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build_in FOLDER: copies the sources there and builds; the digests of what comes out are left in FOLDER.sums.
build_in() {
  local folder=$work/$1
  mkdir -p "$folder"
  git archive HEAD | tar -x -C "$folder"
  ln -s "$root/node_modules" "$folder/node_modules"
  cp -r pkg/wasm "$folder/pkg/wasm"
  (
    cd "$folder"
    CARGO_TARGET_DIR=$folder/target scripts/wasm-cargo.sh build --quiet --profile small --lib \
      --no-default-features --features keyword
    cp "$(find target -path '*/wasm32-unknown-unknown/small/leafcutter.wasm')" "$work/$1.wasm"
    cd pkg
    node build.mjs
    npm pack --silent --ignore-scripts --pack-destination "$folder" >/dev/null
  ) || fail "the build in $folder failed: its message is above."
  (
    sha256sum <"$work/$1.wasm"
    sha256sum <"$(ls "$folder"/leafcutter-*.tgz)"
    cd "$folder/pkg/dist" && find . -type f | LC_ALL=C sort | xargs sha256sum
  ) >"$work/$1.sums"
}

step "Building twice" "a few minutes"
build_in first
build_in another-folder
if ! diff "$work/first.sums" "$work/another-folder.sums" >&2; then
  printf '{"figure": "they differ", "pass": false}\n'
  exit 1
fi
printf '{"figure": "the same %s files", "pass": true}\n' "$(($(wc -l <"$work/first.sums")))"
