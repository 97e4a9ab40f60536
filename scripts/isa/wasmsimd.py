"""WebAssembly SIMD: 4 floats a vector, without a fused multiply-add, predicates or non-temporal stores. There is
nothing to detect: an engine refuses a whole module that has instructions it does not know.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import FirstOfFour

HELPERS = """\
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

}  // namespace"""

HELPERS_16 = """\
[[maybe_unused]] v128_t load_first(const unsigned short* p, int count) {
  v128_t h = wasm_v128_load16_lane(p, wasm_i16x8_const_splat(0), 0);
  if (count > 1) h = wasm_v128_load16_lane(p + 1, h, 1);
  if (count > 2) h = wasm_v128_load16_lane(p + 2, h, 2);
  return h;
}

[[maybe_unused]] void store_first(unsigned short* p, v128_t h, int count) {
  wasm_v128_store16_lane(p, h, 0);
  if (count > 1) wasm_v128_store16_lane(p + 1, h, 1);
  if (count > 2) wasm_v128_store16_lane(p + 2, h, 2);
}"""


class Wasmsimd(FirstOfFour):
    NAME = "wasmsimd"
    RANK = 20
    PROCESSORS = ["wasm32"]
    FLAGS = ["-msimd128"]
    AVAILABLE = "true"
    INCLUDES = ["wasm_simd128.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr4-p5"]
    # Measured in node on x86, whose 16 registers hold no more than four vectors at once beside the constants.
    IN_USE = {
        "raddexpanchor": ("rr4-p5", 4, 1),
        "raddstoreexpanchor": ("rr4-p5", 4, 1),
        "raddextexp": ("rr4-p5", 5, 1),
        "vscaleextexp": ("rr4-p5", 4, 1),
    }

    vector = "v128_t"
    vector_16 = "v128_t"  # in its lower half

    def set1(self, a):
        return f"wasm_f32x4_splat({a})"

    def load(self, p):
        return f"wasm_v128_load({p})"

    def store(self, p, v):
        return f"wasm_v128_store({p}, {v});"

    def helpers_16(self):
        return HELPERS_16.splitlines()

    def set1_16(self, a):
        return f"wasm_u16x8_splat({a})"

    def load_16(self, p):
        return f"wasm_v128_load64_zero({p})"

    def store_16(self, p, h):
        return f"wasm_v128_store64_lane({p}, {h}, 0);"

    def first(self, v):
        return f"wasm_f32x4_extract_lane({v}, 0)"

    def spread(self, h):
        return f"wasm_u32x4_extend_low_u16x8({h})"

    def packed(self, a):
        return f"wasm_u16x8_narrow_i32x4((v128_t) {a}, (v128_t) {a})"

    def add(self, a, b):
        return f"wasm_f32x4_add({a}, {b})"

    def sub(self, a, b):
        return f"wasm_f32x4_sub({a}, {b})"

    def mul(self, a, b):
        return f"wasm_f32x4_mul({a}, {b})"

    # The "pseudo-maximum" is the first operand, but where it is less than the second. f32x4_max takes several
    # instructions on x86.

    def max(self, a, b):
        return f"wasm_f32x4_pmax({b}, {a})"

    def min(self, a, b):
        return f"wasm_f32x4_pmin({b}, {a})"

    def div(self, a, b):
        return f"wasm_f32x4_div({a}, {b})"

    def less(self, a, b):
        return f"wasm_f32x4_lt({a}, {b})"

    def zero_where(self, mask, v):
        return f"wasm_v128_andnot({v}, {mask})"

    def power(self, biased):
        return f"wasm_i32x4_shl({biased}, 23)"

    def reduce(self, result, v, operation):
        # Halves, then the last pair.
        join = getattr(self, operation)
        return [
            f"v128_t {result}4 = {join(v, f'wasm_i32x4_shuffle({v}, {v}, 2, 3, 0, 1)')};",
            f"{result}4 = {join(f'{result}4', f'wasm_i32x4_shuffle({result}4, {result}4, 1, 0, 3, 2)')};",
            f"const float {result} = wasm_f32x4_extract_lane({result}4, 0);",
        ]
