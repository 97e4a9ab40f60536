"""AVX-512F: 16 floats a vector. Mask registers make the tails, VSCALEFPS multiplies by a power of two.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import STORE_FIRST_OF_16_BITS, STORE_FIRST_OF_EIGHT, X86, address

HELPERS = f"""\
// gcc 12 warns about undefined operands inside its own intrinsics.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace {{

{STORE_FIRST_OF_EIGHT}

[[maybe_unused]] inline void store_first(float* p, __m512 v, int count) {{
  __m256 half = _mm512_castps512_ps256(v);
  if ((count & 8) != 0) {{
    _mm256_storeu_ps(p, half);
    half = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1));
    p += 8;
  }}
  store_first(p, half, count);
}}

}}  // namespace"""

HELPERS_16 = f"""\
// The first elements from p: pairs, and the last one where the count is odd.
[[maybe_unused]] inline __m256i load_first(const unsigned short* p, int count) {{
  const int pairs = count / 2;
  __m512i h = _mm512_maskz_loadu_epi32((__mmask16) ((1u << pairs) - 1u), p);
  h = _mm512_mask_set1_epi32(h, (__mmask16) ((count & 1) << pairs), p[count - 1]);
  return _mm512_castsi512_si256(h);
}}

{STORE_FIRST_OF_16_BITS}

[[maybe_unused]] inline void store_first(unsigned short* p, __m256i h, int count) {{
  __m128i half = _mm256_castsi256_si128(h);
  if ((count & 8) != 0) {{
    _mm_storeu_si128((__m128i*) p, half);
    half = _mm256_extracti128_si256(h, 1);
    p += 8;
  }}
  store_first(p, half, count);
}}"""


class Avx512f(X86):
    NAME = "avx512f"
    RANK = 30
    PROCESSORS = ["x86_64"]
    FLAGS = ["-mavx512f"]
    AVAILABLE = "has_avx512f()"
    INCLUDES = ["immintrin.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["lut32-p2"]
    IN_USE = {
        "raddexpanchor": ("lut32-p2", 5, 1),
        "raddstoreexpanchor": ("lut32-p2", 5, 1),
        "raddextexp": ("lut32-p2", 5, 1),
        "vscaleextexp-nt": ("lut32-p2", 4, 1),
    }

    vector = "__m512"
    lanes = 16
    prefix = "_mm512"

    def tail_begin(self, count):
        return [
            f"const int tail = (int) {count};",
            "[[maybe_unused]] const __mmask16 vtail = (__mmask16) ((1u << tail) - 1u);",
        ]

    def load_tail(self, p):
        return f"_mm512_maskz_loadu_ps(vtail, {p})"

    def store_tail(self, p, v):
        return f"store_first({p}, {v}, tail);"

    def merge_tail(self, old, new):
        return f"_mm512_mask_mov_ps({old}, vtail, {new})"

    vector_16 = "__m256i"

    def helpers_16(self):
        return HELPERS_16.splitlines()

    def set1_16(self, a):
        return f"_mm256_set1_epi16((short) {a})"

    def load_16(self, p):
        return f"_mm256_loadu_si256({address('const __m256i', p)})"

    def store_16(self, p, h):
        return f"_mm256_storeu_si256({address('__m256i', p)}, {h});"

    def store_16_non_temporal(self, p, h):
        return f"_mm256_stream_si256({address('__m256i', p)}, {h});"

    def spread(self, h):
        return f"_mm512_cvtepu16_epi32({h})"

    def packed(self, a):
        return f"_mm512_cvtepi32_epi16((__m512i) {a})"

    def narrow_bf16(self, v):
        return [
            "// Every NaN becomes the one whose upper half is NaN, too, and stays so when it is rounded.",
            f"const __m512 one_nan = _mm512_fixupimm_ps({v}, {v}, _mm512_set1_epi32(0x33), 0);",
            "const __m512i bits = _mm512_castps_si512(one_nan);",
            "const __mmask16 is_odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));",
            "__m512i rounded = _mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF));",
            "rounded = _mm512_mask_add_epi32(rounded, is_odd, rounded, _mm512_set1_epi32(1));",
            "return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));",
        ]

    def widen_f16(self, h):
        return [f"return _mm512_cvtph_ps({h});"]

    def narrow_f16(self, v):
        return [f"return _mm512_cvtps_ph({v}, _MM_FROUND_TO_NEAREST_INT);"]

    def madd(self, a, b, c):
        return f"_mm512_fmadd_ps({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"_mm512_fnmadd_ps({a}, {b}, {c})"

    def less(self, a, b):
        # The complement, as instructions with a mask have zeros elsewhere.
        return f"_mm512_cmp_ps_mask({a}, {b}, _CMP_NLT_UQ)"

    def zero_where(self, mask, v):
        return f"_mm512_maskz_mov_ps({mask}, {v})"

    def mul_above(self, v, factor, bound):
        return [f"{v} = _mm512_maskz_mul_ps({self.less(v, bound)}, {v}, {factor});"]

    def scale(self, p, n, temporary):
        return [f"{p} = _mm512_scalef_ps({p}, {n});"]

    def scale_saturating(self, p, n, temporary):
        return self.scale(p, n, temporary)

    def scale_down(self, p, n, temporary):
        return [
            f"const __mmask16 {temporary} = {self.below(n, '-64.0f')};",
            f"{p} = _mm512_maskz_scalef_ps({temporary}, {p}, {n});",
        ]

    def table32(self, name, values):
        lines = []
        for half, first in (("low", 0), ("high", 16)):
            rows = [", ".join(values[i : i + 4]) for i in range(first, first + 16, 4)]
            lines.append(f"const __m512 {name}_{half} = _mm512_setr_ps(")
            lines += [f"    {row}," for row in rows[:-1]] + [f"    {rows[-1]});"]
        return lines

    def lookup32(self, table, index):
        return f"_mm512_permutex2var_ps({table}_low, _mm512_castps_si512({index}), {table}_high)"

    def floor(self, a):
        return f"_mm512_roundscale_ps({a}, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)"

    def reduce(self, result, v, operation):
        return [f"const float {result} = _mm512_reduce_{operation}_ps({v});"]
