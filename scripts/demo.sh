#!/usr/bin/env bash
# Serves the site until it is interrupted. PORT picks another port.
source "$(dirname "$0")/lib.sh"

exec node scripts/demo.mjs "$cache/models"
