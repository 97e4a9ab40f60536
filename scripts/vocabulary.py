"""The vocabulary of the templates: what each word means, and how it is made of others where an ISA has nothing better.

An ISA is a subclass of Isa in a file of its own, scripts/isa/<NAME>.py: a record, in capitals, and words. A word is a
method from C++ expressions, as strings, to C++. There are three kinds, which docstrings begin with and isa_words.py
checks:

  expression   a string
  statement    a string with its semicolon
  statements   a list of lines

Other methods of a class are its own affair, and begin with _.

The first argument of a statement names what it assigns or declares. Further names that statements declare begin with
the argument that is there to name things, so that no two collide. The arguments of expressions are names of variables,
or set1 of a literal, which need no parentheses. A word is one operation: the output is meant to be read.

Arithmetic is that of IEEE 754: it rounds to nearest, and keeps infinities and NaN. A word that breaks its promise about
NaN hides one, or makes one.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import abc
import functools


class MissingWord(Exception):
    """An ISA was asked for a word that it does not have."""


def optional(word):
    """Marks a word that an ISA may lack, with all that is made of it."""

    @functools.wraps(word)
    def missing(self, *_arguments):
        raise MissingWord(word.__name__)

    missing.is_missing = True
    return missing


def has_word(isa, name):
    return not hasattr(getattr(isa, name), "is_missing")


class Isa(abc.ABC):
    """What every ISA has. The abstract words are its own; the others stand until it has something better."""

    # ---- The record

    NAME: str  # of the ISA and of its file: one word, small letters and digits
    RANK: int  # the dispatch takes the available ISA of the highest rank; scalar has 0
    PROCESSORS: list[str]  # the target processors that the kernels are compiled for; empty: all
    FLAGS: list[str]  # what the compiler needs, for the kernels of this ISA only
    AVAILABLE: str  # a C++ expression: whether the machine can run the kernels
    METHODS: list[str]  # the methods of exp that the ISA has the words for
    INCLUDES: list[str] = []  # the headers of its intrinsics
    PREAMBLE: list[str] = []  # lines after the includes: helpers, in an unnamed namespace
    IN_USE: dict = {}  # {role: (method, registers, accumulators)} of kernels in use that the table does not put first
    TILES: tuple = ()  # ((registers, accumulators), ...) of every family, where those of the table do not fit
    IN_GROUPS: bool = False  # whether a tile is one group of registers; each size of group has its instance then
    PREFERRED: str = "true"  # a C++ expression: whether the dispatch takes the ISA before it is asked for
    OPT_IN: bool = False  # whether the build leaves the ISA out unless TWOPASS_ENABLE_<NAME> is set

    # ---- Nouns

    vector: str  # the C++ type of a vector of floats
    lanes: int | str  # the floats in it: a number, or a C++ expression where only the machine knows

    @property
    def mask(self):
        """The C++ type of the masks that less makes."""
        return self.vector

    vector_16 = ""  # the C++ type of as many elements of 16 bits, where the ISA has them

    def __init__(self, group=1):
        """group: the registers that a vector takes."""
        self.group = group

    # ---- Values and memory: p is a pointer to float, a name or `name + number`, and aligned to a float.

    @abc.abstractmethod
    def set1(self, a):
        """Expression: the float a, which is any expression of C++, in each lane."""

    def declare(self, name, v):
        """Statement: declares the vector name, which is constant."""
        return f"const {self.vector} {name} = {v};"

    def constant(self, name, a):
        """Statement: declares name, the float a in each lane, for use as second operand or argument of mul_above. Where
        instructions take a float there, it need not be a vector."""
        return self.declare(name, self.set1(a))

    @abc.abstractmethod
    def load(self, p):
        """Expression: a vector from p."""

    @abc.abstractmethod
    def store(self, p, v):
        """Statement: v to p."""

    @optional
    def store_non_temporal(self, p, v):
        """Statement: v to p, which is aligned to a vector, past the caches. Without it the ISA has no such kernels."""

    @optional
    def fence(self):
        """Statements, after the last non-temporal store: what makes them visible in order."""

    # ---- Tails, for lanes other than 1: "first" are the lanes below the count. No element past it is touched.

    @optional
    def tail_begin(self, count):
        """Statements, in a block of their own: declare all that the three other words rely on, by names that only they
        know. 0 < count < lanes, a size_t."""

    @optional
    def load_tail(self, p):
        """Expression: the first lanes from p, 0 in the others."""

    @optional
    def store_tail(self, p, v):
        """Statement: the first lanes of v to p."""

    @optional
    def merge_tail(self, old, new):
        """Expression: the first lanes of new, the others of old."""

    # ---- Elements of 16 bits: p is a pointer to unsigned short, aligned to one; h has the elements as they are.
    #
    # Without these words the ISA has no kernels of such elements. Elements of another width would have words by their
    # number of bits, too.

    def helpers_16(self):
        """Lines: functions that these words call, in an unnamed namespace."""
        return []

    @optional
    def set1_16(self, a):
        """Expression: the element a in each lane."""

    @optional
    def load_16(self, p):
        """Expression: as many elements from p as a vector has floats."""

    @optional
    def load_16_tail(self, p):
        """Expression: the first lanes from p, 0 in the others."""

    @optional
    def store_16(self, p, h):
        """Statement: h to p."""

    @optional
    def store_16_tail(self, p, h):
        """Statement: the first lanes of h to p."""

    @optional
    def store_16_non_temporal(self, p, h):
        """Statement: h to p, which is aligned to h, past the caches."""

    @optional
    def first(self, v):
        """Expression: the float in the first lane, which is any lane where all are the same."""

    # ---- Conversions: bodies of the functions `vector widen(h)` and `h narrow(vector)`, which a kernel has where it
    # needs them. There is a pair of words for each element: a further one takes no more.
    #
    # They are exact, or round to nearest, ties to even, past the largest number to infinity. NaN stays NaN. Subnormal
    # elements are numbers like others, whatever the mode of the processor makes of denormal floats.
    #
    # Here they are made of integers of 32 bits, in vectors of gcc and clang or, for one lane, as they are. A negative
    # difference is a comparison: shifted by 31 it is 1, and with a minus a mask.

    def spread(self, h):
        """Expression, for these conversions: the elements of h in 32 bits each, which take as much room as a vector."""
        return h

    def packed(self, a):
        """Expression, for these conversions: h again; a has integers below 2^16."""
        return f"TWOPASS_BIT_CAST({self.vector_16}, {a})"

    def integers(self):
        """Statement: declares the type integers, as many as a vector has floats."""
        integers = f"TWOPASS_INTEGERS({4 * self.lanes})" if self.lanes > 1 else "unsigned"
        return f"typedef {integers} integers;"

    def widen_bf16(self, h):
        """Statements: return the floats of h."""
        return [
            self.integers(),
            f"const integers half = TWOPASS_BIT_CAST(integers, {self.spread(h)});",
            f"return TWOPASS_BIT_CAST({self.vector}, half << 16);",
        ]

    def narrow_bf16(self, v):
        """Statements: return the elements of v."""
        return [
            self.integers(),
            f"const integers bits = TWOPASS_BIT_CAST(integers, {v});",
            "const integers rounded = (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16;",
            "const integers is_nan = -((0x7F800000u - (bits & 0x7FFFFFFFu)) >> 31);",
            "const integers half = rounded | (is_nan & 0x7FC0u);",
            f"return {self.packed('half')};",
        ]

    def narrow_exponential_bf16(self, v):
        """Statements: narrow_bf16 for what exponentials are: NaN, 0, or from FLT_MIN to 2^111. Other elements may have
        such a word, too."""
        return [
            self.integers(),
            "// v - 2^16 * v is rounded to the units of 2^16 * v, which are those of a bf16 beside v: it has the same",
            "// exponent, or is so close to a power of two that finer units change nothing. At a tie 2^16 * v is an",
            "// even number of them, so what is left of v comes out even.",
            self.declare("power", self.set1("0x1p+16f")),
            self.declare("difference", self.fnma("v", "power", "v")),
            self.declare("rounded", self.madd("v", "power", "difference")),
            "const integers bits = TWOPASS_BIT_CAST(integers, rounded);",
            f"return {self.packed('(bits >> 16)')};",
        ]

    def widen_f16(self, h):
        """Statements: return the floats of h."""
        scaled = f"TWOPASS_BIT_CAST({self.vector}, magnitude + (113u << 23))"
        return [
            self.integers(),
            f"const integers half = TWOPASS_BIT_CAST(integers, {self.spread(h)});",
            "// Exponent and fraction, where a float has them. The exponent has to be 127 - 15 more.",
            "const integers magnitude = (half & 0x7FFFu) << 13;",
            "const integers normal = magnitude + (112u << 23);",
            "// A subnormal number is a fraction f of 2^-14: 2^-14 * (1 + f) - 2^-14, without denormal floats.",
            f"const {self.vector} difference = {self.sub(scaled, self.set1('0x1p-14f'))};",
            "const integers subnormal = TWOPASS_BIT_CAST(integers, difference);",
            "const integers is_subnormal = -((magnitude - (1u << 23)) >> 31);",
            "const integers is_infinite_or_nan = -(((31u << 23) - 1u - magnitude) >> 31);",
            "const integers number = (normal & ~is_subnormal) | (subnormal & is_subnormal);",
            "const integers special = is_infinite_or_nan & 0x7F800000u;",
            f"return TWOPASS_BIT_CAST({self.vector}, number | special | (half & 0x8000u) << 16);",
        ]

    def narrow_f16(self, v):
        """Statements: return the elements of v."""
        as_floats = [f"TWOPASS_BIT_CAST({self.vector}, {bits})" for bits in ("bounded", "large")]
        return [
            self.integers(),
            f"const integers bits = TWOPASS_BIT_CAST(integers, {v});",
            "const integers magnitude = bits & 0x7FFFFFFFu;",
            "const integers is_nan = -((0x7F800000u - magnitude) >> 31);",
            "// 65536 stands for all that is larger; it becomes the infinity.",
            "const integers is_large = -((0x47800000u - magnitude) >> 31);",
            "const integers bounded = (magnitude & ~is_large) | (0x47800000u & is_large);",
            "// The exponent above that of the subnormal numbers, 2^-14, which is the least.",
            "const integers above = (bounded & 0x7F800000u) - (113u << 23);",
            "const integers exponent = above & ~-(above >> 31);",
            "// A number 2^13 times as large as the power of two of this one: their sum is rounded to the units of the",
            "// half, 2^-10 of that power, and counts them in its lowest bits.",
            "const integers large = exponent + (126u << 23);",
            f"const {self.vector} sum = {self.add(*as_floats)};",
            "const integers units = TWOPASS_BIT_CAST(integers, sum) - large;",
            "// A carry of the fraction goes into the exponent.",
            "const integers number = (exponent >> 13) + units;",
            "const integers half = number | (is_nan & 0x200u) | (bits >> 16 & 0x8000u);",
            f"return {self.packed('half')};",
        ]

    # ---- Arithmetic: NaN where any argument is, if nothing else is said.

    @abc.abstractmethod
    def add(self, a, b):
        """Expression: a + b."""

    @abc.abstractmethod
    def sub(self, a, b):
        """Expression: a - b."""

    @abc.abstractmethod
    def mul(self, a, b):
        """Expression: a * b."""

    def madd(self, a, b, c):
        """Expression: a * b + c, best rounded once."""
        return self.add(self.mul(a, b), c)

    def fnma(self, a, b, c):
        """Expression: c - a * b. For rr1-p5 and lut32-p2 it is rounded once: their range reduction depends on it. A
        zero has either sign."""
        return self.sub(c, self.mul(a, b))

    def in_fixed_order(self):
        """Words: those of kernels that have the same bits on every ISA: of an ISA of up to 16 lanes whose madd and fnma
        round once. None where there are none: the dispatch takes those of another ISA then, in the end of scalar."""
        rounds_once = "rr4-p5" not in self.METHODS
        return self if rounds_once and isinstance(self.lanes, int) else None

    @abc.abstractmethod
    def max(self, a, b):
        """Expression: the larger. NaN if b is; NaN or b if only a is."""

    @abc.abstractmethod
    def min(self, a, b):
        """Expression: the smaller. NaN if b is; NaN or b if only a is."""

    @abc.abstractmethod
    def div(self, a, b):
        """Expression: a / b."""

    @optional
    def less(self, a, b):
        """Expression: a mask of the lanes where a < b, which is false if either is NaN. Only zero_where reads it, so it
        may as well be the complement. Neither is negative, unless `below` asks."""

    @optional
    def zero_where(self, mask, v):
        """Expression: +0 in the lanes of the mask, v in the others."""

    def mul_above(self, v, factor, bound):
        """Statements: v = v < bound ? +0 : v * factor. NaN if v is, or factor and bound are: one is made of the other.
        Neither v nor bound is negative; of a negative factor the zero may be, too."""
        # The zero comes before the product, so that none is denormal.
        return [f"{v} = {self.zero_where(self.less(v, bound), v)};", f"{v} = {self.mul(v, factor)};"]

    # ---- Bounds: n names a variable, bound is a literal. Anything if n is NaN.

    def at_least(self, n, bound):
        """Expression: the larger of n and bound."""
        return self.max(self.set1(bound), n)

    def at_most(self, n, bound):
        """Expression: the smaller of n and bound."""
        return self.min(self.set1(bound), n)

    def below(self, n, bound):
        """Expression: less(n, bound), for n <= 0 and a negative bound."""
        return self.less(n, self.set1(bound))

    # ---- Powers of two: p and n name variables. n is an integer, infinite or NaN. `temporary` is there to name things.
    #
    # In kernels of lut32-p2 n is in thirty-seconds and the power is 2^floor(n): an ISA that has this method scales by
    # an instruction, and has no use for `biased` and `power`.

    def biased(self, n):
        """Expression: a float whose lowest bits are n + 127, the exponent field of 2^n, for |n| < 2^22 - 127. The
        kernels of rr1-p5 and rr4-p5 declare what it takes: the vector vmagic, 1.5 * 2^23 + 127."""
        return self.add(n, "vmagic")

    @optional
    def power(self, biased):
        """Expression: 2^n, from what biased(n) made: its bits, shifted by 23."""

    def scale(self, p, n, temporary):
        """Statements: p = p * 2^n, for -126 <= n <= 127. NaN if p is; anything if only n is."""
        biased = f"{temporary}_biased"
        return [
            self.declare(biased, self.biased(n)),
            self.declare(temporary, self.power(biased)),
            f"{p} = {self.mul(p, temporary)};",
        ]

    def scale_saturating(self, p, n, temporary):
        """Statements: p = p * 2^n, for any n >= -126; they may change n, too. From 128 on p may be exact or infinite,
        and beyond what a float holds also NaN. But no n may wrap to a power in range, however large: the sum has to
        show that a term was too large. NaN if p is; where n is infinite, p may be, too."""
        return [f"{n} = {self.at_most(n, '128.0f')};", *self.scale(p, n, temporary)]

    def scale_down(self, p, n, temporary):
        """Statements: p = n < -64 ? +0 : p * 2^n, for n <= 0. The zero is there for n = -infinity too, and whatever p
        is, also infinite or NaN: such a p is what the polynomial made of a very low x. Else NaN if p is."""
        # Both factors are masked: where n is low, one is not to be trusted, and the other is the exponent field of a
        # wrapped n.
        mask, biased = f"{temporary}_mask", f"{temporary}_biased"
        return [
            f"const {self.mask} {mask} = {self.below(n, '-64.0f')};",
            self.declare(biased, self.biased(n)),
            self.declare(temporary, self.zero_where(mask, self.power(biased))),
            f"{p} = {self.zero_where(mask, p)};",
            f"{p} = {self.mul(p, temporary)};",
        ]

    def scale_down_bounded(self, p, n, temporary):
        """Statements: scale_down for an ISA whose masks are best used where they are made."""
        # With a bounded n the product is a normal number, whatever becomes of it.
        bounded = f"{temporary}_bounded"
        return [
            self.declare(bounded, self.at_least(n, "-65.0f")),
            *self.scale(p, bounded, temporary),
            f"{p} = {self.zero_where(self.below(n, '-64.0f'), p)};",
        ]

    # ---- Tables, for the method lut32-p2

    @optional
    def table32(self, name, values):
        """Statements: declare a table of 32 floats, given as literals of C++, which stays in registers."""

    @optional
    def lookup32(self, table, index):
        """Expression: in each lane the value that the five lowest bits of the float index name, which is n +
        1.5 * 2^18; anything if it is NaN."""

    @optional
    def floor(self, a):
        """Expression: the largest integer that is not above a."""

    # ---- Reductions

    @optional
    def reduce(self, result, v, operation):
        """Statements: declare the float result: the lanes, joined in pairs by the operation, "add" or "max"."""

    def reduce_add(self, result, v):
        """Statements: declare the float result, the sum of the lanes, in pairs so that few roundings add up. NaN if any
        is."""
        return self.reduce(result, v, "add")

    def reduce_max(self, result, v):
        """Statements: declare the float result, the largest lane. Anything if one is NaN."""
        return self.reduce(result, v, "max")
