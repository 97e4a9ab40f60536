# A find module of the project around, which twopass must leave alone.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
message(FATAL_ERROR "twopass asked a find module of the project around")
