"""What several ISAs have in common, beside the vocabulary.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa


class FirstOfFour(Isa):
    """4 floats a vector, and no masked access to memory. PREAMBLE has functions for it, which take the count of a tail:
    load_first, store_first, and merge_first unless the ISA has a better merge_tail."""

    lanes = 4

    def tail_begin(self, count):
        return [f"const int tail = (int) {count};"]

    def load_tail(self, p):
        return f"load_first({p}, tail)"

    def store_tail(self, p, v):
        return f"store_first({p}, {v}, tail);"

    def merge_tail(self, old, new):
        return f"merge_first({old}, {new}, tail)"


class X86(Isa):
    """Intrinsics that differ by the prefix of their names only: _mm, _mm256, _mm512."""

    prefix: str

    def set1(self, a):
        return f"{self.prefix}_set1_ps({a})"

    def load(self, p):
        return f"{self.prefix}_loadu_ps({p})"

    def store(self, p, v):
        return f"{self.prefix}_storeu_ps({p}, {v});"

    def store_non_temporal(self, p, v):
        return f"{self.prefix}_stream_ps({p}, {v});"

    def fence(self):
        return ["_mm_sfence();"]

    def add(self, a, b):
        return f"{self.prefix}_add_ps({a}, {b})"

    def sub(self, a, b):
        return f"{self.prefix}_sub_ps({a}, {b})"

    def mul(self, a, b):
        return f"{self.prefix}_mul_ps({a}, {b})"

    def max(self, a, b):
        return f"{self.prefix}_max_ps({a}, {b})"

    def min(self, a, b):
        return f"{self.prefix}_min_ps({a}, {b})"

    def zero_where(self, mask, v):
        # The mask of less is the complement: "not less", NaN included.
        return f"{self.prefix}_and_ps({v}, {mask})"
