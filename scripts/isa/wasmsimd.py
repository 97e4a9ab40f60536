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

    def set1(self, a):
        return f"wasm_f32x4_splat({a})"

    def load(self, p):
        return f"wasm_v128_load({p})"

    def store(self, p, v):
        return f"wasm_v128_store({p}, {v});"

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
