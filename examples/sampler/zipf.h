// Logits that stand in for those of a language model.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_SAMPLER_ZIPF_H_
#define TWOPASS_EXAMPLES_SAMPLER_ZIPF_H_

#include <cstddef>

#include "examples/common/npy.h"

namespace sampler {

// Rows over a vocabulary, the same ones each time. A token of rank n, from 1 on, has a probability proportional to
// n^-s (the law of G. K. Zipf); s goes from 1.1 of the first row, where much is likely, to 2.5 of the last; ranks are
// shuffled.
example::Array zipf_logits(std::size_t rows, std::size_t vocabulary);

}  // namespace sampler

#endif  // TWOPASS_EXAMPLES_SAMPLER_ZIPF_H_
