#!/usr/bin/env bash
# Prints the gzipped sizes of what was built. Only the release profile has to keep to the budgets.
source "$(dirname "$0")/lib.sh"

if [ "${PROFILE:-release}" = release ]; then
  node scripts/sizes.mjs
else
  node scripts/sizes.mjs --no-budget
fi
