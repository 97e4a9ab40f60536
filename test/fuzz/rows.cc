// Rows of logits for the fuzzer: raw floats of its input, and families of rows that its input only picks from.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/fuzz/rows.h"

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Numbers around which something changes: in float, in exp, in the range reduction, in the anchors.
constexpr float kCentres[] = {0.0f,     1.0f,      0x1p-20f,  0x1p-130f, 40.0f,    64.0f, 66.5f,    87.3365f,
                              88.7228f, 100.0f,    104.0f,    1000.0f,   1e4f,     1e5f,  0x1p+16f, 65792.0f,
                              3e5f,     0x1p+22f,  0x1p+40f,  1e30f,     FLT_MAX,  -1.0f, -88.0f,   -1e3f,
                              -1e5f,    -0x1p+16f, -65792.0f, -1e9f,     -FLT_MAX, -0.0f};
constexpr float kScales[] = {0.0f,  0x1p-24f, 1e-3f, 0.1f,   1.0f,    1.1f, 3.0f,
                             10.0f, 30.0f,    64.0f, 100.0f, 1000.0f, 1e4f, 0x1p+16f};
constexpr float kMasks[] = {-kInfinity, -FLT_MAX, -1e30f, -1e9f, -65793.0f, -65791.0f, -1e4f, -100.0f};
constexpr float kSpecials[] = {kNaN,       kInfinity, -kInfinity, FLT_MAX, -FLT_MAX, 0x1p-140f,
                               -0x1p-140f, -0.0f,     1e5f,       -1e5f,   200.0f};

// Pseudo-random numbers by G. Steele, D. Lea and C. Flood's SplitMix, 2014: quick to begin with.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  uint64_t Bits() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t Below(size_t count) { return Bits() % count; }
  float Uniform() { return static_cast<float>(static_cast<int32_t>(Bits() >> 32)) * 0x1p-31f; }  // in [-1, 1]
  float Normal() { return 1.7320508f * (Uniform() + Uniform() + Uniform()); }  // nearly, and never beyond 5.2

 private:
  uint64_t state_;
};

float Centre(Choices* choices) {
  const float centre = choices->OneOf(kCentres);
  return choices->Is() ? centre : centre + static_cast<float>(choices->Take<int8_t>());
}

std::vector<float> Spread(size_t columns, Choices* choices, Random* random) {
  const float centre = Centre(choices), scale = choices->OneOf(kScales);
  const bool is_uniform = choices->Is();
  std::vector<float> x(columns);
  for (float& value : x) value = centre + scale * (is_uniform ? random->Uniform() : random->Normal());
  return x;
}

std::vector<float> FewValues(size_t columns, Choices* choices, Random* random) {
  float values[4];
  const size_t count = 1 + choices->Below(4);
  for (size_t i = 0; i < count; i++) values[i] = choices->Is() ? choices->Take<float>() : Centre(choices);
  std::vector<float> x(columns);
  for (float& value : x) value = values[random->Below(count)];
  return x;
}

// Some places in the last digits of a number.
std::vector<float> Neighbours(size_t columns, Choices* choices, Random* random) {
  const float centre = choices->Is() ? choices->Take<float>() : Centre(choices);
  const size_t places = 1 + choices->Below(256);
  std::vector<float> x(columns);
  for (float& value : x) {
    uint32_t bits;
    std::memcpy(&bits, &centre, sizeof(bits));
    bits += static_cast<uint32_t>(random->Below(places));
    std::memcpy(&value, &bits, sizeof(bits));
  }
  return x;
}

// Whose results lie around FLT_MIN.
std::vector<float> NearUnderflow(size_t columns, Choices* choices, Random* random) {
  const float max = Centre(choices), jitter = choices->OneOf(kScales);
  const size_t many = 1 + choices->Below(16);
  std::vector<float> x(columns);
  for (float& value : x) value = random->Below(many) == 0 ? max : max - 87.336545f + jitter * random->Uniform();
  return x;
}

// Blocks and elements that what was seen before does not foresee.
std::vector<float> BrokenAnchors(size_t columns, Choices* choices, Random* random) {
  const float step = choices->OneOf(kScales) * (choices->Is() ? 1.0f : -1.0f);
  const size_t stair = 1 + 64 * choices->Below(256);
  std::vector<float> x = Spread(columns, choices, random);
  for (size_t i = 0; i < columns; i++) x[i] += step * static_cast<float>(i / stair);
  for (size_t spikes = choices->Below(4); spikes != 0; spikes--) x[random->Below(columns)] = Centre(choices);
  return x;
}

std::vector<float> Raw(size_t columns, Choices* choices) {
  std::vector<float> raw;
  while (raw.size() < columns && (raw.empty() || !choices->IsAtEnd())) raw.push_back(choices->Take<float>());
  std::vector<float> x(columns);
  for (size_t i = 0; i < columns; i++) x[i] = raw[i % raw.size()];
  return x;
}

std::vector<float> ChooseOrdinaryRow(size_t columns, Choices* choices, Random* random) {
  switch (choices->Below(8)) {
    case 0:
      return Spread(columns, choices, random);
    case 1:
      return FewValues(columns, choices, random);
    case 2:
      return Neighbours(columns, choices, random);
    case 3:
      return NearUnderflow(columns, choices, random);
    case 4:
      return BrokenAnchors(columns, choices, random);
    default:
      return Raw(columns, choices);
  }
}

void Mask(Choices* choices, Random* random, std::vector<float>* x) {
  const float mask = choices->OneOf(kMasks);
  const size_t where = choices->Below(4), size = x->size(), part = 1 + choices->Below(200);
  for (size_t i = 0; i < size; i++) {
    const bool is_head = i < size * part / 201;
    if (where == 0 ? is_head : where == 1 ? !is_head : where == 2 ? i % (part + 1) != 0 : random->Below(part + 1) == 0)
      (*x)[i] = mask;
  }
}

}  // namespace

std::vector<float> ChooseRow(size_t columns, Choices* choices) {
  const size_t changes = choices->Below(8);
  Random random(choices->Take<uint16_t>());
  std::vector<float> x = ChooseOrdinaryRow(columns, choices, &random);
  if (changes == 1 || changes == 2) Mask(choices, &random, &x);
  if (changes == 2 || changes == 3) x[random.Below(columns)] = choices->OneOf(kSpecials);
  return x;
}

}  // namespace twopass_test
