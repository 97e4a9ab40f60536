// The inspection and control part of the API: ISAs, kernels in use, caches, names.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "src/plan.h"
#include "test/inventory.h"
#include "test/kernel_table.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kMinLongColumns;

std::vector<std::string> KernelsInUse() {
  std::vector<std::string> kernels;
  for (size_t i = 0; twopass_kernel_name(i) != nullptr; i++) kernels.push_back(twopass_kernel_name(i));
  return kernels;
}

// What twopass_initialize is to choose: the ISA of the environment, otherwise the best one.
std::string DefaultIsa() {
  const char* const named = std::getenv("TWOPASS_ISA");
  return named != nullptr && *named != '\0' ? named : BestIsa();
}

// The last token of a kernel's name where it says what its stores are.
std::string Stores(const std::string& name) {
  const std::string last = name.substr(name.rfind('_'));
  return last == "_nt" || last == "_fixed" ? last : "";
}

class DispatchTest : public testing::Test {
 protected:
  void TearDown() override { ASSERT_EQ(twopass_pin_isa(nullptr), TWOPASS_OK); }
};

TEST_F(DispatchTest, InitializesMoreThanOnce) {
  EXPECT_EQ(twopass_initialize(), TWOPASS_OK);
  EXPECT_EQ(twopass_initialize(), TWOPASS_OK);
}

TEST_F(DispatchTest, TheIsasOfTheBuildAreThoseOfTheKernelTable) {
  std::vector<std::string> expected;
  for (const Kernel& kernel : Kernels()) {
    if (std::find(expected.begin(), expected.end(), kernel.isa) == expected.end()) expected.push_back(kernel.isa);
  }
  EXPECT_EQ(Isas(), expected);
  EXPECT_EQ(Isas().back(), "scalar");
  EXPECT_EQ(twopass_isa_name(Isas().size()), nullptr);
  EXPECT_EQ(twopass_isa_name(SIZE_MAX), nullptr);
}

TEST_F(DispatchTest, ScalarIsAlwaysAvailable) { EXPECT_EQ(twopass_isa_is_available("scalar"), 1); }

TEST_F(DispatchTest, UnknownIsasAreNotAvailable) {
  for (const char* name : {"", "bogus", "AVX2", "avx2 ", "scala", "scalars"}) {
    EXPECT_EQ(twopass_isa_is_available(name), 0) << name;
  }
  EXPECT_EQ(twopass_isa_is_available(nullptr), 0);
}

TEST_F(DispatchTest, TheBestIsaIsActive) { EXPECT_EQ(twopass_active_isa(), DefaultIsa()); }

TEST_F(DispatchTest, PinsEveryIsaOfTheMachineAndNoOther) {
  for (const std::string& isa : Isas()) {
    const std::string before = twopass_active_isa();
    const bool is_available = twopass_isa_is_available(isa.c_str()) != 0;
    EXPECT_EQ(twopass_pin_isa(isa.c_str()), is_available ? TWOPASS_OK : TWOPASS_UNSUPPORTED_ISA) << isa;
    EXPECT_EQ(twopass_active_isa(), is_available ? isa : before);
  }
  EXPECT_EQ(twopass_pin_isa(nullptr), TWOPASS_OK);
  EXPECT_EQ(twopass_active_isa(), DefaultIsa());
}

TEST_F(DispatchTest, AnUnknownPinChangesNothing) {
  ASSERT_EQ(twopass_pin_isa("scalar"), TWOPASS_OK);
  for (const char* name : {"", "bogus", "SCALAR", "scalar "}) {
    EXPECT_EQ(twopass_pin_isa(name), TWOPASS_UNSUPPORTED_ISA) << name;
    EXPECT_STREQ(twopass_active_isa(), "scalar");
  }
}

struct Listed {
  const char* isa;
  const char* elements_and_family;
  const char* name;
};
constexpr Listed kListed[] = {
#define TWOPASS_KERNEL(shape, x, y, family, isa, symbol, label, elements) {#isa, #x " " #y " " #family, label},
#include "src/gen/kernels.inc"
#undef TWOPASS_KERNEL
};

// Of each pair of elements one with plain stores, and where the ISA has them one with non-temporal stores.
TEST_F(DispatchTest, OneKernelOfEachFamilyIsInUse) {
  for (const std::string& isa : Isas()) {
    if (twopass_pin_isa(isa.c_str()) != TWOPASS_OK) continue;
    std::multiset<std::string> expected;
    std::set<std::string> roles;
    for (const Listed& kernel : kListed) {
      if (kernel.isa != isa) continue;
      expected.insert(kernel.name);
      EXPECT_TRUE(roles.insert(kernel.elements_and_family + Stores(kernel.name)).second) << kernel.name;
    }
    const std::vector<std::string> in_use = KernelsInUse();
    EXPECT_EQ(std::multiset<std::string>(in_use.begin(), in_use.end()), expected);
    for (const Kernel& kernel : Kernels()) {
      if (kernel.isa == isa) {
        EXPECT_EQ(roles.count(std::string("f32 f32 ") + kernel.family->name + Stores(kernel.name)), 1u) << kernel.name;
      }
    }
    EXPECT_EQ(twopass_kernel_name(SIZE_MAX), nullptr);
  }
}

TEST_F(DispatchTest, Caches) {
  const twopass_caches caches = twopass_detected_caches();
  // 0 stands for what the machine does not tell.
  EXPECT_TRUE(caches.l2_bytes == 0 || caches.l1_bytes <= caches.l2_bytes);
  EXPECT_EQ(caches.l3_bytes == 0, caches.l3_cores == 0);
  for (size_t bytes : {caches.l1_bytes, caches.l2_bytes, caches.l3_bytes}) EXPECT_EQ(bytes % 1024, 0u);
}

TEST_F(DispatchTest, StatusStrings) {
  std::set<std::string> strings;
  for (twopass_status status : {TWOPASS_OK, TWOPASS_INVALID_ARGUMENT, TWOPASS_UNSUPPORTED_ISA}) {
    strings.insert(twopass_status_string(status));
  }
  EXPECT_EQ(strings.size(), 3u);
  EXPECT_EQ(strings.count(""), 0u);
  for (twopass_status status : {-1, 3, 1000}) EXPECT_NE(twopass_status_string(status), nullptr);
}

TEST_F(DispatchTest, AlgorithmNames) {
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_AUTO), "auto");
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_THREE_PASS_RECOMPUTE), "three_pass_recompute");
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_THREE_PASS_RELOAD), "three_pass_reload");
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_TWO_PASS), "two_pass");
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_ANCHORED_RELOAD), "anchored_reload");
  EXPECT_STREQ(twopass_algorithm_name(TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE), "anchored_recompute");
  EXPECT_EQ(Algorithms().size(), 6u);
  for (uint32_t algorithm : {6u, 1000u, UINT32_MAX}) EXPECT_EQ(twopass_algorithm_name(algorithm), nullptr);
}

TEST_F(DispatchTest, TheAlgorithmOfTheOptionsIsChosen) {
  for (uint32_t algorithm : Algorithms()) {
    if (algorithm == TWOPASS_ALGORITHM_AUTO) continue;
    const twopass_options options = OptionsOf(algorithm);
    for (size_t columns : {size_t{1}, size_t{1} << 28}) {
      EXPECT_EQ(twopass_choose_algorithm_f32(1, columns, 0, &options), algorithm);
    }
  }
}

TEST_F(DispatchTest, AutoChoosesAnAlgorithm) {
  const twopass_options automatic = OptionsOf(TWOPASS_ALGORITHM_AUTO);
  for (size_t columns = 1; columns <= size_t{1} << 28; columns *= 2) {
    for (int in_place : {0, 1}) {
      const uint32_t chosen = twopass_choose_algorithm_f32(1, columns, in_place, nullptr);
      EXPECT_NE(chosen, TWOPASS_ALGORITHM_AUTO);
      EXPECT_NE(twopass_algorithm_name(chosen), nullptr);
      EXPECT_EQ(twopass_choose_algorithm_f32(1, columns, in_place, &automatic), chosen);
    }
  }
  // Short rows go through vsoftmax, however many.
  const size_t most_rows = PTRDIFF_MAX / sizeof(float) / kMinLongColumns;
  for (size_t rows : {size_t{1}, std::min(size_t{100000}, most_rows), most_rows}) {
    for (size_t columns : {size_t{100}, kMinLongColumns - 1}) {
      EXPECT_EQ(twopass_choose_algorithm_f32(rows, columns, 0, nullptr), TWOPASS_ALGORITHM_ANCHORED_RELOAD) << rows;
    }
  }
  EXPECT_EQ(twopass_choose_algorithm_f32(most_rows, kMinLongColumns, 0, nullptr), TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
  // In any cache the exponentials cost most, out of every cache the memory.
  EXPECT_EQ(twopass_choose_algorithm_f32(1, 100, 0, nullptr), TWOPASS_ALGORITHM_ANCHORED_RELOAD);
  EXPECT_EQ(twopass_choose_algorithm_f32(1, size_t{1} << 28, 0, nullptr), TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE);
}

TEST_F(DispatchTest, NoAlgorithmIsChosenForACallThatIsAnError) {
  const twopass_options unknown = OptionsOf(99), flags = OptionsOf(TWOPASS_ALGORITHM_TWO_PASS, 2);
  EXPECT_EQ(twopass_choose_algorithm_f32(1, 100, 0, &unknown), TWOPASS_ALGORITHM_AUTO);
  EXPECT_EQ(twopass_choose_algorithm_f32(1, 100, 0, &flags), TWOPASS_ALGORITHM_AUTO);
  EXPECT_EQ(twopass_choose_algorithm_f32(SIZE_MAX / 8 + 1, 1, 0, nullptr), TWOPASS_ALGORITHM_AUTO);
  EXPECT_EQ(twopass_choose_algorithm_f32(SIZE_MAX / 8 + 1, 5000, 0, nullptr), TWOPASS_ALGORITHM_AUTO);
  EXPECT_EQ(twopass_choose_algorithm_f32(SIZE_MAX, SIZE_MAX, 0, nullptr), TWOPASS_ALGORITHM_AUTO);
  EXPECT_EQ(twopass_choose_algorithm_f32(0, 100, 0, nullptr), TWOPASS_ALGORITHM_AUTO);
}

}  // namespace
}  // namespace twopass_test
