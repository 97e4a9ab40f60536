// The public calls that merge parts of attention.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "block.h"
#include "environment.h"
#include "perform.h"
#include "twopass_merge.h"

namespace twopass {
namespace {

struct Merge {
  struct twopass_shape shape;
  size_t part_count;
  const struct twopass_attention_part* parts;  // NULL for those that lie a stride apart, of which this is the first:
  struct twopass_attention_part first;
  size_t part_stride, log_sums_stride;
  float* log_sums;
  float* weights;

  struct twopass_attention_part part(size_t index) const {
    if (parts != nullptr) return parts[index];
    struct twopass_attention_part part = first;
    const size_t distance = index * part_stride * size_of(static_cast<Element>(part.output.type));
    if (part.output.data != nullptr) part.output.data = static_cast<char*>(part.output.data) + distance;
    if (part.log_sums != nullptr) part.log_sums += index * log_sums_stride;
    return part;
  }
  double log_sum(size_t index, size_t row) const { return part(index).log_sums[row]; }
};

// The weight of a part with this log-sum is exp(log_sum - max) / sum.
struct Total {
  double max;
  double sum;

  float weight(double log_sum) const {
    const bool exists = sum > 0.0;
    return exists ? normal_float(exp_in_double(log_sum - max) / sum) : static_cast<float>(sum);  // 0 or NaN
  }
};

Total total_of(const Merge& merge, size_t row) {
  Total total = {-HUGE_VAL, 0.0};
  bool are_numbers = true;
  for (size_t i = 0; i < merge.part_count; i++) {
    const double log_sum = merge.log_sum(i, row);
    are_numbers = are_numbers && log_sum <= FLT_MAX;
    if (log_sum > total.max) total.max = log_sum;
  }
  if (!are_numbers) return {0.0, NAN};
  if (total.max == -HUGE_VAL) return total;
  for (size_t i = 0; i < merge.part_count; i++) total.sum += exp_in_double(merge.log_sum(i, row) - total.max);
  return total;
}

// Log-sum and weights of a row. The log-sum comes last, as it may take the place of a part's.
void set_weights(const Merge& merge, const Total& total, size_t row) {
  for (size_t i = 0; merge.weights != nullptr && i < merge.part_count; i++)
    merge.weights[row * merge.part_count + i] = total.weight(merge.log_sum(i, row));
  if (merge.log_sums != nullptr) merge.log_sums[row] = normal_float(total.max + log_in_double(total.sum));
}

bool merge_row(Row& row) {
  const Plan& plan = row.plan;
  const Matrix& output = plan.operation->output;
  const Merge& merge = *static_cast<const Merge*>(plan.operation->details);
  const Kernels& kernels = plan.isa->kernels_of_floats();
  const Total total = total_of(merge, row.index);
  struct twopass_params params = {0.0f, 0.0f, 1.0f, 0.0f, 0.0f, false};
  float sum[kMaxCopied], term[kMaxCopied];
  for_each_piece(0, row.columns, kMaxCopied, [&](size_t start, size_t count) {
    bool is_first = true;
    for (size_t i = 0; i < merge.part_count; i++) {
      const struct twopass_attention_part part = merge.part(i);
      params.scale = total.weight(part.log_sums[row.index]);
      if (params.scale == 0.0f) continue;
      Matrix matrix(nullptr, 0);
      get_matrix(merge.shape, &part.output, &matrix);
      const float* const values = load(plan, matrix, row.index, start, count, term);
      kernels.vscale(count, values, is_first ? sum : term, &params);
      params.scale = 1.0f;  // a sum of what was rounded
      if (!is_first) kernels.vscalebias(count, sum, term, sum, &params);
      is_first = false;
    }
    if (is_first) memset(sum, 0, count * sizeof(float));
    float* const place = place_of(output, row.index, start, sum);
    if (place != sum) memcpy(place, sum, count * sizeof(float));
    store(plan, output, row.index, start, count, place);
  });
  set_weights(merge, total, row.index);
  return false;
}

const Kind kMerge = kind_in_fixed_order(merge_row);

// Whether all parts are there, and apart from the output or its place.
bool are_parts_valid(const Merge& merge, size_t rows, const struct twopass_tensor* output) {
  Operation operation(&kMerge, false, true, rows, merge.shape.columns, {nullptr, 0}, {nullptr, 0});
  if (output != nullptr && !get_matrix(merge.shape, output, &operation.output)) return false;
  for (size_t i = 0; i < merge.part_count; i++) {
    const struct twopass_attention_part part = merge.part(i);
    if (part.log_sums == nullptr || !is_aligned(part.log_sums)) return false;
    if (output == nullptr) continue;
    if (!get_matrix(merge.shape, &part.output, &operation.input) || !are_operands_valid(operation)) return false;
  }
  return true;
}

twopass_status merge_attention(const Merge& merge, const struct twopass_tensor* output,
                               const struct twopass_options* options) {
  size_t rows;
  if (!get_rows(&merge.shape, &rows) || merge.part_count == 0) return TWOPASS_INVALID_ARGUMENT;
  if (!is_aligned(merge.log_sums) || !is_aligned(merge.weights)) return TWOPASS_INVALID_ARGUMENT;
  if (merge.shape.columns == 0) output = nullptr;
  if (rows != 0 && !are_parts_valid(merge, rows, output)) return TWOPASS_INVALID_ARGUMENT;
  if (output != nullptr) {
    const struct twopass_attention_part part = merge.part(0);
    return perform({&kMerge, &part.output, nullptr, output, nullptr, &merge}, &merge.shape, options);
  }
  Operation operation(&kMerge, false, false, rows, 0, {nullptr, 0}, {nullptr, 0});
  if (options != nullptr && !take_options(*options, &operation)) return TWOPASS_INVALID_ARGUMENT;
  in_default_environment([&] {
    for (size_t row = 0; row < rows; row++) set_weights(merge, total_of(merge, row), row);
  });
  return TWOPASS_OK;
}

}  // namespace
}  // namespace twopass

twopass_status twopass_merge_attention(const struct twopass_shape* shape, const struct twopass_attention_part* parts,
                                       size_t part_count, const struct twopass_tensor* output, float* log_sums,
                                       float* weights, const struct twopass_options* options) {
  if (shape == nullptr || parts == nullptr) return TWOPASS_INVALID_ARGUMENT;
  return twopass::merge_attention({*shape, part_count, parts, {}, 0, 0, log_sums, weights}, output, options);
}

#define TWOPASS_DEFINE(element, type)                                                                               \
  twopass_status twopass_merge_attention_##element(                                                                 \
      size_t part_count, size_t rows, size_t columns, const type* outputs, size_t part_stride, size_t row_stride,   \
      const float* part_log_sums, size_t part_log_sums_stride, type* output, size_t output_stride, float* log_sums, \
      float* weights, const struct twopass_options* options) {                                                      \
    const struct twopass_attention_part first = {twopass::rows_of(outputs, twopass::Element::element, row_stride),  \
                                                 part_log_sums};                                                    \
    const struct twopass_tensor y = twopass::rows_of(output, twopass::Element::element, output_stride);             \
    const twopass::Merge merge = {{rows, columns, 1}, part_count,           nullptr,  first,                        \
                                  part_stride,        part_log_sums_stride, log_sums, weights};                     \
    return twopass::merge_attention(merge, output != nullptr ? &y : nullptr, options);                              \
  }

TWOPASS_FOR_EACH_ELEMENT(TWOPASS_DEFINE)
