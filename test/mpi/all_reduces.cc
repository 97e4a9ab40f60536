// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/mpi/all_reduces.h"

#include <mpi.h>

#include <utility>

namespace twopass_test {
namespace {

AllReduces all_reduces;
int next_error = MPI_SUCCESS;

}  // namespace

AllReduces TakeAllReduces() { return std::exchange(all_reduces, {}); }

void FailNextAllReduce(int error) { next_error = error; }

}  // namespace twopass_test

// MPI has each of its functions also by a name with a P, so that programs can put one of their own in its place.
extern "C" int MPI_Allreduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op operation,
                             MPI_Comm communicator) {
  using namespace twopass_test;
  if (next_error != MPI_SUCCESS) return std::exchange(next_error, MPI_SUCCESS);
  int size;
  MPI_Type_size(type, &size);
  all_reduces.count++;
  all_reduces.bytes += static_cast<std::size_t>(count) * static_cast<std::size_t>(size);
  return PMPI_Allreduce(from, into, count, type, operation, communicator);
}
