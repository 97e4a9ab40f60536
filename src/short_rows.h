// Rows that are short enough for the reduction of many by one call of a kernel, which keeps the maximum apart.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_SHORT_ROWS_H_
#define TWOPASS_SRC_SHORT_ROWS_H_

#include <stddef.h>

#include "block.h"
#include "compiler.h"

namespace twopass {

constexpr size_t kMaxRowsAtOnce = 32;

// Of dense floats, as many elements at once as stay in the second level of cache.
constexpr size_t kMaxElementsAtOnce = 32768;

// Some of them, as floats: where they are, or as copies. Outputs are computed in their place if that is of dense
// floats, otherwise in the place of the copies.
struct ShortRows {
  const float* x_of(size_t row) const { return x + (row - begin) * x_stride; }
  float* y_of(size_t row) const { return y + (row - begin) * y_stride; }

  size_t begin;
  size_t end;
  const float* x;
  size_t x_stride;
  float* y;
  size_t y_stride;
};

inline bool are_of_dense_floats(const Operation& operation) {
  return operation.input.is_of_dense_floats() && (!operation.finishes || operation.output.is_of_dense_floats());
}

// Whether all columns of a row count, and nothing else, and are few.
inline bool are_short_and_whole(const Operation& operation) {
  return !operation.has_sink() && !operation.has_lengths() && operation.columns < kMinLongColumns;
}

inline bool takes_short_rows(const Operation& operation) {
  if (!are_short_and_whole(operation)) return false;
  return are_of_dense_floats(operation) || operation.columns <= kMaxCopied;
}

// With a buffer of kMaxCopied floats, or NULL where all are dense floats.
template <class Use>
void for_short_rows_in(float* copies, const Plan& plan, size_t begin, size_t end, const Use& use) {
  const Operation& operation = *plan.operation;
  const Matrix &input = operation.input, &output = operation.output;
  const size_t columns = operation.columns;
  const size_t room = copies != nullptr ? kMaxCopied : kMaxElementsAtOnce;
  const size_t rows_of_cache = columns < room ? room / columns : 1;
  const size_t most = rows_of_cache < kMaxRowsAtOnce ? rows_of_cache : kMaxRowsAtOnce;
  for_each_piece(begin, end, most, [&](size_t first, size_t count) {
    ShortRows rows = {first, first + count, copies, columns, copies, columns};
    if (input.is_of_dense_floats()) {
      rows.x = static_cast<const float*>(address(input, first, 0));
      rows.x_stride = input.outer_stride;
    } else {
      for (size_t row = first; row < rows.end; row++)
        load(plan, input, row, 0, columns, copies + (row - first) * columns);
    }
    if (operation.finishes && output.is_of_dense_floats()) {
      rows.y = static_cast<float*>(address(output, first, 0));
      rows.y_stride = output.outer_stride;
    }
    struct twopass_max_sum sums[kMaxRowsAtOnce];
    plan.isa->kernels_of_floats().rmaxaddexp(count, columns, rows.x, rows.x_stride, nullptr, sums);
    use(rows, sums);
    if (rows.y != copies || !operation.finishes) return;
    for (size_t row = first; row < rows.end; row++) store(plan, output, row, 0, columns, rows.y_of(row));
  });
}

// (Not inline: whoever does without the buffer should not have it on the stack.)
template <class Use>
TWOPASS_NOINLINE void for_short_rows_as_floats(const Plan& plan, size_t begin, size_t end, const Use& use) {
  float copies[kMaxCopied];
  for_short_rows_in(copies, plan, begin, end, use);
}

// Calls use(rows, sums) for some at a time, so few that they stay in a cache. Outputs are stored after that.
template <class Use>
void for_short_rows(const Plan& plan, size_t begin, size_t end, const Use& use) {
  if (!are_of_dense_floats(*plan.operation)) return for_short_rows_as_floats(plan, begin, end, use);
  for_short_rows_in(nullptr, plan, begin, end, use);
}

}  // namespace twopass

#endif  // TWOPASS_SRC_SHORT_ROWS_H_
