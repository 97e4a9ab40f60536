"""AVX: 8 floats a vector, but integers in vectors of 4 only, and no fused multiply-add. VMASKMOVPS makes the tails, a shift into the
exponent field makes powers of two. avx2.py builds on this file."""

NAME = "avx"
RANK = 15
PROCESSORS = ["x86_64"]
FLAGS = ["-mavx"]
AVAILABLE = 'TWOPASS_HAS_X86("avx")'
INCLUDES = []
PREAMBLE = """\
#include <immintrin.h>

namespace {

// 2^n, where the lowest bits of each lane are n + 127. Integers are shifted four at a time.
[[maybe_unused]] inline __m256 power_of_two(__m256 biased) {
  const __m128i low = _mm_slli_epi32(_mm_castps_si128(_mm256_castps256_ps128(biased)), 23);
  const __m128i high = _mm_slli_epi32(_mm_castps_si128(_mm256_extractf128_ps(biased, 1)), 23);
  return _mm256_castsi256_ps(_mm256_setr_m128i(low, high));
}

}  // namespace""".splitlines()
METHODS = ["rr4-p5"]
IN_USE = {
    "raddstoreexpanchor": ("rr4-p5", 8, 1),
    "vscaleextexp": ("rr4-p5", 8, 1),
    "vscaleextexp-nt": ("rr4-p5", 8, 1),
}

vector = "__m256"
lanes = 8


# Values and memory


def set1(a):
    return f"_mm256_set1_ps({a})"


def load(p):
    return f"_mm256_loadu_ps({p})"


def store(p, v):
    return f"_mm256_storeu_ps({p}, {v});"


def store_non_temporal(p, v):
    return f"_mm256_stream_ps({p}, {v});"


def fence():
    return ["_mm_sfence();"]


def tail_begin(count):
    return [
        "const __m256 vindex = _mm256_setr_ps(0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f);",
        f"const __m256 vcount = _mm256_set1_ps((float) (int) {count});",
        "const __m256i vtail = _mm256_castps_si256(_mm256_cmp_ps(vindex, vcount, _CMP_LT_OQ));",
    ]


def load_tail(p):
    return f"_mm256_maskload_ps({p}, vtail)"


def store_tail(p, v):
    return f"_mm256_maskstore_ps({p}, vtail, {v});"


def merge_tail(old, new):
    return f"_mm256_blendv_ps({old}, {new}, _mm256_castsi256_ps(vtail))"


# Arithmetic


def add(a, b):
    return f"_mm256_add_ps({a}, {b})"


def sub(a, b):
    return f"_mm256_sub_ps({a}, {b})"


def mul(a, b):
    return f"_mm256_mul_ps({a}, {b})"


def madd(a, b, c):
    return add(mul(a, b), c)


def fnma(a, b, c):
    return sub(c, mul(a, b))


def max(a, b):
    return f"_mm256_max_ps({a}, {b})"


def mul_above(v, factor, bound):
    kept = f"_mm256_and_ps({v}, _mm256_cmp_ps({v}, {bound}, _CMP_NLT_UQ))"
    return [f"{v} = {kept};", f"{v} = {mul(v, factor)};"]


# Powers of two


def words_of_powers(power):
    """scale, scale_saturating and scale_down, given the expression that makes 2^n of n + vmagic."""

    def scale(p, n, s, biased=None):
        bias = [] if biased else [f"const __m256 {s}_biased = {add(n, 'vmagic')};"]
        return bias + [f"const __m256 {s} = {power(biased or f'{s}_biased')};", f"{p} = {mul(p, s)};"]

    def scale_saturating(p, n, s):
        return [f"{n} = _mm256_min_ps(_mm256_set1_ps(128.0f), {n});"] + scale(p, n, s)

    def scale_down(p, n, s):
        # Both factors are masked: where n is low, one is not to be trusted and the other is the exponent field of a wrapped n.
        return [
            f"const __m256 {s}_mask = _mm256_cmp_ps({n}, _mm256_set1_ps(-64.0f), _CMP_NLT_UQ);",
            f"const __m256 {s}_biased = {add(n, 'vmagic')};",
            f"const __m256 {s} = _mm256_and_ps({power(f'{s}_biased')}, {s}_mask);",
            f"{p} = _mm256_and_ps({p}, {s}_mask);",
            f"{p} = {mul(p, s)};",
        ]

    return scale, scale_saturating, scale_down


scale, scale_saturating, scale_down = words_of_powers(lambda biased: f"power_of_two({biased})")


# Reductions: halves, then quarters, then the last pair


def _reduce(result, v, operation):
    return [
        f"__m128 {result}4 = _mm_{operation}_ps(_mm256_castps256_ps128({v}), _mm256_extractf128_ps({v}, 1));",
        f"{result}4 = _mm_{operation}_ps({result}4, _mm_movehl_ps({result}4, {result}4));",
        f"{result}4 = _mm_{operation}_ss({result}4, _mm_movehdup_ps({result}4));",
        f"const float {result} = _mm_cvtss_f32({result}4);",
    ]


def reduce_add(result, v):
    return _reduce(result, v, "add")


def reduce_max(result, v):
    return _reduce(result, v, "max")
