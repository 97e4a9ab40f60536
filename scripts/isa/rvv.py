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
        lowest = "__riscv_vfmv_s_f_f32m1(-__builtin_inff(), 1)"
        return [f"const float {result} = __riscv_vfmv_f(__riscv_vfredmax({v}, {lowest}, all));"]
