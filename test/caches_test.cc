// The caches that x86 processors describe themselves, on machines that are made up of what cpuid answers there. The
// program brings its own copy of src/caches.cc, in which cpuid is the one below.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "src/machine.h"

#if TWOPASS_IS_X86

#include <map>
#include <utility>

namespace {

struct Answer {
  unsigned eax, ebx, ecx;
};

using Machine = std::map<std::pair<unsigned, unsigned>, Answer>;  // by leaf and subleaf
Machine machine;
Answer otherwise = {};

twopass::Registers FakeCpuid(unsigned leaf, unsigned subleaf) {
  const auto found = machine.find({leaf, subleaf});
  const Answer answer = found != machine.end() ? found->second : otherwise;
  return {answer.eax, answer.ebx, answer.ecx, 0};
}

}  // namespace

#define cpuid FakeCpuid
#include "src/caches.cc"
#undef cpuid

namespace {

constexpr unsigned kIntel = 4, kAmd = 0x8000001D, kTopology = 11;
constexpr unsigned kData = 1, kInstructions = 2, kUnified = 3;

// Lines of 64 bytes.
Answer Cache(unsigned type, unsigned level, unsigned bytes, unsigned ways, unsigned sharers) {
  return {type | level << 5 | (sharers - 1) << 14, (ways - 1) << 22 | 63, bytes / ways / 64 - 1};
}

// What all machines here have, but for the third level.
Machine WithCaches(unsigned leaf, unsigned l1_sharers, Answer l3) {
  return {{{leaf, 0}, Cache(kData, 1, 32 << 10, 8, l1_sharers)},
          {{leaf, 1}, Cache(kInstructions, 1, 64 << 10, 8, l1_sharers)},
          {{leaf, 2}, Cache(kUnified, 2, 512 << 10, 8, l1_sharers)},
          {{leaf, 3}, l3}};
}

void AddTopology(unsigned threads_of_core, unsigned threads_of_package) {
  machine[{kTopology, 0}] = {0, threads_of_core, 0};
  machine[{kTopology, 1}] = {0, threads_of_package, 0};
}

void ExpectCaches(size_t l1, size_t l2, size_t l3, size_t cores) {
  const twopass_caches caches = twopass::detect_caches();
  EXPECT_EQ(caches.l1_bytes, l1);
  EXPECT_EQ(caches.l2_bytes, l2);
  EXPECT_EQ(caches.l3_bytes, l3);
  EXPECT_EQ(caches.l3_cores, cores);
}

TEST(CachesTest, CoresOfTwoThreads) {
  machine = WithCaches(kIntel, 2, Cache(kUnified, 3, 8 << 20, 16, 16));  // 16 in place of 8
  AddTopology(2, 8);
  ExpectCaches(32 << 10, 512 << 10, 8 << 20, 4);
}

TEST(CachesTest, CoresOfTwoThreadsOneOfWhichIsOff) {
  machine = WithCaches(kIntel, 2, Cache(kUnified, 3, 8 << 20, 16, 16));
  AddTopology(1, 4);
  ExpectCaches(32 << 10, 512 << 10, 8 << 20, 4);
}

TEST(CachesTest, TwoCachesInAPackage) {
  machine = WithCaches(kAmd, 2, Cache(kUnified, 3, 32 << 20, 16, 16));
  AddTopology(2, 32);
  ExpectCaches(32 << 10, 512 << 10, 32 << 20, 8);
}

TEST(CachesTest, NoTopology) {
  machine = WithCaches(kAmd, 2, Cache(kUnified, 3, 8 << 20, 16, 8));
  ExpectCaches(32 << 10, 512 << 10, 8 << 20, 4);
}

TEST(CachesTest, OneCore) {
  for (unsigned threads : {1, 2}) {
    machine = WithCaches(kIntel, threads, Cache(kUnified, 3, 2 << 20, 16, threads));
    AddTopology(threads, threads);
    ExpectCaches(32 << 10, 512 << 10, 2 << 20, 1);
  }
}

TEST(CachesTest, NoThirdLevel) {
  machine = WithCaches(kIntel, 1, {});
  AddTopology(1, 4);
  ExpectCaches(32 << 10, 512 << 10, 0, 0);
}

TEST(CachesTest, NoAnswers) {
  machine = {};
  ExpectCaches(0, 0, 0, 0);
}

// Every subleaf answers the same: the list of caches has no end.
TEST(CachesTest, Nonsense) {
  machine = {};
  constexpr unsigned kLevel1 = kData | 1 << 5;
  constexpr Answer kOnes = {~0u, ~0u, ~0u}, kFourGiB = {kLevel1, ~0u, 0}, kOneLine = {kLevel1, 63, 0};
  for (const Answer& answer : {kOnes, kFourGiB, kOneLine}) {
    otherwise = answer;
    ExpectCaches(0, 0, 0, 0);
  }
  otherwise = {};
}

}  // namespace

#else

TEST(CachesTest, Cpuid) { GTEST_SKIP() << "an instruction of x86"; }

#endif
