// Kinds of rows that a softmax may treat in ways of their own.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_ROW_KINDS_H_
#define TWOPASS_BENCH_COMPARE_ROW_KINDS_H_

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace twopass_bench {

struct Row {
  float* x;  // normally distributed, as normal_logits gives them
  size_t columns;
  size_t index;  // among `rows`
  size_t rows;
};

struct RowKind {
  std::string name;
  void (*make)(const Row& row, std::mt19937& random);  // from an ordinary row
};

// Those of scripts/compare --mask. What is masked is -infinity; the first column never is.
const std::vector<RowKind>& masks();

// Throws std::out_of_range for a name that no mask has.
const RowKind& mask_of_name(const std::string& name);

// All that are compared by their bits: the masks first.
const std::vector<RowKind>& row_kinds();

// The logits become rows of that kind, the same ones in every run.
void make_rows(const RowKind& kind, size_t rows, size_t columns, float* logits);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_ROW_KINDS_H_
