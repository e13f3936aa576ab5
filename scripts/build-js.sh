#!/usr/bin/env bash
# Builds the npm package's JavaScript and the site, each by its own `build` script.
source "$(dirname "$0")/lib.sh"

# build_workspace NAME SOURCE...: runs the workspace's build unless its sources are those of the last one.
build_workspace() {
  local name=$1
  shift
  if [ ! -e "$name/package.json" ]; then return; fi
  local stamp=node_modules/.built-$name wanted
  wanted=$(digest_of package-lock.json "$@")
  if [ -e "$name/dist" ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    done_already "JavaScript of $name"
    return
  fi
  step "Building the JavaScript of $name" "a few seconds"
  npm run --silent build --workspace "$name" --if-present ||
    fail "the JavaScript of $name could not be built: the message is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# The generated bindings are sources of the package; the package, the pages of docs/ and the samples are of the site.
build_workspace pkg pkg README.md LICENSE-APACHE LICENSE-MIT
build_workspace www www pkg docs scripts/samples.mjs
