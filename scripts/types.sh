#!/usr/bin/env bash
# Type-checks every TypeScript project of the checkout.
source "$(dirname "$0")/lib.sh"

status=0
for project in pkg/tsconfig.json www/tsconfig.json tests/tsconfig.json; do
  if [ -e "$project" ]; then npx tsc --noEmit --project "$project" || status=1; fi
done
exit "$status"
