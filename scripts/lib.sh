# Sourced by every script: where things are kept, and how a step speaks.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Outside the checkout, so that a second clone finds what the first one fetched.
cache=${LEAFCUTTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/leafcutter}
cd "$root"
mkdir -p "$cache"

# step WHAT TIME: announces a step that is about to run and how long it may take.
step() { printf '==> %s (%s)\n' "$1" "$2"; }

# done_already WHAT: a step that has nothing left to do.
done_already() { printf '  - %s: already there\n' "$1"; }

# fail SENTENCE: ends the script with one sentence that says what to do.
fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# apt_install PACKAGE...: Debian's packages, as root or through sudo; false where there is no apt-get.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
  fi
  local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  "${as_root[@]}" "${quiet[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 && return 0
  # The package lists of a new machine are empty or old.
  "${as_root[@]}" "${quiet[@]}" update && "${as_root[@]}" "${quiet[@]}" install -y --no-install-recommends "$@"
}

# digest_of PATH...: one SHA-256 over the names and contents of the files under the paths that exist, without what
# a build has put there.
digest_of() {
  local path existing=()
  for path in "$@"; do
    if [ -e "$path" ]; then existing+=("$path"); fi
  done
  find "${existing[@]}" \( -name node_modules -o -name dist -o -name samples -o -path pkg/README.md -o -path 'pkg/LICENSE-*' \) \
    -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}
