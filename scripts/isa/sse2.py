"""SSE2, which every x86-64 machine has: 4 floats a vector. Tails are put together in registers, from a half and a single float; a
shift into the exponent field makes powers of two. sse41.py builds on this file."""

NAME = "sse2"
RANK = 5
PROCESSORS = ["x86_64"]
FLAGS = ["-msse2"]
AVAILABLE = 'TWOPASS_HAS_X86("sse2")'
INCLUDES = []
PREAMBLE = """\
#include <emmintrin.h>

namespace {

// The first count floats from p, for 0 < count < 4, and 0 in the other lanes: a pair, and the last one where count is odd.
[[maybe_unused]] inline __m128 load_first(const float* p, int count) {
  __m128 v = count % 2 != 0 ? _mm_load_ss(p + count - 1) : _mm_setzero_ps();
  if (count >= 2) v = _mm_loadl_pi(_mm_movelh_ps(v, v), (const __m64*) p);
  return v;
}

[[maybe_unused]] inline void store_first(float* p, __m128 v, int count) {
  if (count >= 2) _mm_storel_pi((__m64*) p, v);
  if (count % 2 != 0) _mm_store_ss(p + count - 1, count >= 2 ? _mm_movehl_ps(v, v) : v);
}

}  // namespace""".splitlines()
METHODS = ["rr4-p5"]
IN_USE = {
    "rmax": ("", 8, 8),
}

vector = "__m128"
lanes = 4


# Values and memory


def set1(a):
    return f"_mm_set1_ps({a})"


def load(p):
    return f"_mm_loadu_ps({p})"


def store(p, v):
    return f"_mm_storeu_ps({p}, {v});"


def store_non_temporal(p, v):
    return f"_mm_stream_ps({p}, {v});"


def fence():
    return ["_mm_sfence();"]


def tail_begin(count):
    return [
        f"const int tail = (int) {count};",
        "const __m128i vindex = _mm_setr_epi32(0, 1, 2, 3);",
        "[[maybe_unused]] const __m128 vtail = _mm_castsi128_ps(_mm_cmplt_epi32(vindex, _mm_set1_epi32(tail)));",
    ]


def load_tail(p):
    return f"load_first({p}, tail)"


def store_tail(p, v):
    return f"store_first({p}, {v}, tail);"


def merge_tail(old, new):
    return f"_mm_or_ps(_mm_and_ps(vtail, {new}), _mm_andnot_ps(vtail, {old}))"


# Arithmetic


def add(a, b):
    return f"_mm_add_ps({a}, {b})"


def sub(a, b):
    return f"_mm_sub_ps({a}, {b})"


def mul(a, b):
    return f"_mm_mul_ps({a}, {b})"


def madd(a, b, c):
    return add(mul(a, b), c)


def fnma(a, b, c):
    return sub(c, mul(a, b))


def max(a, b):
    return f"_mm_max_ps({a}, {b})"


def mul_above(v, factor, bound):
    return [f"{v} = _mm_and_ps({v}, _mm_cmpnlt_ps({v}, {bound}));", f"{v} = {mul(v, factor)};"]


# Powers of two


def _power(biased):
    return f"_mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128({biased}), 23))"


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const __m128 {s}_biased = {add(n, 'vmagic')};"]
    power = [f"const __m128 {s} = {_power(biased or f'{s}_biased')};"]
    return bias + power + [f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    return [f"{n} = _mm_min_ps(_mm_set1_ps(128.0f), {n});"] + scale(p, n, s)


def scale_down(p, n, s):
    # Both factors are masked: where n is low, one is not to be trusted and the other is the exponent field of a wrapped n.
    return [
        f"const __m128 {s}_mask = _mm_cmpnlt_ps({n}, _mm_set1_ps(-64.0f));",
        f"const __m128 {s}_biased = {add(n, 'vmagic')};",
        f"const __m128 {s} = _mm_and_ps({_power(f'{s}_biased')}, {s}_mask);",
        f"{p} = _mm_and_ps({p}, {s}_mask);",
        f"{p} = {mul(p, s)};",
    ]


# Reductions: halves, then the last pair


def _reduce(result, v, operation):
    return [
        f"__m128 {result}2 = _mm_{operation}_ps({v}, _mm_movehl_ps({v}, {v}));",
        f"{result}2 = _mm_{operation}_ss({result}2, _mm_shuffle_ps({result}2, {result}2, 1));",
        f"const float {result} = _mm_cvtss_f32({result}2);",
    ]


def reduce_add(result, v):
    return _reduce(result, v, "add")


def reduce_max(result, v):
    return _reduce(result, v, "max")
