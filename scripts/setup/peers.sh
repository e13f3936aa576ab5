#!/usr/bin/env bash
# The peers that the benchmarks measure against, as npm packages in the cache folder.
source "$(dirname "$0")/../lib.sh"

folder=$cache/peers
manifests=(benches/peers/package.json benches/peers/package-lock.json)
wanted=$(cat "${manifests[@]}" | sha256sum)
if [ -e "$folder/.installed" ] && [ "$(cat "$folder/.installed")" = "$wanted" ]; then
  done_already "peers"
  exit
fi

step "Installing the peers of the benchmarks" "about a minute"
mkdir -p "$folder"
cp "${manifests[@]}" .npmrc "$folder"
# None of them needs its install script in a browser, so none is run.
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
  fail "the peers could not be installed: check that npm reaches its registry, then run the command again."
printf '%s\n' "$wanted" >"$folder/.installed"
