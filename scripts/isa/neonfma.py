"""NEON of AArch64: 4 floats a vector, fused multiply-add. Tails are loaded and stored lane by lane. A shift into the exponent field
makes powers of two, and a conversion to fixed point, which saturates, those that may be too large.
"""

NAME = "neonfma"
RANK = 20
PROCESSORS = ["aarch64"]
FLAGS = []
AVAILABLE = "true"
INCLUDES = []
PREAMBLE = """\
#include <arm_neon.h>

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

}  // namespace""".splitlines()
METHODS = ["rr2-p5"]
IN_USE = {
    "rmax": ("", 8, 8),
    "raddexpanchor": ("rr2-p5", 5, 1),
    "raddstoreexpanchor": ("rr2-p5", 5, 1),
    "vmulc": ("", 8, 1),
    "raddextexp": ("rr2-p5", 8, 2),
    "vscaleextexp": ("rr2-p5", 8, 1),
}

vector = "float32x4_t"
lanes = 4


# Values and memory


def set1(a):
    return f"vdupq_n_f32({a})"


def load(p):
    return f"vld1q_f32({p})"


def store(p, v):
    return f"vst1q_f32({p}, {v});"


def tail_begin(count):
    return [f"const int tail = (int) {count};"]


def load_tail(p):
    return f"load_first({p}, tail)"


def store_tail(p, v):
    return f"store_first({p}, {v}, tail);"


def merge_tail(old, new):
    return f"merge_first({old}, {new}, tail)"


# Arithmetic


def add(a, b):
    return f"vaddq_f32({a}, {b})"


def sub(a, b):
    return f"vsubq_f32({a}, {b})"


def mul(a, b):
    return f"vmulq_f32({a}, {b})"


def madd(a, b, c):
    return f"vfmaq_f32({c}, {a}, {b})"


def fnma(a, b, c):
    return f"vfmsq_f32({c}, {a}, {b})"


def max(a, b):
    return f"vmaxq_f32({a}, {b})"


def zero_where(mask, v):
    return f"vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32({v}), {mask}))"


def mul_above(v, factor, bound):
    return [f"{v} = {zero_where(f'vcltq_f32({v}, {bound})', v)};", f"{v} = {mul(v, factor)};"]


# Powers of two


def power(biased):
    return f"vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32({biased}), 23))"


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const float32x4_t {s}_biased = {add(n, 'vmagic')};"]
    return bias + [f"const float32x4_t {s} = {power(biased or f'{s}_biased')};", f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    # A fixed-point number with 23 fractional bits is n + 127 in the exponent field: infinity for 128, and NaN beyond.
    return [
        f"const float32x4_t {s}_biased = {add(n, set1('127.0f'))};",
        f"const float32x4_t {s} = vreinterpretq_f32_s32(vcvtq_n_s32_f32({s}_biased, 23));",
        f"{p} = {mul(p, s)};",
    ]


def scale_down(p, n, s):
    # Both factors are masked: where n is low, one is not to be trusted and the other is the exponent field of a wrapped n.
    return [
        f"const uint32x4_t {s}_low = vcltq_f32({n}, {set1('-64.0f')});",
        f"const float32x4_t {s}_biased = {add(n, 'vmagic')};",
        f"const float32x4_t {s} = {zero_where(f'{s}_low', power(f'{s}_biased'))};",
        f"{p} = {zero_where(f'{s}_low', p)};",
        f"{p} = {mul(p, s)};",
    ]


# Reductions, in pairs


def reduce_add(result, v):
    return [f"const float {result} = vaddvq_f32({v});"]


def reduce_max(result, v):
    return [f"const float {result} = vmaxvq_f32({v});"]
