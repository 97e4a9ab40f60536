// Counts the all-reduces of a rank, by standing in front of MPI's.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_MPI_ALL_REDUCES_H_
#define TWOPASS_TEST_MPI_ALL_REDUCES_H_

#include <cstddef>

namespace twopass_test {

struct AllReduces {
  int count = 0;
  std::size_t bytes = 0;  // that this rank gave to them
};

// Since the last call of it.
AllReduces TakeAllReduces();

// Has the next one fail with this error of MPI's, on this rank, before anything is exchanged.
void FailNextAllReduce(int error);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_MPI_ALL_REDUCES_H_
