# What scripts/demo and scripts/test share: packages and builds. To be sourced; goes to the root of the project.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

# quietly COMMAND...: shows what the command printed only where it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
  ((status == 0)) || printf '%s\n' "$output"
  return "$status"
}

# install_packages NAME...: installs those packages of Debian that are missing; names them where that takes root.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian machine: taking it that what these packages hold is installed: $*"
    return
  fi
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0

  local install=(apt-get install -y --no-install-recommends "${missing[@]}")
  if ((EUID != 0)); then
    echo "Missing packages: ${missing[*]}"
    echo "Install them with: sudo ${install[*]}"
    exit 1
  fi
  echo "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >/dev/null 2>&1 </dev/null && return
  quietly apt-get update || true  # where a part of a mirror fails, the packages may be in another
  quietly "${install[@]}" || exit
}

# add_architectures NAME...: lets packages be installed for other processors too.
add_architectures() {
  command -v dpkg-query >/dev/null || return 0
  local architecture is_new=false
  for architecture in "$@"; do
    dpkg --print-foreign-architectures | grep -qx "$architecture" && continue
    if ((EUID != 0)); then
      echo "Packages for $architecture are needed: sudo dpkg --add-architecture $architecture && sudo apt-get update"
      exit 1
    fi
    dpkg --add-architecture "$architecture" && is_new=true
  done
  ! $is_new || quietly apt-get update || true
}

# compile_once: what several builds compile alike is compiled once, in build trees that are made from now on.
compile_once() {
  install_packages ccache
  command -v ccache >/dev/null || return 0
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export CCACHE_DIR=$PWD/build/ccache CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1
}

# build PRESET ARGUMENT...: configures with the arguments and builds, in build/PRESET.
build() {
  echo "Building in build/$1"
  quietly cmake --preset "$@" && quietly cmake --build --preset "$1" --parallel "$(nproc)"
}
