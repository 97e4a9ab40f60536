#!/usr/bin/env bash
# twopass in a project around it, by add_subdirectory: it uses the cpuinfo of that project, none of its find modules and
# not its -ffast-math, and is installed with it.
#
#   usage: CC=... CXX=... subproject_test.sh
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
source "$(dirname "$0")/lib/consumer.sh"

quietly cmake -S "$root/test/parent" -B "$scratch/parent" "${only_scalar[@]}" \
  -DCMAKE_BUILD_TYPE=Release -DTWOPASS_INSTALL=ON -DTWOPASS_USE_CPUINFO=ON
quietly cmake --build "$scratch/parent" --parallel 2
expect_example "$scratch/parent/consumer"
defines cpuinfo_initialize "$scratch/parent/consumer" || die "it uses another cpuinfo"

quietly cmake --install "$scratch/parent" --prefix "$scratch/prefix"
quietly cmake -S "$root/test/consumer" -B "$scratch/consumer" -DLANGUAGE=C -DPROGRAM="$root/examples/softmax.c" \
  -Dtwopass_DIR="$(dirname "$(find "$scratch/prefix" -name twopass-config.cmake)")"
quietly cmake --build "$scratch/consumer"
expect_example "$scratch/consumer/consumer"
defines cpuinfo_initialize "$scratch/consumer/consumer" || die "it uses another cpuinfo"
