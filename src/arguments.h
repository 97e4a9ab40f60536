// Checks of the arguments of public calls.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ARGUMENTS_H_
#define TWOPASS_SRC_ARGUMENTS_H_

#include <stddef.h>
#include <stdint.h>

#include "operation.h"
#include "twopass.h"

namespace twopass {

// Whether a pointer, which may be NULL, is aligned.
template <class Type>
bool is_aligned(const Type* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % alignof(Type) == 0;
}

// Whether reserved fields are 0.
template <class Type, size_t kCount>
bool are_zero(const Type (&fields)[kCount]) {
  Type all = 0;
  for (Type field : fields) all |= field;
  return all == 0;
}

// The bytes from the first to behind the last that is touched.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
};

// Whether the matrix is aligned and fits into the address space; then *extent is it.
bool get_extent(const Matrix& matrix, size_t rows, size_t columns, Extent* extent);

// The rows of a shape; false where they are more than memory has.
bool get_rows(const struct twopass_shape* shape, size_t* rows);

// A tensor of a shape with elements. False where its type is unknown.
bool get_matrix(const struct twopass_shape& shape, const struct twopass_tensor* tensor, Matrix* matrix);

// Takes over what the options say. False where they hold what this build does not know, or the operation has no use
// for.
bool take_options(const struct twopass_options& options, Operation* operation);

// Whether the matrices of an operation with elements are there, aligned and in range, and output and inputs apart or
// one and the same.
bool are_operands_valid(const Operation& operation);

}  // namespace twopass

#endif  // TWOPASS_SRC_ARGUMENTS_H_
