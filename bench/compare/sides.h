// Both sides of a comparison, loaded.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_SIDES_H_
#define TWOPASS_BENCH_COMPARE_SIDES_H_

#include <pthreadpool.h>

#include <memory>
#include <string>

#include "bench/compare/request.h"
#include "bench/compare/side.h"

namespace twopass_bench {

struct Sides {
  std::unique_ptr<pthreadpool, decltype(&pthreadpool_destroy)> threads;  // of both, in turns; NULL for one
  const Side* old_side;
  const Side* new_side;
};

// Throws std::runtime_error where a side has not what is asked for.
Sides load_sides(const Request& request);

void softmax(const Side& side, const Shape& shape, const float* input, float* output);

// One text where the sides have the same.
std::string both(const std::string& of_old, const std::string& of_new);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_SIDES_H_
