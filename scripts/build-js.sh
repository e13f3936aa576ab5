#!/usr/bin/env bash
# Builds the npm package's JavaScript, with it the quantized model, and with both the site.
source "$(dirname "$0")/lib.sh"

# build_workspace NAME TIME SOURCE...: runs the workspace's build unless its sources are those of the last one.
build_workspace() {
  local name=$1 time=$2
  shift 2
  if [ ! -e "$name/package.json" ]; then return; fi
  local stamp=node_modules/.built-$name wanted
  wanted=$(digest_of package-lock.json "$@")
  if [ -e "$name/dist" ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    done_already "JavaScript of $name"
    return
  fi
  step "Building the JavaScript of $name" "$time"
  npm run --silent build --workspace "$name" --if-present ||
    fail "the JavaScript of $name could not be built: the message is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# The generated bindings are sources of the package; the package, the texts and the samples are of the site, whose pages are
# embedded for its search.
build_workspace pkg "a few seconds" pkg README.md LICENSE-APACHE LICENSE-MIT
scripts/build-model.sh
build_workspace www "a minute the first time" www pkg docs examples README.md scripts/samples.mjs
