// One side of a comparison: a build of twopass in a shared object of its own, behind an interface that every revision
// can have.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_SIDE_H_
#define TWOPASS_BENCH_COMPARE_SIDE_H_

#include <cstddef>

struct pthreadpool;

namespace twopass_bench {

struct Side {
  const char* compiler;

  // To be called first. NULL for `isa`: the library chooses, and TWOPASS_ISA in the environment. NULL for `threads`:
  // the calling thread alone. Returns what is wrong with the arguments, NULL where nothing is.
  const char* (*set_up)(const char* isa, const char* algorithm, pthreadpool* threads);

  // The name of the ISA in use.
  const char* (*isa)();

  // The name of the algorithm that such a softmax runs.
  const char* (*algorithm_of)(size_t rows, size_t columns, bool in_place);

  // Rows follow each other without a gap. Returns whether it succeeded.
  bool (*softmax)(size_t rows, size_t columns, const float* input, float* output);
};

// The one symbol of the shared object is a Side of this name.
constexpr char kSideSymbol[] = "twopass_compare_side";

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_SIDE_H_
