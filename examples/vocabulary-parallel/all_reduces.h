// Counts the all-reduces of a rank, by standing in front of MPI's.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_ALL_REDUCES_H_
#define TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_ALL_REDUCES_H_

#include <cstddef>

namespace example {

struct AllReduces {
  int count = 0;
  std::size_t bytes = 0;  // that this rank gave to them
};

// Those since the last call of it.
AllReduces take_all_reduces();

}  // namespace example

#endif  // TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_ALL_REDUCES_H_
