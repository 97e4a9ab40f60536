// The body of the public calls that compute.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PERFORM_H_
#define TWOPASS_SRC_PERFORM_H_

#include "kind.h"
#include "operation.h"

namespace twopass {

// What a call is told of an operation on tensors. Each pointer may be NULL where the kind has no such thing.
struct Call {
  const Kind* kind;
  const struct twopass_tensor* input;
  const struct twopass_tensor* weights = nullptr;
  const struct twopass_tensor* output = nullptr;
  float* results = nullptr;
  const void* details = nullptr;
};

// Checks the call and the options, and carries it out.
twopass_status perform(const Call& call, const struct twopass_shape* shape, const struct twopass_options* options);

twopass_status perform(Operation operation, const struct twopass_options* options);

// Of a kind with two inputs: the second is the gradient by what the first is, or what comes of it.
twopass_status perform_gradient(const Kind& kind, const struct twopass_shape* shape, const struct twopass_tensor* y,
                                const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                const struct twopass_options* options);

}  // namespace twopass

#endif  // TWOPASS_SRC_PERFORM_H_
