// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/bits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "bench/compare/row_kinds.h"
#include "bench/format.h"
#include "bench/inputs.h"

namespace twopass_bench {
namespace {

struct Difference {
  size_t elements = 0;
  double largest = 0.0;  // relative to the larger one; infinite between a number and a NaN
};

Difference difference(size_t n, const float* a, const float* b) {
  Difference result;
  for (size_t i = 0; i < n; i++) {
    if (std::memcmp(&a[i], &b[i], sizeof(float)) == 0 || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    result.elements++;
    const double magnitude = std::fmax(std::fabs(a[i]), std::fabs(b[i]));
    const double relative = magnitude == 0.0 ? 0.0 : std::fabs(double{a[i]} - double{b[i]}) / magnitude;
    result.largest =
        std::isnan(relative) ? std::numeric_limits<double>::infinity() : std::max(result.largest, relative);
  }
  return result;
}

void compute(const Side& side, const Shape& shape, bool in_place, const float* input, float* output) {
  constexpr float kNoResult = -1.0f;
  if (in_place) {
    std::copy_n(input, shape.elements(), output);
    input = output;
  } else {
    std::fill_n(output, shape.elements(), kNoResult);
  }
  softmax(side, shape, input, output);
}

}  // namespace

bool print_bits(const Request& request, const Sides& sides) {
  std::printf("\nBits of both outputs, where any NaN is as good as any other, for rows of these kinds:\n");
  for (const RowKind& kind : row_kinds()) std::printf("%s ", kind.name.c_str());
  std::printf("\n\n rows x columns   outputs\n");

  bool all_same = true;
  for (const Shape& shape : request.shapes) {
    const std::string name = text(shape.name(), 15);
    const size_t n = shape.elements();
    const Buffer logits = normal_logits(n);
    const Buffer input = uninitialized_buffer(n);
    const Buffer old_output = uninitialized_buffer(n);
    const Buffer new_output = uninitialized_buffer(n);
    bool is_same = true;
    for (const RowKind& kind : row_kinds()) {
      std::copy_n(logits.get(), n, input.get());
      make_rows(kind, shape.rows, shape.columns, input.get());
      compute(*sides.old_side, shape, request.in_place, input.get(), old_output.get());
      compute(*sides.new_side, shape, request.in_place, input.get(), new_output.get());
      const Difference found = difference(n, old_output.get(), new_output.get());
      if (found.elements == 0) continue;
      is_same = false;
      std::printf("%s   %s: %zu of %zu elements differ, the largest relative difference is %.2g\n", name.c_str(),
                  kind.name.c_str(), found.elements, n, found.largest);
    }
    if (is_same) std::printf("%s   the same\n", name.c_str());
    std::fflush(stdout);
    all_same = all_same && is_same;
  }
  return all_same;
}

}  // namespace twopass_bench
