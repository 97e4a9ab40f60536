"""NEON of 32-bit Arm: 4 floats a vector, as neonfma but without fused multiply-add, and without reductions across a vector.

Multiplying and adding are two instructions, never vmlaq, which a compiler may fuse. This NEON flushes denormal numbers to 0 in its
operands and results, whatever the mode of the processor. Kernels compute none, and what it flushes is below FLT_MIN before it is
rounded, where the contracts have 0: only a product within 2^-24 below FLT_MIN, which may be either, is 0 here.
"""

from isa.neonfma import *  # noqa: F401, F403

NAME = "neon"
RANK = 10
PROCESSORS = ["armv7"]
FLAGS = ["-mfpu=neon"]
AVAILABLE = "has_hwcap(12)"  # HWCAP_NEON
METHODS = ["rr4-p5"]
IN_USE = {
    "vsoftmax": ("rr4-p5", 2, 1),
    "rmax": ("", 8, 8),
    "raddexpanchor": ("rr4-p5", 5, 1),
    "raddstoreexpanchor": ("rr4-p5", 5, 1),
    "vmulc": ("", 8, 1),
    "raddextexp": ("rr4-p5", 4, 1),
}


# Arithmetic


def madd(a, b, c):
    return add(mul(a, b), c)


def fnma(a, b, c):
    return sub(c, mul(a, b))


# Comparisons are of magnitudes: gcc takes others apart into scalar ones, since they would flush denormal operands.


def mul_above(v, factor, bound):
    # v and the bound are not negative.
    return [f"{v} = {zero_where(f'vcaltq_f32({v}, {bound})', v)};", f"{v} = {mul(v, factor)};"]


def scale_down(p, n, s):
    return [
        f"const uint32x4_t {s}_low = vcagtq_f32({n}, {set1('64.0f')});",
        f"const float32x4_t {s}_biased = {add(n, 'vmagic')};",
        f"const float32x4_t {s} = {zero_where(f'{s}_low', power(f'{s}_biased'))};",
        f"{p} = {zero_where(f'{s}_low', p)};",
        f"{p} = {mul(p, s)};",
    ]


# Reductions: halves, then the last pair


def _reduce(result, v, operation):
    return [
        f"float32x2_t {result}2 = vp{operation}_f32(vget_low_f32({v}), vget_high_f32({v}));",
        f"{result}2 = vp{operation}_f32({result}2, {result}2);",
        f"const float {result} = vget_lane_f32({result}2, 0);",
    ]


def reduce_add(result, v):
    return _reduce(result, v, "add")


def reduce_max(result, v):
    return _reduce(result, v, "max")
