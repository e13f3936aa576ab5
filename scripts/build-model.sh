#!/usr/bin/env bash
# The quantized form of the model all-MiniLM-L6-v2, which the page loads, beside its folder in the cache.
source "$(dirname "$0")/lib.sh"

folder=$cache/models/all-MiniLM-L6-v2
file=$folder.int8.safetensors
stamp=$cache/all-MiniLM-L6-v2.int8.made-by
wanted=$(digest_of src/embed "$folder/config.json")
if [ -e "$file" ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  done_already "quantized model"
  exit
fi
step "Quantizing the model" "a few seconds"
fresh=$(mktemp -d "$cache/model.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
# One of another version stays in its place until there is a new one.
pkg/bin/leafcutter model convert "$folder" --out "$fresh/model.safetensors" ||
  fail "the model could not be quantized: the message is above."
mv "$fresh/model.safetensors" "$file"
printf '%s\n' "$wanted" >"$stamp"
