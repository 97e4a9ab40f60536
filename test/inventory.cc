// What there is to test: the ISAs and the algorithms, as the public API lists them.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/inventory.h"

#include "src/kernels.h"

namespace twopass_test {
namespace {

bool IsPreferred(const std::string& isa) {
#define TWOPASS_ISA(name, available, preferred, kernels_in_use) \
  if (isa == #name) return preferred;
#include "src/gen/isas.inc"
#undef TWOPASS_ISA
  return false;
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

twopass_options OptionsOf(uint32_t algorithm, uint32_t flags) {
  twopass_options options = {};
  options.algorithm = algorithm;
  options.flags = flags;
  return options;
}

}  // namespace twopass_test
