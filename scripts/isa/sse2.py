"""SSE2, which every x86-64 machine has: 4 floats a vector. Tails are put together in registers, from a half and a
single float; a shift into the exponent field makes powers of two. sse41.py builds on this file.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import FirstOfFour, X86, address

HELPERS = """\
namespace {

// The first count floats from p, for 0 < count < 4, and 0 in the other lanes: a pair, and the last one where count is
// odd.
[[maybe_unused]] inline __m128 load_first(const float* p, int count) {
  __m128 v = count % 2 != 0 ? _mm_load_ss(p + count - 1) : _mm_setzero_ps();
  if (count >= 2) v = _mm_loadl_pi(_mm_movelh_ps(v, v), (const __m64*) p);
  return v;
}

[[maybe_unused]] inline void store_first(float* p, __m128 v, int count) {
  if (count >= 2) _mm_storel_pi((__m64*) p, v);
  if (count % 2 != 0) _mm_store_ss(p + count - 1, count >= 2 ? _mm_movehl_ps(v, v) : v);
}

}  // namespace"""


class Sse2(FirstOfFour, X86):
    NAME = "sse2"
    RANK = 5
    PROCESSORS = ["x86_64"]
    FLAGS = ["-msse2"]
    AVAILABLE = "has_sse2()"
    INCLUDES = ["emmintrin.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr4-p5"]
    IN_USE = {
        "rmax": ("", 8, 8),
    }

    vector = "__m128"
    prefix = "_mm"

    def tail_begin(self, count):
        return [
            *super().tail_begin(count),
            "const __m128i vindex = _mm_setr_epi32(0, 1, 2, 3);",
            "[[maybe_unused]] const __m128 vtail = _mm_castsi128_ps(_mm_cmplt_epi32(vindex, _mm_set1_epi32(tail)));",
        ]

    # Four elements of 16 bits are the lower half of a register.

    def load_16(self, p):
        return f"_mm_loadl_epi64({address('const __m128i', p)})"

    def store_16(self, p, h):
        return f"_mm_storel_epi64({address('__m128i', p)}, {h});"

    def store_16_non_temporal(self, p, h):
        return f"_mm_stream_si64({address('long long', p)}, _mm_cvtsi128_si64({h}));"

    def spread(self, h):
        return f"_mm_unpacklo_epi16({h}, _mm_setzero_si128())"

    def packed(self, a):
        # The instruction saturates to signed numbers, and leaves alone what is one.
        signed = f"_mm_srai_epi32(_mm_slli_epi32((__m128i) {a}, 16), 16)"
        return f"_mm_packs_epi32({signed}, _mm_setzero_si128())"

    def merge_tail(self, old, new):
        return f"_mm_or_ps(_mm_and_ps(vtail, {new}), _mm_andnot_ps(vtail, {old}))"

    def less(self, a, b):
        return f"_mm_cmpnlt_ps({a}, {b})"

    def power(self, biased):
        return f"_mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128({biased}), 23))"

    def reduce(self, result, v, operation):
        # Halves, then the last pair.
        return [
            f"__m128 {result}2 = _mm_{operation}_ps({v}, _mm_movehl_ps({v}, {v}));",
            f"{result}2 = _mm_{operation}_ss({result}2, _mm_shuffle_ps({result}2, {result}2, 1));",
            f"const float {result} = _mm_cvtss_f32({result}2);",
        ]
