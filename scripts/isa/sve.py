"""SVE: vectors of 128 to 2048 bits, a length that the machine knows. A predicate makes the tails, FSCALE multiplies by
a power of two: it takes the exponent as an integer, and the conversion to one saturates, so that no n can wrap.

At 128 bits it has no more lanes than NEON, and is not preferred.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import Isa


class Sve(Isa):
    NAME = "sve"
    RANK = 30
    PROCESSORS = ["aarch64"]
    FLAGS = ["-march=armv8.2-a+sve"]
    AVAILABLE = "has_hwcap(22)"  # HWCAP_SVE
    PREFERRED = "twopass_lanes__sve() > 4"
    INCLUDES = ["arm_sve.h"]
    METHODS = ["rr1-p5"]
    IN_USE = {
        "rmax": ("", 8, 8),
        "raddexpanchor": ("rr1-p5", 5, 1),
        "raddstoreexpanchor": ("rr1-p5", 8, 1),
        "vmulc": ("", 1, 1),
        "vscaleextexp": ("rr1-p5", 2, 1),
    }

    vector = "svfloat32_t"
    lanes = "svcntw()"

    def set1(self, a):
        return f"svdup_n_f32({a})"

    def load(self, p):
        return f"svld1_f32(svptrue_b32(), {p})"

    def store(self, p, v):
        return f"svst1_f32(svptrue_b32(), {p}, {v});"

    def tail_begin(self, count):
        return [f"const svbool_t vtail = svwhilelt_b32_u64(0, {count});"]

    def load_tail(self, p):
        return f"svld1_f32(vtail, {p})"

    def store_tail(self, p, v):
        return f"svst1_f32(vtail, {p}, {v});"

    def merge_tail(self, old, new):
        return f"svsel_f32(vtail, {new}, {old})"

    def add(self, a, b):
        return f"svadd_f32_x(svptrue_b32(), {a}, {b})"

    def sub(self, a, b):
        return f"svsub_f32_x(svptrue_b32(), {a}, {b})"

    def mul(self, a, b):
        return f"svmul_f32_x(svptrue_b32(), {a}, {b})"

    def madd(self, a, b, c):
        return f"svmla_f32_x(svptrue_b32(), {c}, {a}, {b})"

    def fnma(self, a, b, c):
        return f"svmls_f32_x(svptrue_b32(), {c}, {a}, {b})"

    def max(self, a, b):
        return f"svmax_f32_x(svptrue_b32(), {a}, {b})"

    def less(self, a, b):
        return f"svcmplt_f32(svptrue_b32(), {a}, {b})"

    def zero_where(self, mask, v):
        return f"svdup_n_f32_m({v}, {mask}, 0.0f)"

    def scale(self, p, n, temporary):
        integer = f"const svint32_t {temporary} = svcvt_s32_f32_x(svptrue_b32(), {n});"
        return [integer, f"{p} = svscale_f32_x(svptrue_b32(), {p}, {temporary});"]

    def scale_saturating(self, p, n, temporary):
        return self.scale(p, n, temporary)

    def scale_down(self, p, n, temporary):
        # The integer of a NaN is 0, which keeps p.
        return [
            f"const svint32_t {temporary} = svcvt_s32_f32_x(svptrue_b32(), {n});",
            f"const svbool_t {temporary}_kept = svcmpge_n_s32(svptrue_b32(), {temporary}, -64);",
            f"{p} = svscale_f32_z({temporary}_kept, {p}, {temporary});",
        ]

    def reduce(self, result, v, operation):
        return [f"const float {result} = sv{operation}v_f32(svptrue_b32(), {v});"]
