"""AVX2 with FMA3 and F16C: the words of AVX (avx.py), but a multiply-add is fused, integers come in vectors of 8 as
well, and half floats are converted by an instruction.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.avx import Avx
from isa_bases import STORE_FIRST_OF_EIGHT


class Avx2(Avx):
    NAME = "avx2"
    RANK = 20
    PROCESSORS = Avx.PROCESSORS
    FLAGS = ["-mavx2", "-mfma", "-mf16c"]
    AVAILABLE = "has_avx2()"
    INCLUDES = Avx.INCLUDES
    PREAMBLE = f"namespace {{\n\n{STORE_FIRST_OF_EIGHT}\n\n}}  // namespace".splitlines()
    METHODS = ["rr1-p5"]
    IN_USE = {
        "vsoftmax": ("rr1-p5", 6, 1),
        "raddextexp": ("rr1-p5", 4, 1),
    }

    def tail_begin(self, count):
        return [
            f"const int tail = (int) {count};",
            "const __m256i vindex = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);",
            "[[maybe_unused]] const __m256i vtail = _mm256_cmpgt_epi32(_mm256_set1_epi32(tail), vindex);",
        ]

    def spread(self, h):
        return f"_mm256_cvtepu16_epi32({h})"

    def narrow_exponential_bf16(self, v):
        # As in the vocabulary, but an addition to the exponent multiplies: kernels wait for multiply-adds. What it
        # makes of 0 is subtracted again, and a NaN is in the difference.
        return [
            f"const __m256i larger = _mm256_add_epi32(_mm256_castps_si256({v}), _mm256_set1_epi32(16 << 23));",
            "const __m256 product = _mm256_castsi256_ps(larger);",
            f"const __m256 rounded = _mm256_add_ps(product, _mm256_sub_ps({v}, product));",
            "const __m256i half = _mm256_srli_epi32(_mm256_castps_si256(rounded), 16);",
            f"return {self.packed('half')};",
        ]

    def widen_f16(self, h):
        return [f"return _mm256_cvtph_ps({h});"]

    def narrow_f16(self, v):
        return [f"return _mm256_cvtps_ph({v}, _MM_FROUND_TO_NEAREST_INT);"]

    def madd(self, a, b, c):
        return f"_mm256_fmadd_ps({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"_mm256_fnmadd_ps({a}, {b}, {c})"

    def scale_saturating(self, p, n, temporary):
        # As integers the floats of biased exponents are in the same order, and there is another port for them.
        biased = f"{temporary}_biased"
        return [
            f"__m256i {biased} = _mm256_castps_si256({self.biased(n)});",
            f"{biased} = _mm256_min_epi32(_mm256_set1_epi32(0x4B4000FF), {biased});  // 2^128",
            f"{p} = _mm256_mul_ps({p}, _mm256_castsi256_ps(_mm256_slli_epi32({biased}, 23)));",
        ]

    def power(self, biased):
        return f"_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256({biased}), 23))"
