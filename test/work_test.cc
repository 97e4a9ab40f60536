// The worst case of an algorithm, in elements that its kernels process, not in seconds: rows that defeat the anchors
// cost at most 2.2 times the exponentials of a well-behaved row, or 3 where values are beyond the accurate range;
// masked rows at most twice.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "src/arguments.h"
#include "src/dispatch.h"
#include "src/plan.h"
#include "test/inputs.h"
#include "test/inventory.h"
#include "test/reference.h"
#include "test/softmax_fixture.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

using twopass::kBlock;
using twopass::Kernels;

// ---- Kernels that count the elements they process, and leave the work to those of an ISA

struct Work {
  size_t exponentials = 0;
  size_t maxima = 0;
  size_t products = 0;
};

Work work;
const Kernels* counted;

// A kernel for a role, which counts its elements.
template <auto Kernels::*kRole, size_t Work::*kElements>
void Reduce(size_t count, const void* x, void* y, const twopass_params* params, twopass_reduction* result) {
  work.*kElements += count;
  (counted->*kRole)(count, x, y, params, result);
}

template <auto Kernels::*kRole, size_t Work::*kElements>
void Map(size_t count, const void* x, void* y, const twopass_params* params) {
  work.*kElements += count;
  (counted->*kRole)(count, x, y, params);
}

Kernels CountingKernels(const Kernels& kernels) {
  counted = &kernels;
  Kernels counting = {};
  counting.rmax = Reduce<&Kernels::rmax, &Work::maxima>;
  counting.raddexpminusmax = Reduce<&Kernels::raddexpminusmax, &Work::exponentials>;
  counting.raddstoreexpminusmax = Reduce<&Kernels::raddstoreexpminusmax, &Work::exponentials>;
  counting.vscaleexpminusmax = Map<&Kernels::vscaleexpminusmax, &Work::exponentials>;
  counting.raddexpanchor = Reduce<&Kernels::raddexpanchor, &Work::exponentials>;
  counting.raddstoreexpanchor = Reduce<&Kernels::raddstoreexpanchor, &Work::exponentials>;
  counting.vmulc = Map<&Kernels::vmulc, &Work::products>;
  counting.raddextexp = Reduce<&Kernels::raddextexp, &Work::exponentials>;
  counting.vscaleextexp = Map<&Kernels::vscaleextexp, &Work::exponentials>;
  return counting;
}

// ---- Rows

constexpr size_t kColumns = 6 * kBlock + 1000;

using Row = std::vector<float>;

Row Staircase(float step) {
  Row x(kColumns);
  for (size_t i = 0; i < x.size(); i++) x[i] = step * static_cast<float>(i);
  return x;
}

Row AlternatingBlocks(float mean) {
  Row x = NormalLogits(kColumns, 1);
  for (size_t i = 0; i < x.size(); i++) x[i] += i / kBlock % 2 == 0 ? -mean : mean;
  return x;
}

// The last element of every block, or of the row alone, is far above the rest.
Row HugeValues(float huge, bool in_every_block) {
  Row x = NormalLogits(kColumns, 1);
  if (in_every_block) {
    for (size_t i = kBlock - 1; i < x.size(); i += kBlock) x[i] = huge;
  }
  x.back() = huge;
  return x;
}

std::vector<Input> HardRows() {
  std::vector<Input> rows;
  for (float step : {0.01f, 0.1f, 1.0f, 1.3f})
    rows.push_back({"staircase by " + std::to_string(step), Staircase(step)});
  for (float mean : {100.0f, 1e3f, 6e4f}) {
    rows.push_back({"blocks around +-" + std::to_string(mean), AlternatingBlocks(mean)});
  }
  for (float huge : {70.0f, 100.0f, 1e3f, 6e4f, 0x1p16f, 1e5f, 1e6f, 1e30f}) {
    rows.push_back({std::to_string(huge) + " last", HugeValues(huge, false)});
    rows.push_back({std::to_string(huge) + " last in each block", HugeValues(huge, true)});
  }
  rows.push_back({"uniform", UniformLogits(kColumns, 1e3f)});
  return rows;
}

// As attention has them, and rows that are nothing but masks. They go through kernels, and not one by one.
std::vector<Input> MaskedRows() {
  std::vector<Input> rows;
  const Row logits = NormalLogits(kColumns, 10);
  for (float mask : {-std::numeric_limits<float>::infinity(), -1e9f, -FLT_MAX}) {
    Row causal = logits, padded = logits, random = logits, all(kColumns, mask);
    std::mt19937 bits(5);
    for (size_t i = 0; i < kColumns; i++) {
      if (i > kColumns / 3) causal[i] = mask;
      if (i > kColumns / 8) padded[i] = mask;
      if (bits() % 2 == 0) random[i] = mask;
    }
    const std::string name = " masked by " + std::to_string(mask);
    rows.push_back({"causal" + name, causal});
    rows.push_back({"causal, reversed" + name, {causal.rbegin(), causal.rend()}});
    rows.push_back({"padded" + name, padded});
    rows.push_back({"random" + name, random});
    rows.push_back({"all" + name, all});
    all[kColumns / 2] = std::numeric_limits<float>::quiet_NaN();
    rows.push_back({"NaN among all" + name, all});
  }
  Row nan = logits;
  nan.back() = std::numeric_limits<float>::quiet_NaN();
  rows.push_back({"NaN last", nan});
  return rows;
}

std::vector<Input> SomeOf(const std::vector<Input>& rows) {
  std::vector<Input> some;
  for (size_t i : Numbers(0, rows.size() - 1)) some.push_back(rows[i]);
  return some;
}

// ---- The bound

class WorkTest : public SoftmaxTest {
 protected:
  // What a softmax of the row takes. Its result is right, too.
  Work WorkOn(const std::vector<float>& x, bool is_in_place) {
    const twopass::Isa* isa;
    EXPECT_EQ(twopass::active_isa(&isa), TWOPASS_OK);
    twopass::Isa counting = *isa;
    counting.kernels.of[0][0] = CountingKernels(isa->kernels_of(twopass::Element::f32, twopass::Element::f32));
    Row y = is_in_place ? x : Row(x.size());
    const float* const input = is_in_place ? y.data() : x.data();
    const twopass_options options = Options();
    work = {};
    twopass::Operation softmax(&twopass::kSoftmax, true, true, 1, x.size(), {const_cast<float*>(input), 0},
                               {y.data(), 0});
    EXPECT_TRUE(twopass::take_options(options, &softmax));
    twopass::run(twopass::make_plan(softmax, counting));
    EXPECT_EQ(Difference(ReferenceSoftmax(x, options.algorithm), x, y.data()), "");
    return work;
  }
};

TEST_P(WorkTest, OfAWellBehavedRow) {
  for (bool is_in_place : {false, true}) {
    const Work easy = WorkOn(NormalLogits(kColumns, 10), is_in_place);
    const bool reloads = Options().algorithm == TWOPASS_ALGORITHM_ANCHORED_RELOAD;
    EXPECT_EQ(easy.exponentials, reloads ? kColumns : 2 * kColumns);
    EXPECT_EQ(easy.products, reloads ? kColumns : 0);
    // In place what is stored cannot be done again, so the maximum is looked for first.
    const size_t expected_maxima = reloads && is_in_place ? kColumns : 0;
    EXPECT_GE(easy.maxima, expected_maxima);
    EXPECT_LT(easy.maxima, expected_maxima + kColumns / 100);
  }
}

TEST_P(WorkTest, OfHardRows) {
  for (bool is_in_place : {false, true}) {
    const Work easy = WorkOn(NormalLogits(kColumns, 10), is_in_place);
    for (const Input& row : SomeOf(HardRows())) {
      const Work hard = WorkOn(row.x, is_in_place);
      // A block with a value above 2^16 at its end is tried, summed by its maximum, and recomputed.
      const bool is_far = *std::max_element(row.x.begin(), row.x.end()) > kTwoPassLimit;
      EXPECT_LE(hard.exponentials, (is_far ? 3.0 : 2.2) * easy.exponentials) << row.name;
      EXPECT_LE(hard.products, 2.2 * easy.products) << row.name;
      EXPECT_LE(hard.maxima, 2.2 * kColumns) << row.name;
    }
  }
}

TEST_P(WorkTest, OfMaskedRows) {
  for (bool is_in_place : {false, true}) {
    const Work easy = WorkOn(NormalLogits(kColumns, 10), is_in_place);
    for (const Input& row : SomeOf(MaskedRows())) {
      const Work masked = WorkOn(row.x, is_in_place);
      // Every element goes through a kernel that finds a NaN.
      EXPECT_GE(masked.exponentials, kColumns) << row.name;
      EXPECT_LE(masked.exponentials, 2.05 * easy.exponentials) << row.name;
      EXPECT_LE(masked.products, 1.05 * kColumns) << row.name;
      EXPECT_LE(masked.maxima, 2.05 * kColumns) << row.name;
    }
  }
}

TWOPASS_INSTANTIATE_SOFTMAX_TEST(WorkTest, (std::vector<uint32_t>{TWOPASS_ALGORITHM_ANCHORED_RELOAD,
                                                                  TWOPASS_ALGORITHM_ANCHORED_RECOMPUTE}));

}  // namespace
}  // namespace twopass_test
