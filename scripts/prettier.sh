#!/usr/bin/env bash
# Runs prettier over all scripts, styles and pages: `--check` or `--write`.
source "$(dirname "$0")/lib.sh"

npx prettier --log-level warn "$@" '**/*.{ts,mts,js,mjs,css,html,json}'
