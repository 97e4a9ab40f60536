// One Kernel for each row of the generated table, and one Family for each contract.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/kernel_table.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ostream>

#include "src/kernels.h"
#include "test/reference.h"

namespace twopass_test {
namespace {

// Bounds, in relative error: under 2 ULP for an exponential, half a unit more for its product with the scale, and for a sum,
// however long, the rounding of a few additions more.
constexpr long double kBoundOfExp = 2 * kEpsilon;
constexpr long double kBoundOfScaledExp = 2.5L * kEpsilon;
constexpr long double kBoundOfSum = 2.5L * kEpsilon;
constexpr long double kBoundOfProduct = 0.5L * kEpsilon;

long double ExactExpMinusMax(float x, const Arguments& arguments) {
  const float difference = x - arguments.max;
  return std::exp(static_cast<long double>(difference));
}

long double ExactScaledExpMinusMax(float x, const Arguments& arguments) {
  return ExactExpMinusMax(x, arguments) * arguments.scale;
}

long double ExactProduct(float x, const Arguments& arguments) {
  return static_cast<long double>(x) * arguments.scale;
}

long double ExactScaledExtExp(float x, const Arguments& arguments) {
  return std::exp(x - arguments.exponent * kLn2) * arguments.scale;
}

// Function is one of the types of src/kernels.h.
template <typename Function>
Function* As(const Kernel& kernel) {
  return reinterpret_cast<Function*>(kernel.function);
}

const Family kFamily_rmax = {
    "rmax", Reduces::kToMaximum, false,
    [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments&) {
      Reduction result;
      As<twopass_f32_rmax_fn>(kernel)(count, x, &result.value);
      return result;
    },
    nullptr, 0, 0, false};

const Family kFamily_raddexpminusmax = {
    "raddexpminusmax", Reduces::kToSum, false,
    [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments& arguments) {
      Reduction result;
      As<twopass_f32_raddexpminusmax_fn>(kernel)(count, x, arguments.max, &result.value);
      return result;
    },
    ExactExpMinusMax, 0, kBoundOfSum, false};

const Family kFamily_raddstoreexpminusmax = {
    "raddstoreexpminusmax", Reduces::kToSum, true,
    [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
      Reduction result;
      As<twopass_f32_raddstoreexpminusmax_fn>(kernel)(count, x, y, arguments.max, &result.value);
      return result;
    },
    ExactExpMinusMax, kBoundOfExp, kBoundOfSum, false};

const Family kFamily_vscaleexpminusmax = {
    "vscaleexpminusmax", Reduces::kToNothing, true,
    [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
      As<twopass_f32_vscaleexpminusmax_fn>(kernel)(count, x, y, arguments.max, arguments.scale);
      return Reduction{};
    },
    ExactScaledExpMinusMax, kBoundOfScaledExp, 0, false};

const Family kFamily_vmulc = {
    "vmulc", Reduces::kToNothing, true,
    [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
      As<twopass_f32_vmulc_fn>(kernel)(count, x, y, arguments.scale);
      return Reduction{};
    },
    ExactProduct, kBoundOfProduct, 0, true};

const Family kFamily_raddextexp = {
    "raddextexp", Reduces::kToPair, false,
    [](const Kernel& kernel, size_t count, const float* x, float*, const Arguments&) {
      twopass_extexp sum;
      As<twopass_f32_raddextexp_fn>(kernel)(count, x, &sum);
      return Reduction{sum.mantissa, sum.exponent};
    },
    nullptr, 0, kBoundOfSum, false};

const Family kFamily_vscaleextexp = {
    "vscaleextexp", Reduces::kToNothing, true,
    [](const Kernel& kernel, size_t count, const float* x, float* y, const Arguments& arguments) {
      As<twopass_f32_vscaleextexp_fn>(kernel)(count, x, y, arguments.scale, arguments.exponent);
      return Reduction{};
    },
    ExactScaledExtExp, kBoundOfScaledExp, 0, false};

}  // namespace

std::string Kernel::Method() const {
  const std::string variant = name.substr(name.find('/') + 1);
  return variant.substr(0, variant.rfind("_u"));
}

const std::vector<Kernel>& Kernels() {
#define TWOPASS_KERNEL(family, isa, variant, tile)                     \
  {&kFamily_##family, #isa, "f32_" #family "/" #isa "_" #variant, tile, \
   reinterpret_cast<void (*)()>(twopass_f32_##family##__##isa##_##variant)},
  static const std::vector<Kernel> kernels = {
#include "src/gen/kernels.inc"
  };
#undef TWOPASS_KERNEL
  return kernels;
}

std::vector<Kernel> KernelsOfFamily(const std::string& family) {
  std::vector<Kernel> kernels;
  std::copy_if(Kernels().begin(), Kernels().end(), std::back_inserter(kernels),
               [&](const Kernel& kernel) { return kernel.family->name == family; });
  return kernels;
}

void PrintTo(const Kernel& kernel, std::ostream* stream) { *stream << kernel.name; }

std::string TestName(const Kernel& kernel) {
  std::string name = kernel.name;
  return name.replace(name.find('/'), 1, "__");
}

}  // namespace twopass_test
