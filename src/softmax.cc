// The softmax operator: arguments are checked, an algorithm is chosen, and each row goes through its passes.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "twopass.h"

namespace {

using twopass::Isa;
using twopass::Kernels;

// Sums are kept per block in float, by the kernels, and across blocks in double: the error does not grow with the row.
constexpr size_t kBlock = 16384;

// Past this exponent |x| is above 2^17, where x * log2(e) is rounded too coarsely for the reduction to stay accurate.
constexpr float kMaxAccurateExponent = 0x1p+17f * 1.44269504f;

// ---- Rows

// What is the same for all rows of a call.
struct Plan {
  const Kernels* kernels;
  twopass_f32_vscaleexpminusmax_fn* vscaleexpminusmax;  // with the stores that suit the matrix
  twopass_f32_vscaleextexp_fn* vscaleextexp;
  size_t columns;
  uint32_t flags;
};

bool is_all_minus_infinity(size_t count, const float* x) {
  for (size_t i = 0; i < count; i++) {
    if (!(x[i] == -INFINITY)) return false;
  }
  return true;
}

// Whether the row is one that the caller wants as zeros; then they are written. max is what rmax found.
bool write_masked_row(const Plan& plan, const float* x, float* y, float max) {
  if (!(plan.flags & TWOPASS_FLAG_MASKED_ROW_ZERO) || max != -INFINITY) return false;
  if (!is_all_minus_infinity(plan.columns, x)) return false;  // rmax may have passed over a NaN
  memset(y, 0, plan.columns * sizeof(float));
  return true;
}

size_t block_at(size_t start, size_t columns) { return columns - start < kBlock ? columns - start : kBlock; }

void three_pass_recompute(const Plan& plan, const float* x, float* y) {
  float max;
  plan.kernels->rmax(plan.columns, x, &max);
  if (write_masked_row(plan, x, y, max)) return;

  double sum = 0.0;
  for (size_t start = 0; start < plan.columns; start += kBlock) {
    float block_sum;
    plan.kernels->raddexpminusmax(block_at(start, plan.columns), x + start, max, &block_sum);
    sum += block_sum;
  }

  plan.vscaleexpminusmax(plan.columns, x, y, max, static_cast<float>(1.0 / sum));
}

void three_pass_reload(const Plan& plan, const float* x, float* y) {
  float max;
  plan.kernels->rmax(plan.columns, x, &max);
  if (write_masked_row(plan, x, y, max)) return;

  double sum = 0.0;
  for (size_t start = 0; start < plan.columns; start += kBlock) {
    float block_sum;
    plan.kernels->raddstoreexpminusmax(block_at(start, plan.columns), x + start, y + start, max, &block_sum);
    sum += block_sum;
  }

  plan.kernels->vmulc(plan.columns, y, y, static_cast<float>(1.0 / sum));
}

// 2^exponent for an integral exponent of at most 0; 0 below the normal numbers, and for NaN.
double power_of_two(float exponent) {
  if (!(exponent >= -1022.0f)) return 0.0;
  const uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(exponent) + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof(power));
  return power;
}

void two_pass(const Plan& plan, const float* x, float* y) {
  // The pair (mantissa, exponent) of the blocks so far, beginning as what raddextexp makes of nothing.
  double mantissa = 0.0;
  float exponent = -0x1p+22f;
  for (size_t start = 0; start < plan.columns; start += kBlock) {
    struct twopass_extexp block;
    plan.kernels->raddextexp(block_at(start, plan.columns), x + start, &block);
    const float new_exponent = block.exponent > exponent ? block.exponent : exponent;
    mantissa *= power_of_two(exponent - new_exponent);
    mantissa += block.mantissa * power_of_two(block.exponent - new_exponent);
    exponent = new_exponent;
  }

  // Too large or too low to be accurate, or infinite. Where the exponent is NaN, so is the mantissa: that is an answer.
  if (fabsf(exponent) > kMaxAccurateExponent) {
    three_pass_recompute(plan, x, y);
    return;
  }
  plan.vscaleextexp(plan.columns, x, y, static_cast<float>(1.0 / mantissa), exponent);
}

// ---- The choice of an algorithm and of stores

constexpr size_t kDefaultCacheBytes = 1024 * 1024;  // where the machine does not tell

// What a core may count on: its own caches, or its share of the last level.
size_t cache_bytes_of_core() {
  const struct twopass_caches& caches = twopass::caches();
  const size_t share = caches.l3_cores != 0 ? caches.l3_bytes / caches.l3_cores : 0;
  const size_t bytes = caches.l2_bytes > share ? caches.l2_bytes : share;
  return bytes != 0 ? bytes : kDefaultCacheBytes;
}

// Where what a row reads and writes stays in cache, the algorithm with the fewest exponentials wins; where it does not, the one
// that moves the least.
enum twopass_algorithm choose_algorithm(size_t columns, bool is_in_place) {
  const size_t row_bytes = columns * sizeof(float) * (is_in_place ? 1 : 2);
  return row_bytes <= cache_bytes_of_core() ? TWOPASS_ALGORITHM_THREE_PASS_RELOAD : TWOPASS_ALGORITHM_TWO_PASS;
}

// Whether to store past the caches: then memory is not read before it is written. It pays where the output would not stay in
// cache anyway, and only in another place than the input, which is in cache when it is written. The instructions ask for whole
// elements in memory.
bool choose_non_temporal(size_t rows, size_t columns, const float* input, const float* output) {
  const size_t bytes = 2 * sizeof(float) * rows * columns;
  return bytes > cache_bytes_of_core() && input != output && reinterpret_cast<uintptr_t>(output) % sizeof(float) == 0;
}

Plan make_plan(const Isa& isa, size_t rows, size_t columns, const float* input, const float* output, uint32_t flags) {
  const Kernels& kernels = isa.kernels;
  Plan plan = {&kernels, kernels.vscaleexpminusmax, kernels.vscaleextexp, columns, flags};
  if (choose_non_temporal(rows, columns, input, output)) {
    if (kernels.vscaleexpminusmax_nt != nullptr) plan.vscaleexpminusmax = kernels.vscaleexpminusmax_nt;
    if (kernels.vscaleextexp_nt != nullptr) plan.vscaleextexp = kernels.vscaleextexp_nt;
  }
  return plan;
}

// ---- Arguments

bool is_algorithm(enum twopass_algorithm algorithm) { return twopass_algorithm_name(algorithm) != nullptr; }

// A matrix as bytes: first to last byte of what is touched, and the bytes from row to row.
struct Extent {
  uintptr_t begin;
  uintptr_t end;
  size_t stride;
};

// Whether the matrix fits into the address space; then *extent is it. rows and columns are not 0.
bool get_extent(const float* data, size_t rows, size_t columns, size_t stride, Extent* extent) {
  if (rows == 1) stride = columns;
  size_t elements, bytes;
  if (data == nullptr || stride < columns) return false;
  if (__builtin_mul_overflow(rows - 1, stride, &elements)) return false;
  if (__builtin_add_overflow(elements, columns, &elements)) return false;
  if (__builtin_mul_overflow(elements, sizeof(float), &bytes) || bytes > PTRDIFF_MAX) return false;
  extent->begin = reinterpret_cast<uintptr_t>(data);
  extent->stride = stride * sizeof(float);
  return !__builtin_add_overflow(extent->begin, bytes, &extent->end);
}

// Whether input and output are apart, row by row, or one and the same.
bool is_aliasing_allowed(const Extent& input, const Extent& output, size_t row_bytes) {
  if (input.end <= output.begin || output.end <= input.begin) return true;
  if (input.begin == output.begin) return input.stride == output.stride;
  if (input.stride != output.stride) return false;
  // Interleaved: a row begins `offset` after some row of the other matrix, and must end before the next of its rows.
  const uintptr_t distance = input.begin < output.begin ? output.begin - input.begin : input.begin - output.begin;
  const size_t offset = distance % input.stride;
  return row_bytes <= offset && offset + row_bytes <= input.stride;
}

}  // namespace

enum twopass_status twopass_softmax_f32(
    size_t rows, size_t columns, const float* input, size_t input_stride, float* output, size_t output_stride,
    const struct twopass_options* options) {
  if (rows == 0 || columns == 0) return TWOPASS_OK;

  const struct twopass_options defaults = {TWOPASS_ALGORITHM_AUTO, 0};
  if (options == nullptr) options = &defaults;
  if (!is_algorithm(options->algorithm)) return TWOPASS_INVALID_ARGUMENT;
  if ((options->flags & ~static_cast<uint32_t>(TWOPASS_FLAG_MASKED_ROW_ZERO)) != 0) return TWOPASS_INVALID_ARGUMENT;

  Extent input_extent, output_extent;
  if (!get_extent(input, rows, columns, input_stride, &input_extent)) return TWOPASS_INVALID_ARGUMENT;
  if (!get_extent(output, rows, columns, output_stride, &output_extent)) return TWOPASS_INVALID_ARGUMENT;
  if (!is_aliasing_allowed(input_extent, output_extent, columns * sizeof(float))) return TWOPASS_INVALID_ARGUMENT;

  const Isa* isa;
  const enum twopass_status status = twopass::active_isa(&isa);
  if (status != TWOPASS_OK) return status;

  const enum twopass_algorithm algorithm = twopass_choose_algorithm_f32(rows, columns, input == output, options);
  auto* softmax_row = algorithm == TWOPASS_ALGORITHM_TWO_PASS               ? two_pass
                      : algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE ? three_pass_recompute
                                                                            : three_pass_reload;
  const Plan plan = make_plan(*isa, rows, columns, input, output, options->flags);
  for (size_t row = 0; row < rows; row++) {
    softmax_row(plan, input + row * input_stride, output + row * output_stride);
  }
  return TWOPASS_OK;
}

enum twopass_algorithm twopass_choose_algorithm_f32(
    size_t rows, size_t columns, int in_place, const struct twopass_options* options) {
  (void) rows;  // rows go one after the other, and one row's caches are its own
  if (options != nullptr && options->algorithm != TWOPASS_ALGORITHM_AUTO) return options->algorithm;
  return choose_algorithm(columns, in_place != 0);
}

const char* twopass_algorithm_name(enum twopass_algorithm algorithm) {
  switch (algorithm) {
    case TWOPASS_ALGORITHM_AUTO: return "auto";
    case TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE: return "three_pass_recompute";
    case TWOPASS_ALGORITHM_THREE_PASS_RELOAD: return "three_pass_reload";
    case TWOPASS_ALGORITHM_TWO_PASS: return "two_pass";
  }
  return nullptr;
}

const char* twopass_status_string(enum twopass_status status) {
  switch (status) {
    case TWOPASS_OK: return "success";
    case TWOPASS_INVALID_ARGUMENT: return "invalid argument";
    case TWOPASS_UNSUPPORTED_ISA: return "ISA not in this build or not supported by this machine";
  }
  return "unknown status";
}
