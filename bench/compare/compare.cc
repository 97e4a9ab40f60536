// Times the softmax of two builds of twopass in turns, within one process, and compares the bits of what they compute.
//
//   compare name=value...
//
// scripts/compare builds the sides, starts this program with all of the names, and explains them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <pthreadpool.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/bounds.h"
#include "bench/compare/row_kinds.h"
#include "bench/compare/side.h"
#include "bench/compare/turns.h"
#include "bench/core_clock.h"
#include "bench/format.h"
#include "bench/inputs.h"

namespace twopass_bench {
namespace {

constexpr size_t kBoundFrom = 4096;    // elements: below, calls take the time, not memory
constexpr size_t kBoundMultiple = 64;  // of what the bounds take

// ---- What is compared

struct Shape {
  size_t rows;
  size_t columns;

  size_t elements() const { return rows * columns; }
  std::string name() const { return std::to_string(rows) + "x" + std::to_string(columns); }
};

struct Request {
  std::string old_library;
  std::string new_library;
  std::string old_isa;  // empty where the library chooses
  std::string new_isa;
  std::string old_algorithm;
  std::string new_algorithm;
  size_t threads;
  bool in_place;
  bool bits;
  size_t repetitions;
  std::vector<std::string> masks;
  std::vector<Shape> shapes;
};

std::vector<std::string> split(const std::string& list, char separator) {
  std::vector<std::string> result;
  std::stringstream stream(list);
  for (std::string part; std::getline(stream, part, separator);) result.push_back(part);
  return result;
}

Request parse(int argc, char** argv) {
  std::map<std::string, std::string> values;
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    const size_t equals = std::min(argument.find('='), argument.size() - 1);
    values[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  Request request = {values.at("old_library"),
                     values.at("new_library"),
                     values.at("old_isa"),
                     values.at("new_isa"),
                     values.at("old_algorithm"),
                     values.at("new_algorithm"),
                     std::stoul(values.at("threads")),
                     values.at("in_place") == "1",
                     values.at("bits") == "1",
                     std::stoul(values.at("repetitions")),
                     split(values.at("masks"), ','),
                     {}};
  for (const std::string& shape : split(values.at("shapes"), ',')) {
    const std::vector<std::string> sizes = split(shape, 'x');
    request.shapes.push_back({std::stoul(sizes.at(0)), std::stoul(sizes.at(1))});
  }
  return request;
}

const RowKind& mask_of_name(const std::string& name) {
  const auto found =
      std::find_if(masks().begin(), masks().end(), [&](const RowKind& mask) { return mask.name == name; });
  if (found == masks().end()) throw std::runtime_error("no mask is called " + name);
  return *found;
}

// ---- The sides

const Side& load(const std::string& library) {
  // The sides define the same names; none of them may be seen from outside.
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  const void* const side = handle == nullptr ? nullptr : dlsym(handle, kSideSymbol);
  if (side == nullptr) throw std::runtime_error(dlerror());
  return *static_cast<const Side*>(side);
}

void set_up(const Side& side, const char* which, const std::string& isa, const std::string& algorithm,
            pthreadpool_t threads) {
  const char* problem = side.set_up(isa.empty() ? nullptr : isa.c_str(), algorithm.c_str(), threads);
  if (problem == nullptr) return;
  const char* environment = std::getenv("TWOPASS_ISA");
  const std::string chosen = isa.empty() && environment != nullptr ? environment : isa;
  throw std::runtime_error(std::string("the ") + which + " side, with ISA '" + chosen + "' and algorithm '" +
                           algorithm + "': " + problem);
}

void softmax(const Side& side, const Shape& shape, const float* input, float* output) {
  if (!side.softmax(shape.rows, shape.columns, input, output)) throw std::runtime_error("a softmax returned an error");
}

std::string both(const std::string& of_old, const std::string& of_new) {
  return of_old == of_new ? of_new : of_old + " (old), " + of_new + " (new)";
}

// ---- Times

struct Times {
  Quartiles old_time;  // ns per element
  Quartiles new_time;
  Quartiles ratio;  // of the old time to the new one in the same repetition
  double bound;     // ns per element; NaN for short calls
};

class Timing {
 public:
  Timing(const Request& request, const Side& old_side, const Side& new_side, pthreadpool_t threads)
      : request_(request), old_side_(old_side), new_side_(new_side), threads_(threads) {}

  Times operator()(const Shape& shape, const float* x, float* y) const {
    std::vector<Calls> functions = {calls_of(old_side_, shape, x, y), calls_of(new_side_, shape, x, y)};
    const size_t elements = shape.elements();
    if (request_.in_place) functions.push_back([=](size_t calls) { restore(calls, elements, x, y); });
    const size_t first_bound = functions.size();
    const size_t part = elements / request_.threads / kBoundMultiple * kBoundMultiple;
    if (elements >= kBoundFrom && part != 0) add_bounds(part, x, y, functions);

    const std::vector<std::vector<double>> times = time_in_turns(functions, request_.repetitions);
    std::vector<double> old_times, new_times, ratios;
    for (size_t i = 0; i < request_.repetitions; i++) {
      const double restoring = request_.in_place ? times[2][i] : 0.0;
      old_times.push_back((times[0][i] - restoring) / elements);
      new_times.push_back((times[1][i] - restoring) / elements);
      ratios.push_back(old_times.back() / new_times.back());
    }
    double bound = std::numeric_limits<double>::quiet_NaN();
    if (functions.size() > first_bound) {
      double copy = std::numeric_limits<double>::infinity();
      for (size_t i = first_bound + 1; i < functions.size(); i++) copy = std::min(copy, quartiles(times[i]).median);
      bound = (quartiles(times[first_bound]).median + copy) / (part * request_.threads);
    }
    return {quartiles(old_times), quartiles(new_times), quartiles(ratios), bound};
  }

 private:
  // A softmax in place leaves no logits for the next one, so each begins with a copy of them. What that takes is timed,
  // too, and taken off.
  static void restore(size_t calls, size_t elements, const float* x, float* y) {
    for (; calls != 0; calls--) {
      std::memcpy(y, x, elements * sizeof(float));
      __asm__ volatile("" : : : "memory");  // nothing else reads y
    }
  }

  Calls calls_of(const Side& side, const Shape& shape, const float* x, float* y) const {
    if (!request_.in_place) {
      return [=, &side](size_t calls) {
        for (; calls != 0; calls--) softmax(side, shape, x, y);
      };
    }
    return [=, &side](size_t calls) {
      for (; calls != 0; calls--) {
        restore(1, shape.elements(), x, y);
        softmax(side, shape, y, y);
      }
    };
  }

  // A read, and then the copies.
  void add_bounds(size_t part, const float* x, float* y, std::vector<Calls>& functions) const {
    if (request_.in_place) x = y;
    functions.push_back(in_all_threads([=](size_t thread) { bound_read(part, x + thread * part); }));
    functions.push_back(in_all_threads([=](size_t thread) { bound_copy(part, x + thread * part, y + thread * part); }));
#if TWOPASS_BENCH_HAS_COPY_NT
    functions.push_back(
        in_all_threads([=](size_t thread) { bound_copy_nt(part, x + thread * part, y + thread * part); }));
#endif
  }

  template <class Task>
  Calls in_all_threads(Task task) const {
    const auto run = [](void* context, size_t thread) { (*static_cast<const Task*>(context))(thread); };
    return [=, threads = threads_, count = request_.threads](size_t calls) mutable {
      for (; calls != 0; calls--) pthreadpool_parallelize_1d(threads, run, &task, count, 0);
    };
  }

  const Request& request_;
  const Side& old_side_;
  const Side& new_side_;
  const pthreadpool_t threads_;
};

constexpr char kTimesHead[] = R"(
ns per element: medians of %zu repetitions, in which both sides take turns in random order.
old/new is the old time divided by the new one, so more than 1 means that the new side is faster: the median over the
repetitions, and the quartiles between which half of them lie. Where 1 lies between the quartiles, nothing was seen.

 rows x columns     mask       old       new   old/new   quartiles       bound  new/bound   algorithm
)";

constexpr char kTimesLegend[] = R"(
bound   the memory bound: a read and the better copy of as many elements, which is what two passes take that do nothing else
)";

void print_times(const Request& request, const Side& old_side, const Side& new_side, pthreadpool_t threads) {
  std::printf(kTimesHead, request.repetitions);
  const Timing timing(request, old_side, new_side, threads);
  for (const Shape& shape : request.shapes) {
    const size_t n = shape.elements();
    const Buffer output = touched_output(n);
    for (const std::string& mask : request.masks) {
      const Buffer input = normal_logits(n);
      make_rows(mask_of_name(mask), shape.rows, shape.columns, input.get());
      const Times times = timing(shape, input.get(), output.get());
      const auto algorithm_of = [&](const Side& side) {
        return side.algorithm_of(shape.rows, shape.columns, request.in_place);
      };
      std::printf("%s%s%s%s%s%s%s%s%s   %s\n", text(shape.name(), 15).c_str(), text(mask, 9).c_str(),
                  number(times.old_time.median, 10, 4).c_str(), number(times.new_time.median, 10, 4).c_str(),
                  number(times.ratio.median, 10, 3).c_str(), number(times.ratio.lower, 8, 3).c_str(),
                  number(times.ratio.upper, 6, 3).c_str(), number(times.bound, 10, 4).c_str(),
                  number(times.new_time.median / times.bound, 11, 2).c_str(),
                  both(algorithm_of(old_side), algorithm_of(new_side)).c_str());
      std::fflush(stdout);
    }
  }
  std::printf(kTimesLegend);
}

// ---- Bits

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

class Outputs {
 public:
  Outputs(const Request& request, const Side& old_side, const Side& new_side)
      : in_place_(request.in_place), old_side_(old_side), new_side_(new_side) {}

  // Of rows of that kind, made of these logits.
  Difference operator()(const RowKind& kind, const Shape& shape, const float* logits, Buffer (&buffers)[3]) const {
    const size_t n = shape.elements();
    float* input = buffers[0].get();
    std::copy_n(logits, n, input);
    make_rows(kind, shape.rows, shape.columns, input);
    run(old_side_, shape, input, buffers[1].get());
    run(new_side_, shape, input, buffers[2].get());
    return difference(n, buffers[1].get(), buffers[2].get());
  }

 private:
  void run(const Side& side, const Shape& shape, const float* input, float* output) const {
    constexpr float kNoResult = -1.0f;
    if (in_place_) {
      std::copy_n(input, shape.elements(), output);
      input = output;
    } else {
      std::fill_n(output, shape.elements(), kNoResult);
    }
    softmax(side, shape, input, output);
  }

  const bool in_place_;
  const Side& old_side_;
  const Side& new_side_;
};

constexpr char kBitsHead[] = R"(
Bits of both outputs, where any NaN is as good as any other, for rows of these kinds:
)";

// Returns whether all are the same.
bool print_bits(const Request& request, const Side& old_side, const Side& new_side) {
  std::printf(kBitsHead);
  for (const RowKind& kind : row_kinds())
    std::printf("%s%s", &kind == &row_kinds().front() ? "" : ", ", kind.name.c_str());
  std::printf("\n\n rows x columns   outputs\n");
  bool all_same = true;
  const Outputs outputs(request, old_side, new_side);
  for (const Shape& shape : request.shapes) {
    const size_t n = shape.elements();
    const Buffer logits = normal_logits(n);
    Buffer buffers[] = {touched_output(n), touched_output(n), touched_output(n)};
    bool is_same = true;
    for (const RowKind& kind : row_kinds()) {
      const Difference found = outputs(kind, shape, logits.get(), buffers);
      if (found.elements == 0) continue;
      is_same = false;
      std::printf("%s   %s: %zu of %zu elements differ, the largest relative difference is %.2g\n",
                  text(shape.name(), 15).c_str(), kind.name.c_str(), found.elements, n, found.largest);
    }
    if (is_same) std::printf("%s   the same\n", text(shape.name(), 15).c_str());
    std::fflush(stdout);
    all_same = all_same && is_same;
  }
  return all_same;
}

// ---- All of it

// Returns whether all outputs are the same, as far as that was asked for.
bool compare(const Request& request) {
  const Side& old_side = load(request.old_library);
  const Side& new_side = load(request.new_library);
  std::unique_ptr<pthreadpool, decltype(&pthreadpool_destroy)> threads(
      request.threads == 1 ? nullptr : pthreadpool_create(request.threads), pthreadpool_destroy);
  set_up(old_side, "old", request.old_isa, request.old_algorithm, threads.get());
  set_up(new_side, "new", request.new_isa, request.new_algorithm, threads.get());

  std::printf("clock       %.2f GHz, measured\n", core_clock() * 1e-9);
  std::printf("compiler    %s\n", both(old_side.compiler, new_side.compiler).c_str());
  std::printf("ISA         %s\n", both(old_side.isa(), new_side.isa()).c_str());
  std::printf("algorithm   %s\n", both(request.old_algorithm, request.new_algorithm).c_str());
  std::printf("threads     %zu\n", request.threads);
  std::printf("output      %s\n", request.in_place ? "in place of the input" : "apart from the input");
  std::fflush(stdout);

  if (request.repetitions != 0) print_times(request, old_side, new_side, threads.get());
  return !request.bits || print_bits(request, old_side, new_side);
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  try {
    return twopass_bench::compare(twopass_bench::parse(argc, argv)) ? 0 : 1;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "compare: not enough memory\n");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "compare: %s\n", problem.what());
  }
  return 2;
}
