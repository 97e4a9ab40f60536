"""AVX: 8 floats a vector, but integers in vectors of 4 only, and no fused multiply-add. VMASKMOVPS makes the tails, a
shift into the exponent field makes powers of two. avx2.py builds on this file.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import STORE_FIRST_OF_EIGHT, X86

HELPERS = f"""\
namespace {{

// 2^n, where the lowest bits of each lane are n + 127. Integers are shifted four at a time.
[[maybe_unused]] inline __m256 power_of_two(__m256 biased) {{
  const __m128i low = _mm_slli_epi32(_mm_castps_si128(_mm256_castps256_ps128(biased)), 23);
  const __m128i high = _mm_slli_epi32(_mm_castps_si128(_mm256_extractf128_ps(biased, 1)), 23);
  return _mm256_castsi256_ps(_mm256_setr_m128i(low, high));
}}

{STORE_FIRST_OF_EIGHT}

}}  // namespace"""


class Avx(X86):
    NAME = "avx"
    RANK = 15
    PROCESSORS = ["x86_64"]
    FLAGS = ["-mavx"]
    AVAILABLE = "has_avx()"
    INCLUDES = ["immintrin.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr4-p5"]
    IN_USE = {
        "raddstoreexpanchor": ("rr4-p5", 8, 1),
        "vscaleextexp": ("rr4-p5", 8, 1),
        "vscaleextexp-nt": ("rr4-p5", 8, 1),
    }

    vector = "__m256"
    lanes = 8
    prefix = "_mm256"

    def tail_begin(self, count):
        return [
            f"const int tail = (int) {count};",
            "const __m256 vindex = _mm256_setr_ps(0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f);",
            "const __m256 vcount = _mm256_set1_ps((float) tail);",
            "[[maybe_unused]] const __m256i vtail = _mm256_castps_si256(_mm256_cmp_ps(vindex, vcount, _CMP_LT_OQ));",
        ]

    def load_tail(self, p):
        return f"_mm256_maskload_ps({p}, vtail)"

    def store_tail(self, p, v):
        return f"store_first({p}, {v}, tail);"

    def merge_tail(self, old, new):
        return f"_mm256_blendv_ps({old}, {new}, _mm256_castsi256_ps(vtail))"

    # Conversions of elements of 16 bits go by halves, as integers do.

    def spread(self, h):
        return f"_mm256_setr_m128i(_mm_cvtepu16_epi32({h}), _mm_cvtepu16_epi32(_mm_srli_si128({h}, 8)))"

    def packed(self, a):
        low, high = f"_mm256_castsi256_si128((__m256i) {a})", f"_mm256_extractf128_si256((__m256i) {a}, 1)"
        return f"_mm_packus_epi32({low}, {high})"

    def less(self, a, b):
        return f"_mm256_cmp_ps({a}, {b}, _CMP_NLT_UQ)"

    def power(self, biased):
        return f"power_of_two({biased})"

    def reduce(self, result, v, operation):
        # Halves, then quarters, then the last pair.
        return [
            f"__m128 {result}4 = _mm_{operation}_ps(_mm256_castps256_ps128({v}), _mm256_extractf128_ps({v}, 1));",
            f"{result}4 = _mm_{operation}_ps({result}4, _mm_movehl_ps({result}4, {result}4));",
            f"{result}4 = _mm_{operation}_ss({result}4, _mm_movehdup_ps({result}4));",
            f"const float {result} = _mm_cvtss_f32({result}4);",
        ]
