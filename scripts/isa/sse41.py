"""SSE4.1: the words of SSE2 (sse2.py), but a tail is merged by one instruction, which blends,
and elements of 16 bits are spread and packed by one.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.sse2 import Sse2


class Sse41(Sse2):
    NAME = "sse41"
    RANK = 10
    PROCESSORS = Sse2.PROCESSORS
    FLAGS = ["-msse4.1"]
    AVAILABLE = "has_sse41()"
    INCLUDES = [*Sse2.INCLUDES, "smmintrin.h"]
    PREAMBLE = Sse2.PREAMBLE
    METHODS = Sse2.METHODS
    IN_USE = Sse2.IN_USE

    def spread(self, h):
        return f"_mm_cvtepu16_epi32({h})"

    def packed(self, a):
        return f"_mm_packus_epi32((__m128i) {a}, _mm_setzero_si128())"

    def merge_tail(self, old, new):
        return f"_mm_blendv_ps({old}, {new}, vtail)"
