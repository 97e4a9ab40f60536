"""Scalar with the words of one element more: e4m3, floats of 8 bits with 4 for the exponent and 3 for the fraction. It
has no infinities: the largest number is 448, and what rounds to more is NaN.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.scalar import Scalar


class Scalar8(Scalar):
    NAME = "scalar8"
    RANK = 1
    PROCESSORS = []
    FLAGS = []
    AVAILABLE = "true"
    METHODS = Scalar.METHODS
    IN_USE = {}

    vector_8 = "unsigned char"

    def set1_8(self, a):
        return a

    def load_8(self, p):
        return self.load(p)

    def store_8(self, p, h):
        return self.store(p, h)

    def widen_e4m3(self, h):
        return [
            f"const unsigned field = {h} >> 3 & 15u;",
            f"const float significand = (float) (({h} & 7u) + (field != 0 ? 8u : 0u));",
            "const float unit = __builtin_bit_cast(float, ((field != 0 ? field : 1u) + 117u) << 23);",
            f"const float magnitude = ({h} & 0x7Fu) == 0x7Fu ? __builtin_nanf(\"\") : significand * unit;",
            f"return {h} >> 7 != 0 ? -magnitude : magnitude;",
        ]

    def narrow_e4m3(self, v):
        return [
            f"const unsigned bits = __builtin_bit_cast(unsigned, {v});",
            "const unsigned sign = bits >> 24 & 0x80u;",
            "const unsigned magnitude = bits & 0x7FFFFFFFu;",
            "if (magnitude > 0x43E80000u) return (unsigned char) (sign | 0x7Fu);  // 464",
            "const unsigned exponent = magnitude & 0x7F800000u;",
            "const unsigned power = exponent > 121u << 23 ? exponent : 121u << 23;",
            "const unsigned large = power + (20u << 23);",
            "const float sum = __builtin_bit_cast(float, magnitude) + __builtin_bit_cast(float, large);",
            "const unsigned units = __builtin_bit_cast(unsigned, sum) - large;",
            "return (unsigned char) (sign | ((power >> 20) - (121u << 3) + units));",
        ]
