// What a benchmark has computed: an operation of the family on matrices or tensors of a type.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_PROBLEM_H_
#define TWOPASS_BENCH_PROBLEM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/inputs.h"
#include "twopass.h"

namespace twopass_bench {

enum class Operation { kSoftmax, kLogSoftmax, kLogSumExp, kSoftmaxBackward, kLogSoftmaxBackward, kCrossEntropy };

struct Problem {
  Operation operation;
  uint32_t type;  // TWOPASS_F32, TWOPASS_F16 or TWOPASS_BF16
  twopass_shape shape;
  const void* x;          // logits; of gradients, what came of them
  const void* dy;         // of gradients, those by x; otherwise NULL
  const int64_t* labels;  // of the cross-entropy; otherwise NULL
  void* y;                // what comes of logits, or the gradient by them; NULL of the log-sum-exp
  float* results;         // of log-sum-exp and cross-entropy one for each row; otherwise NULL
  int threads = 1;
};

inline size_t rows_of(const twopass_shape& shape) { return shape.outer * shape.inner; }
inline size_t elements_of(const twopass_shape& shape) { return rows_of(shape) * shape.columns; }
inline size_t size_of(uint32_t type) { return type == TWOPASS_F32 ? sizeof(float) : sizeof(uint16_t); }

// Whether it is a softmax of the rows of a matrix of floats, which every peer has.
inline bool is_plain_softmax(Operation operation, uint32_t type, const twopass_shape& shape) {
  return operation == Operation::kSoftmax && type == TWOPASS_F32 && shape.inner == 1;
}

// As in the names of benchmarks: softmax, log_softmax_bf16, ...
std::string operation_name(Operation operation, uint32_t type);

// As there too: <rows>x<columns>, and x<inner> where that is not 1.
std::string shape_name(const twopass_shape& shape);

// ---- Memory

using MakeLogits = Buffer(size_t n);
Buffer normal_logits_of_deviation_1(size_t n);

// Each is made once, so that all benchmarks of a size share one input and one output, apart from each other.
float* shared_logits(MakeLogits* make_logits, size_t n);
float* shared_output(size_t n);

// A problem with inputs and outputs of that size.
Problem problem_of(Operation operation, uint32_t type, const twopass_shape& shape, int threads = 1);

// ---- What is done with it

twopass_status compute(const Problem& problem, const twopass_options* options);

// Fills the outputs with NaN, so that nobody passes by those of another.
void spoil_outputs(const Problem& problem);

// Whether the outputs are those of the operation at all, as opposed to how accurate they are: some peers lose results
// near FLT_MIN.
bool is_right(const Problem& problem);

// The largest error of an output, in units of the epsilon of its type (2^-23 for floats), relative to what twopass.h
// compares it with: the result itself, or what it is a difference of. Results below the least normal number are left
// out.
double largest_error(const Problem& problem);

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_PROBLEM_H_
