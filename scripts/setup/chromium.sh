#!/usr/bin/env bash
# A Chromium for the browser tests; `--path` prints where it is. CHROMIUM names another one.
source "$(dirname "$0")/../lib.sh"

find_chromium() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then return; fi
  done
  return 1
}

if path=$(find_chromium); then
  if [ "${1:-}" = --path ]; then
    printf '%s\n' "$path"
  else
    done_already "Chromium ($path)"
  fi
  exit
fi
[ "${1:-}" != --path ] || fail "Chromium was not found: run 'make setup', or set CHROMIUM to its path."

step "Installing Chromium for the browser tests" "1 to 3 minutes"
apt_install chromium || true
find_chromium >/dev/null || fail "Chromium could not be installed: install it yourself and set CHROMIUM to its path."
