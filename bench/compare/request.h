// What scripts/compare asks for.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_COMPARE_REQUEST_H_
#define TWOPASS_BENCH_COMPARE_REQUEST_H_

#include <cstddef>
#include <string>
#include <vector>

namespace twopass_bench {

struct Shape {
  size_t rows;
  size_t columns;

  size_t elements() const { return rows * columns; }
  std::string name() const { return std::to_string(rows) + "x" + std::to_string(columns); }
};

struct SideRequest {
  std::string library;  // the shared object
  std::string isa;      // empty where the library chooses
  std::string algorithm;
};

struct Request {
  SideRequest old_side;
  SideRequest new_side;
  size_t threads;
  bool in_place;
  bool bits;
  size_t repetitions;
  std::vector<std::string> masks;
  std::vector<Shape> shapes;
};

// Of arguments name=value, which have to be all that there are. Throws std::out_of_range for one that is missing.
Request parse_request(int argc, char** argv);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_COMPARE_REQUEST_H_
