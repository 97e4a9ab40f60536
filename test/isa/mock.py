"""A made-up ISA of 4 floats a vector, for the tests of the generator: all that a new ISA takes is a file like this one.

Its instructions are functions over the vector types of gcc and clang, so its kernels run anywhere.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa

HELPERS = """\
typedef float mock4 __attribute__((vector_size(16)));
typedef int mock4_int __attribute__((vector_size(16)));

namespace {

[[maybe_unused]] mock4 mock_set(float a) { return mock4{a, a, a, a}; }

[[maybe_unused]] mock4 mock_load(const float* p, int count) {
  mock4 v = mock_set(0.0f);
  __builtin_memcpy(&v, p, sizeof(float) * count);
  return v;
}

[[maybe_unused]] void mock_store(float* p, mock4 v, int count) { __builtin_memcpy(p, &v, sizeof(float) * count); }

[[maybe_unused]] mock4 mock_merge(mock4 old, mock4 change, int count) {
  return mock4_int{0, 1, 2, 3} < count ? change : old;
}

[[maybe_unused]] mock4 mock_max(mock4 a, mock4 b) { return a > b ? a : b; }

[[maybe_unused]] mock4 mock_min(mock4 a, mock4 b) { return a < b ? a : b; }

[[maybe_unused]] mock4 mock_zero_where(mock4_int mask, mock4 v) { return mask ? mock_set(0.0f) : v; }

[[maybe_unused]] mock4 mock_fma(mock4 a, mock4 b, mock4 c) {
  // A double holds the product of two floats exactly.
  for (int i = 0; i < 4; i++) c[i] = (float) ((double) a[i] * b[i] + c[i]);
  return c;
}

[[maybe_unused]] mock4 mock_power(mock4 biased) { return (mock4) ((mock4_int) biased << 23); }

}  // namespace"""


class Mock(Isa):
    NAME = "mock"
    RANK = 1000
    PROCESSORS = []
    FLAGS = []
    AVAILABLE = "true"
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr1-p5"]

    vector = "mock4"
    lanes = 4
    mask = "mock4_int"

    def set1(self, a):
        return f"mock_set({a})"

    def load(self, p):
        return f"mock_load({p}, 4)"

    def store(self, p, v):
        return f"mock_store({p}, {v}, 4);"

    def store_non_temporal(self, p, v):
        return self.store(p, v)

    def fence(self):
        return []

    def tail_begin(self, count):
        return [f"const int vtail = (int) {count};"]

    def load_tail(self, p):
        return f"mock_load({p}, vtail)"

    def store_tail(self, p, v):
        return f"mock_store({p}, {v}, vtail);"

    def merge_tail(self, old, new):
        return f"mock_merge({old}, {new}, vtail)"

    def add(self, a, b):
        return f"{a} + {b}"

    def sub(self, a, b):
        return f"{a} - {b}"

    def mul(self, a, b):
        return f"{a} * {b}"

    def madd(self, a, b, c):
        return f"mock_fma({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"mock_fma(-{a}, {b}, {c})"

    def max(self, a, b):
        return f"mock_max({a}, {b})"

    def min(self, a, b):
        return f"mock_min({a}, {b})"

    def div(self, a, b):
        return f"{a} / {b}"

    def less(self, a, b):
        return f"({a} < {b})"

    def zero_where(self, mask, v):
        return f"mock_zero_where({mask}, {v})"

    def power(self, biased):
        return f"mock_power({biased})"

    def scale_down(self, p, n, temporary):
        # A compiler may move these masks, which are C++, behind the product.
        return self.scale_down_bounded(p, n, temporary)

    def reduce(self, result, v, operation):
        if operation == "add":
            return [f"const float {result} = ({v}[0] + {v}[1]) + ({v}[2] + {v}[3]);"]
        return [
            f"const float {result}01 = {v}[0] > {v}[1] ? {v}[0] : {v}[1];",
            f"const float {result}23 = {v}[2] > {v}[3] ? {v}[2] : {v}[3];",
            f"const float {result} = {result}01 > {result}23 ? {result}01 : {result}23;",
        ]
