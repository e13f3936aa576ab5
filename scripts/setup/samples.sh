#!/usr/bin/env bash
# The demo's sample collections, made from npm packages of texts in the public domain.
source "$(dirname "$0")/../lib.sh"

stamp=www/samples/.made-by
wanted=$(sha256sum scripts/samples.mjs package-lock.json | sha256sum)
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  done_already "samples"
  exit
fi
step "Making the samples" "a few seconds"
node scripts/samples.mjs www/samples || fail "the samples could not be made: remove node_modules and run 'make setup'."
printf '%s\n' "$wanted" >"$stamp"
