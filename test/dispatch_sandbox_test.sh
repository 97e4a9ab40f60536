#!/usr/bin/env bash
# The dispatch where /proc or /sys is not there, as in a chroot or a sandbox: silent, and as if they were there.
#   dispatch_sandbox_test.sh path/to/print_dispatch [EMULATOR ARGUMENT...]
#
# Exit status 77, a skip, where directories cannot be hidden: that takes root, or a system that lets users make name
# spaces.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/expect_dispatch.sh"
program=("${@:2}" "$1")
unset TWOPASS_ISA

# hiding "DIRECTORY..." COMMAND...: with empty directories in their places.
hiding() {
  "${unshare[@]}" bash -c '
    for directory in $1; do mount -t tmpfs none "$directory" || exit 99; done
    shift
    exec "$@"' hiding "$@"
}

for unshare in "unshare --mount" "unshare --map-root-user --mount"; do
  read -ra unshare <<<"$unshare"
  ! hiding "/proc /sys" true 2>/dev/null || break
  unshare=()
done
if [ ${#unshare[@]} -eq 0 ]; then
  echo "SKIPPED: directories cannot be hidden here"
  exit 77
fi

# All that is printed, on stderr too. Caches may be known from another source, or not at all.
printed() { "$@" 2>&1 | grep -v '^caches: ' || true; }

usual=$("${program[@]}" 2>/dev/null)
machine=$(sed -n 's/^machine: //p' <<<"$usual")
for directories in /proc /sys "/proc /sys"; do
  difference=$(diff <(printed echo "$usual") <(printed hiding "$directories" "${program[@]}")) ||
    fail "without $directories (<: with them)
$difference"
  for isa in $machine; do
    expect_active "$isa" with_isa "$isa" hiding "$directories" "${program[@]}"
  done
  # x86 processors describe their caches.
  case " $machine " in
    *" sse2 "*)
    caches=$(grep -o '^caches: l1 [0-9]*, l2 [0-9]*, l3 [0-9]*' <<<"$usual")
    expect_line "$caches.*" hiding "$directories" "${program[@]}"
    ;;
  esac
done

exit $((failures != 0))
