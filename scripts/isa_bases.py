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


# After a store with a mask the processor would let a load of what the mask leaves out wait: the next row of a matrix in
# place, or of one whose output lies at the same place in its pages as the input.
STORE_FIRST_OF_EIGHT = """\
// The first floats of a vector, as many as the three lowest bits of count say, in halves of a half.
[[maybe_unused]] inline void store_first(float* p, __m256 v, int count) {
  __m128 half = _mm256_castps256_ps128(v);
  if ((count & 4) != 0) {
    _mm_storeu_ps(p, half);
    half = _mm256_extractf128_ps(v, 1);
    p += 4;
  }
  if ((count & 2) != 0) {
    _mm_storel_pi((__m64*) p, half);
    half = _mm_movehl_ps(half, half);
    p += 2;
  }
  if ((count & 1) != 0) _mm_store_ss(p, half);
}"""


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
