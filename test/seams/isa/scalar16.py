"""Scalar with two words more: for elements of 16 bits, unsigned fixed-point numbers that stand for (u - 32768) / 1024.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.scalar import *  # noqa: F401, F403

NAME = "scalar16"
RANK = 1
IN_USE = {}
PREAMBLE = """\
namespace {

[[maybe_unused]] float float_of(unsigned short u) { return ((float) u - 32768.0f) * 0x1p-10f; }

[[maybe_unused]] unsigned short nearest(float v) { return (unsigned short) (v * 0x1p+10f + 32768.5f); }

}  // namespace""".splitlines()


def load_q16(p):
    return f"float_of({load(p)})"  # noqa: F405


def store_q16(p, v):
    return store(p, f"nearest({v})")  # noqa: F405
