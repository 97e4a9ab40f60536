// The arguments of every call that computes: what is refused, before anything is written, and what needs no memory.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <type_traits>
#include <vector>

#include "test/elements.h"
#include "test/family.h"
#include "twopass.h"

namespace twopass_test {
namespace {

constexpr twopass_shape kShape = {3, 4, 5};
constexpr size_t kColumnStride = 6;
constexpr size_t kOuterStride = 26;
constexpr size_t kElements = 3 * kOuterStride;
constexpr size_t kRows = 15;

// Where the operands are, each with room for floats, and arrays of what becomes of logits.
struct Memory {
  int64_t labels[kRows] = {}, lengths[kRows] = {};
  float input[2 * kElements] = {}, weights[2 * kElements] = {}, output[2 * kElements] = {}, results[kRows + 1] = {};
  float of_logits[64] = {}, log_sums[kRows + 1] = {};
};
static_assert(sizeof(Memory) == 2 * kRows * 8 + (6 * kElements + 2 * (kRows + 1) + 64) * 4,
              "it is compared as a whole");

// A call with operands that a test may spoil.
struct Arguments {
  explicit Arguments(Call call, uint32_t type = TWOPASS_F32) : call(call) {
    for (twopass_tensor* tensor : {&input, &weights, &output}) *tensor = {nullptr, type, kOuterStride, kColumnStride};
    input.data = memory.input;
    weights.data = memory.weights;
    output.data = memory.output;
  }
  Arguments(const Arguments&) = delete;

  twopass_status Make() {
    const twopass_tensor* const y = has_output ? &output : nullptr;
    switch (call) {
      case Call::kSoftmax:
        return twopass_softmax(shape_argument, &input, y, &options);
      case Call::kLogSoftmax:
        return twopass_log_softmax(shape_argument, &input, y, &options);
      case Call::kLogSumExp:
        return twopass_log_sum_exp(shape_argument, &input, results, &options);
      case Call::kEntropy:
        return twopass_entropy(shape_argument, &input, results, &options);
      case Call::kSoftmaxBackward:
        return twopass_softmax_backward(shape_argument, &input, &weights, y, &options);
      case Call::kLogSoftmaxBackward:
        return twopass_log_softmax_backward(shape_argument, &input, &weights, y, &options);
      case Call::kCrossEntropy:
        return twopass_cross_entropy(shape_argument, &input, labels, results, y, &how, &options);
      case Call::kSigmoid:
        return twopass_sigmoid(shape_argument, &input, y, &options);
      case Call::kSigmoidBackward:
        return twopass_sigmoid_backward(shape_argument, &input, &weights, y, &options);
      case Call::kSoftplus:
        return twopass_softplus_l1(shape_argument, &input, y, &options);
      case Call::kSoftplusBackward:
        return twopass_softplus_l1_backward(shape_argument, &input, &weights, y, &options);
    }
    return TWOPASS_OK;
  }

  void ExpectRefused(const char* why) {
    const Memory before = memory;
    EXPECT_EQ(Make(), TWOPASS_INVALID_ARGUMENT) << NameOf(call) << ": " << why;
    EXPECT_EQ(std::memcmp(&before, &memory, sizeof(memory)), 0) << NameOf(call) << ": " << why;
  }

  Call call;
  Memory memory;
  twopass_shape shape = kShape;
  const twopass_shape* shape_argument = &shape;
  twopass_tensor input, weights, output;
  float* results = memory.results;
  const int64_t* labels = memory.labels;
  twopass_cross_entropy_options how = {};
  twopass_options options = {};
  bool has_output = true;
};

// The operands that a call has.
using Operand = twopass_tensor Arguments::*;

std::vector<Operand> OperandsOf(Call call) {
  std::vector<Operand> operands = {&Arguments::input};
  if (HasWeights(call)) operands.push_back(&Arguments::weights);
  if (HasOutput(call)) operands.push_back(&Arguments::output);
  return operands;
}

// Spoils one operand of each call.
void ExpectRefusedInEachOperand(const char* why, const std::function<void(twopass_tensor*)>& spoil,
                                uint32_t type = TWOPASS_F32) {
  for (Call call : kCalls) {
    for (Operand operand : OperandsOf(call)) {
      Arguments arguments(call, type);
      spoil(&(arguments.*operand));
      arguments.ExpectRefused(why);
    }
  }
}

TEST(FamilyArgumentsTest, AllOfThemAreGood) {
  for (Call call : kCalls) {
    for (uint32_t type : kTypes) EXPECT_EQ(Arguments(call, type).Make(), TWOPASS_OK) << NameOf(call);
  }
}

TEST(FamilyArgumentsTest, Null) {
  ExpectRefusedInEachOperand("NULL", [](twopass_tensor* tensor) { tensor->data = nullptr; });
  for (Call call : kCalls) {
    Arguments without_shape(call);
    without_shape.shape_argument = nullptr;
    without_shape.ExpectRefused("no shape");
    if (HasOutput(call) && !HasResults(call)) {
      Arguments without_output(call);
      without_output.has_output = false;
      without_output.ExpectRefused("no output");
    }
    if (HasResults(call) && !HasOutput(call)) {
      Arguments without_results(call);
      without_results.results = nullptr;
      without_results.ExpectRefused("no results");
    }
  }
  Arguments without_labels(Call::kCrossEntropy);
  without_labels.labels = nullptr;
  without_labels.ExpectRefused("no labels");
}

TEST(FamilyArgumentsTest, NullTensors) {
  const Arguments good(Call::kSoftmax);
  const twopass_tensor* const x = &good.input;
  const twopass_tensor* const w = &good.weights;
  const twopass_tensor* const y = &good.output;
  for (auto* forward : {twopass_softmax, twopass_log_softmax, twopass_sigmoid, twopass_softplus_l1}) {
    EXPECT_EQ(forward(&kShape, nullptr, y, nullptr), TWOPASS_INVALID_ARGUMENT);
  }
  EXPECT_EQ(twopass_log_sum_exp(&kShape, nullptr, good.results, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_entropy(&kShape, nullptr, good.results, nullptr), TWOPASS_INVALID_ARGUMENT);
  EXPECT_EQ(twopass_cross_entropy(&kShape, nullptr, good.labels, good.results, y, nullptr, nullptr),
            TWOPASS_INVALID_ARGUMENT);
  for (auto* backward : {twopass_softmax_backward, twopass_log_softmax_backward, twopass_sigmoid_backward,
                         twopass_softplus_l1_backward}) {
    EXPECT_EQ(backward(&kShape, nullptr, w, y, nullptr), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(backward(&kShape, x, nullptr, y, nullptr), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(backward(&kShape, x, w, nullptr, nullptr), TWOPASS_INVALID_ARGUMENT);
  }
}

TEST(FamilyArgumentsTest, NullByName) {
  float x[4] = {}, y[4] = {};
  for (auto* forward : {twopass_log_softmax_f32, twopass_sigmoid_f32, twopass_softplus_l1_f32}) {
    EXPECT_EQ(forward(1, 4, nullptr, 4, y, 4, nullptr), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(forward(1, 4, x, 4, nullptr, 4, nullptr), TWOPASS_INVALID_ARGUMENT);
  }
  for (auto* backward : {twopass_softmax_backward_f32, twopass_log_softmax_backward_f32, twopass_sigmoid_backward_f32,
                         twopass_softplus_l1_backward_f32}) {
    EXPECT_EQ(backward(1, 4, nullptr, 4, x, 4, y, 4, nullptr), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(backward(1, 4, x, 4, nullptr, 4, y, 4, nullptr), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(backward(1, 4, x, 4, x, 4, nullptr, 4, nullptr), TWOPASS_INVALID_ARGUMENT);
  }
}

TEST(FamilyArgumentsTest, UnknownTypes) {
  for (uint32_t type : {3u, 0x100u, UINT32_MAX}) {
    ExpectRefusedInEachOperand("unknown type", [type](twopass_tensor* tensor) { tensor->type = type; });
  }
}

TEST(FamilyArgumentsTest, PointersThatAreNotAligned) {
  for (uint32_t type : kTypes) {
    for (size_t bytes = 1; bytes < SizeOfType(type); bytes++) {
      const auto shift = [bytes](twopass_tensor* tensor) { tensor->data = static_cast<char*>(tensor->data) + bytes; };
      ExpectRefusedInEachOperand("not aligned", shift, type);
    }
  }
  for (Call call : kCalls) {
    if (!HasResults(call)) continue;
    Arguments arguments(call);
    arguments.results = reinterpret_cast<float*>(reinterpret_cast<uintptr_t>(arguments.results) + 2);
    arguments.ExpectRefused("results are not aligned");
  }
  Arguments arguments(Call::kCrossEntropy);
  arguments.labels = reinterpret_cast<int64_t*>(reinterpret_cast<uintptr_t>(arguments.labels) + 1);
  arguments.ExpectRefused("labels are not aligned");
}

TEST(FamilyArgumentsTest, StridesThatAreTooShort) {
  const size_t least = 3 * kColumnStride + kShape.inner;  // of the outer axis
  ExpectRefusedInEachOperand("outer stride", [](twopass_tensor* tensor) { tensor->outer_stride = least - 1; });
  ExpectRefusedInEachOperand("no outer stride", [](twopass_tensor* tensor) { tensor->outer_stride = 0; });
  ExpectRefusedInEachOperand("column stride", [](twopass_tensor* tensor) { tensor->column_stride = kShape.inner - 1; });
  ExpectRefusedInEachOperand("column stride of one row", [](twopass_tensor* tensor) { tensor->column_stride = 1; });
  ExpectRefusedInEachOperand("no column stride", [](twopass_tensor* tensor) { tensor->column_stride = 0; });
  for (Call call : kCalls) {
    Arguments arguments(call);
    for (Operand operand : OperandsOf(call)) (arguments.*operand).outer_stride = least;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
  }
}

TEST(FamilyArgumentsTest, SizesThatOverflow) {
  const size_t half = SIZE_MAX / 2 + 1;
  for (size_t stride : {size_t{SIZE_MAX}, half, half / sizeof(float)}) {
    ExpectRefusedInEachOperand("outer stride", [stride](twopass_tensor* tensor) { tensor->outer_stride = stride; });
    ExpectRefusedInEachOperand("column stride", [stride](twopass_tensor* tensor) {
      tensor->column_stride = stride;
      tensor->outer_stride = SIZE_MAX;
    });
  }
  for (Call call : kCalls) {
    if (call == Call::kCrossEntropy) continue;  // it would read a label for each row before
    for (const twopass_shape& shape : std::vector<twopass_shape>{
             {half, 1, 2}, {SIZE_MAX, 1, SIZE_MAX}, {1, half, 2}, {1, 2, half}, {1, 1, SIZE_MAX}, {SIZE_MAX, 4, 1}}) {
      Arguments arguments(call);
      arguments.shape = shape;
      arguments.ExpectRefused("shape");
    }
  }
}

// ---- Overlaps

TEST(FamilyArgumentsTest, OutputsThatOverlapAnInputInPart) {
  for (Call call : kCalls) {
    if (!HasOutput(call)) continue;
    for (Operand operand : OperandsOf(call)) {
      if (operand == &Arguments::output) continue;
      for (uint32_t type : kTypes) {
        for (size_t shift : {size_t{1}, size_t{5}, kColumnStride, kOuterStride, kOuterStride + 1}) {
          for (bool is_behind : {false, true}) {
            Arguments arguments(call, type);
            twopass_tensor& input = arguments.*operand;
            char* const later = static_cast<char*>(input.data) + shift * SizeOfType(type);
            arguments.output.data = is_behind ? later : input.data;
            input.data = is_behind ? input.data : later;
            arguments.ExpectRefused("partial overlap");
          }
        }
      }
      Arguments arguments(call);
      arguments.output.data = (arguments.*operand).data;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call) << " in place";
      arguments.output.outer_stride++;
      arguments.ExpectRefused("in place with another outer stride");
      arguments.output.outer_stride--;
      arguments.output.column_stride--;
      arguments.ExpectRefused("in place with another column stride");
    }
  }
}

TEST(FamilyArgumentsTest, InPlaceWithAnotherWidth) {
  for (Call call : kCalls) {
    if (!HasOutput(call)) continue;
    for (Operand operand : OperandsOf(call)) {
      if (operand == &Arguments::output) continue;
      for (bool is_wider : {false, true}) {
        Arguments arguments(call);
        (arguments.*operand).type = is_wider ? TWOPASS_BF16 : TWOPASS_F32;
        arguments.output.type = is_wider ? TWOPASS_F32 : TWOPASS_BF16;
        arguments.output.data = (arguments.*operand).data;
        arguments.ExpectRefused("another width");
      }
      Arguments arguments(call, TWOPASS_F16);
      arguments.output.type = TWOPASS_BF16;
      arguments.output.data = (arguments.*operand).data;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    }
  }
}

// ---- Options

TEST(FamilyArgumentsTest, UnknownOptions) {
  for (Call call : kCalls) {
    for (size_t columns : {size_t{0}, kShape.columns}) {
      if (call == Call::kCrossEntropy && columns == 0) continue;  // labels are none of no columns
      const auto expect_refused = [&](const char* why, const std::function<void(twopass_options*)>& spoil) {
        Arguments arguments(call);
        arguments.shape.columns = columns;
        spoil(&arguments.options);
        arguments.ExpectRefused(why);
      };
      expect_refused("algorithm", [](twopass_options* options) { options->algorithm = 99; });
      expect_refused("flags", [](twopass_options* options) { options->flags = 4; });
      for (size_t i = 0; i < 4; i++) expect_refused("reserved", [i](twopass_options* o) { o->reserved[i] = 1; });
      static const twopass_runner runner = {nullptr, nullptr, 2};
      expect_refused("runner", [](twopass_options* options) { options->runner = &runner; });
    }
  }
}

// ---- What becomes of logits

// 3 heads of 5 rows of 4 columns, each with everything that a call may be told.
struct ArgumentsWithLogits : Arguments {
  explicit ArgumentsWithLogits(Call call) : Arguments(call) {
    logits.rows_of_head = 5;
    logits.scale = memory.of_logits;
    logits.scale_head_stride = 5;
    logits.scale_row_stride = 1;
    logits.bias = memory.of_logits;
    logits.bias_head_stride = 20;
    logits.bias_row_stride = 4;
    logits.slope = memory.of_logits;
    logits.keep = reinterpret_cast<const unsigned char*>(memory.of_logits);
    logits.keep_row_stride = 4;
    logits.lengths = memory.lengths;
    if (TakesSink(call)) logits.sink = memory.of_logits;
    logits.softcap = 50;
    options.logits = &logits;
    if (GivesLogSums(call)) options.log_sums = memory.log_sums;
  }

  twopass_logits logits = {};
};

using Spoil = std::function<void(ArgumentsWithLogits*)>;

void ExpectRefusedWithLogits(const char* why, const Spoil& spoil, bool (*is_of)(Call) = TakesLogits) {
  for (Call call : kCalls) {
    if (!is_of(call)) continue;
    ArgumentsWithLogits arguments(call);
    spoil(&arguments);
    arguments.ExpectRefused(why);
  }
}

TEST(FamilyArgumentsTest, AllThatBecomesOfLogitsIsGood) {
  for (Call call : kCalls) {
    if (!TakesLogits(call)) continue;
    ArgumentsWithLogits arguments(call);
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    for (float softcap : {0.0f, -0.0f, 0x1p-126f, 1e30f}) {
      arguments.logits.softcap = softcap;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    }
    for (uint32_t type : kTypes) {
      arguments.logits.bias_type = type;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    }
    for (int64_t& length : arguments.memory.lengths) length = 4;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    arguments.logits.rows_of_head = 0;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
  }
}

TEST(FamilyArgumentsTest, LogitsThatAreOutOfRange) {
  for (uint32_t type : {3u, 0x100u, UINT32_MAX}) {
    ExpectRefusedWithLogits("type of bias", [type](auto* arguments) { arguments->logits.bias_type = type; });
  }
  const float infinity = std::numeric_limits<float>::infinity();
  for (float softcap : {-1.0f, -0x1p-126f, -infinity, infinity, static_cast<float>(NAN)}) {
    ExpectRefusedWithLogits("softcap", [softcap](auto* arguments) { arguments->logits.softcap = softcap; });
  }
  for (int64_t length : {int64_t{-1}, INT64_MIN, int64_t{5}, int64_t{1} << 32, INT64_MAX}) {
    for (size_t row : {size_t{0}, kRows - 1}) {
      ExpectRefusedWithLogits("length", [=](auto* arguments) { arguments->memory.lengths[row] = length; });
    }
  }
  for (size_t rows_of_head : {size_t{2}, size_t{14}, size_t{16}, size_t{SIZE_MAX}}) {
    ExpectRefusedWithLogits("heads", [=](auto* arguments) { arguments->logits.rows_of_head = rows_of_head; });
  }
  for (size_t i = 0; i < 4; i++) {
    ExpectRefusedWithLogits("reserved", [i](auto* arguments) { arguments->logits.reserved[i] = 1; });
  }
}

TEST(FamilyArgumentsTest, LogitsThatAreNotAligned) {
  static const auto shift = [](auto& pointer, size_t bytes) {
    pointer =
        reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(reinterpret_cast<uintptr_t>(pointer) + bytes);
  };
  ExpectRefusedWithLogits("scale", [](auto* arguments) { shift(arguments->logits.scale, 2); });
  ExpectRefusedWithLogits("bias", [](auto* arguments) { shift(arguments->logits.bias, 2); });
  ExpectRefusedWithLogits("slope", [](auto* arguments) { shift(arguments->logits.slope, 1); });
  ExpectRefusedWithLogits("lengths", [](auto* arguments) { shift(arguments->logits.lengths, 4); });
  ExpectRefusedWithLogits(
      "sink", [](auto* arguments) { shift(arguments->logits.sink, 3); }, TakesSink);
  ExpectRefusedWithLogits(
      "log_sums", [](auto* arguments) { shift(arguments->options.log_sums, 2); }, GivesLogSums);
  ExpectRefusedWithLogits("themselves", [](auto* arguments) { shift(arguments->options.logits, 4); });
  for (uint32_t type : {TWOPASS_F16, TWOPASS_BF16}) {
    ExpectRefusedWithLogits("bias of 16 bits", [type](auto* arguments) {
      arguments->logits.bias_type = type;
      shift(arguments->logits.bias, 1);
    });
  }
}

TEST(FamilyArgumentsTest, LogitsWhoseSizesOverflow) {
  const size_t half = SIZE_MAX / 2 + 1;
  for (size_t stride : {size_t{SIZE_MAX}, half, half / 2, half / 4 + 1}) {
    ExpectRefusedWithLogits("scale", [stride](auto* a) { a->logits.scale_head_stride = stride; });
    ExpectRefusedWithLogits("scale", [stride](auto* a) { a->logits.scale_row_stride = stride; });
    ExpectRefusedWithLogits("bias", [stride](auto* a) { a->logits.bias_head_stride = stride; });
    ExpectRefusedWithLogits("bias", [stride](auto* a) { a->logits.bias_row_stride = stride; });
    if (stride < half / 2) continue;  // so many bytes are in range
    ExpectRefusedWithLogits("keep", [stride](auto* a) { a->logits.keep_head_stride = stride; });
    ExpectRefusedWithLogits("keep", [stride](auto* a) { a->logits.keep_row_stride = stride; });
  }
}

// The first of their elements is in the output, or only the last one that a row refers to.
TEST(FamilyArgumentsTest, LogitsThatOverlapTheOutput) {
  const auto has_output = [](Call call) { return TakesLogits(call) && HasOutput(call); };
  const auto has_output_and_sink = [](Call call) { return TakesSink(call) && HasOutput(call); };
  for (bool is_first : {false, true}) {
    // The address of `bytes` bytes, of which the first or the last element lies in the output.
    const auto place = [is_first](auto* arguments, size_t bytes, size_t size) -> const char* {
      const char* const output = reinterpret_cast<const char*>(arguments->memory.output);
      return is_first ? output + (kElements - 8) * sizeof(float) : output - bytes + size;
    };
    ExpectRefusedWithLogits(
        "scale", [&](auto* a) { a->logits.scale = reinterpret_cast<const float*>(place(a, 15 * 4, 4)); }, has_output);
    ExpectRefusedWithLogits(
        "bias", [&](auto* a) { a->logits.bias = place(a, 60 * 4, 4); }, has_output);
    ExpectRefusedWithLogits(
        "slope", [&](auto* a) { a->logits.slope = reinterpret_cast<const float*>(place(a, 3 * 4, 4)); }, has_output);
    ExpectRefusedWithLogits(
        "keep", [&](auto* a) { a->logits.keep = reinterpret_cast<const unsigned char*>(place(a, 20, 1)); }, has_output);
    ExpectRefusedWithLogits(
        "lengths", [&](auto* a) { a->logits.lengths = reinterpret_cast<const int64_t*>(place(a, 15 * 8, 8)); },
        has_output);
    ExpectRefusedWithLogits(
        "sink", [&](auto* a) { a->logits.sink = reinterpret_cast<const float*>(place(a, 3 * 4, 4)); },
        has_output_and_sink);
  }
}

// Right before the output and behind it they are apart.
TEST(FamilyArgumentsTest, LogitsBesideTheOutput) {
  for (Call call : kCalls) {
    if (!TakesLogits(call) || !HasOutput(call)) continue;
    ArgumentsWithLogits arguments(call);
    const float* const output = arguments.memory.output;
    arguments.logits.bias = output - 60;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    arguments.logits.bias = output + kElements - 3;  // elements behind the last row are no output
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
  }
}

TEST(FamilyArgumentsTest, LogitsThatACallHasNoUseFor) {
  static const twopass_logits none = {};
  for (Call call : kCalls) {
    if (!TakesLogits(call)) {
      Arguments arguments(call);
      arguments.options.logits = &none;
      arguments.ExpectRefused("logits");
    }
    if (TakesLogits(call) && !TakesSink(call)) {
      ArgumentsWithLogits arguments(call);
      arguments.logits.sink = arguments.memory.of_logits;
      arguments.ExpectRefused("sink");
    }
    if (!GivesLogSums(call)) {
      Arguments arguments(call);
      arguments.options.log_sums = arguments.memory.log_sums;
      arguments.ExpectRefused("log_sums");
    }
  }
}

TEST(FamilyArgumentsTest, ShardsHaveNoUseForLogits) {
  float x[4] = {}, y[4] = {}, log_sum = 0;
  twopass_extexp total = {1, 0};
  const twopass_logits none = {};
  for (bool has_logits : {false, true}) {
    twopass_options options = {};
    if (has_logits) options.logits = &none;
    if (!has_logits) options.log_sums = &log_sum;
    EXPECT_EQ(twopass_reduce_extexp_f32(1, 4, x, 4, &total, &options), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(total.mantissa, 1);
    EXPECT_EQ(twopass_finish_extexp_f32(1, 4, x, 4, y, 4, &total, &options), TWOPASS_INVALID_ARGUMENT);
    EXPECT_EQ(y[0], 0);
  }
}

// ---- Cross-entropies

TEST(FamilyArgumentsTest, OptionsOfCrossEntropiesThatAreOutOfRange) {
  const auto expect_refused = [](const char* why, const std::function<void(twopass_cross_entropy_options*)>& spoil) {
    Arguments arguments(Call::kCrossEntropy);
    spoil(&arguments.how);
    arguments.ExpectRefused(why);
  };
  const float infinity = std::numeric_limits<float>::infinity();
  for (float value : {-0.1f, 1.1f, infinity, static_cast<float>(NAN)}) {
    expect_refused("smoothing", [value](auto* how) { how->label_smoothing = value; });
  }
  for (float value : {-1.0f, infinity, static_cast<float>(NAN)}) {
    expect_refused("z_loss", [value](auto* how) { how->z_loss = value; });
  }
  for (float value : {-infinity, infinity, static_cast<float>(NAN)}) {
    expect_refused("gradient_scale", [value](auto* how) { how->gradient_scale = value; });
  }
  for (size_t i = 0; i < 3; i++) expect_refused("reserved", [i](auto* how) { how->reserved[i] = 1; });
  expect_refused("weights", [](auto* how) { how->class_weights = reinterpret_cast<const float*>(uintptr_t{2}); });
  expect_refused("ignored", [](auto* how) { how->ignored_label = reinterpret_cast<const int64_t*>(uintptr_t{1}); });
}

TEST(FamilyArgumentsTest, LabelsThatAreTooLarge) {
  for (int64_t label : {int64_t{4}, int64_t{1} << 32, INT64_MAX}) {
    for (size_t row : {size_t{0}, kRows - 1}) {
      Arguments arguments(Call::kCrossEntropy);
      arguments.memory.labels[row] = label;
      arguments.ExpectRefused("label");
      arguments.how.ignored_label = &label;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << "an ignored label may be any";
    }
  }
  for (int64_t label : {int64_t{-1}, int64_t{-100}, INT64_MIN}) {
    Arguments arguments(Call::kCrossEntropy);
    arguments.memory.labels[3] = label;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK);
  }
}

// ---- Nothing to do

TEST(FamilyArgumentsTest, NothingToDoNeedsNoMemory) {
  for (Call call : kCalls) {
    for (const twopass_shape& shape :
         std::vector<twopass_shape>{{0, 4, 5}, {3, 4, 0}, {0, 0, 0}, {0, SIZE_MAX, 1}, {SIZE_MAX, 4, 0}}) {
      Arguments arguments(call);
      arguments.shape = shape;
      for (Operand operand : OperandsOf(call)) (arguments.*operand).data = nullptr;
      arguments.results = nullptr;
      arguments.labels = nullptr;
      EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
    }
    if (HasResults(call)) continue;
    Arguments arguments(call);
    arguments.shape.columns = 0;
    for (Operand operand : OperandsOf(call)) (arguments.*operand).data = nullptr;
    EXPECT_EQ(arguments.Make(), TWOPASS_OK) << NameOf(call);
  }
}

}  // namespace
}  // namespace twopass_test
