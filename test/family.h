// The calls of twopass.h that compute, as values: what each is asked, what it answers, and what its contract wants.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FAMILY_H_
#define TWOPASS_TEST_FAMILY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "test/logits.h"
#include "test/tensor.h"
#include "twopass.h"

namespace twopass_test {

enum class Call {
  kSoftmax,
  kLogSoftmax,
  kLogSumExp,
  kEntropy,
  kSoftmaxBackward,
  kLogSoftmaxBackward,
  kCrossEntropy,
  kSigmoid,
  kSigmoidBackward,
  kSoftplus,
  kSoftplusBackward
};

constexpr Call kCalls[] = {Call::kSoftmax,         Call::kLogSoftmax,         Call::kLogSumExp,       Call::kEntropy,
                           Call::kSoftmaxBackward, Call::kLogSoftmaxBackward, Call::kCrossEntropy,    Call::kSigmoid,
                           Call::kSigmoidBackward, Call::kSoftplus,           Call::kSoftplusBackward};

std::string NameOf(Call call);
bool HasOutput(Call call);   // an element for each of the input
bool HasResults(Call call);  // a float for each row
bool HasWeights(Call call);  // a second input: gradients have that of their outputs

// What may be asked of a call: that something becomes of its logits, that they have a sink, and the log-sum-exp of each
// row as a second output.
bool TakesLogits(Call call);
bool TakesSink(Call call);
bool GivesLogSums(Call call);

// Where the output lies.
enum class Place { kApart, kOverInput, kOverWeights };

using Rows = std::vector<std::vector<float>>;

struct Problem {
  Call call = Call::kSoftmax;
  twopass_shape shape = {};  // outer * inner rows
  Rows input;
  Rows weights;
  uint32_t input_type = TWOPASS_F32, weights_type = TWOPASS_F32, output_type = TWOPASS_F32;
  Gaps input_gaps, weights_gaps, output_gaps;
  Place place = Place::kApart;
  bool is_by_name = false;  // by the call whose name has the type; takes one type, an inner of 1 and no gaps of columns
  twopass_options options = {};
  std::optional<Logits> logits;  // a pointer in the options is set where there are such
  bool wants_log_sums = false;   // as the results of a call that has no others
  // Of cross-entropies. Pointers in `how` are set where there are such.
  std::vector<int64_t> labels;
  std::vector<float> class_weights;
  std::vector<int64_t> ignored_label;
  twopass_cross_entropy_options how = {};
  bool wants_output = true, wants_results = true;

  void SetTypes(uint32_t type) { input_type = weights_type = output_type = type; }
  size_t RowCount() const { return shape.outer * shape.inner; }
  bool IsInPlace() const { return wants_output && HasOutput(call) && place != Place::kApart; }
  bool GivesResults() const { return (wants_results && HasResults(call)) || wants_log_sums; }
  std::string Name() const;
};

// A problem with logits like these, and for the other operands what belongs to them; of one type.
Problem ProblemOf(Call call, const Rows& logits, uint32_t type = TWOPASS_F32);
Problem ProblemOf(Call call, const twopass_shape& shape, const Rows& logits, uint32_t type = TWOPASS_F32);

// Rows from a normal distribution, each of other numbers.
Rows NormalRows(size_t rows, size_t columns, float standard_deviation);

struct Outcome {
  twopass_status status;
  Rows outputs;
  std::vector<float> results;

  bool HasSameBits(const Outcome& other) const;
};

// The call on tensors. Of weights, output and results it takes those that it has.
twopass_status CallByTensors(const Problem& problem, const twopass_tensor& input, const twopass_tensor* weights,
                             const twopass_tensor* output, float* results);

// Makes the call, and reports to GoogleTest where it touched what is not its own. Where there is something to be done
// around the call alone, around(call) is called in its place.
using Around = std::function<void(const std::function<void()>& call)>;
Outcome Perform(Problem problem, const Around& around = nullptr);

// What the contract of a call wants of one row: exact values, and how far from them others may be.
struct ExactRow {
  std::vector<double> outputs;
  std::vector<double> output_bounds;
  double result = 0;
  double result_bound = 0;
};
ExactRow ExactRowOf(const Problem& problem, size_t row);

// The largest errors, in shares of what is allowed, and of floats in units in the last place.
struct Worst {
  double share = 0;
  double ulps = 0;
};

// An empty string where the outcome is as the contract wants it, otherwise the first difference in words.
std::string Difference(const Problem& problem, const Outcome& outcome, Worst* worst = nullptr);

// The two together.
std::string DifferenceIn(const Problem& problem, Worst* worst = nullptr);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FAMILY_H_
