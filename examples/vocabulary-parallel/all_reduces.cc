// MPI has each of its functions by a second name, with a P, so that programs can put one of their own in its place.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/vocabulary-parallel/all_reduces.h"

#include <mpi.h>

#include <utility>

namespace example {
namespace {

AllReduces since_last_call;

}  // namespace

AllReduces take_all_reduces() { return std::exchange(since_last_call, {}); }

}  // namespace example

extern "C" int MPI_Allreduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op operation,
                             MPI_Comm communicator) {
  int size;
  MPI_Type_size(type, &size);
  example::since_last_call.count++;
  example::since_last_call.bytes += static_cast<std::size_t>(count) * static_cast<std::size_t>(size);
  return PMPI_Allreduce(from, into, count, type, operation, communicator);
}
