"""VSX of POWER8 and later: 4 floats a vector. Tails go element by element. A shift into the exponent field makes powers
of two, or a conversion that saturates where n may be out of range.

The first element of a vector in memory is in lane 3: vec_xl_be and vec_xst_be are one instruction, while POWER8 has
none that puts elements into the order of a little-endian processor.

<altivec.h> takes the names vector, pixel and bool for itself unless the compiler is strict about the standard
(-std=c++17).

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import FirstOfFour

HELPERS = """\
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

}  // namespace"""

HELPERS_16 = """\
// Four elements are eight bytes in the order of the processor, the first one in the lowest. Here each is the lower half
// of a lane, and the first one in lane 3.
[[maybe_unused]] inline __vector unsigned load_four(const unsigned short* p) {
  unsigned long long bytes;
  TWOPASS_COPY(&bytes, p, sizeof(bytes));
  const __vector unsigned char zero = {};
  const __vector unsigned char order = {6, 7, 16, 16, 4, 5, 16, 16, 2, 3, 16, 16, 0, 1, 16, 16};
  return (__vector unsigned) vec_perm((__vector unsigned char) vec_splats(bytes), zero, order);
}

[[maybe_unused]] inline void store_four(unsigned short* p, __vector unsigned h) {
  const __vector unsigned char order = {12, 13, 8, 9, 4, 5, 0, 1, 12, 13, 8, 9, 4, 5, 0, 1};
  const __vector unsigned char a = (__vector unsigned char) h;
  const unsigned long long bytes = vec_extract((__vector unsigned long long) vec_perm(a, a, order), 0);
  TWOPASS_COPY(p, &bytes, sizeof(bytes));
}

[[maybe_unused]] inline __vector unsigned load_first(const unsigned short* p, int count) {
  const __vector unsigned h = {0u, count > 2 ? p[2] : 0u, count > 1 ? p[1] : 0u, p[0]};
  return h;
}

[[maybe_unused]] inline void store_first(unsigned short* p, __vector unsigned h, int count) {
  p[0] = (unsigned short) vec_extract(h, 3);
  if (count > 1) p[1] = (unsigned short) vec_extract(h, 2);
  if (count > 2) p[2] = (unsigned short) vec_extract(h, 1);
}"""


class Vsx(FirstOfFour):
    NAME = "vsx"
    RANK = 10
    PROCESSORS = ["ppc64le"]
    FLAGS = ["-mvsx"]
    AVAILABLE = "has_hwcap(7)"  # PPC_FEATURE_HAS_VSX
    INCLUDES = ["altivec.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr1-p5"]
    IN_USE = {
        "raddexpanchor": ("rr1-p5", 8, 1),
        "raddstoreexpanchor": ("rr1-p5", 8, 1),
        "vmulc": ("", 8, 1),
        "raddextexp": ("rr1-p5", 8, 2),
        "vscaleextexp": ("rr1-p5", 8, 1),
    }

    vector = "__vector float"
    vector_16 = "__vector unsigned"

    def set1(self, a):
        return f"vec_splats({a})"

    def load(self, p):
        return f"vec_xl_be(0, {p})"

    def store(self, p, v):
        return f"vec_xst_be({v}, 0, {p});"

    def helpers_16(self):
        return HELPERS_16.splitlines()

    def set1_16(self, a):
        return f"vec_splats((unsigned) {a})"

    def load_16(self, p):
        return f"load_four({p})"

    def store_16(self, p, h):
        return f"store_four({p}, {h});"

    def first(self, v):
        return f"vec_extract({v}, 3)"

    def tail_begin(self, count):
        return [
            *super().tail_begin(count),
            "const __vector int vindex = {3, 2, 1, 0};",
            "[[maybe_unused]] const __vector __bool int vtail = vec_cmplt(vindex, vec_splats(tail));",
        ]

    def merge_tail(self, old, new):
        return f"vec_sel({old}, {new}, vtail)"

    def add(self, a, b):
        return f"vec_add({a}, {b})"

    def sub(self, a, b):
        return f"vec_sub({a}, {b})"

    def mul(self, a, b):
        return f"vec_mul({a}, {b})"

    def madd(self, a, b, c):
        return f"vec_madd({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"vec_nmsub({a}, {b}, {c})"

    def max(self, a, b):
        # vec_max prefers a number to a NaN.
        return f"vec_sel({b}, {a}, vec_cmpgt({a}, {b}))"

    def min(self, a, b):
        return f"vec_sel({b}, {a}, vec_cmplt({a}, {b}))"

    def div(self, a, b):
        return f"vec_div({a}, {b})"

    def less(self, a, b):
        return f"vec_cmplt({a}, {b})"

    def zero_where(self, mask, v):
        return f"vec_andc({v}, {mask})"

    def power(self, biased):
        return f"({self.vector}) vec_sl((__vector unsigned) {biased}, vec_splats(23u))"

    def scale_saturating(self, p, n, temporary):
        # With 23 fractional bits a fixed-point number is n + 127 in the exponent field: infinity for 128, NaN beyond.
        return [
            self.declare(f"{temporary}_biased", self.add(n, self.set1("127.0f"))),
            self.declare(temporary, f"({self.vector}) vec_cts({temporary}_biased, 23)"),
            f"{p} = {self.mul(p, temporary)};",
        ]

    def scale_down(self, p, n, temporary):
        # Without a sign, the exponent field of a very low n is 0.
        return [
            self.declare(f"{temporary}_biased", self.add(n, self.set1("127.0f"))),
            self.declare(temporary, f"({self.vector}) vec_ctu({temporary}_biased, 23)"),
            f"{p} = {self.zero_where(self.below(n, '-64.0f'), p)};",
            f"{p} = {self.mul(p, temporary)};",
        ]

    def reduce(self, result, v, operation):
        # Halves, then the last pair.
        return [
            f"{self.vector} {result}2 = vec_{operation}({v}, vec_sld({v}, {v}, 8));",
            f"{result}2 = vec_{operation}({result}2, vec_sld({result}2, {result}2, 4));",
            f"const float {result} = vec_extract({result}2, 0);",
        ]
