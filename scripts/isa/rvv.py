"""RISC-V with the vector extension V 1.0: vectors of a length that the machine knows, in groups of 1, 2 or 4 registers
(LMUL).

A tile is one group, and an instance of the class has the words of one size of group; the names of most intrinsics are
overloaded. `all`, as the count of elements, stands for every lane.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa


class Rvv(Isa):
    NAME = "rvv"
    RANK = 20
    PROCESSORS = ["riscv64"]
    FLAGS = ["-march=rv64gcv", "-mabi=lp64d"]
    AVAILABLE = "has_rvv()"
    INCLUDES = ["riscv_vector.h"]
    PREAMBLE = [
        "namespace {",
        "",
        "// Instructions take no more elements than a group of registers has.",
        "[[maybe_unused]] constexpr size_t all = -1;",
        "",
        "}  // namespace",
    ]
    METHODS = ["rr1-p5"]
    IN_GROUPS = True
    TILES = ((2, 1), (4, 1))
    IN_USE = {"rmax": ("", 4, 1), "vmulc": ("", 4, 1)}

    @property
    def vector(self):
        return f"vfloat32m{self.group}_t"

    @property
    def vector_16(self):
        return f"vuint16{self._group_16}_t"

    @property
    def _group_16(self):
        """The registers that as many elements of 16 bits take."""
        return {1: "mf2", 2: "m1", 4: "m2"}[self.group]

    @property
    def mask(self):
        return f"vbool{32 // self.group}_t"

    @property
    def lanes(self):
        return f"__riscv_vsetvlmax_e32m{self.group}()"

    def set1(self, a):
        return f"__riscv_vfmv_v_f_f32m{self.group}({a}, all)"

    def constant(self, name, a):
        # Most instructions take a float for their second operand, which saves a group of registers.
        return f"const float {name} = {a};"

    def load(self, p):
        return f"__riscv_vle32_v_f32m{self.group}({p}, all)"

    def store(self, p, v):
        return f"__riscv_vse32({p}, {v}, all);"

    def tail_begin(self, count):
        return [f"const size_t tail = {count};"]

    def load_tail(self, p):
        return f"__riscv_vle32_tu({self.set1('0.0f')}, {p}, tail)"

    def store_tail(self, p, v):
        return f"__riscv_vse32({p}, {v}, tail);"

    def set1_16(self, a):
        return f"__riscv_vmv_v_x_u16{self._group_16}({a}, all)"

    def load_16(self, p):
        return f"__riscv_vle16_v_u16{self._group_16}({p}, all)"

    def load_16_tail(self, p):
        return f"__riscv_vle16_tu({self.set1_16('0')}, {p}, tail)"

    def store_16(self, p, h):
        return f"__riscv_vse16({p}, {h}, all);"

    def store_16_tail(self, p, h):
        return f"__riscv_vse16({p}, {h}, tail);"

    def first(self, v):
        return f"__riscv_vfmv_f({v})"

    # Conversions as in the vocabulary, by instructions: vectors of a length that the machine knows have no operators.

    def _float_of(self, bits):
        return f"__riscv_vreinterpret_f32m{self.group}({bits})"

    def _integers_of(self, v):
        return f"__riscv_vreinterpret_u32m{self.group}({v})"

    def widen_bf16(self, h):
        return [
            f"const vuint32m{self.group}_t half = __riscv_vzext_vf2({h}, all);",
            f"return {self._float_of('__riscv_vsll(half, 16, all)')};",
        ]

    def narrow_bf16(self, v):
        integers = f"const vuint32m{self.group}_t"
        return [
            f"{integers} bits = {self._integers_of(v)};",
            f"{integers} is_odd = __riscv_vand(__riscv_vsrl(bits, 16, all), 1, all);",
            f"{integers} sum = __riscv_vadd(__riscv_vadd(bits, is_odd, all), 0x7FFF, all);",
            f"{integers} rounded = __riscv_vmerge(sum, 0x7FC00000, __riscv_vmfne({v}, {v}, all), all);",
            "return __riscv_vnsrl(rounded, 16, all);",
        ]

    def narrow_exponential_bf16(self, v):
        return self.narrow_bf16(v)

    def widen_f16(self, h):
        integers = f"const vuint32m{self.group}_t"
        return [
            f"{integers} half = __riscv_vzext_vf2({h}, all);",
            "// Exponent and fraction, where a float has them. The exponent has to be 127 - 15 more.",
            f"{integers} magnitude = __riscv_vsll(__riscv_vand(half, 0x7FFF, all), 13, all);",
            f"{integers} normal = __riscv_vadd(magnitude, 112u << 23, all);",
            "// A subnormal number is a fraction f of 2^-14: 2^-14 * (1 + f) - 2^-14, without denormal floats.",
            f"const {self.vector} scaled = {self._float_of('__riscv_vadd(magnitude, 113u << 23, all)')};",
            f"{integers} subnormal = {self._integers_of('__riscv_vfsub(scaled, 0x1p-14f, all)')};",
            f"{integers} finite = __riscv_vmerge(normal, subnormal, __riscv_vmsltu(magnitude, 1u << 23, all), all);",
            f"{integers} special = __riscv_vor(normal, 0x7F800000, all);",
            f"const {self.mask} is_special = __riscv_vmsgtu(magnitude, (31u << 23) - 1, all);",
            f"{integers} number = __riscv_vmerge(finite, special, is_special, all);",
            f"{integers} sign = __riscv_vsll(__riscv_vand(half, 0x8000, all), 16, all);",
            f"return {self._float_of('__riscv_vor(number, sign, all)')};",
        ]

    def narrow_f16(self, v):
        integers = f"const vuint32m{self.group}_t"
        return [
            f"{integers} bits = {self._integers_of(v)};",
            f"{integers} magnitude = __riscv_vand(bits, 0x7FFFFFFF, all);",
            "// 65536 stands for all that is larger; it becomes the infinity.",
            f"{integers} bounded = __riscv_vminu(magnitude, 0x47800000, all);",
            "// The power of two below, but at least that of the subnormal numbers, 2^-14.",
            f"{integers} power = __riscv_vmaxu(__riscv_vand(bounded, 0x7F800000, all), 113u << 23, all);",
            "// A number 2^13 times as large as that: their sum is rounded to the units of the half, 2^-10 of that",
            "// power, and counts them in its lowest bits.",
            f"{integers} large = __riscv_vadd(power, 13u << 23, all);",
            f"const {self.vector} sum = __riscv_vfadd({self._float_of('bounded')}, {self._float_of('large')}, all);",
            f"{integers} units = __riscv_vsub({self._integers_of('sum')}, large, all);",
            "// A carry of the fraction goes into the exponent.",
            f"{integers} exponent = __riscv_vsub(__riscv_vsrl(power, 13, all), 113u << 10, all);",
            f"{integers} number = __riscv_vadd(exponent, units, all);",
            f"{integers} finite = __riscv_vmerge(number, 0x7E00, __riscv_vmfne({v}, {v}, all), all);",
            f"{integers} sign = __riscv_vand(__riscv_vsrl(bits, 16, all), 0x8000, all);",
            "return __riscv_vncvt_x(__riscv_vor(finite, sign, all), all);",
        ]

    def merge_tail(self, old, new):
        return f"__riscv_vmv_v_tu({old}, {new}, tail)"

    def add(self, a, b):
        return f"__riscv_vfadd({a}, {b}, all)"

    def sub(self, a, b):
        return f"__riscv_vfsub({a}, {b}, all)"

    def mul(self, a, b):
        return f"__riscv_vfmul({a}, {b}, all)"

    def madd(self, a, b, c):
        return f"__riscv_vfmadd({a}, {b}, {c}, all)"

    def fnma(self, a, b, c):
        return f"__riscv_vfnmsub({a}, {b}, {c}, all)"

    def max(self, a, b):
        # VFMAX would drop a NaN.
        return f"__riscv_vmerge({b}, {a}, __riscv_vmfgt({a}, {b}, all), all)"

    def min(self, a, b):
        return f"__riscv_vmerge({b}, {a}, __riscv_vmflt({a}, {b}, all), all)"

    def div(self, a, b):
        return f"__riscv_vfdiv({a}, {b}, all)"

    def less(self, a, b):
        return f"__riscv_vmflt({a}, {b}, all)"

    def zero_where(self, mask, v):
        return f"__riscv_vfmerge({v}, 0.0f, {mask}, all)"

    # An instruction takes a bound as it is.

    def at_least(self, n, bound):
        return f"__riscv_vfmax({n}, {bound}, all)"

    def at_most(self, n, bound):
        return f"__riscv_vfmin({n}, {bound}, all)"

    def below(self, n, bound):
        return self.less(n, bound)

    def power(self, biased):
        bits = f"__riscv_vreinterpret_u32m{self.group}({biased})"
        return f"__riscv_vreinterpret_f32m{self.group}(__riscv_vsll({bits}, 23, all))"

    def scale_down(self, p, n, temporary):
        return self.scale_down_bounded(p, n, temporary)

    def reduce_add(self, result, v):
        # Halves of the group, then halves of the register.
        lines = [f"vfloat32m1_t {result}1 = {v};"]
        if self.group > 1:
            lines = [self.declare(f"{result}{self.group}", v)]
            half = self.group // 2
            while half >= 1:
                whole = f"{result}{2 * half}"
                halves = (f"__riscv_vget_f32m{half}({whole}, {i})" for i in range(2))
                lines.append(f"{'const ' if half > 1 else ''}vfloat32m{half}_t {result}{half} = {self.add(*halves)};")
                half //= 2
        return lines + [
            "for (size_t half = __riscv_vsetvlmax_e32m1() / 2; half != 0; half /= 2) {",
            f"  {result}1 = __riscv_vfadd({result}1, __riscv_vslidedown({result}1, half, half), half);",
            "}",
            f"const float {result} = __riscv_vfmv_f({result}1);",
        ]

    def reduce_max(self, result, v):
        lowest = "__riscv_vfmv_s_f_f32m1(-TWOPASS_INFINITY, 1)"
        return [f"const float {result} = __riscv_vfmv_f(__riscv_vfredmax({v}, {lowest}, all));"]
