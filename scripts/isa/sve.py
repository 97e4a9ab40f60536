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
    vector_16 = "svuint32_t"  # each in the lower half of a lane
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

    def set1_16(self, a):
        return f"svdup_n_u32({a})"

    def load_16(self, p):
        return f"svld1uh_u32(svptrue_b32(), {p})"

    def load_16_tail(self, p):
        return f"svld1uh_u32(vtail, {p})"

    def store_16(self, p, h):
        return f"svst1h_u32(svptrue_b32(), {p}, {h});"

    def store_16_tail(self, p, h):
        return f"svst1h_u32(vtail, {p}, {h});"

    def first(self, v):
        return f"svlasta_f32(svpfalse_b(), {v})"

    def widen_bf16(self, h):
        return [f"return svreinterpret_f32_u32(svlsl_n_u32_x(svptrue_b32(), {h}, 16));"]

    def narrow_bf16(self, v):
        return [
            f"const svuint32_t bits = svreinterpret_u32_f32({v});",
            "const svuint32_t upper = svlsr_n_u32_x(svptrue_b32(), bits, 16);",
            "const svuint32_t is_odd = svand_n_u32_x(svptrue_b32(), upper, 1);",
            "const svuint32_t bias = svadd_n_u32_x(svptrue_b32(), is_odd, 0x7FFF);",
            "const svuint32_t sum = svadd_u32_x(svptrue_b32(), bits, bias);",
            "const svuint32_t rounded = svlsr_n_u32_x(svptrue_b32(), sum, 16);",
            f"const svbool_t is_nan = svcmpuo_f32(svptrue_b32(), {v}, {v});",
            "return svdup_n_u32_m(rounded, is_nan, 0x7FC0);",
        ]

    def narrow_exponential_bf16(self, v):
        return self.narrow_bf16(v)

    def widen_f16(self, h):
        return [f"return svcvt_f32_f16_x(svptrue_b32(), svreinterpret_f16_u32({h}));"]

    def narrow_f16(self, v):
        return [f"return svreinterpret_u32_f16(svcvt_f16_f32_x(svptrue_b32(), {v}));"]

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

    def min(self, a, b):
        return f"svmin_f32_x(svptrue_b32(), {a}, {b})"

    def div(self, a, b):
        return f"svdiv_f32_x(svptrue_b32(), {a}, {b})"

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
