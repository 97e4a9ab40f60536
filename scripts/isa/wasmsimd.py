"""WebAssembly SIMD: 4 floats a vector, without a fused multiply-add, predicates or non-temporal stores. There is nothing to detect: an
engine refuses a whole module that has instructions it does not know."""

NAME = "wasmsimd"
RANK = 20
PROCESSORS = ["wasm32"]
FLAGS = ["-msimd128"]
AVAILABLE = "true"
INCLUDES = []
PREAMBLE = """\
#include <wasm_simd128.h>

namespace {

[[maybe_unused]] v128_t load_first(const float* p, int count) {
  v128_t v = wasm_v128_load32_zero(p);
  if (count > 1) v = wasm_v128_load32_lane(p + 1, v, 1);
  if (count > 2) v = wasm_v128_load32_lane(p + 2, v, 2);
  return v;
}

[[maybe_unused]] void store_first(float* p, v128_t v, int count) {
  wasm_v128_store32_lane(p, v, 0);
  if (count > 1) wasm_v128_store32_lane(p + 1, v, 1);
  if (count > 2) wasm_v128_store32_lane(p + 2, v, 2);
}

[[maybe_unused]] v128_t merge_first(v128_t old, v128_t change, int count) {
  const v128_t is_first = wasm_i32x4_lt(wasm_i32x4_const(0, 1, 2, 3), wasm_i32x4_splat(count));
  return wasm_v128_bitselect(change, old, is_first);
}

}  // namespace""".splitlines()
METHODS = ["rr4-p5"]
# Measured in node on x86, whose 16 registers hold no more than four vectors at once beside the constants.
IN_USE = {
    "raddexpanchor": ("rr4-p5", 4, 1),
    "raddstoreexpanchor": ("rr4-p5", 4, 1),
    "raddextexp": ("rr4-p5", 5, 1),
    "vscaleextexp": ("rr4-p5", 4, 1),
}

vector = "v128_t"
lanes = 4


# Values and memory


def set1(a):
    return f"wasm_f32x4_splat({a})"


def load(p):
    return f"wasm_v128_load({p})"


def store(p, v):
    return f"wasm_v128_store({p}, {v});"


def tail_begin(count):
    return [f"const int tail = (int) {count};"]


def load_tail(p):
    return f"load_first({p}, tail)"


def store_tail(p, v):
    return f"store_first({p}, {v}, tail);"


def merge_tail(old, new):
    return f"merge_first({old}, {new}, tail)"


# Arithmetic


def add(a, b):
    return f"wasm_f32x4_add({a}, {b})"


def sub(a, b):
    return f"wasm_f32x4_sub({a}, {b})"


def mul(a, b):
    return f"wasm_f32x4_mul({a}, {b})"


def madd(a, b, c):
    return add(mul(a, b), c)


def fnma(a, b, c):
    return sub(c, mul(a, b))


def max(a, b):
    # "Pseudo-maximum", the first operand but where it is less than the second; f32x4_max takes several instructions on x86.
    return f"wasm_f32x4_pmax({b}, {a})"


def _zero_where(mask, v):
    return f"wasm_v128_andnot({v}, {mask})"


def mul_above(v, factor, bound):
    return [f"{v} = {_zero_where(f'wasm_f32x4_lt({v}, {bound})', v)};", f"{v} = {mul(v, factor)};"]


# Powers of two


def _power(biased):
    return f"wasm_i32x4_shl({biased}, 23)"


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const v128_t {s}_biased = {add(n, 'vmagic')};"]
    power = [f"const v128_t {s} = {_power(biased or f'{s}_biased')};"]
    return bias + power + [f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    return [f"{n} = wasm_f32x4_pmin({n}, {set1('128.0f')});"] + scale(p, n, s)


def scale_down(p, n, s):
    # Both factors are masked: where n is low, one is not to be trusted and the other is the exponent field of a wrapped n.
    return [
        f"const v128_t {s}_mask = wasm_f32x4_lt({n}, {set1('-64.0f')});",
        f"const v128_t {s}_biased = {add(n, 'vmagic')};",
        f"const v128_t {s} = {_zero_where(f'{s}_mask', _power(f'{s}_biased'))};",
        f"{p} = {_zero_where(f'{s}_mask', p)};",
        f"{p} = {mul(p, s)};",
    ]


# Reductions: halves, then the last pair


def _reduce(result, v, operation):
    return [
        f"v128_t {result}4 = {operation(v, f'wasm_i32x4_shuffle({v}, {v}, 2, 3, 0, 1)')};",
        f"{result}4 = {operation(f'{result}4', f'wasm_i32x4_shuffle({result}4, {result}4, 1, 0, 3, 2)')};",
        f"const float {result} = wasm_f32x4_extract_lane({result}4, 0);",
    ]


def reduce_add(result, v):
    return _reduce(result, v, add)


def reduce_max(result, v):
    return _reduce(result, v, max)
