"""Plain C++: one float a vector, so there is no tail. For machines without an ISA file, and the plainest text of a
kernel.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import SixteenFloats
from vocabulary import Isa


class Scalar(Isa):
    NAME = "scalar"
    RANK = 0
    PROCESSORS = []
    FLAGS = []
    AVAILABLE = "true"
    METHODS = ["rr4-p5"]
    IN_USE = {
        "raddextexp": ("rr4-p5", 4, 1),
        "vscaleextexp": ("rr4-p5", 4, 1),
    }

    vector = "float"
    vector_16 = "unsigned short"
    lanes = 1

    def set1(self, a):
        return a

    def load(self, p):
        return f"*({p})" if " " in p else f"*{p}"

    def store(self, p, v):
        return f"{self.load(p)} = {v};"

    def set1_16(self, a):
        return a

    load_16 = load
    store_16 = store

    def first(self, v):
        return v

    def spread(self, h):
        return f"(unsigned) {h}"

    def packed(self, a):
        return f"(unsigned short) {a}"

    def add(self, a, b):
        return f"{a} + {b}"

    def sub(self, a, b):
        return f"{a} - {b}"

    def mul(self, a, b):
        return f"{a} * {b}"

    def max(self, a, b):
        return f"{a} > {b} ? {a} : {b}"

    def min(self, a, b):
        return f"{a} < {b} ? {a} : {b}"

    def div(self, a, b):
        return f"{a} / {b}"

    def less(self, a, b):
        return f"{a} < {b}"

    def zero_where(self, mask, v):
        return f"{mask} ? 0.0f : {v}"

    def power(self, biased):
        return f"TWOPASS_BIT_CAST(float, TWOPASS_BIT_CAST(unsigned, {biased}) << 23)"

    def scale_down(self, p, n, temporary):
        return self.scale_down_bounded(p, n, temporary)

    def reduce(self, result, v, operation):
        return [f"const float {result} = {v};"]

    def in_fixed_order(self):
        return SixteenFloats()
