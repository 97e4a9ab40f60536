"""NEON of 32-bit Arm: 4 floats a vector, as neonfma but without fused multiply-add, and without reductions across a
vector.

Multiplying and adding are two instructions, never vmlaq, which a compiler may fuse. This NEON flushes denormal numbers
to 0 in its operands and results, whatever the mode of the processor. Kernels compute none, and what it flushes is below
FLT_MIN before it is rounded, where the contracts have 0: only a product within 2^-24 below FLT_MIN, which may be
either, is 0 here.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.neonfma import Neonfma
from vocabulary import Isa


class Neon(Neonfma):
    NAME = "neon"
    RANK = 10
    PROCESSORS = ["armv7"]
    FLAGS = ["-mfpu=neon"]
    AVAILABLE = "has_hwcap(12)"  # HWCAP_NEON
    INCLUDES = Neonfma.INCLUDES
    PREAMBLE = Neonfma.PREAMBLE
    METHODS = ["rr4-p5"]
    IN_USE = {
        "vsoftmax": ("rr4-p5", 2, 1),
        "rmax": ("", 8, 8),
        "raddexpanchor": ("rr4-p5", 5, 1),
        "raddstoreexpanchor": ("rr4-p5", 5, 1),
        "vmulc": ("", 8, 1),
        "raddextexp": ("rr4-p5", 4, 1),
    }

    madd = Isa.madd
    fnma = Isa.fnma

    def div(self, a, b):
        # There is no such instruction; on the vector types of gcc and clang the operator divides lane by lane.
        return f"{a} / {b}"

    # Conversions of half floats are of integers: not every such processor has instructions for them.

    widen_f16 = Isa.widen_f16
    narrow_f16 = Isa.narrow_f16

    # Comparisons are of magnitudes: gcc takes others apart into scalar ones, since they would flush denormal operands.

    def less(self, a, b):
        # For the comparison of mul_above, where neither is negative.
        return f"vcaltq_f32({a}, {b})"

    def below(self, n, bound):
        return f"vcagtq_f32({n}, {self.set1(bound.removeprefix('-'))})"

    def reduce(self, result, v, operation):
        # Halves, then the last pair.
        return [
            f"float32x2_t {result}2 = vp{operation}_f32(vget_low_f32({v}), vget_high_f32({v}));",
            f"{result}2 = vp{operation}_f32({result}2, {result}2);",
            f"const float {result} = vget_lane_f32({result}2, 0);",
        ]
