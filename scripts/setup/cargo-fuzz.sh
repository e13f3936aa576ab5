#!/usr/bin/env bash
# cargo-fuzz, kept in the cache folder.
source "$(dirname "$0")/../lib.sh"

cargo_tool cargo-fuzz 0.13.2 "about a minute"
