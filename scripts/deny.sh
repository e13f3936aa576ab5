#!/usr/bin/env bash
# Holds all crates, those of the fuzz targets as well, against deny.toml: licences, what is banned, where they come from; and, where the
# database of advisories can be fetched, against what is known of holes in them. Its last line is the figure, as `make verify` reads it.
source "$(dirname "$0")/lib.sh"

scripts/setup/cargo-deny.sh
deny=$(scripts/setup/cargo-deny.sh --path)
log=$root/target/deny.log
mkdir -p "$root/target"

for manifest in Cargo.toml fuzz/Cargo.toml; do
  "$deny" --manifest-path "$manifest" --locked check licenses bans sources >"$log" 2>&1 || {
    cat "$log" >&2
    fail "a crate of $manifest is against deny.toml: it stands above."
  }
done
advisories="advisories not reachable"
if "$deny" --manifest-path Cargo.toml --locked fetch db >"$log" 2>&1; then
  "$deny" --manifest-path Cargo.toml --locked check advisories >"$log" 2>&1 || {
    cat "$log" >&2
    fail "an advisory is out about a crate: it stands above."
  }
  advisories="no advisories"
fi
printf '{"figure": "licences, bans and sources as they may be; %s", "pass": true}\n' "$advisories"
