// Times the softmax of two builds of twopass in turns, within one process, and compares the bits of what they compute.
//
//   compare name=value...
//
// scripts/compare builds the sides and starts this program; its --help explains what can be asked for.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <exception>
#include <new>

#include "bench/compare/bits.h"
#include "bench/compare/request.h"
#include "bench/compare/sides.h"
#include "bench/compare/times.h"
#include "bench/core_clock.h"

namespace twopass_bench {
namespace {

void describe(const Request& request, const Sides& sides) {
  const Side& old_side = *sides.old_side;
  const Side& new_side = *sides.new_side;
  std::printf("clock       %.2f GHz, measured\n", core_clock() * 1e-9);
  std::printf("compiler    %s\n", both(old_side.compiler, new_side.compiler).c_str());
  std::printf("ISA         %s\n", both(old_side.isa(), new_side.isa()).c_str());
  std::printf("algorithm   %s\n", both(request.old_side.algorithm, request.new_side.algorithm).c_str());
  std::printf("threads     %zu\n", request.threads);
  std::printf("output      %s\n", request.in_place ? "in place of the input" : "apart from the input");
  std::fflush(stdout);
}

// Returns whether the bits are the same, as far as that was asked for.
bool compare(const Request& request) {
  const Sides sides = load_sides(request);
  describe(request, sides);
  if (request.repetitions != 0) print_times(request, sides);
  return !request.bits || print_bits(request, sides);
}

}  // namespace
}  // namespace twopass_bench

int main(int argc, char** argv) {
  try {
    return twopass_bench::compare(twopass_bench::parse_request(argc, argv)) ? 0 : 1;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "compare: not enough memory\n");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "compare: %s\n", problem.what());
  }
  return 2;
}
