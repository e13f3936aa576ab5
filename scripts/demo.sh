#!/usr/bin/env bash
# Serves the site until it is interrupted. PORT picks the port.
source "$(dirname "$0")/lib.sh"

export LEAFCUTTER_CACHE=$cache
exec pkg/bin/leafcutter serve www ${PORT:+--port "$PORT"}
