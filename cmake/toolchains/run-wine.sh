#!/usr/bin/env bash
# Runs a program for Windows:
#
#   run-wine.sh PROGRAM ARGUMENT...
#
# Wine keeps what it takes for a Windows in build/wine, which the first run makes, and its server ends some seconds
# after the last program. The lines that the program prints end as those of this system do.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
set -o pipefail
build=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && mkdir -p build && cd build && pwd) || exit
export WINEPREFIX=$build/wine WINEDEBUG=-all
PATH=$PATH:/usr/lib/wine  # where Debian has it without a package of scripts
wine64 "$@" | tr -d '\r'
