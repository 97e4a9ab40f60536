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
    mask = "uint32x4_t"

    def set1(self, a):
        return f"vdupq_n_f32({a})"

    def load(self, p):
        return f"vld1q_f32({p})"

    def store(self, p, v):
        return f"vst1q_f32({p}, {v});"

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
