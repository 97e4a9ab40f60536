// What the functions of the module do: calls of the library on arrays.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_OPERATIONS_H_
#define TWOPASS_PYTHON_SRC_OPERATIONS_H_

#include <nanobind/nanobind.h>

#include "problem.h"
#include "twopass.h"
#include "twopass_divergence.h"

namespace twopass_python {

// Calls of the library: from elements to elements, from elements to a float for each row, and from a pair of elements.
using MapCall = twopass_status(const twopass_shape*, const twopass_tensor*, const twopass_tensor*,
                               const twopass_options*);
using ReduceCall = twopass_status(const twopass_shape*, const twopass_tensor*, float*, const twopass_options*);
using BackwardCall = twopass_status(const twopass_shape*, const twopass_tensor*, const twopass_tensor*,
                                    const twopass_tensor*, const twopass_options*);

// Arguments of Python, as they were given.
struct Argument {
  nb::handle value;
  const char* name;
};

// Where log_sums is true, the result is a pair with the log-sum-exp of each row.
nb::object map(MapCall* call, nb::handle x, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle log_sums,
               const LogitsArguments& logits, const HowArguments& how);

nb::object reduce(ReduceCall* call, const Argument& x, nb::handle axis, nb::handle keepdims, nb::handle out,
                  const LogitsArguments& logits, const HowArguments& how);

// The first argument is the output of the forward call, or its input.
nb::object backward(BackwardCall* call, const Argument& first, nb::handle dy, nb::handle axis, nb::handle out,
                    const LogitsArguments& logits, const HowArguments& how);

// One of the divergences of the rows of two arrays.
nb::object compare(float* twopass_divergences::*wanted, nb::handle x, nb::handle y, nb::handle axis,
                   const HowArguments& how);

// The gradient by y of those that have one.
nb::object compare_backward(nb::handle x, nb::handle y, nb::handle axis, nb::handle d, nb::handle out,
                            const HowArguments& how);

// The pair of the merged output and its log-sums.
nb::object merge_attention(nb::handle outputs, nb::handle log_sums, nb::handle axis, nb::handle out,
                           const HowArguments& how);

struct LossArguments {
  nb::handle weight, ignore_index, label_smoothing, z_loss, gradient, gradient_scale;
};

nb::object cross_entropy(nb::handle logits, nb::handle labels, nb::handle axis, const LossArguments& loss,
                         const HowArguments& how);

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_OPERATIONS_H_
