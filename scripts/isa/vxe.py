"""VXE of IBM Z, the vector enhancements facility 1 of z14 and later: 4 floats a vector, fused multiply-add.
Instructions load and store the first bytes of a vector, which makes the tails; a shift into the exponent field makes
powers of two, since conversions between floats and integers came with z15.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa

HELPERS = """\
// gcc 12 does not count what overloaded intrinsics do with a variable.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wunused-but-set-parameter"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#endif"""

HELPERS_16 = """\
// Four elements are the upper half of a register.
[[maybe_unused]] inline __vector unsigned short load_four(const unsigned short* p) {
  unsigned long long bytes;
  TWOPASS_COPY(&bytes, p, sizeof(bytes));
  return (__vector unsigned short) vec_splats(bytes);
}

[[maybe_unused]] inline void store_four(unsigned short* p, __vector unsigned short h) {
  const unsigned long long bytes = vec_extract((__vector unsigned long long) h, 0);
  TWOPASS_COPY(p, &bytes, sizeof(bytes));
}"""


class Vxe(Isa):
    NAME = "vxe"
    RANK = 10
    PROCESSORS = ["s390x"]
    FLAGS = ["-march=z14", "-mzvector"]
    AVAILABLE = "has_hwcap(13)"  # HWCAP_S390_VXE
    INCLUDES = ["vecintrin.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr1-p5"]

    vector = "__vector float"
    vector_16 = "__vector unsigned short"
    mask = "__vector __bool int"
    lanes = 4

    def set1(self, a):
        return f"vec_splats({a})"

    def load(self, p):
        return f"vec_xl(0, {p})"

    def store(self, p, v):
        return f"vec_xst({v}, 0, {p});"

    def tail_begin(self, count):
        # The instructions take the number of the last byte.
        return [
            f"const unsigned tail = (unsigned) {count};",
            "const __vector unsigned vindex = {0, 1, 2, 3};",
            "[[maybe_unused]] const __vector __bool int vtail = vec_cmplt(vindex, vec_splats(tail));",
        ]

    def load_tail(self, p):
        return f"vec_load_len({p}, 4 * tail - 1)"

    def store_tail(self, p, v):
        return f"vec_store_len({v}, {p}, 4 * tail - 1);"

    def merge_tail(self, old, new):
        return f"vec_sel({old}, {new}, vtail)"

    def helpers_16(self):
        return HELPERS_16.splitlines()

    def set1_16(self, a):
        return f"vec_splats({a})"

    def load_16(self, p):
        return f"load_four({p})"

    def load_16_tail(self, p):
        return f"vec_load_len({p}, 2 * tail - 1)"

    def store_16(self, p, h):
        return f"store_four({p}, {h});"

    def store_16_tail(self, p, h):
        return f"vec_store_len({h}, {p}, 2 * tail - 1);"

    def first(self, v):
        return f"vec_extract({v}, 0)"

    def spread(self, h):
        return f"vec_unpackh({h})"

    def packed(self, a):
        return f"vec_pack((__vector unsigned) {a}, (__vector unsigned) {a})"

    def add(self, a, b):
        return f"{a} + {b}"

    def sub(self, a, b):
        return f"{a} - {b}"

    def mul(self, a, b):
        return f"{a} * {b}"

    def madd(self, a, b, c):
        return f"vec_madd({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"vec_nmsub({a}, {b}, {c})"

    # vec_max and vec_min prefer a number to a NaN. Of the kinds that the instructions have, 1 is Java's: NaN if either
    # is.

    def max(self, a, b):
        return f"__builtin_s390_vfmaxsb({a}, {b}, 1)"

    def min(self, a, b):
        return f"__builtin_s390_vfminsb({a}, {b}, 1)"

    def div(self, a, b):
        return f"{a} / {b}"

    def less(self, a, b):
        return f"vec_cmplt({a}, {b})"

    def zero_where(self, mask, v):
        return f"vec_andc({v}, ({self.vector}) {mask})"

    def power(self, biased):
        return f"({self.vector}) ((__vector unsigned) {biased} << 23)"

    def reduce(self, result, v, operation):
        # Halves, then the last pair.
        join = getattr(self, operation)
        return [
            f"{self.vector} {result}2 = {join(v, f'vec_sld({v}, {v}, 8)')};",
            f"{result}2 = {join(f'{result}2', f'vec_sld({result}2, {result}2, 4)')};",
            f"const float {result} = vec_extract({result}2, 0);",
        ]
