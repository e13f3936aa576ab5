#!/usr/bin/env bash
# Holds all crates, those of the fuzz targets as well, against deny.toml: licences, what is banned, where they come from; and, where the
# database of advisories can be fetched, against what is known of holes in them. Its last line is the figure, as `make verify` reads it.
source "$(dirname "$0")/lib.sh"

scripts/setup/cargo-deny.sh
deny() { "$cache/bin/cargo-deny" --manifest-path "$1" --locked "${@:2}"; }

for manifest in Cargo.toml fuzz/Cargo.toml; do
  logged deny.log "a crate of $manifest is against deny.toml: it stands above." deny "$manifest" check licenses bans sources
done
advisories="advisories not reachable"
if deny Cargo.toml fetch db >/dev/null 2>&1; then
  logged deny.log "an advisory is out about a crate: it stands above." deny Cargo.toml check advisories
  advisories="no advisories"
fi
printf '{"figure": "licences, bans and sources as they may be; %s", "pass": true}\n' "$advisories"
