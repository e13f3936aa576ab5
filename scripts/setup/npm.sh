#!/usr/bin/env bash
# The npm packages of package-lock.json, in node_modules.
source "$(dirname "$0")/../lib.sh"

command -v node >/dev/null || fail "node was not found: install Node.js 20.16 or later."
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 16) ? 0 : 1)' ||
  fail "Node.js $(node --version) is too old: install Node.js 20.16 or later."

manifests=(package.json package-lock.json)
for manifest in pkg/package.json www/package.json; do
  if [ -e "$manifest" ]; then manifests+=("$manifest"); fi
done
wanted=$(sha256sum "${manifests[@]}" | sha256sum)
stamp=node_modules/.installed
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  done_already "npm packages"
  exit
fi

step "Installing npm packages" "about a minute"
# None of the packages needs its install script, so none is run.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
  fail "npm packages could not be installed: check that npm reaches its registry, then run the command again."
printf '%s\n' "$wanted" >"$stamp"
