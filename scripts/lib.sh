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

# logged NAME SENTENCE COMMAND...: runs a command, what it says in the file NAME of target/; if it fails, shows the end of that and fails.
logged() {
  local log=$root/target/$1 sentence=$2
  shift 2
  mkdir -p "$root/target"
  "$@" >"$log" 2>&1 || {
    tail -n 60 "$log" >&2
    fail "$sentence"
  }
}

# tests_under TOOL NAME COMMAND...: `logged` tests under a tool that finds what they do not; prints how many, as `make verify` reads it.
tests_under() {
  local tool=$1 name=$2 passed
  shift 2
  logged "$name" "$tool or a test has found something: it stands above." "$@"
  passed=$(sed -n 's/^test result: ok. \([0-9]*\) passed.*/\1/p' "$root/target/$name")
  [ "${passed:-0}" -gt 0 ] || fail "no test ran: see target/$name."
  printf '{"figure": "%s tests, nothing found", "pass": true}\n' "$passed"
}

# cargo_tool NAME VERSION TIME: a command of crates.io, built into the cache folder's bin/.
cargo_tool() {
  local name=$1 version=$2
  if [ "$("$cache/bin/$name" --version 2>/dev/null || true)" = "$name $version" ]; then
    done_already "$name $version"
    return
  fi
  step "Building $name $version" "$3"
  CARGO_TARGET_DIR="$cache/build/$name" \
    cargo install --quiet --locked --root "$cache" --force --version "$version" "$name" ||
    fail "$name $version could not be built: check that crates.io can be reached, then run the command again."
  rm -rf "$cache/build/$name"
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
