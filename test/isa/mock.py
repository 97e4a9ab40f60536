"""A made-up ISA of 4 floats a vector, for the tests of the generator: all that a new ISA takes is a file like this one.

Its instructions are functions over the vector types of gcc and clang, so its kernels run anywhere.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

NAME = "mock"
RANK = 1000
PROCESSORS = []
FLAGS = []
AVAILABLE = "true"
INCLUDES = []
METHODS = ["rr2-p5"]
PREAMBLE = """\
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

[[maybe_unused]] mock4 mock_zero_below(mock4 v, mock4 x, mock4 bound) { return x < bound ? mock_set(0.0f) : v; }

[[maybe_unused]] mock4 mock_fma(mock4 a, mock4 b, mock4 c) {
  // A double holds the product of two floats exactly.
  for (int i = 0; i < 4; i++) c[i] = (float) ((double) a[i] * b[i] + c[i]);
  return c;
}

[[maybe_unused]] mock4 mock_power(mock4 biased) { return (mock4) ((mock4_int) biased << 23); }

}  // namespace""".splitlines()

vector = "mock4"
lanes = 4


# Values and memory


def set1(a):
    return f"mock_set({a})"


def load(p):
    return f"mock_load({p}, 4)"


def store(p, v):
    return f"mock_store({p}, {v}, 4);"


def store_non_temporal(p, v):
    return store(p, v)


def fence():
    return []


def tail_begin(count):
    return [f"const int vtail = (int) {count};"]


def load_tail(p):
    return f"mock_load({p}, vtail)"


def store_tail(p, v):
    return f"mock_store({p}, {v}, vtail);"


def merge_tail(old, new):
    return f"mock_merge({old}, {new}, vtail)"


# Arithmetic


def add(a, b):
    return f"{a} + {b}"


def sub(a, b):
    return f"{a} - {b}"


def mul(a, b):
    return f"{a} * {b}"


def madd(a, b, c):
    return f"mock_fma({a}, {b}, {c})"


def fnma(a, b, c):
    return f"mock_fma(-{a}, {b}, {c})"


def max(a, b):
    return f"mock_max({a}, {b})"


def zero_below(v, x, bound):
    return f"mock_zero_below({v}, {x}, {bound})"


def mul_above(v, factor, bound):
    return [f"{v} = {zero_below(v, v, bound)} * {factor};"]


# Powers of two


def scale(p, n, s, biased=None):
    return [f"{p} = {p} * mock_power({biased or add(n, 'vmagic')});"]


def scale_saturating(p, n, s):
    return [f"{n} = mock_set(128.0f) < {n} ? mock_set(128.0f) : {n};"] + scale(p, n, s)


def scale_down(p, n, s):
    power = f"const mock4 {s} = mock_power(mock_max(mock_set(-65.0f), {n}) + vmagic);"
    return [power, f"{p} = {zero_below(f'{p} * {s}', n, 'mock_set(-64.0f)')};"]


# Reductions


def reduce_add(result, v):
    return [f"const float {result} = ({v}[0] + {v}[1]) + ({v}[2] + {v}[3]);"]


def reduce_max(result, v):
    return [
        f"const float {result}01 = {v}[0] > {v}[1] ? {v}[0] : {v}[1];",
        f"const float {result}23 = {v}[2] > {v}[3] ? {v}[2] : {v}[3];",
        f"const float {result} = {result}01 > {result}23 ? {result}01 : {result}23;",
    ]
