// One Kernel for each row of the generated lists, and one Family for each contract.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/kernel_table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <type_traits>

#include "test/reference.h"

namespace twopass_test {
namespace {

// Bounds, in relative error: that of an exponential in the contract, half a unit more for its product with the scale,
// and the rounding of a few additions, however many terms there are, for a sum.
constexpr double kBoundOfExp = 3 * kEpsilon;
constexpr double kBoundOfScaledExp = 3.5 * kEpsilon;
constexpr double kBoundOfSum = 3.5 * kEpsilon;
constexpr double kBoundOfProduct = 0.5 * kEpsilon;

enum class Minus { kNothing, kOffset };

constexpr Family Maximum(const char* name) { return {name, Reduces::kToMaximum}; }

constexpr Family SumOfExp(const char* name, Minus minus) {
  Family family{name, Reduces::kToSum};
  family.subtracts_offset = minus == Minus::kOffset;
  family.takes_anchor = minus == Minus::kNothing;
  family.bound_of_sum = kBoundOfSum;
  family.least_y = 0x1p-99f;
  return family;
}

constexpr Family StoredExp(const char* name, Minus minus) {
  Family family = SumOfExp(name, minus);
  family.stores = true;
  family.bound_of_y = kBoundOfExp;
  family.least_y = 0.51f * FLT_MIN * kStoredPower;
  return family;
}

constexpr Family PairOfExp(const char* name) {
  Family family{name, Reduces::kToPair};
  family.bound_of_sum = kBoundOfSum;
  return family;
}

constexpr Family Product(const char* name) {
  Family family{name, Reduces::kToNothing};
  family.stores = true;
  family.takes_exponentials = true;
  family.bound_of_y = kBoundOfProduct;
  return family;
}

constexpr Family ScaledExp(const char* name, Minus minus) {
  Family family{name, Reduces::kToNothing};
  family.stores = true;
  family.subtracts_offset = minus == Minus::kOffset;
  family.takes_anchor = minus == Minus::kNothing;
  family.bound_of_y = kBoundOfScaledExp;
  return family;
}

constexpr Family Softmax(const char* name) {
  Family family{name, Reduces::kToNothing};
  family.stores = true;
  family.is_softmax = true;
  return family;
}

constexpr Family LogSoftmax(const char* name) {
  Family family{name, Reduces::kToNothing};
  family.stores = true;
  family.is_log_softmax = true;
  return family;
}

constexpr Family kFamilies[] = {
    Maximum("rmax"),
    SumOfExp("raddexpanchor", Minus::kNothing),
    SumOfExp("raddexpminusmax", Minus::kOffset),
    StoredExp("raddstoreexpanchor", Minus::kNothing),
    StoredExp("raddstoreexpminusmax", Minus::kOffset),
    PairOfExp("raddextexp"),
    Product("vmulc"),
    ScaledExp("vscaleextexp", Minus::kNothing),
    ScaledExp("vscaleexpminusmax", Minus::kOffset),
    Softmax("vsoftmax"),
    Softmax("vsoftmaxbiased"),
    LogSoftmax("vlogsoftmax"),
};

constexpr const char* kInFamilyKernels[] = {
    "rmaxaddexp", "vsubc",    "radd",     "rdot",      "raddxexp",     "vsoftmaxgrad", "vlogsoftmaxgrad", "vscale",
    "vscalebias", "vsoftcap", "vsigmoid", "vsoftplus", "vsigmoidgrad", "rdivergence",  "rjensenshannon"};

const Family* FamilyOf(const char* name) {
  for (const Family& family : kFamilies) {
    if (std::strcmp(family.name, name) == 0) return &family;
  }
  std::cerr << "test/kernel_table.cc knows no contract of " << name << "\n";
  std::abort();
}

template <class Function>
void Add(std::vector<Kernel>* kernels, bool are_floats, const char* family, const char* isa, const char* label,
         size_t (*elements)(), Function* function) {
  if (!are_floats || IsInFamilyKernels(family)) return;
  if constexpr (std::is_constructible_v<decltype(Kernel::function), Function*>) {
    kernels->push_back({FamilyOf(family), isa, label, elements, function});
  }
}

bool AreFloats(const char* x, const char* y) { return std::strcmp(x, "f32") == 0 && std::strcmp(y, "f32") == 0; }

}  // namespace

bool IsInFamilyKernels(const std::string& family) {
  return std::find(std::begin(kInFamilyKernels), std::end(kInFamilyKernels), family) != std::end(kInFamilyKernels);
}

double Family::ExactY(float x, const twopass_params& params, double ln2_excess) const {
  if (takes_exponentials) return static_cast<double>(x) * params.scale;
  const float logit = subtracts_offset ? x - params.offset : x;
  const double factor = Scales() ? params.scale : stores ? kStoredPower : 1;
  return std::exp(logit * (1 - ln2_excess / kLn2) - params.anchor * kLn2) * factor;
}

float Family::ExponentOfSum(const twopass_params& params) const { return params.anchor - (stores ? 32 : 0); }

twopass_reduction Kernel::operator()(size_t count, const float* x, float* y, const twopass_params& params) const {
  twopass_reduction result = {};
  if (const auto* reduce = std::get_if<twopass_reduce_fn*>(&function)) {
    (*reduce)(count, x, y, &params, &result);
  } else if (const auto* map = std::get_if<twopass_map_fn*>(&function)) {
    (*map)(count, x, y, &params);
  } else {
    CallRows(1, count, x, count, y, count, params);
  }
  return result;
}

void Kernel::CallRows(size_t rows, size_t columns, const float* x, size_t x_stride, float* y, size_t y_stride,
                      const twopass_params& params) const {
  static const float no_bias[kMaxShortColumns] = {};
  twopass_params biased = params;
  biased.scale = 1;
  if (biased.w == nullptr) biased.w = no_bias;
  std::get<twopass_rows_fn*>(function)(rows, columns, x, x_stride, y, y_stride, &biased);
}

std::string Kernel::Method() const {
  const std::string variant = name.substr(name.find('/') + 1);
  return variant.substr(0, variant.rfind("_u"));
}

double Kernel::Ln2Excess() const { return Ln2ExcessOf(name); }

double Ln2ExcessOf(const std::string& name) {
  const bool has_parts = name.find("rr4_p5") != std::string::npos;
  return has_parts ? 0 : static_cast<double>(static_cast<float>(kLn2)) - kLn2;
}

const std::vector<Kernel>& Kernels() {
  static const std::vector<Kernel> kernels = [] {
    std::vector<Kernel> all;
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) \
  Add(                                                                    \
      &all, AreFloats(#x, #y), #family, #isa, label, []() -> size_t { return elements; }, symbol);
#include "src/gen/kernels.inc"
#if TWOPASS_BUILD_CANDIDATES
#include "gen/candidates.inc"
#endif
#undef TWOPASS_KERNEL
    return all;
  }();
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

std::string TestName(const Kernel& kernel) { return TestNameOf(kernel.name); }

std::string TestNameOf(std::string name) { return name.replace(name.find('/'), 1, "__"); }

}  // namespace twopass_test
