// Prints what the dispatch found and chose, and checks a softmax of every algorithm with it. The tests of the dispatch
// run it as a child process, in different environments and on different (emulated) machines.
//
// Exit status: 0, or the twopass_status of twopass_initialize, or 100 where a result is wrong.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <string>
#include <vector>

#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "twopass_debug.h"

namespace {

constexpr int kWrong = 100;

bool IsSoftmaxRight(uint32_t algorithm) {
  const twopass_options options = twopass_test::OptionsOf(algorithm);
  for (size_t columns : {1, 17, 1000}) {
    for (const twopass_test::Input& input : twopass_test::Inputs(columns)) {
      std::vector<float> y(columns);
      twopass_softmax_f32(1, columns, input.x.data(), columns, y.data(), columns, &options);
      const std::string difference =
          twopass_test::Difference(twopass_test::ReferenceSoftmax(input.x, algorithm), input.x, y.data());
      if (difference.empty()) continue;
      std::printf("wrong: %s: %s: %s\n", twopass_algorithm_name(algorithm), input.name.c_str(), difference.c_str());
      return false;
    }
  }
  return true;
}

// With an error of the environment every call has that error and writes nothing, until an ISA is pinned by a call.
bool IsErrorConsistent(twopass_status status) {
  const float x = 1;
  float y = 2;
  const auto softmax = [&] { return twopass_softmax_f32(1, 1, &x, 1, &y, 1, nullptr); };
  return twopass_active_isa() == nullptr && twopass_kernel_name(0) == nullptr && softmax() == status && y == 2 &&
         twopass_pin_isa(nullptr) == status && twopass_active_isa() == nullptr &&
         twopass_pin_isa("scalar") == TWOPASS_OK && softmax() == TWOPASS_OK && y == 1 &&
         twopass_pin_isa(nullptr) == status && twopass_active_isa() == std::string("scalar");
}

// An ISA that the machine lacks cannot be pinned, and the attempt changes nothing.
bool IsPinRefusedWhereUnavailable() {
  const std::string active = twopass_active_isa();
  for (size_t i = 0; twopass_isa_name(i) != nullptr; i++) {
    const char* const isa = twopass_isa_name(i);
    if (twopass_isa_is_available(isa)) continue;
    if (twopass_pin_isa(isa) != TWOPASS_UNSUPPORTED_ISA || active != twopass_active_isa()) {
      std::printf("wrong: %s could be pinned\n", isa);
      return false;
    }
  }
  return true;
}

}  // namespace

int main() {
  std::printf("build:");
  for (size_t i = 0; twopass_isa_name(i) != nullptr; i++) std::printf(" %s", twopass_isa_name(i));
  std::printf("\nmachine:");
  for (size_t i = 0; twopass_isa_name(i) != nullptr; i++) {
    if (twopass_isa_is_available(twopass_isa_name(i))) std::printf(" %s", twopass_isa_name(i));
  }
  std::printf("\nbest: %s\n", twopass_test::BestIsa().c_str());

  const twopass_status status = twopass_initialize();
  if (status != TWOPASS_OK) {
    std::printf("error: %s\n", twopass_status_string(status));
    return IsErrorConsistent(status) ? status : kWrong;
  }
  std::printf("active: %s\n", twopass_active_isa());
  for (size_t i = 0; twopass_kernel_name(i) != nullptr; i++) std::printf("kernel: %s\n", twopass_kernel_name(i));
  const twopass_caches caches = twopass_detected_caches();
  std::printf("caches: l1 %zu, l2 %zu, l3 %zu shared by %zu cores\n", caches.l1_bytes, caches.l2_bytes, caches.l3_bytes,
              caches.l3_cores);
  if (!IsPinRefusedWhereUnavailable()) return kWrong;
  for (uint32_t algorithm : twopass_test::Algorithms()) {
    if (!IsSoftmaxRight(algorithm)) return kWrong;
  }
  std::printf("softmax: right\n");
  return 0;
}
