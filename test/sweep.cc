// Sweeps of the exponential against exp in double, whose error is 2^-29 of what is measured here.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "test/sweep.h"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>

#ifdef __STDCPP_THREADS__
#include <thread>
#endif

#include "test/reference.h"
#include "twopass_debug.h"

namespace twopass_test {
namespace {

// Arguments that go through the kernels in one call, and floats that a thread takes on at once.
constexpr size_t kBlock = 4096;
constexpr uint64_t kChunk = uint64_t{1} << 24;
// Within a block of vscaleextexp the arguments differ by at most this, so that no result is far from 1.
constexpr float kMaxSpread = 64;
// From here down exp is 0.
constexpr float kLowest = -104;
constexpr uint32_t kSparserBelowLowest = 997;
// A block may reach so far beyond the limit, in both directions, before its sum is done another way.
constexpr float kBeyondLimit = 400;

constexpr uint32_t kSignBit = 0x80000000;

// Floats of one sign, by the bits of their magnitudes, which are in the order of the magnitudes: every step-th of
// [first, last].
struct Range {
  uint32_t sign;
  uint64_t first;
  uint64_t last;
  uint64_t step;
};

std::vector<Range> RangesOf(const Family& family, uint32_t stride) {
  if (family.takes_anchor) {
    const uint32_t last = BitsOf(kTwoPassLimit + kBeyondLimit);
    return {{0, 0, last, stride}, {kSignBit, 0, last, stride}};
  }
  const uint32_t lowest = BitsOf(-kLowest);
  return {
      {kSignBit, 0, lowest, stride},
      {kSignBit, lowest + 1, BitsOf(std::numeric_limits<float>::infinity()), uint64_t{stride} * kSparserBelowLowest}};
}

// Pieces of the ranges for threads to take one after another.
std::vector<Range> Chunks(const std::vector<Range>& ranges) {
  std::vector<Range> chunks;
  for (const Range& range : ranges) {
    const uint64_t length = (kChunk + range.step - 1) / range.step * range.step;
    for (uint64_t first = range.first; first <= range.last; first += length) {
      chunks.push_back({range.sign, first, std::min(range.last, first + length - 1), range.step});
    }
  }
  return chunks;
}

// exp(x) * 2^-exponent. The exponent is an integer of at most 18 bits, so its product with the upper part of ln 2 is
// exact.
double ScaledExp(float x, double exponent) {
  constexpr double kLn2Upper = 0x1.62e42feep-1;
  constexpr double kLn2Lower = 0x1.a39ef35793c76p-33;
  return std::exp((x - exponent * kLn2Upper) - exponent * kLn2Lower);
}

// What that becomes in a kernel whose ln 2 is too large by ln2_excess, to 2^-39.
double WithExcess(double exact, float x, double ln2_excess) {
  const double error = x / kLn2 * ln2_excess;  // 2^-12 at most where a result is normal
  return exact * (1 - error + error * error / 2);
}

void Compare(const float* x, const double* exact, const double* ulps_in_one, const float* y, size_t count,
             SweepResult* result) {
  const double surely_normal = FLT_MIN * (1 + 2 * static_cast<double>(kEpsilon));
  result->floats += count;
  for (size_t i = 0; i < count; i++) {
    const bool is_right =
        exact[i] >= surely_normal ? y[i] >= FLT_MIN && y[i] <= FLT_MAX : IsWithin(y[i], exact[i], 2 * kEpsilon);
    if (!is_right) {
      result->failures++;
      result->failure = x[i];
    } else if (exact[i] >= surely_normal) {
      result->max_relative = std::max(result->max_relative, std::fabs(y[i] - exact[i]) / exact[i]);
      const double ulp = std::fabs(y[i] - exact[i]) * ulps_in_one[i];
      if (ulp > result->max_ulp) {
        result->max_ulp = ulp;
        result->worst = x[i];
      }
    }
  }
}

void SweepChunk(const std::vector<Kernel>& kernels, const Range& chunk, std::vector<SweepResult>* results) {
  float x[kBlock], y[kBlock];
  double exact[2][kBlock], ulps_in_one[2][kBlock];  // for kernels without and with an excess of their ln 2
  double excess = 0;
  for (const Kernel& kernel : kernels) excess = std::max(excess, kernel.Ln2Excess());
  const bool takes_anchor = kernels[0].family->takes_anchor;
  const float spread = takes_anchor ? kMaxSpread : std::numeric_limits<float>::infinity();
  for (uint64_t bits = chunk.first; bits <= chunk.last;) {
    const float first = FloatOf(static_cast<uint32_t>(bits));
    size_t count = 0;
    for (; count < kBlock && bits <= chunk.last; count++, bits += chunk.step) {
      const float magnitude = FloatOf(static_cast<uint32_t>(bits));
      if (magnitude > first + spread) break;
      x[count] = chunk.sign != 0 ? -magnitude : magnitude;
    }
    twopass_params params = kNeutralParams;
    // One more than the exponent of the largest: near a tie, either neighbour may be the kernel's.
    if (takes_anchor) params.anchor = std::round(std::max(x[0], x[count - 1]) / static_cast<float>(kLn2)) + 1;
    for (size_t i = 0; i < count; i++) {
      exact[0][i] = ScaledExp(x[i], params.anchor);
      exact[1][i] = WithExcess(exact[0][i], x[i], excess);
      for (size_t k = 0; k < 2; k++) ulps_in_one[k][i] = exact[k][i] > 0 ? UlpsInOne(exact[k][i]) : 0;
    }
    for (size_t k = 0; k < kernels.size(); k++) {
      kernels[k](count, x, y, params);
      const size_t with_excess = kernels[k].Ln2Excess() != 0;
      Compare(x, exact[with_excess], ulps_in_one[with_excess], y, count, &(*results)[k]);
    }
  }
}

#ifdef __STDCPP_THREADS__
size_t CountThreads() { return std::max(1u, std::thread::hardware_concurrency()); }

// Calls work(t) for each t below `count`, at once.
template <typename Work>
void RunThreads(size_t count, const Work& work) {
  std::vector<std::thread> threads;
  for (size_t t = 0; t < count; t++) threads.emplace_back(work, t);
  for (std::thread& thread : threads) thread.join();
}
#else  // a system of one thread
size_t CountThreads() { return 1; }

template <typename Work>
void RunThreads(size_t count, const Work& work) {
  for (size_t t = 0; t < count; t++) work(t);
}
#endif

void Add(const SweepResult& from, SweepResult* to) {
  to->floats += from.floats;
  to->failures += from.failures;
  if (from.failures != 0) to->failure = from.failure;
  to->max_relative = std::max(to->max_relative, from.max_relative);
  if (from.max_ulp > to->max_ulp) {
    to->max_ulp = from.max_ulp;
    to->worst = from.worst;
  }
}

struct Errors {
  double ulp;
  double relative;  // in units of 2^-23
};

// Found by exp_sweep. Without a fused multiply-add each step of the polynomial rounds twice.
const Errors& ErrorsOf(const Kernel& kernel) {
  static const std::map<std::string, Errors> errors = {
      {"lut32_p2", {2.19, 1.663}}, {"rr1_p5", {1.80, 1.342}}, {"rr4_p5", {2.42, 1.716}}};
  const std::string method = kernel.Method();
  return errors.at(method.substr(method.find('_') + 1));
}

}  // namespace

double MaxUlp(const Kernel& kernel) { return ErrorsOf(kernel).ulp; }

double MaxRelative(const Kernel& kernel) { return ErrorsOf(kernel).relative * kEpsilon; }

std::vector<SweepResult> Sweep(const std::vector<Kernel>& kernels, uint32_t stride) {
  const std::vector<Range> chunks = Chunks(RangesOf(*kernels[0].family, stride));
  const size_t thread_count = CountThreads();
  std::vector<std::vector<SweepResult>> results(thread_count, std::vector<SweepResult>(kernels.size()));
  std::atomic<size_t> next{0};
  RunThreads(thread_count, [&](size_t t) {
    for (size_t i; (i = next++) < chunks.size();) SweepChunk(kernels, chunks[i], &results[t]);
  });
  for (size_t t = 1; t < thread_count; t++) {
    for (size_t k = 0; k < kernels.size(); k++) Add(results[t][k], &results[0][k]);
  }
  return results[0];
}

std::vector<Kernel> OneKernelOfEachMethod(const std::string& family) {
  std::vector<Kernel> kernels;
  std::set<std::string> methods;
  for (const Kernel& kernel : KernelsOfFamily(family)) {
    if (twopass_isa_is_available(kernel.isa) && methods.insert(kernel.Method()).second) kernels.push_back(kernel);
  }
  return kernels;
}

}  // namespace twopass_test
