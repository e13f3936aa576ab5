#!/usr/bin/env bash
# Type-checks every TypeScript project of the checkout.
source "$(dirname "$0")/lib.sh"

status=0
for project in pkg/tsconfig.json www/tsconfig.json; do
  npx tsc --noEmit --project "$project" || status=1
done
exit "$status"
