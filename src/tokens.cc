// Sums by the maximum of a row, with the same bits on every ISA.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "tokens.h"

namespace twopass {
namespace {

// Where the maximum of a block is, the first of equal ones. Kernels may take a denormal number for 0, and so does this.
size_t find(const Plan& plan, const float* x, size_t count, float max) {
  size_t found = count, start = 0;
  while (start + kMaxSearched < count && max_of(plan, x + start, kMaxSearched) < max) start += kMaxSearched;
  for (size_t i = start; i < count && found == count; i++) {
    if (x[i] >= max) found = i;
  }
  for (size_t i = 0; i < count && found == count; i++) {
    if (fabsf(x[i] - max) < 0x1p-126f) found = i;
  }
  return found;
}

}  // namespace

// As integers they are the largest; the loop is one that compilers make vectors of.
bool has_nan_or_infinity(const float* x, size_t count) {
  constexpr int32_t kBitsOfInfinity = 0x7F800000;
  int32_t found = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t bits;
    memcpy(&bits, x + i, sizeof(bits));
    const int32_t is_positive_or_nan = bits >= kBitsOfInfinity;
    const int32_t is_negative_nan = (bits & INT32_MAX) > kBitsOfInfinity;
    found |= is_positive_or_nan | is_negative_nan;
  }
  return found != 0;
}

void SumsByMax::add(const Plan& plan, size_t start, size_t count, const float* x, float max_of_block) {
  size_t before = count;
  if (max_of_block > max_) {
    if (max_of_block == HUGE_VALF) {
      rest_ = NAN;
      return;
    }
    before = find(plan, x, count, max_of_block);
    move_to(x[before]);
    argmax_ = static_cast<int64_t>(start + before);
  }
  add(plan, x, before);
  if (before + 1 < count) add(plan, x + before + 1, count - before - 1);
}

// What is below 2^-64 of the maximum counts as 0. Of nothing but -infinity only a NaN shows.
void SumsByMax::add(const Plan& plan, const float* x, size_t count) {
  if (count == 0) return;
  const struct twopass_params params = {is_empty() ? 0.0f : max_, 0.0f, 1.0f, 0.0f, 0.0f, false};
  struct twopass_reduction sums;
  plan.isa->kernels_of_floats().raddxexp(count, x, nullptr, &params, &sums);
  rest_ += sums.value;
  moment_ += sums.moment;
}

void SumsByMax::move_to(float max) {
  if (!is_empty()) {
    const double distance = static_cast<double>(max_) - max, factor = exp_in_double(distance);
    moment_ = (moment_ + distance * sum()) * factor;
    rest_ = sum() * factor;
  }
  max_ = max;
}

}  // namespace twopass
