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
#include <vector>

namespace twopass_test {

// What a kernel is told besides its elements; each family takes what its signature names.
struct Arguments {
  float max = 0;
  float scale = 1;
  float exponent = 0;
  float anchor = 0;
  float empty = std::numeric_limits<float>::quiet_NaN();
};

// What a kernel reduces its elements to: `value` is a maximum, a sum, or the mantissa of a pair.
struct Reduction {
  float value = 0;
  float exponent = 0;
};

// What the kernels that store a sum's terms multiply them by.
constexpr float kStoredPower = 0x1p32f;

enum class Reduces { kToNothing, kToMaximum, kToSum, kToPair };

struct Kernel;

// A contract of src/kernels.h.
struct Family {
  const char* name;
  Reduces reduces;
  bool stores = false;
  // The elements are exponentials as raddstoreexpminusmax stores them, not logits.
  bool takes_exponentials = false;
  // The exponent of a pair is an argument.
  bool takes_exponent = false;
  // Terms may exceed the range of float: then the sum is infinite or NaN, and the outputs mean nothing.
  bool may_overflow = false;
  // How to call a kernel of the family.
  Reduction (*call)(const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) = nullptr;
  // The exact y of an x, which is also its term of the sum. Null for the maximum, for pairs, whose terms are exp(x), and
  // for a softmax.
  double (*exact)(float x, const Arguments& arguments) = nullptr;
  // The relative errors that are allowed for a y and for a sum of any length.
  double bound_of_y = 0;
  double bound_of_sum = 0;
  // The least exact y that has to show. What is below gives +0 where it is FLT_MIN; otherwise 0 or any normal number up to it.
  float least_y = FLT_MIN;

  bool Sums() const { return reduces == Reduces::kToSum || reduces == Reduces::kToPair; }
  bool IsSoftmax() const { return reduces == Reduces::kToNothing && exact == nullptr; }
  bool Scales() const { return reduces == Reduces::kToNothing && exact != nullptr; }
};

struct Kernel {
  const Family* family;
  const char* isa;
  std::string name;  // such as f32_raddextexp/avx2_rr2_p5_u32_acc2
  size_t (*tile)();     // in elements; to be called where the machine has the ISA
  void (*function)();  // of the family's type

  Reduction operator()(size_t count, const float* x, float* y, const Arguments& arguments) const {
    return family->call(*this, count, x, y, arguments);
  }

  // How the kernel computes exp, from its ISA on: avx2_rr2_p5. Kernels of one method differ in their tiles only.
  std::string Method() const;
};

// Every kernel of the build, in the order of the table.
const std::vector<Kernel>& Kernels();
// Those of the families of which something holds, such as &Family::stores.
std::vector<Kernel> KernelsWhere(const std::function<bool(const Family&)>& holds);
std::vector<Kernel> KernelsOfFamily(const std::string& name);

// For messages of GoogleTest.
void PrintTo(const Kernel& kernel, std::ostream* stream);
// The name of a parameterised test: the kernel's, with __ for the slash, which GoogleTest does not allow.
std::string TestName(const Kernel& kernel);

}  // namespace twopass_test

#endif  // TWOPASS_TEST_KERNEL_TABLE_H_
