# Sourced by start, check and build-deb: everything that a fresh machine lacks, installed or asked for.
#
# Needs python3 with its venv module, and a way to the Python Package Index or to the mirror that
# pip or uv is set up for. Qt's own libraries are installed through apt where that is allowed;
# where it is not, the one command to run is printed and the script ends with EXIT_UNAVAILABLE.
#
#   prepare start|check     afterwards "$environment/bin" holds the till and its tools, and "$uv" runs uv
#   prepare package         afterwards it holds what PyInstaller makes a program of, for "$source"

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
environment="$checkout/.venv"

EXIT_UNAVAILABLE=69
UV_OLDEST=0.9.0

# What Qt loads, and the Debian package that has it. The second list is only for a real screen.
QT_LIBRARIES="
libglib-2.0.so.0    libglib2.0-0
libEGL.so.1         libegl1
libGL.so.1          libgl1
libfontconfig.so.1  libfontconfig1
libxkbcommon.so.0   libxkbcommon0
libdbus-1.so.3      libdbus-1-3
"
QT_SCREEN_LIBRARIES="
libxcb-cursor.so.0     libxcb-cursor0
libxkbcommon-x11.so.0  libxkbcommon-x11-0
libxcb-icccm.so.4      libxcb-icccm4
libxcb-keysyms.so.1    libxcb-keysyms1
libxcb-shape.so.0      libxcb-shape0
libwayland-cursor.so.0 libwayland-cursor0
"

# A program that may keep no compiled modules compiles all of them at each start, which no shop's does.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$@"
  exit "$EXIT_UNAVAILABLE"
}

has_screen() {
  [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]
}

# The first Python on the path that the till runs on; the .venv's own when there is one.
find_python() {
  local candidate
  for candidate in "$environment/bin/python" python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  stop "Counterfoil needs Python 3.11, 3.12 or 3.13, and found none: on Debian, apt-get install python3 python3-venv"
}

# Names the packages whose libraries the loader cannot find. Asking the loader itself needs no
# ldconfig, which an ordinary user's path lacks.
missing_libraries() {
  "$python" - "$@" <<'PYTHON'
import ctypes
import sys

words = " ".join(sys.argv[1:]).split()
for library, package in zip(words[::2], words[1::2], strict=True):
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PYTHON
}

install_libraries() {
  [ "$(uname -s)" = Linux ] || return 0
  local libraries="$QT_LIBRARIES" as_root=() missing
  if [ "$1" = package ] || { [ "$1" = start ] && has_screen; }; then libraries="$libraries $QT_SCREEN_LIBRARIES"; fi
  missing=$(missing_libraries "$libraries" | tr '\n' ' ')
  missing="${missing% }"
  [ -n "$missing" ] || return 0

  if ! command -v apt-get >/dev/null; then
    stop "Qt needs the libraries that Debian calls: $missing. Install what your system calls them, and run this again."
  fi
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      say "Qt needs libraries that only root may install. Run this as root, then start again:"
      stop "    apt-get update && apt-get install --yes --no-install-recommends $missing"
    fi
    as_root=(sudo -n)
  fi
  say "Installing what Qt needs: $missing"
  # The list of packages is split into words on purpose.
  # shellcheck disable=SC2086
  if ! { ${as_root[@]+"${as_root[@]}"} apt-get -qq update &&
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq install --yes --no-install-recommends $missing; } >"$cache/apt.log" 2>&1 </dev/null; then
    cat "$cache/apt.log" >&2
    stop "apt-get could not install: $missing"
  fi
}

# A directory for tools that may be written: the user's own, or one in the checkout.
find_cache() {
  local candidate
  for candidate in "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/counterfoil" "$checkout/.cache"; do
    if mkdir -p "$candidate" 2>/dev/null && [ -w "$candidate" ]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  stop "Neither the home directory nor $checkout can be written."
}

is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null | awk '{ print $2 }') && [ -n "$version" ] &&
    [ "$(printf '%s\n' "$UV_OLDEST" "$version" | sort -V | head -n 1)" = "$UV_OLDEST" ]
}

# uv from the path, or in an environment of its own: Debian's Python takes no packages (PEP 668).
find_uv() {
  local home="$cache/uv"
  if is_new_enough uv; then
    command -v uv
    return
  fi
  if ! is_new_enough "$home/bin/uv"; then
    say "Installing uv into $home"
    "$python" -m venv --clear "$home" >&2 ||
      stop "Python cannot make an environment: on Debian, apt-get install python3-venv"
    # The file is one that was looked at once, whoever hands it out; nothing is built.
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
      --only-binary :all: --require-hashes --requirement "$checkout/packaging/uv.txt" >&2 ||
      stop "uv could not be installed from the package index, or its files are not those that packaging/uv.txt names."
  fi
  printf '%s\n' "$home/bin/uv"
}

# The mirror that uv or pip is set up for, if any; uv itself reads nothing of pip's.
find_mirror() {
  local mirror="${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-}}}"
  if [ -n "$mirror" ]; then
    printf '%s\n' "$mirror"
    return
  fi
  "$python" - <<'PYTHON'
import configparser
import os
import pathlib

home = pathlib.Path(os.environ.get("HOME", "/nonexistent"))
settings = pathlib.Path(os.environ.get("XDG_CONFIG_HOME", home / ".config"))
settings_of_pip = configparser.RawConfigParser()
settings_of_pip.read(
    [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        home / ".pip/pip.conf",
        settings / "pip/pip.conf",
        os.environ.get("PIP_CONFIG_FILE", os.devnull),
    ]
)
print(settings_of_pip.get("global", "index-url", fallback=""))
PYTHON
}

# Brings .venv to what uv.lock says and leaves what else is there, so that starting the till does
# not take the tests' tools away. Whatever is installed has its hash in the lock, the build backend
# too: the till itself is then built by what is there, and nothing is fetched for it.
install_packages() {
  local groups=(--group build) mirror wanted
  if [ "$1" = start ]; then groups+=(--no-dev); fi
  mirror=$(find_mirror) || exit
  if [ -z "$mirror" ]; then
    "$uv" sync --quiet --frozen --inexact --no-install-project --python "$python" "${groups[@]}" >&2 ||
      stop "The packages in uv.lock could not be installed."
  else
    # The lock names where each file lies, which a machine with a mirror may not reach. The same
    # versions with the same hashes come from the mirror.
    wanted="$cache/wanted-$1.txt"
    if [ ! -x "$environment/bin/python" ]; then "$uv" venv --quiet --python "$python" "$environment" >&2; fi
    "$uv" export --quiet --frozen --no-emit-project "${groups[@]}" --output-file "$wanted" >&2 &&
      "$uv" pip install --quiet --python "$environment/bin/python" --default-index "$mirror" \
        --require-hashes --requirements "$wanted" >&2 ||
      stop "The packages in uv.lock could not be installed from $(printf '%s' "$mirror" | sed 's,//[^/]*@,//,')."
  fi
  "$uv" pip install --quiet --offline --python "$environment/bin/python" \
    --no-deps --no-build-isolation --editable "$checkout" >&2 ||
    stop "The till could not be built from $checkout."
}

# The packages that the lock of "$source" names, and the PyInstaller of this checkout's own.
install_for_package() {
  local mirror wanted="$cache/wanted-package.txt" index=()
  mirror=$(find_mirror) || exit
  if [ -n "$mirror" ]; then index=(--default-index "$mirror"); fi
  if [ ! -x "$environment/bin/python" ]; then "$uv" venv --quiet --python "$python" "$environment" >&2; fi
  "$uv" export --quiet --frozen --no-dev --no-emit-project --project "$source" --output-file "$wanted" >&2 &&
    "$uv" export --quiet --frozen --only-group package --project "$checkout" --output-file "$wanted.tools" >&2 &&
    "$uv" pip sync --quiet --python "$environment/bin/python" ${index[@]+"${index[@]}"} \
      --require-hashes "$wanted" "$wanted.tools" >&2 ||
    stop "The packages that the lock names could not be installed."
}

prepare() {
  unset VIRTUAL_ENV PYTHONHOME PYTHONPATH
  export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT="$environment"
  # The system's certificates, which know a shop's own authority; an explicit bundle goes first.
  if [ -z "${SSL_CERT_FILE:-}" ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"; fi
  # Each of these may end in `stop`; a caller that tests our exit code switches `set -e` off.
  python=$(find_python) || exit
  cache=$(find_cache) || exit
  if [ "$cache" = "$checkout/.cache" ]; then export UV_CACHE_DIR="${UV_CACHE_DIR:-$cache/uv-files}"; fi
  install_libraries "$1"
  uv=$(find_uv) || exit
  if [ "$1" = package ]; then install_for_package; else (cd "$checkout" && install_packages "$1"); fi || exit
}
