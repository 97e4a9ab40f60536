"""VSX of POWER8 and later: 4 floats a vector. Tails go element by element. A shift into the exponent field makes powers of two,
or a conversion that saturates where n may be out of range.

The first element of a vector in memory is in lane 3: vec_xl_be and vec_xst_be are one instruction, while POWER8 has none that
puts elements into the order of a little-endian processor.

<altivec.h> takes the names vector, pixel and bool for itself unless the compiler is strict about the standard (-std=c++17).
"""

NAME = "vsx"
RANK = 10
PROCESSORS = ["ppc64le"]
FLAGS = ["-mvsx"]
AVAILABLE = "has_hwcap(7)"  # PPC_FEATURE_HAS_VSX
INCLUDES = []
PREAMBLE = """\
#include <altivec.h>

namespace {

// The first count floats from p, for 0 < count < 4, and 0 in the other lanes.
[[maybe_unused]] __vector float load_first(const float* p, int count) {
  const __vector float v = {0.0f, count > 2 ? p[2] : 0.0f, count > 1 ? p[1] : 0.0f, p[0]};
  return v;
}

[[maybe_unused]] void store_first(float* p, __vector float v, int count) {
  p[0] = vec_extract(v, 3);
  if (count > 1) p[1] = vec_extract(v, 2);
  if (count > 2) p[2] = vec_extract(v, 1);
}

}  // namespace""".splitlines()
METHODS = ["rr2-p5"]
IN_USE = {
    "raddexpanchor": ("rr2-p5", 8, 1),
    "raddstoreexpanchor": ("rr2-p5", 8, 1),
    "vmulc": ("", 8, 1),
    "raddextexp": ("rr2-p5", 8, 2),
    "vscaleextexp": ("rr2-p5", 8, 1),
}

vector = "__vector float"
lanes = 4


# Values and memory


def set1(a):
    return f"vec_splats({a})"


def load(p):
    return f"vec_xl_be(0, {p})"


def store(p, v):
    return f"vec_xst_be({v}, 0, {p});"


def tail_begin(count):
    return [
        f"const int tail = (int) {count};",
        "const __vector int vindex = {3, 2, 1, 0};",
        "[[maybe_unused]] const __vector __bool int vtail = vec_cmplt(vindex, vec_splats(tail));",
    ]


def load_tail(p):
    return f"load_first({p}, tail)"


def store_tail(p, v):
    return f"store_first({p}, {v}, tail);"


def merge_tail(old, new):
    return f"vec_sel({old}, {new}, vtail)"


# Arithmetic


def add(a, b):
    return f"vec_add({a}, {b})"


def sub(a, b):
    return f"vec_sub({a}, {b})"


def mul(a, b):
    return f"vec_mul({a}, {b})"


def madd(a, b, c):
    return f"vec_madd({a}, {b}, {c})"


def fnma(a, b, c):
    return f"vec_nmsub({a}, {b}, {c})"


def max(a, b):
    # vec_max prefers a number to a NaN.
    return f"vec_sel({b}, {a}, vec_cmpgt({a}, {b}))"


def mul_above(v, factor, bound):
    return [f"{v} = vec_andc({v}, vec_cmplt({v}, {bound}));", f"{v} = {mul(v, factor)};"]


# Powers of two


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const {vector} {s}_biased = {add(n, 'vmagic')};"]
    field = f"vec_sl((__vector unsigned) {biased or f'{s}_biased'}, vec_splats(23u))"
    return bias + [f"const {vector} {s} = ({vector}) {field};", f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    # A fixed-point number with 23 fractional bits is n + 127 in the exponent field: infinity for 128, and NaN beyond.
    return [
        f"const {vector} {s}_biased = {add(n, set1('127.0f'))};",
        f"const {vector} {s} = ({vector}) vec_cts({s}_biased, 23);",
        f"{p} = {mul(p, s)};",
    ]


def scale_down(p, n, s):
    # Without a sign, the exponent field of a very low n is 0.
    return [
        f"const {vector} {s}_biased = {add(n, set1('127.0f'))};",
        f"const {vector} {s} = ({vector}) vec_ctu({s}_biased, 23);",
        f"{p} = vec_andc({p}, vec_cmplt({n}, {set1('-64.0f')}));",
        f"{p} = {mul(p, s)};",
    ]


# Reductions: halves, then the last pair


def _reduce(result, v, operation):
    return [
        f"{vector} {result}2 = vec_{operation}({v}, vec_sld({v}, {v}, 8));",
        f"{result}2 = vec_{operation}({result}2, vec_sld({result}2, {result}2, 4));",
        f"const float {result} = vec_extract({result}2, 0);",
    ]


def reduce_add(result, v):
    return _reduce(result, v, "add")


def reduce_max(result, v):
    return _reduce(result, v, "max")
