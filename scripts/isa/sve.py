"""SVE: vectors of 128 to 2048 bits, a length that the machine knows. A predicate makes the tails, FSCALE multiplies by a power of
two: it takes the exponent as an integer, and the conversion to one saturates, so that no n can wrap.

At 128 bits it has no more lanes than NEON, and is not preferred.
"""

NAME = "sve"
RANK = 30
PROCESSORS = ["aarch64"]
FLAGS = ["-march=armv8.2-a+sve"]
AVAILABLE = "has_hwcap(22)"  # HWCAP_SVE
PREFERRED = "twopass_lanes__sve() > 4"
INCLUDES = ["arm_sve.h"]
PREAMBLE = []
METHODS = ["rr2-p5"]
IN_USE = {
    "rmax": ("", 8, 8),
    "raddexpanchor": ("rr2-p5", 5, 1),
    "raddstoreexpanchor": ("rr2-p5", 8, 1),
    "vmulc": ("", 1, 1),
    "vscaleextexp": ("rr2-p5", 2, 1),
}

vector = "svfloat32_t"
lanes = "svcntw()"


# Values and memory


def set1(a):
    return f"svdup_n_f32({a})"


def load(p):
    return f"svld1_f32(svptrue_b32(), {p})"


def store(p, v):
    return f"svst1_f32(svptrue_b32(), {p}, {v});"


def tail_begin(count):
    return [f"const svbool_t vtail = svwhilelt_b32_u64(0, {count});"]


def load_tail(p):
    return f"svld1_f32(vtail, {p})"


def store_tail(p, v):
    return f"svst1_f32(vtail, {p}, {v});"


def merge_tail(old, new):
    return f"svsel_f32(vtail, {new}, {old})"


# Arithmetic


def add(a, b):
    return f"svadd_f32_x(svptrue_b32(), {a}, {b})"


def sub(a, b):
    return f"svsub_f32_x(svptrue_b32(), {a}, {b})"


def mul(a, b):
    return f"svmul_f32_x(svptrue_b32(), {a}, {b})"


def madd(a, b, c):
    return f"svmla_f32_x(svptrue_b32(), {c}, {a}, {b})"


def fnma(a, b, c):
    return f"svmls_f32_x(svptrue_b32(), {c}, {a}, {b})"


def max(a, b):
    return f"svmax_f32_x(svptrue_b32(), {a}, {b})"


def mul_above(v, factor, bound):
    zero_below = f"svdup_n_f32_m({v}, svcmplt_f32(svptrue_b32(), {v}, {bound}), 0.0f)"
    return [f"{v} = {zero_below};", f"{v} = {mul(v, factor)};"]


# Powers of two


def _integer(n, s):
    return f"const svint32_t {s} = svcvt_s32_f32_x(svptrue_b32(), {n});"


def scale(p, n, s, biased=None):
    return [_integer(n, s), f"{p} = svscale_f32_x(svptrue_b32(), {p}, {s});"]


def scale_saturating(p, n, s):
    return scale(p, n, s)


def scale_down(p, n, s):
    # The integer of a NaN is 0, which keeps p.
    return [
        _integer(n, s),
        f"const svbool_t {s}_kept = svcmpge_n_s32(svptrue_b32(), {s}, -64);",
        f"{p} = svscale_f32_z({s}_kept, {p}, {s});",
    ]


# Reductions


def reduce_add(result, v):
    return [f"const float {result} = svaddv_f32(svptrue_b32(), {v});"]


def reduce_max(result, v):
    return [f"const float {result} = svmaxv_f32(svptrue_b32(), {v});"]
