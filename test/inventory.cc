// What there is to test: the ISAs and the algorithms, as the public API lists them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/inventory.h"

#include "src/kernels.h"

namespace twopass_test {
namespace {

bool IsPreferred(const std::string& isa) {
#define TWOPASS_ISA(name, available, preferred, excess, kernels_in_use) \
  if (isa == #name) return preferred;
#include "src/gen/isas.inc"
#undef TWOPASS_ISA
  return false;
}

// In a vector; 0 where the promise does not depend on it.
size_t Lanes(const std::string& isa) {
#if TWOPASS_ENABLE_SVE
  if (isa == "sve") return twopass_lanes__sve();
#endif
#if TWOPASS_ENABLE_RVV
  if (isa == "rvv") return twopass_lanes__rvv();
#endif
  (void)isa;
  return 0;
}

bool HasKernelWith(const std::string& method) {
  for (size_t i = 0; twopass_kernel_name(i) != nullptr; i++) {
    if (std::string(twopass_kernel_name(i)).find(method) != std::string::npos) return true;
  }
  return false;
}

double PromisedUnits() {
  if (HasKernelWith("lut32_p2")) return 10.5;
  if (!HasExcess()) return 8.5;
  double units = 9.5;
  for (size_t lanes = Lanes(twopass_active_isa()); lanes > 8; lanes /= 2) units += 0.5;
  return units;
}

}  // namespace

std::vector<std::string> Isas() {
  std::vector<std::string> isas;
  for (size_t i = 0; twopass_isa_name(i) != nullptr; i++) isas.push_back(twopass_isa_name(i));
  return isas;
}

std::vector<std::string> AvailableIsas() {
  std::vector<std::string> isas;
  for (const std::string& isa : Isas()) {
    if (twopass_isa_is_available(isa.c_str())) isas.push_back(isa);
  }
  return isas;
}

std::string BestIsa() {
  for (const std::string& isa : AvailableIsas()) {
    if (IsPreferred(isa)) return isa;
  }
  return "";
}

std::vector<uint32_t> Algorithms() {
  std::vector<uint32_t> algorithms;
  for (uint32_t algorithm = TWOPASS_ALGORITHM_AUTO; twopass_algorithm_name(algorithm) != nullptr; algorithm++) {
    algorithms.push_back(algorithm);
  }
  return algorithms;
}

bool HasExcess() { return !HasKernelWith("rr4_p5"); }

double PromisedError(uint32_t algorithm) {
  const bool is_three_pass =
      algorithm == TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE || algorithm == TWOPASS_ALGORITHM_THREE_PASS_RELOAD;
  return (PromisedUnits() + (is_three_pass ? 0.5 : 0.0)) * 0x1p-23;
}

twopass_options OptionsOf(uint32_t algorithm, uint32_t flags) {
  twopass_options options = {};
  options.algorithm = algorithm;
  options.flags = flags;
  return options;
}

}  // namespace twopass_test
