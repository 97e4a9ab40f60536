"""AVX2 with FMA3: 8 floats a vector. VMASKMOVPS makes the tails, a shift into the exponent field makes powers of two."""

NAME = "avx2"
RANK = 20
PROCESSORS = ["x86_64"]
FLAGS = ["-mavx2", "-mfma"]
AVAILABLE = "cpuinfo_has_x86_avx2() && cpuinfo_has_x86_fma3()"
INCLUDES = ["immintrin.h"]
PREAMBLE = []
METHODS = ["rr2-p5"]
IN_USE = {
    "raddexpanchor": ("rr2-p5", 5, 1),
    "raddstoreexpanchor": ("rr2-p5", 5, 1),
    "raddextexp": ("rr2-p5", 4, 1),
    "vscaleexpminusmax-nt": ("rr2-p5", 4, 1),
    "vscaleextexp-nt": ("rr2-p5", 4, 1),
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
        "const __m256i vindex = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);",
        f"const __m256i vtail = _mm256_cmpgt_epi32(_mm256_set1_epi32((int) {count}), vindex);",
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
    return f"_mm256_fmadd_ps({a}, {b}, {c})"


def fnma(a, b, c):
    return f"_mm256_fnmadd_ps({a}, {b}, {c})"


def max(a, b):
    return f"_mm256_max_ps({a}, {b})"


def mul_above(v, factor, bound):
    kept = f"_mm256_and_ps({v}, _mm256_cmp_ps({v}, {bound}, _CMP_NLT_UQ))"
    return [f"{v} = {kept};", f"{v} = {mul(v, factor)};"]


# Powers of two


def _power(biased):
    return f"_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256({biased}), 23))"


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const __m256 {s}_biased = {add(n, 'vmagic')};"]
    power = [f"const __m256 {s} = {_power(biased or f'{s}_biased')};"]
    return bias + power + [f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    return [f"{n} = _mm256_min_ps(_mm256_set1_ps(128.0f), {n});"] + scale(p, n, s)


def scale_down(p, n, s):
    # Both factors are masked: where n is low, one is not to be trusted and the other is the exponent field of a wrapped n.
    return [
        f"const __m256 {s}_mask = _mm256_cmp_ps({n}, _mm256_set1_ps(-64.0f), _CMP_NLT_UQ);",
        f"const __m256 {s}_biased = {add(n, 'vmagic')};",
        f"const __m256 {s} = _mm256_and_ps({_power(f'{s}_biased')}, {s}_mask);",
        f"{p} = _mm256_and_ps({p}, {s}_mask);",
        f"{p} = {mul(p, s)};",
    ]


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
