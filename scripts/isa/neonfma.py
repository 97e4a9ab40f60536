"""NEON of AArch64: 4 floats a vector, fused multiply-add. Tails are loaded and stored lane by lane. A shift into the
exponent field makes powers of two, and a conversion to fixed point, which saturates, those that may be too large.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa_bases import FirstOfFour

HELPERS = """\
namespace {

// The first elements of a vector, 0 < count < 4.

[[maybe_unused]] inline float32x4_t load_first(const float* p, int count) {
  float32x4_t v = vdupq_n_f32(0.0f);
  if (count > 2) v = vld1q_lane_f32(p + 2, v, 2);
  if (count > 1) v = vld1q_lane_f32(p + 1, v, 1);
  return vld1q_lane_f32(p, v, 0);
}

[[maybe_unused]] inline void store_first(float* p, float32x4_t v, int count) {
  vst1q_lane_f32(p, v, 0);
  if (count > 1) vst1q_lane_f32(p + 1, v, 1);
  if (count > 2) vst1q_lane_f32(p + 2, v, 2);
}

[[maybe_unused]] inline float32x4_t merge_first(float32x4_t old, float32x4_t change, int count) {
  const uint32_t index[4] = {0, 1, 2, 3};
  return vbslq_f32(vcltq_u32(vld1q_u32(index), vdupq_n_u32((uint32_t) count)), change, old);
}

}  // namespace"""

HELPERS_16 = """\
[[maybe_unused]] inline uint16x4_t load_first(const unsigned short* p, int count) {
  uint16x4_t h = vdup_n_u16(0);
  if (count > 2) h = vld1_lane_u16(p + 2, h, 2);
  if (count > 1) h = vld1_lane_u16(p + 1, h, 1);
  return vld1_lane_u16(p, h, 0);
}

[[maybe_unused]] inline void store_first(unsigned short* p, uint16x4_t h, int count) {
  vst1_lane_u16(p, h, 0);
  if (count > 1) vst1_lane_u16(p + 1, h, 1);
  if (count > 2) vst1_lane_u16(p + 2, h, 2);
}"""


class Neonfma(FirstOfFour):
    NAME = "neonfma"
    RANK = 20
    PROCESSORS = ["aarch64"]
    FLAGS = []
    AVAILABLE = "true"
    INCLUDES = ["arm_neon.h"]
    PREAMBLE = HELPERS.splitlines()
    METHODS = ["rr1-p5"]
    IN_USE = {
        "rmax": ("", 8, 8),
        "raddexpanchor": ("rr1-p5", 5, 1),
        "raddstoreexpanchor": ("rr1-p5", 5, 1),
        "vmulc": ("", 8, 1),
        "raddextexp": ("rr1-p5", 8, 2),
        "vscaleextexp": ("rr1-p5", 8, 1),
    }

    vector = "float32x4_t"
    vector_16 = "uint16x4_t"
    mask = "uint32x4_t"

    def set1(self, a):
        return f"vdupq_n_f32({a})"

    def load(self, p):
        return f"vld1q_f32({p})"

    def store(self, p, v):
        return f"vst1q_f32({p}, {v});"

    def helpers_16(self):
        return HELPERS_16.splitlines()

    def set1_16(self, a):
        return f"vdup_n_u16({a})"

    def load_16(self, p):
        return f"vld1_u16({p})"

    def store_16(self, p, h):
        return f"vst1_u16({p}, {h});"

    def first(self, v):
        return f"vgetq_lane_f32({v}, 0)"

    def spread(self, h):
        return f"vmovl_u16({h})"

    def packed(self, a):
        return f"vmovn_u32((uint32x4_t) {a})"

    def narrow_bf16(self, v):
        # An instruction adds and takes the upper halves.
        return [
            f"const uint32x4_t bits = vreinterpretq_u32_f32({v});",
            "const uint32x4_t is_odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));",
            "const uint16x4_t rounded = vaddhn_u32(bits, vaddq_u32(is_odd, vdupq_n_u32(0x7FFF)));",
            f"const uint16x4_t is_number = vmovn_u32(vceqq_f32({v}, {v}));",
            "return vbsl_u16(is_number, rounded, vdup_n_u16(0x7FC0));",
        ]

    def narrow_exponential_bf16(self, v):
        return self.narrow_bf16(v)

    def widen_f16(self, h):
        return [f"return vcvt_f32_f16(vreinterpret_f16_u16({h}));"]

    def narrow_f16(self, v):
        return [f"return vreinterpret_u16_f16(vcvt_f16_f32({v}));"]

    def add(self, a, b):
        return f"vaddq_f32({a}, {b})"

    def sub(self, a, b):
        return f"vsubq_f32({a}, {b})"

    def mul(self, a, b):
        return f"vmulq_f32({a}, {b})"

    def madd(self, a, b, c):
        return f"vfmaq_f32({c}, {a}, {b})"

    def fnma(self, a, b, c):
        return f"vfmsq_f32({c}, {a}, {b})"

    def max(self, a, b):
        return f"vmaxq_f32({a}, {b})"

    def min(self, a, b):
        return f"vminq_f32({a}, {b})"

    def div(self, a, b):
        return f"vdivq_f32({a}, {b})"

    def less(self, a, b):
        return f"vcltq_f32({a}, {b})"

    def zero_where(self, mask, v):
        return f"vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32({v}), {mask}))"

    def power(self, biased):
        return f"vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32({biased}), 23))"

    def scale_saturating(self, p, n, temporary):
        # With 23 fractional bits a fixed-point number is n + 127 in the exponent field: infinity for 128, NaN beyond.
        return [
            self.declare(f"{temporary}_biased", self.add(n, self.set1("127.0f"))),
            self.declare(temporary, f"vreinterpretq_f32_s32(vcvtq_n_s32_f32({temporary}_biased, 23))"),
            f"{p} = {self.mul(p, temporary)};",
        ]

    def reduce(self, result, v, operation):
        return [f"const float {result} = v{operation}vq_f32({v});"]
