#!/usr/bin/env bash
# The packages for Debian, in a system that has nothing but a C compiler and pkg-config: both install, the C example of
# README.md builds and runs as README.md says, and removing them leaves nothing behind. Skipped (77) where no such
# system can be made: that takes root, mmdebstrap and a mirror of Debian.
#
#   usage: CC=... CXX=... package_test.sh BUILD_DIRECTORY
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"
build=$1

skip() {
  echo "SKIPPED: $*"
  exit 77
}

((EUID == 0)) || skip "only root can install packages"
for command in mmdebstrap dpkg-shlibdeps; do
  command -v $command >/dev/null || skip "there is no $command"
done

configure_package "$build"
quietly cmake --build "$build" --target package --parallel 2
packages=("$build"/libtwopass*.deb)
((${#packages[@]} == 2)) || die "other packages than two:" "${packages[@]}"

# No more than a compiler and dpkg need, which takes half the time of all that is essential to Debian; from where this
# machine has its packages.
clean=$scratch/clean
minimum=(base-files base-passwd coreutils dash diffutils dpkg grep libc-bin sed gcc libc6-dev pkgconf)
mirrors=$(apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
  --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' | sort -u)
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
quietly mmdebstrap --variant=custom --include="${minimum[*]}" --dpkgopt=force-unsafe-io "$suite" "$clean" - \
  <<<"$mirrors" || skip "no system could be made"
in_clean() { chroot "$clean" "$@"; }
# What files there are, but for /var, where dpkg and ldconfig keep their notes.
files_of_clean() { find "$clean" -path "$clean/var" -prune -o -print | sort; }
loader_knows() { [[ $(in_clean ldconfig -p) == *libtwopass* ]]; }

files_before=$(files_of_clean)
cp "${packages[@]}" "$clean/tmp"
! in_clean sh -c 'dpkg -i /tmp/libtwopass-dev*.deb' >"$scratch/refused" 2>&1 ||
  die "the development files install without the library"
quietly in_clean sh -c 'dpkg -i /tmp/*.deb && rm /tmp/*.deb'
loader_knows || die "the loader does not know of the library"

# The first program, and the numbers that it prints.
awk '$0 == "```" { if (inside) exit } inside; $0 == "```c" { inside = 1 }' "$root/README.md" >"$clean/tmp/my_program.c"
promised=$(sed -nE 's/.*both print ([0-9.]+), ([0-9.]+) and ([0-9.]*[0-9]).*/\1\n\2\n\3/p' "$root/README.md")
[[ -n $promised ]] || die "README.md says nothing of numbers"
for static in "" -static; do
  quietly in_clean sh -euc "cd /tmp; cc $static my_program.c \$(pkg-config ${static/-/--} --cflags --libs twopass)"
  printed=$(in_clean /tmp/a.out) || die "exit status $?"
  [[ $printed == "$promised" ]] || die "printed $printed, but README.md promises $promised"
  echo "ok: the example${static:+ with $static} prints ${printed//$'\n'/, }"
done
rm "$clean"/tmp/{my_program.c,a.out}

quietly in_clean dpkg -r libtwopass-dev "$(basename "${packages[1]%%_*}")"
left=$(diff <(echo "$files_before") <(files_of_clean)) || die "left behind (>) and lost (<): $left"
! loader_knows || die "the loader still knows of the library"
echo "ok: removing them leaves nothing behind"
