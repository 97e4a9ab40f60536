// One Kernel for each row of the generated table, and one Family for each contract.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/kernel_table.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <iterator>
#include <ostream>

#include "src/kernels.h"
#include "test/reference.h"

namespace twopass_test {
namespace {

// Bounds, in relative error: that of an exponential in the contract, half a unit more for its product with the scale,
// and the rounding of a few additions, however many terms there are, for a sum.
constexpr double kBoundOfExp = 3 * kEpsilon;
constexpr double kBoundOfScaledExp = 3.5 * kEpsilon;
constexpr double kBoundOfSum = 3.5 * kEpsilon;
constexpr double kBoundOfProduct = 0.5 * kEpsilon;

double ExactExpMinusMax(float x, const Arguments& arguments) {
  const float difference = x - arguments.max;
  return std::exp(static_cast<double>(difference));
}

double ExactStoredExpMinusMax(float x, const Arguments& arguments) {
  return ExactExpMinusMax(x, arguments) * kStoredPower;
}

double ExactScaledExpMinusMax(float x, const Arguments& arguments) {
  return ExactExpMinusMax(x, arguments) * arguments.scale;
}

double ExactProduct(float x, const Arguments& arguments) { return static_cast<double>(x) * arguments.scale; }

double ExactScaledExtExp(float x, const Arguments& arguments) {
  return std::exp(x - arguments.exponent * kLn2) * arguments.scale;
}

double ExactExpAnchor(float x, const Arguments& arguments) { return std::exp(x - arguments.anchor * kLn2); }

double ExactStoredExpAnchor(float x, const Arguments& arguments) {
  return ExactExpAnchor(x, arguments) * kStoredPower;
}

// Function is one of the types of src/kernels.h.
template <typename Function>
Function* As(const Kernel& kernel) {
  return reinterpret_cast<Function*>(kernel.function);
}

constexpr Family kFamily_rmax = [] {
  Family family{"rmax", Reduces::kToMaximum};
  family.call = [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments&) {
    Reduction result;
    As<twopass_f32_rmax_fn>(kernel)(count, x, &result.value);
    return result;
  };
  return family;
}();

constexpr Family kFamily_raddexpminusmax = [] {
  Family family{"raddexpminusmax", Reduces::kToSum};
  family.call = [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments& arguments) {
    Reduction result;
    As<twopass_f32_raddexpminusmax_fn>(kernel)(count, x, arguments.max, &result.value);
    return result;
  };
  family.exact = ExactExpMinusMax;
  family.bound_of_sum = kBoundOfSum;
  family.least_y = 0x1p-99f;
  return family;
}();

constexpr Family kFamily_raddstoreexpminusmax = [] {
  Family family{"raddstoreexpminusmax", Reduces::kToSum};
  family.stores = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    Reduction result;
    As<twopass_f32_raddstoreexpminusmax_fn>(kernel)(count, x, y, arguments.max, &result.value);
    return result;
  };
  family.exact = ExactStoredExpMinusMax;
  family.bound_of_y = kBoundOfExp;
  family.bound_of_sum = kBoundOfSum;
  family.least_y = FLT_MIN * kStoredPower;
  return family;
}();

constexpr Family kFamily_vscaleexpminusmax = [] {
  Family family{"vscaleexpminusmax", Reduces::kToNothing};
  family.stores = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    As<twopass_f32_vscaleexpminusmax_fn>(kernel)(count, x, y, arguments.max, arguments.scale);
    return Reduction{};
  };
  family.exact = ExactScaledExpMinusMax;
  family.bound_of_y = kBoundOfScaledExp;
  return family;
}();

constexpr Family kFamily_raddexpanchor = [] {
  Family family{"raddexpanchor", Reduces::kToSum};
  family.may_overflow = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments& arguments) {
    Reduction result;
    As<twopass_f32_raddexpanchor_fn>(kernel)(count, x, arguments.anchor, &result.value);
    return result;
  };
  family.exact = ExactExpAnchor;
  family.bound_of_sum = kBoundOfSum;
  family.least_y = 0x1p-99f;
  return family;
}();

constexpr Family kFamily_raddstoreexpanchor = [] {
  Family family{"raddstoreexpanchor", Reduces::kToSum};
  family.stores = true;
  family.may_overflow = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    Reduction result;
    As<twopass_f32_raddstoreexpanchor_fn>(kernel)(count, x, y, arguments.anchor, &result.value);
    return result;
  };
  family.exact = ExactStoredExpAnchor;
  family.bound_of_y = kBoundOfExp;
  family.bound_of_sum = kBoundOfSum;
  family.least_y = FLT_MIN * kStoredPower;
  return family;
}();

constexpr Family kFamily_vmulc = [] {
  Family family{"vmulc", Reduces::kToNothing};
  family.stores = true;
  family.takes_exponentials = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    As<twopass_f32_vmulc_fn>(kernel)(count, x, y, arguments.scale);
    return Reduction{};
  };
  family.exact = ExactProduct;
  family.bound_of_y = kBoundOfProduct;
  return family;
}();

constexpr Family kFamily_raddextexp = [] {
  Family family{"raddextexp", Reduces::kToPair};
  family.call = [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments&) {
    twopass_extexp sum;
    As<twopass_f32_raddextexp_fn>(kernel)(count, x, &sum);
    return Reduction{sum.mantissa, sum.exponent};
  };
  family.bound_of_sum = kBoundOfSum;
  return family;
}();

constexpr Family kFamily_vscaleextexp = [] {
  Family family{"vscaleextexp", Reduces::kToNothing};
  family.stores = true;
  family.takes_exponent = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    As<twopass_f32_vscaleextexp_fn>(kernel)(count, x, y, arguments.scale, arguments.exponent);
    return Reduction{};
  };
  family.exact = ExactScaledExtExp;
  family.bound_of_y = kBoundOfScaledExp;
  return family;
}();

// A matrix of one row; kernel_test.cc has more of them.
constexpr Family kFamily_vsoftmax = [] {
  Family family{"vsoftmax", Reduces::kToNothing};
  family.stores = true;
  family.call = [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
    As<twopass_f32_vsoftmax_fn>(kernel)(1, count, x, count, y, count, arguments.empty);
    return Reduction{};
  };
  return family;
}();

}  // namespace

std::string Kernel::Method() const {
  const std::string variant = name.substr(name.find('/') + 1);
  return variant.substr(0, variant.rfind("_u"));
}

const std::vector<Kernel>& Kernels() {
#define TWOPASS_KERNEL(family, isa, variant, tile)                                                   \
  {&kFamily_##family, #isa, "f32_" #family "/" #isa "_" #variant, []() -> size_t { return tile; },   \
   reinterpret_cast<void (*)()>(twopass_f32_##family##__##isa##_##variant)},
  static const std::vector<Kernel> kernels = {
#include "src/gen/kernels.inc"
  };
#undef TWOPASS_KERNEL
  return kernels;
}

std::vector<Kernel> KernelsWhere(const std::function<bool(const Family&)>& holds) {
  std::vector<Kernel> kernels;
  std::copy_if(Kernels().begin(), Kernels().end(), std::back_inserter(kernels),
               [&](const Kernel& kernel) { return holds(*kernel.family); });
  return kernels;
}

std::vector<Kernel> KernelsOfFamily(const std::string& name) {
  return KernelsWhere([&](const Family& family) { return family.name == name; });
}

void PrintTo(const Kernel& kernel, std::ostream* stream) { *stream << kernel.name; }

std::string TestName(const Kernel& kernel) {
  std::string name = kernel.name;
  return name.replace(name.find('/'), 1, "__");
}

}  // namespace twopass_test
