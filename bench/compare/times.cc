// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/times.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <vector>

#include "bench/bounds.h"
#include "bench/compare/row_kinds.h"
#include "bench/compare/turns.h"
#include "bench/format.h"
#include "bench/inputs.h"

namespace twopass_bench {
namespace {

constexpr char kHead[] = R"(
ns per element: medians of %zu repetitions, in each of which both sides have a turn, in random order.
old/new is the old time divided by the new one, so more than 1 means that the new side is faster: the median over the
repetitions, and the quartiles between which half of them lie. A few percent are noise: code has them against itself.

 rows x columns     mask       old       new   old/new        quartiles     bound  new/bound   algorithm
)";

constexpr char kLegend[] = R"(
bound   the memory bound: a read and the better copy of as many elements, which two passes take that do nothing else
)";

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ---- What takes turns

// A softmax in place leaves no logits for the next one, so each begins with a copy of them.
void restore(size_t n, const float* logits, float* y) {
  std::memcpy(y, logits, n * sizeof(float));
  __asm__ volatile("" : : : "memory");  // or the copies that nothing reads would be left out
}

Calls softmax_calls(const Side& side, const Shape& shape, bool in_place, const float* x, float* y) {
  if (!in_place) {
    return [=, &side](size_t calls) {
      for (; calls != 0; calls--) softmax(side, shape, x, y);
    };
  }
  return [=, &side](size_t calls) {
    for (; calls != 0; calls--) {
      restore(shape.elements(), x, y);
      softmax(side, shape, y, y);
    }
  };
}

Calls restore_calls(size_t n, const float* x, float* y) {
  return [=](size_t calls) {
    for (; calls != 0; calls--) restore(n, x, y);
  };
}

// Each thread has a part of the row, and calls function(first element of the part).
template <class Function>
Calls bound_calls(pthreadpool_t threads, size_t thread_count, size_t part, Function function) {
  auto of_thread = [=](size_t thread) { function(thread * part); };
  return [=](size_t calls) mutable {
    const auto task = [](void* context, size_t i) { (*static_cast<decltype(of_thread)*>(context))(i); };
    for (; calls != 0; calls--) pthreadpool_parallelize_1d(threads, task, &of_thread, thread_count, 0);
  };
}

// ---- One line

struct Times {
  Quartiles old_time;  // ns per element
  Quartiles new_time;
  Quartiles ratio;  // of the old time to the new one of the same repetition
  double bound;     // ns per element; NaN for few elements, where calls take the time, not memory
};

Times measure(const Request& request, const Sides& sides, const Shape& shape, const float* x, float* y) {
  constexpr size_t kBoundFrom = 4096;
  constexpr size_t kBoundMultiple = 64;
  const size_t n = shape.elements();
  const bool in_place = request.in_place;

  std::vector<Calls> functions = {softmax_calls(*sides.old_side, shape, in_place, x, y),
                                  softmax_calls(*sides.new_side, shape, in_place, x, y)};
  if (in_place) functions.push_back(restore_calls(n, x, y));
  const size_t bounds = functions.size();
  const size_t part = n / request.threads / kBoundMultiple * kBoundMultiple;
  if (n >= kBoundFrom && part != 0) {
    const float* from = in_place ? y : x;
    const auto add = [&](auto function) {
      functions.push_back(bound_calls(sides.threads.get(), request.threads, part, function));
    };
    add([=](size_t i) { bound_read(part, from + i); });
    add([=](size_t i) { bound_copy(part, from + i, y + i); });
#if TWOPASS_BENCH_HAS_COPY_NT
    add([=](size_t i) { bound_copy_nt(part, from + i, y + i); });
#endif
  }

  const std::vector<std::vector<double>> times = time_in_turns(functions, request.repetitions);
  std::vector<double> old_times, new_times, ratios;
  for (size_t i = 0; i < request.repetitions; i++) {
    const double restoring = in_place ? times[2][i] : 0.0;
    old_times.push_back((times[0][i] - restoring) / n);
    new_times.push_back((times[1][i] - restoring) / n);
    ratios.push_back(old_times.back() / new_times.back());
  }
  double bound = kNaN;
  if (bounds < functions.size()) {
    double copy = kNaN;
    for (size_t i = bounds + 1; i < functions.size(); i++) copy = std::fmin(copy, quartiles(times[i]).median);
    bound = (quartiles(times[bounds]).median + copy) / (part * request.threads);
  }
  return {quartiles(old_times), quartiles(new_times), quartiles(ratios), bound};
}

}  // namespace

void print_times(const Request& request, const Sides& sides) {
  std::printf(kHead, request.repetitions);
  for (const Shape& shape : request.shapes) {
    const size_t n = shape.elements();
    const Buffer output = touched_output(n);
    const auto algorithm_of = [&](const Side* side) {
      return side->algorithm_of(shape.rows, shape.columns, request.in_place);
    };
    for (const std::string& mask : request.masks) {
      const Buffer input = normal_logits(n);
      make_rows(mask_of_name(mask), shape.rows, shape.columns, input.get());
      const Times times = measure(request, sides, shape, input.get(), output.get());
      const std::string line = text(shape.name(), 15) + text(mask, 9) + number(times.old_time.median, 10, 4) +
                               number(times.new_time.median, 10, 4) + number(times.ratio.median, 10, 3) +
                               number(times.ratio.lower, 9, 3) + number(times.ratio.upper, 8, 3) +
                               number(times.bound, 10, 4) + number(times.new_time.median / times.bound, 11, 2) + "   " +
                               both(algorithm_of(sides.old_side), algorithm_of(sides.new_side));
      std::puts(line.c_str());
      std::fflush(stdout);
    }
  }
  std::printf(kLegend);
}

}  // namespace twopass_bench
