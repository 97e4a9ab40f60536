"""Scalar with two words more: for elements of 16 bits, unsigned fixed-point numbers that stand for (u - 32768) / 1024.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.scalar import Scalar

CONVERSIONS = """\
namespace {

[[maybe_unused]] float float_of(unsigned short u) { return ((float) u - 32768.0f) * 0x1p-10f; }

[[maybe_unused]] unsigned short nearest(float v) { return (unsigned short) (v * 0x1p+10f + 32768.5f); }

}  // namespace"""


class Scalar16(Scalar):
    NAME = "scalar16"
    RANK = 1
    PROCESSORS = []
    FLAGS = []
    AVAILABLE = "true"
    PREAMBLE = CONVERSIONS.splitlines()
    METHODS = Scalar.METHODS
    IN_USE = {}

    def load_q16(self, p):
        return f"float_of({self.load(p)})"

    def store_q16(self, p, v):
        return self.store(p, f"nearest({v})")
