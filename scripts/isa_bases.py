"""What several ISAs have in common, beside the vocabulary.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa


class FirstOfFour(Isa):
    """4 floats a vector, and no masked access to memory. PREAMBLE has functions for it, which take the count of a tail:
    load_first, store_first, and merge_first unless the ISA has a better merge_tail."""

    lanes = 4

    def tail_begin(self, count):
        return [f"const int tail = (int) {count};"]

    def load_tail(self, p):
        return f"load_first({p}, tail)"

    def store_tail(self, p, v):
        return f"store_first({p}, {v}, tail);"

    def merge_tail(self, old, new):
        return f"merge_first({old}, {new}, tail)"

    # The same names, for pointers to elements of 16 bits; the functions are among helpers_16.

    def load_16_tail(self, p):
        return self.load_tail(p)

    def store_16_tail(self, p, h):
        return self.store_tail(p, h)


# After a store with a mask the processor would let a load of what the mask leaves out wait: the next row of a matrix in
# place, or of one whose output lies at the same place in its pages as the input.
STORE_FIRST_OF_EIGHT = """\
// The first floats of a vector, as many as the three lowest bits of count say, in halves of a half.
[[maybe_unused]] inline void store_first(float* p, __m256 v, int count) {
  __m128 half = _mm256_castps256_ps128(v);
  if ((count & 4) != 0) {
    _mm_storeu_ps(p, half);
    half = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if ((count & 2) != 0) {
    _mm_storel_pi((__m64*) p, half);
    half = _mm_movehl_ps(half, half);
    p += 2;
  }
  if ((count & 1) != 0) _mm_store_ss(p, half);
}"""


LOAD_FIRST_OF_16_BITS = """\
// The first elements from p, as many as the three lowest bits of count say, and 0 in the other lanes: the last one, the
// pair before it and the four before that, as far as the count has them.
[[maybe_unused]] inline __m128i load_first(const unsigned short* p, int count) {
  __m128i h = (count & 1) != 0 ? _mm_cvtsi32_si128(p[count & 6]) : _mm_setzero_si128();
  if ((count & 2) != 0) {
    int pair;
    TWOPASS_COPY(&pair, p + (count & 4), sizeof(pair));
    h = _mm_unpacklo_epi32(_mm_cvtsi32_si128(pair), h);
  }
  if ((count & 4) != 0) h = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i*) p), h);
  return h;
}"""

STORE_FIRST_OF_16_BITS = """\
[[maybe_unused]] inline void store_first(unsigned short* p, __m128i h, int count) {
  if ((count & 4) != 0) {
    _mm_storel_epi64((__m128i*) p, h);
    h = _mm_unpackhi_epi64(h, h);
    p += 4;
  }
  if ((count & 2) != 0) {
    const int pair = _mm_cvtsi128_si32(h);
    TWOPASS_COPY(p, &pair, sizeof(pair));
    h = _mm_srli_epi64(h, 32);
    p += 2;
  }
  if ((count & 1) != 0) *p = (unsigned short) _mm_cvtsi128_si32(h);
}"""


def address(kind, p):
    """A pointer to integers of vectors, as the intrinsics want it."""
    return f"({kind}*) ({p})" if " " in p else f"({kind}*) {p}"


class X86(Isa):
    """Intrinsics that differ by the prefix of their names only: _mm, _mm256, _mm512."""

    prefix: str
    vector_16 = "__m128i"

    def set1(self, a):
        return f"{self.prefix}_set1_ps({a})"

    def load(self, p):
        return f"{self.prefix}_loadu_ps({p})"

    def store(self, p, v):
        return f"{self.prefix}_storeu_ps({p}, {v});"

    def store_non_temporal(self, p, v):
        return f"{self.prefix}_stream_ps({p}, {v});"

    def fence(self):
        return ["_mm_sfence();"]

    def helpers_16(self):
        return [*LOAD_FIRST_OF_16_BITS.splitlines(), "", *STORE_FIRST_OF_16_BITS.splitlines()]

    def set1_16(self, a):
        return f"_mm_set1_epi16((short) {a})"

    def load_16(self, p):
        return f"_mm_loadu_si128({address('const __m128i', p)})"

    def load_16_tail(self, p):
        return f"load_first({p}, tail)"

    def store_16(self, p, h):
        return f"_mm_storeu_si128({address('__m128i', p)}, {h});"

    def store_16_tail(self, p, h):
        return f"store_first({p}, {h}, tail);"

    def store_16_non_temporal(self, p, h):
        return f"_mm_stream_si128({address('__m128i', p)}, {h});"

    def first(self, v):
        return f"{self.prefix}_cvtss_f32({v})"

    def add(self, a, b):
        return f"{self.prefix}_add_ps({a}, {b})"

    def sub(self, a, b):
        return f"{self.prefix}_sub_ps({a}, {b})"

    def mul(self, a, b):
        return f"{self.prefix}_mul_ps({a}, {b})"

    def max(self, a, b):
        return f"{self.prefix}_max_ps({a}, {b})"

    def min(self, a, b):
        return f"{self.prefix}_min_ps({a}, {b})"

    def div(self, a, b):
        return f"{self.prefix}_div_ps({a}, {b})"

    def zero_where(self, mask, v):
        # The mask of less is the complement: "not less", NaN included.
        return f"{self.prefix}_and_ps({v}, {mask})"


def functions_of_sixteen(functions):
    """Lines: functions of C++ that compute each of 16 lanes by an expression of a, b and c."""
    lines = []
    for name, arguments, expression in functions:
        parameters = ", ".join(f"const floats& {argument}_" for argument in arguments)
        values = " ".join(f"const float {argument} = {argument}_.lane[i];" for argument in arguments)
        lines += [
            f"[[maybe_unused]] inline floats {name}({parameters}) {{",
            "  floats result;",
            "  for (int i = 0; i < 16; i++) {",
            f"    {values}",
            f"    result.lane[i] = {expression};",
            "  }",
            "  return result;",
            "}",
            "",
        ]
    return lines


class SixteenFloats(Isa):
    """Plain C++ in the fixed order: 16 lanes, as the longest vectors have, and a fused multiply-add at whatever cost,
    for every ISA that has neither. Its words are those functions, by their names."""

    NAME = "scalar"
    METHODS = ["rr1-p5"]
    PREAMBLE = [
        "namespace {",
        "",
        "struct floats {",
        "  float lane[16];",
        "};",
        "",
        "// a * b + c, rounded once, as fmaf is not in every C library. The product is exact in double; a sum that is",
        "// rounded to odd may be rounded again (S. Boldo and G. Melquiond, 'Emulation of a FMA and Correctly Rounded",
        "// Sums: Proved Algorithms Using Rounding to Odd', 2008). What was lost tells which way it was rounded.",
        "[[maybe_unused]] inline float fused(float a, float b, float c) {",
        "  const double product = (double) a * b;",
        "  double sum = product + c;",
        "  const double of_c = sum - product;",
        "  const double lost = (product - (sum - of_c)) + (c - of_c);",
        "  uint64_t bits = TWOPASS_BIT_CAST(uint64_t, sum);",
        "  if ((lost > 0.0 || lost < 0.0) && (bits & 1) == 0) bits += (lost > 0.0) == (sum > 0.0) ? 1 : -1;",
        "  return (float) TWOPASS_BIT_CAST(double, bits);",
        "}",
        "",
        *functions_of_sixteen([
            ("add", "ab", "a + b"),
            ("sub", "ab", "a - b"),
            ("mul", "ab", "a * b"),
            ("div", "ab", "a / b"),
            ("max", "ab", "a > b ? a : b"),
            ("min", "ab", "a < b ? a : b"),
            ("madd", "abc", "fused(a, b, c)"),
            ("fnma", "abc", "fused(-a, b, c)"),
            ("less", "ab", "a < b ? 1.0f : 0.0f"),
            ("zero_where", "ab", "a != 0.0f ? 0.0f : b"),
            ("power", "a", "TWOPASS_BIT_CAST(float, TWOPASS_BIT_CAST(unsigned, a) << 23)"),
        ]),
        "[[maybe_unused]] inline floats set1(float a) {",
        "  floats result;",
        "  for (float& lane : result.lane) lane = a;",
        "  return result;",
        "}",
        "",
        "[[maybe_unused]] inline floats load(const float* p, size_t count = 16) {",
        "  floats result = {};",
        "  for (size_t i = 0; i < count; i++) result.lane[i] = p[i];",
        "  return result;",
        "}",
        "",
        "[[maybe_unused]] inline void store(float* p, const floats& v, size_t count = 16) {",
        "  for (size_t i = 0; i < count; i++) p[i] = v.lane[i];",
        "}",
        "",
        "}  // namespace",
    ]

    vector = "floats"
    lanes = 16

    def set1(self, a):
        return f"set1({a})"

    def load(self, p):
        return f"load({p})"

    def store(self, p, v):
        return f"store({p}, {v});"

    def tail_begin(self, count):
        return [f"const size_t tail = {count};"]

    def load_tail(self, p):
        return f"load({p}, tail)"

    def store_tail(self, p, v):
        return f"store({p}, {v}, tail);"

    def add(self, a, b):
        return f"add({a}, {b})"

    def sub(self, a, b):
        return f"sub({a}, {b})"

    def mul(self, a, b):
        return f"mul({a}, {b})"

    def div(self, a, b):
        return f"div({a}, {b})"

    def max(self, a, b):
        return f"max({a}, {b})"

    def min(self, a, b):
        return f"min({a}, {b})"

    def madd(self, a, b, c):
        return f"madd({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"fnma({a}, {b}, {c})"

    def less(self, a, b):
        return f"less({a}, {b})"

    def zero_where(self, mask, v):
        return f"zero_where({mask}, {v})"

    def power(self, biased):
        return f"power({biased})"

    def scale_down(self, p, n, temporary):
        return self.scale_down_bounded(p, n, temporary)

    def reduce_max(self, result, v):
        return [
            f"float {result} = {v}.lane[0];",
            f"for (const float lane : {v}.lane) {result} = lane > {result} ? lane : {result};",
        ]
