#!/usr/bin/env bash
# cargo-deny, kept in the cache folder.
source "$(dirname "$0")/../lib.sh"

cargo_tool cargo-deny 0.20.2 "5 to 10 minutes"
