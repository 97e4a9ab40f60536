// The kernel table as the tests see it: every kernel of the build behind one way to call it, and the contract of its
// family as an exact function.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_TEST_KERNEL_TABLE_H_
#define TWOPASS_TEST_KERNEL_TABLE_H_

#include <cfloat>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "src/kernels.h"

namespace twopass_test {

constexpr twopass_params kNeutralParams = {0, 0, 1, std::numeric_limits<float>::quiet_NaN(), 0, false};

// What the kernels that store a sum's terms multiply them by.
constexpr float kStoredPower = 0x1p32f;

// Below this, exp(-86.4), a term of a rest beside the maximum may count as 0.
constexpr double kLeastRest = 2.99e-38;

// The largest anchor of a sum: below 2^16 * log2(e) + 512.
constexpr float kMaxAnchorOfSum = 94548 + 512;

enum class Reduces { kToNothing, kToMaximum, kToSum, kToPair };

// A contract of src/kernels.h, with the prologue that belongs to the name.
struct Family {
  const char* name;
  Reduces reduces;
  bool stores = false;
  // The prologue "minus", and an anchor of 0.
  bool subtracts_offset = false;
  // The elements are exponentials as raddstoreexpanchor stores them, not logits.
  bool takes_exponentials = false;
  // The anchor is the caller's choice.
  bool takes_anchor = false;
  // The softmax of a row, or its logarithm.
  bool is_softmax = false;
  bool is_log_softmax = false;
  // The relative errors that are allowed for a y and for a sum of any length.
  double bound_of_y = 0;
  double bound_of_sum = 0;
  // The least exact y that has to show. What is below gives +0 where it is FLT_MIN; otherwise 0 or any normal number up
  // to it.
  float least_y = FLT_MIN;

  bool Sums() const { return reduces == Reduces::kToSum || reduces == Reduces::kToPair; }
  bool TakesRows() const { return is_softmax || is_log_softmax; }
  bool Scales() const { return reduces == Reduces::kToNothing && !TakesRows(); }
  // Terms may exceed the range of float: then the sum is infinite or NaN, and the outputs mean nothing.
  bool MayOverflow() const { return reduces == Reduces::kToSum && takes_anchor; }
  // Of the others each y is a function of its x alone.
  bool HasExactY() const { return reduces == Reduces::kToSum || Scales(); }
  // The exact y of an x, which is also its term of the sum, for a kernel whose ln 2 is too large by ln2_excess.
  double ExactY(float x, const twopass_params& params, double ln2_excess) const;
  // What a kernel that sums says of its sum: value * 2^exponent.
  float ExponentOfSum(const twopass_params& params) const;
};

struct Kernel {
  const Family* family;
  const char* isa;
  std::string name;      // such as f32_raddextexp/avx2_rr1_p5_u32_acc2
  size_t (*elements)();  // of a tile; to be called where the machine has the ISA
  std::variant<twopass_reduce_fn*, twopass_map_fn*, twopass_rows_fn*> function;

  // A call on one row.
  twopass_reduction operator()(size_t count, const float* x, float* y, const twopass_params& params) const;

  // A call of a kernel of rows; where params has no second row, with one of zeros.
  void CallRows(size_t rows, size_t columns, const float* x, size_t x_stride, float* y, size_t y_stride,
                const twopass_params& params) const;

  // How the kernel computes exp, from its ISA on: avx2_rr1_p5. Kernels of one method differ in their tiles only.
  std::string Method() const;
  // What the ln 2 of the method is too large by.
  double Ln2Excess() const;
};

// The same of any kernel, by its name.
double Ln2ExcessOf(const std::string& name);

// Whether the family is one of those around a softmax, whose kernels are in test/family_kernels.h.
bool IsInFamilyKernels(const std::string& family);

// Every other kernel of the build that takes rows of floats, in the order of the table: those in use, then the
// candidates. Those of other elements compute what these do (elements_test.cc).
const std::vector<Kernel>& Kernels();
// Those of the families of which something holds, such as &Family::stores.
std::vector<Kernel> KernelsWhere(const std::function<bool(const Family&)>& holds);
std::vector<Kernel> KernelsOfFamily(const std::string& name);

// For messages of GoogleTest.
void PrintTo(const Kernel& kernel, std::ostream* stream);
// The name of a parameterised test: the kernel's, with __ for the slash, which GoogleTest does not allow.
std::string TestName(const Kernel& kernel);
std::string TestNameOf(std::string name);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_KERNEL_TABLE_H_
