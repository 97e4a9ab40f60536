// The kernels of what is around a softmax, from logits to gradients, behind one way to call them, and their contracts.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_FAMILY_KERNELS_H_
#define TWOPASS_TEST_FAMILY_KERNELS_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

#include "src/kernels.h"

namespace twopass_test {

// What a kernel says of a row, beside what it writes.
struct Results {
  twopass_reduction reduction;
  twopass_max_sum max_sum;
};

struct FamilyKernel {
  std::string family;
  const char* isa;
  std::string name;      // such as f32_rmaxaddexp/avx2_rr1_p5_u32
  size_t (*elements)();  // of a tile; to be called where the machine has the ISA
  std::variant<twopass_reduce_fn*, twopass_reduce2_fn*, twopass_reduce_rows_fn*, twopass_map_fn*, twopass_map2_fn*>
      function;

  bool ReadsW() const;
  bool Stores() const;
  bool IsGradient() const;
  // Whether it scales or caps logits, or makes a sigmoid or softplus of them.
  bool IsOfLogits() const;

  // A call on one row.
  Results operator()(size_t count, const float* x, const float* w, float* y, const twopass_params& params) const;
};

// Those of the build: in use, then candidates.
const std::vector<FamilyKernel>& FamilyKernels();
std::vector<FamilyKernel> FamilyKernelsWhere(bool (*holds)(const FamilyKernel&));

// What a call is made of, as the contract allows it for the family.
struct Rows {
  std::vector<float> x;
  std::vector<float> w;
  twopass_params params;
};

// From logits: themselves, their softmax, log-softmax or sigmoid, with the parameters that belong to it. w is a
// gradient of numbers around 0, in which the special values among the logits stand, too, at the other end of the row.
Rows RowsFor(const FamilyKernel& kernel, const std::vector<float>& logits);

// Whether a call on the first `count` elements kept the contract. y is not looked at where the family stores nothing.
testing::AssertionResult Check(const FamilyKernel& kernel, const Rows& rows, size_t count, const Results& results,
                               const float* y);

// For messages of GoogleTest.
void PrintTo(const FamilyKernel& kernel, std::ostream* stream);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_FAMILY_KERNELS_H_
