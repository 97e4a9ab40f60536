// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/row_kinds.h"

#include <algorithm>
#include <limits>

namespace twopass_bench {
namespace {

using Limits = std::numeric_limits<float>;

template <class Function>
void change(const Row& row, Function function) {
  std::transform(row.x, row.x + row.columns, row.x, function);
}

void mask_from(const Row& row, size_t visible) { std::fill(row.x + visible, row.x + row.columns, -Limits::infinity()); }

// ---- Masks

void none(const Row&, std::mt19937&) {}

// As in a decoder, where each row sees one more column; the steps are larger or smaller where the matrix is no square.
void causal(const Row& row, std::mt19937&) {
  mask_from(row, ((row.index + 1) * row.columns + row.rows) / (row.rows + 1));
}

// As in a batch of texts that are filled up to the length of the longest: up to half of a row.
void padded(const Row& row, std::mt19937& random) {
  mask_from(row, row.columns - std::uniform_int_distribution<size_t>(0, row.columns / 2)(random));
}

// Half of the columns, in no order.
void random(const Row& row, std::mt19937& random) {
  for (size_t i = 1; i < row.columns; i++) {
    if (random() % 2 == 0) row.x[i] = -Limits::infinity();
  }
}

// ---- Values

// Masked by the lowest number instead of -infinity, as some frameworks do.
void lowest(const Row& row, std::mt19937& random) {
  for (size_t i = 1; i < row.columns; i++) {
    if (random() % 2 == 0) row.x[i] = Limits::lowest();
  }
}

void flat(const Row& row, std::mt19937&) {
  change(row, [](float x) { return 0.1f * x; });
}

void wide(const Row& row, std::mt19937&) {
  change(row, [](float x) { return 100.0f * x; });
}

// What the first elements tell of the maximum is wrong.
void rising(const Row& row, std::mt19937&) {
  for (size_t i = 0; i < row.columns; i++) row.x[i] += 1000.0f * (i + 1) / row.columns;
}

// One large element; the results of the others lie around FLT_MIN, below which they are zero.
void vanishing(const Row& row, std::mt19937&) {
  change(row, [](float x) { return 0.1f * x - 87.3f; });
  row.x[0] = 0.0f;
}

// Beyond the magnitude 2^16, up to which the anchored and two-pass algorithms take rows.
void large(const Row& row, std::mt19937&) {
  change(row, [](float x) { return x + 1e6f; });
}

void huge(const Row& row, std::mt19937&) {
  change(row, [](float x) { return std::clamp(x / 20.0f, -1.0f, 1.0f) * Limits::max(); });
}

void denormal(const Row& row, std::mt19937&) {
  change(row, [](float x) { return x * Limits::denorm_min(); });
}

void equal(const Row& row, std::mt19937&) { std::fill(row.x, row.x + row.columns, row.x[0]); }

void all_masked(const Row& row, std::mt19937&) { mask_from(row, 0); }

void with_infinity(const Row& row, std::mt19937&) { row.x[row.columns / 2] = Limits::infinity(); }

void with_nan(const Row& row, std::mt19937&) { row.x[row.columns / 2] = Limits::quiet_NaN(); }

}  // namespace

const std::vector<RowKind>& masks() {
  static const std::vector<RowKind> result = {
      {"none", none}, {"causal", causal}, {"padded", padded}, {"random", random}};
  return result;
}

const RowKind& mask_of_name(const std::string& name) {
  size_t i = 0;
  while (masks().at(i).name != name) i++;
  return masks()[i];
}

const std::vector<RowKind>& row_kinds() {
  static const std::vector<RowKind> result = [] {
    std::vector<RowKind> kinds = masks();
    kinds.insert(kinds.end(), {{"lowest", lowest},
                               {"flat", flat},
                               {"wide", wide},
                               {"rising", rising},
                               {"vanishing", vanishing},
                               {"large", large},
                               {"huge", huge},
                               {"denormal", denormal},
                               {"equal", equal},
                               {"all_masked", all_masked},
                               {"with_infinity", with_infinity},
                               {"with_nan", with_nan}});
    return kinds;
  }();
  return result;
}

void make_rows(const RowKind& kind, size_t rows, size_t columns, float* logits) {
  std::mt19937 random;
  for (size_t i = 0; i < rows; i++) kind.make({logits + i * columns, columns, i, rows}, random);
}

}  // namespace twopass_bench
