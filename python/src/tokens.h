// What the functions of the module for rows over a vocabulary do.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_TOKENS_H_
#define TWOPASS_PYTHON_SRC_TOKENS_H_

#include <nanobind/nanobind.h>

#include "problem.h"

namespace twopass_python {

// `result` is the class of the results, which are its arguments.
nb::object statistics(nb::handle result, nb::handle x, nb::handle tokens, nb::handle top, const LogitsArguments& logits,
                      const HowArguments& how);

struct SamplerArguments {
  nb::handle temperature, top_k, top_p, min_p, seed, counter, joint;
};

nb::object sample(nb::handle result, nb::handle x, const SamplerArguments& sampler, const LogitsArguments& logits,
                  const HowArguments& how);

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_TOKENS_H_
