"""AVX-512F: 16 floats a vector. Mask registers make the tails, VSCALEFPS multiplies by a power of two."""

NAME = "avx512f"
RANK = 30
PROCESSORS = ["x86_64"]
FLAGS = ["-mavx512f"]
AVAILABLE = 'TWOPASS_HAS_X86("avx512f")'
INCLUDES = ["immintrin.h"]
PREAMBLE = [
    "// gcc 12 takes the undefined operands inside its own intrinsics for a mistake of ours.",
    "#if defined(__GNUC__) && !defined(__clang__)",
    '#pragma GCC diagnostic ignored "-Wuninitialized"',
    '#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"',
    "#endif",
]
METHODS = ["lut16-p3", "rr2-p5"]
IN_USE = {
    "raddextexp": ("rr2-p5", 8, 1),
    "vscaleextexp-nt": ("lut16-p3", 4, 1),
}

vector = "__m512"
lanes = 16


# Values and memory


def set1(a):
    return f"_mm512_set1_ps({a})"


def load(p):
    return f"_mm512_loadu_ps({p})"


def store(p, v):
    return f"_mm512_storeu_ps({p}, {v});"


def store_non_temporal(p, v):
    return f"_mm512_stream_ps({p}, {v});"


def fence():
    return ["_mm_sfence();"]


def tail_begin(count):
    return [f"const __mmask16 vtail = (__mmask16) ((1u << {count}) - 1u);"]


def load_tail(p):
    return f"_mm512_maskz_loadu_ps(vtail, {p})"


def store_tail(p, v):
    return f"_mm512_mask_storeu_ps({p}, vtail, {v});"


def merge_tail(old, new):
    return f"_mm512_mask_mov_ps({old}, vtail, {new})"


# Arithmetic


def add(a, b):
    return f"_mm512_add_ps({a}, {b})"


def sub(a, b):
    return f"_mm512_sub_ps({a}, {b})"


def mul(a, b):
    return f"_mm512_mul_ps({a}, {b})"


def madd(a, b, c):
    return f"_mm512_fmadd_ps({a}, {b}, {c})"


def fnma(a, b, c):
    return f"_mm512_fnmadd_ps({a}, {b}, {c})"


def max(a, b):
    return f"_mm512_max_ps({a}, {b})"


def floor(a):
    return f"_mm512_roundscale_ps({a}, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)"


def mul_above(v, factor, bound):
    return [f"{v} = _mm512_maskz_mul_ps(_mm512_cmp_ps_mask({v}, {bound}, _CMP_NLT_UQ), {v}, {factor});"]


def table16(name, values):
    rows = [", ".join(values[i : i + 4]) for i in range(0, 16, 4)]
    return [f"const __m512 {name} = _mm512_setr_ps("] + [f"    {row}," for row in rows[:-1]] + [f"    {rows[-1]});"]


def lookup16(table, index):
    return f"_mm512_permutexvar_ps(_mm512_castps_si512({index}), {table})"


# Powers of two


def scale(p, n, s, biased=None):
    return [f"{p} = _mm512_scalef_ps({p}, {n});"]


def scale_saturating(p, n, s):
    return scale(p, n, s)


def scale_down(p, n, s):
    return [
        f"const __mmask16 {s} = _mm512_cmp_ps_mask({n}, _mm512_set1_ps(-64.0f), _CMP_NLT_UQ);",
        f"{p} = _mm512_maskz_scalef_ps({s}, {p}, {n});",
    ]


# Reductions


def reduce_add(result, v):
    return [f"const float {result} = _mm512_reduce_add_ps({v});"]


def reduce_max(result, v):
    return [f"const float {result} = _mm512_reduce_max_ps({v});"]
