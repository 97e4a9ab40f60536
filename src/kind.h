// What an operation does with a row beside its reduction and its outputs.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_KIND_H_
#define TWOPASS_SRC_KIND_H_

#include <stddef.h>
#include <stdint.h>

#include "algorithms.h"

namespace twopass {

struct Isa;
struct Operation;
struct Plan;
struct Row;
struct Strip;

// Which of the things that may become of logits make sense.
enum class LogitsOfKind : uint8_t { kNone, kAllButSink, kAll };

struct Kind {
  // What suits best where all stays in cache, and where it does not. An algorithm that stores exponentials in the
  // output wants dense floats there; otherwise the second is taken.
  const Algorithm* in_cache;
  const Algorithm* out_of_cache;
  size_t block;         // the columns of a block
  float of_nothing;     // the result of a row without columns
  float of_masked_out;  // the output of a column that is masked out
  LogitsOfKind logits;
  // Between reduction and outputs: makes of the total what outputs need, and results. False: no outputs are left.
  bool (*conclude)(Row& row);

  // The others may be NULL.

  // Before the reduction, as that may write over the input. False: the row is done with.
  bool (*begin)(Row& row) = nullptr;
  void (*end)(Row& row) = nullptr;
  // Some rows at once, in place of all that, and whether there are kernels for it.
  bool (*takes_rows_at_once)(const Operation& operation, const Isa& isa) = nullptr;
  void (*rows_at_once)(const Plan& plan, size_t begin, size_t end) = nullptr;
  // Rows that lie side by side, likewise.
  bool (*takes_strips)(const Operation& operation, const Isa& isa) = nullptr;
  void (*strip)(const Plan& plan, const Strip& strip) = nullptr;
  // Whether conclude reads the input again, which an algorithm that stores must not have written over.
  bool reads_again = false;
  // Whether it has the same bits on every ISA. Its results are where its details say, and begin computes them.
  bool in_fixed_order = false;
};

// A kind in the fixed order, of which begin does all.
constexpr Algorithm kNoAlgorithm = {0, "", false, false, nullptr, nullptr};
constexpr Kind kind_in_fixed_order(bool (*begin)(Row& row), LogitsOfKind logits = LogitsOfKind::kNone) {
  Kind kind = {&kNoAlgorithm, &kNoAlgorithm, 1, 0.0f, 0.0f, logits, nullptr, begin};
  kind.in_fixed_order = true;
  return kind;
}

extern const Kind kSoftmax;  // and the sum of its exponentials alone
extern const Kind kLogSoftmax;

}  // namespace twopass

#endif  // TWOPASS_SRC_KIND_H_
