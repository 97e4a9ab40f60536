// What the module exports besides its memory, malloc and free.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <stddef.h>

#include "twopass.h"

extern "C" {

// The softmax of each row of a matrix without gaps, after it was multiplied by a scale; a twopass_status.
int softmax(size_t rows, size_t columns, const float* input, float* output, float scale, int masked_row_zero) {
  struct twopass_logits logits = {};
  logits.scale = &scale;
  struct twopass_options options = {};
  if (scale != 1) options.logits = &logits;
  if (masked_row_zero) options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  return twopass_softmax_f32(rows, columns, input, columns, output, columns, &options);
}

// In place of the one of WASI: a module that imports nothing has no environment.
char* getenv(const char*) { return nullptr; }

}  // extern "C"
