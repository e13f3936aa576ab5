#!/usr/bin/env bash
# LanceDB, which a test searches an export in, as an npm package in the cache folder: 61 MB to download. Where it cannot be
# had, the test says that it skips.
source "$(dirname "$0")/../lib.sh"

folder=$cache/stores
manifests=(tests/stores/package.json tests/stores/package-lock.json tests/stores/nothing/package.json)
wanted=$(cat "${manifests[@]}" | sha256sum)
if [ -e "$folder/.installed" ] && [ "$(cat "$folder/.installed")" = "$wanted" ]; then
  done_already "LanceDB"
  exit
fi

step "Installing LanceDB for a test" "about a minute"
mkdir -p "$folder"
cp -r tests/stores/. .npmrc "$folder"
if (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
  printf '%s\n' "$wanted" >"$folder/.installed"
else
  printf 'LanceDB could not be installed: the test of exports in it will be skipped.\n' >&2
fi
