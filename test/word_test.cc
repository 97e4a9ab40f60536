// The words of each ISA, one by one, against plain C++: of numbers at the edges, which lane by lane tell a word that
// is wrong, where a kernel would tell that something is. What the words mean is in scripts/vocabulary.py; what the
// functions do here, in scripts/word_functions.py.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "test/elements.h"
#include "test/fused.h"
#include "twopass_debug.h"

#define TWOPASS_WORD(isa, variant, word, function, lanes, fuses)                     \
  void function(size_t count, const void* a, const void* b, const void* c, void* y); \
  size_t lanes();
#include "gen/words.inc"
#undef TWOPASS_WORD

namespace twopass_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Word {
  const char* isa;
  const char* variant;  // of the ISA, where there are several
  const char* name;
  void (*function)(size_t count, const void* a, const void* b, const void* c, void* y);
  size_t (*lanes)();
  bool fuses;
};

const Word kWords[] = {
#define TWOPASS_WORD(isa, variant, word, function, lanes, fuses) {#isa, variant, word, function, lanes, fuses},
#include "gen/words.inc"
#undef TWOPASS_WORD
};

void PrintTo(const Word& word, std::ostream* out) { *out << word.variant << "'s " << word.name; }

// ---- Numbers

using Floats = std::vector<float>;

Floats WithNegatives(Floats values) {
  for (size_t i = 0, count = values.size(); i < count; i++) values.push_back(-values[i]);
  return values;
}

// With ties: the square of 1 + 2^-12, and the sums of 1 and 2^24, of 1.5 and 2^23.
const Floats kPositive = {FLT_TRUE_MIN, FLT_MIN / 2, FLT_MIN, 0x1p-62f,     0.1f,          1, 1.5f, 0x1p+24f, 0x1p+64f,
                          FLT_MAX,      0x1p+23f,    8388609, 1 + 0x1p-12f, 1 + 0x1.8p-12f};
Floats Positive(Floats further) {
  further.insert(further.end(), kPositive.begin(), kPositive.end());
  return further;
}
const Floats kNotNegative = Positive({0, kInfinity, kNaN});
const Floats kNumbers = WithNegatives(kNotNegative);
const Floats kOne = {1};

// Integers from first to last, and further ones.
Floats Integers(int first, int last, Floats further = {}) {
  for (int n = first; n <= last; n++) further.push_back(static_cast<float>(n));
  return further;
}
const Floats kExponents = Integers(-126, 127, {kNaN});
const Floats kHighExponents =
    Integers(-126, 400, {1000, 65536, 0x1p+20f, 0x1p+22f, 0x1p+30f, FLT_MAX, kInfinity, kNaN});
const Floats kLowExponents =
    Integers(-400, 0, {-1000, -65536, -0x1p+20f, -0x1p+22f, -0x1p+30f, -FLT_MAX, -kInfinity, kNaN});
// What a polynomial makes of x near 0.
const Floats kMantissas = {0.70710677f, 1, 1.25f, 1.4142135f, 0x1p+16f, 1.4142135f * 0x1p+16f, kNaN};

Floats Indices() {
  Floats values;
  for (int k = -70; k < 70; k++) values.push_back(0x1.8p+18f + static_cast<float>(k) / 32);
  return values;
}
const Floats kIndices = Indices();

// ---- What a word that works lane by lane has to compute

struct Check {
  Floats a, b, c;
  // What may come out; nothing where nothing is promised.
  std::function<Floats(const Word& word, float a, float b, float c)> wanted;
  bool is_uniform = false;  // b and c are those of the first lane
};

// A NaN of both is that of an x; only n is none.
Floats Scaled(const Word&, float p, float n, float) {
  if (std::isnan(n)) return std::isnan(p) ? Floats{kNaN} : Floats{};
  return {std::ldexp(p, static_cast<int>(std::clamp(n, -1000.0f, 1000.0f)))};
}

Floats ScaledSaturating(const Word& word, float p, float n, float) {
  Floats wanted = Scaled(word, p, n, 0);
  if (n < 128 || std::isnan(n)) return wanted;
  if (!std::isnan(p) || std::isinf(n)) wanted.push_back(kInfinity);
  if (std::isinf(wanted[0])) wanted.push_back(kNaN);
  return wanted;
}

Floats ScaledDown(const Word& word, float p, float n, float) { return n < -64 ? Floats{0} : Scaled(word, p, n, 0); }

Floats MulAbove(const Word&, float v, float factor, float bound) {
  if (std::isnan(factor) != std::isnan(bound)) return {};  // one is made of the other
  return {v < bound ? 0.0f : v * factor + bound * 0};      // the sum is a NaN where bound is
}

// With a factor that is finite, and a bound.
const Floats kFactors = Positive({kNaN});
const Floats kBounds = {0, FLT_MIN, 0x1p-62f, 1, 0x1p+64f, FLT_MAX, kNaN};

Floats MulAddOf(const Word& word, float a, float b, float c) {
  if (word.fuses) return {Fused(a, b, c)};
  return {a * b + c, Fused(a, b, c)};
}

const std::map<std::string, Check> kChecks = {
    {"declare", {kNumbers, kOne, kOne, [](const Word&, float a, float, float) { return Floats{a}; }}},
    {"load", {kNumbers, kOne, kOne, [](const Word&, float a, float, float) { return Floats{a}; }}},
    {"store_non_temporal", {kNumbers, kOne, kOne, [](const Word&, float a, float, float) { return Floats{a}; }}},
    {"constant", {kNumbers, kNumbers, kOne, [](const Word&, float a, float b, float) { return Floats{a * b}; }, true}},
    {"add", {kNumbers, kNumbers, kOne, [](const Word&, float a, float b, float) { return Floats{a + b}; }}},
    {"sub", {kNumbers, kNumbers, kOne, [](const Word&, float a, float b, float) { return Floats{a - b}; }}},
    {"mul", {kNumbers, kNumbers, kOne, [](const Word&, float a, float b, float) { return Floats{a * b}; }}},
    {"div", {kNumbers, kNumbers, kOne, [](const Word&, float a, float b, float) { return Floats{a / b}; }}},
    {"madd", {kNumbers, kNumbers, kNumbers, MulAddOf}},
    {"fnma",
     {kNumbers, kNumbers, kNumbers,
      [](const Word& word, float a, float b, float c) {
        Floats wanted = MulAddOf(word, -a, b, c);
        if (wanted[0] == 0) wanted.push_back(-wanted[0]);
        return wanted;
      }}},
    {"max",
     {kNumbers, kNumbers, kOne,
      [](const Word&, float a, float b, float) {
        return a == b ? Floats{a, b} : std::isnan(a) ? Floats{a, b} : Floats{a > b ? a : b};
      }}},
    {"min",
     {kNumbers, kNumbers, kOne,
      [](const Word&, float a, float b, float) {
        return a == b ? Floats{a, b} : std::isnan(a) ? Floats{a, b} : Floats{a < b ? a : b};
      }}},
    {"less",
     {kNotNegative, kNotNegative, kNumbers,
      [](const Word&, float a, float b, float c) { return Floats{a < b ? 0 : c}; }}},
    {"mul_above", {kNotNegative, kFactors, kBounds, MulAbove}},
    {"mul_above_constants", {kNotNegative, kFactors, kBounds, MulAbove, true}},
    {"at_least",
     {Integers(-300, 0, kNumbers), kOne, kOne,
      [](const Word&, float n, float, float) { return std::isnan(n) ? Floats{} : Floats{std::max(n, -65.0f)}; }}},
    {"at_most",
     {Integers(0, 300, kNumbers), kOne, kOne,
      [](const Word&, float n, float, float) { return std::isnan(n) ? Floats{} : Floats{std::min(n, 128.0f)}; }}},
    {"below",
     {kLowExponents, kNumbers, kOne,
      [](const Word&, float n, float v, float) { return std::isnan(n) ? Floats{} : Floats{n < -64 ? 0 : v}; }}},
    {"power", {kExponents, kOne, kOne, [](const Word& word, float n, float, float) { return Scaled(word, 1, n, 0); }}},
    {"scale", {kMantissas, kExponents, kOne, Scaled}},
    {"scale_saturating", {kMantissas, kHighExponents, kOne, ScaledSaturating}},
    {"scale_down", {Positive({0, kInfinity, kNaN, -1, -kInfinity}), kLowExponents, kOne, ScaledDown}},
    {"lookup32",
     {kIndices, kOne, kOne,
      [](const Word&, float index, float, float) {
        uint32_t bits;
        std::memcpy(&bits, &index, sizeof(bits));
        return Floats{static_cast<float>(bits % 32) + 0.5f};
      }}},
    {"floor",
     {WithNegatives(Positive({0, kInfinity, kNaN, 0.5f, 1.75f, 0x1.7FFFFEp+21f})), kOne, kOne,
      [](const Word&, float a, float, float) { return Floats{std::floor(a)}; }}},
};

// ---- Comparisons

bool AreSame(float a, float b) { return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b); }

bool IsDenormal(float a) { return std::fpclassify(a) == FP_SUBNORMAL; }

// Of denormal numbers, which 32-bit NEON has none of, nothing is promised there; kernels compute none.
bool IsMeant(const Word& word, float a, float b, float c, const Floats& wanted) {
  if (wanted.empty()) return false;
  if (std::string(word.isa) != "neon") return true;
  return !IsDenormal(a) && !IsDenormal(b) && !IsDenormal(c) && !IsDenormal(a * b) &&
         std::none_of(wanted.begin(), wanted.end(), IsDenormal);
}

std::string Shown(float a) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.9g (%a)", a, a);
  return text;
}

std::string Shown(const Floats& values) {
  std::string text;
  for (float value : values) {
    if (text.find(Shown(value)) == std::string::npos) text += (text.empty() ? "" : " or ") + Shown(value);
  }
  return text;
}

// ---- The test

class WordTest : public testing::TestWithParam<Word> {
 protected:
  void SetUp() override {
    if (!twopass_isa_is_available(word().isa)) GTEST_SKIP() << "the machine has no " << word().isa;
    lanes_ = word().lanes();
    ASSERT_LE(lanes_, kRoom);
  }

  const Word& word() const { return GetParam(); }

  void Call(size_t count = 0) {
    std::memset(y_, 0xAA, sizeof(y_));
    word().function(count, a_, b_, c_, y_);
  }

  // Names the file and the word.
  std::string Here(size_t lane) const {
    return std::string("scripts/isa/") + word().isa + ".py (" + word().variant + "): the word " + word().name +
           ", lane " + std::to_string(lane);
  }

  void CheckLanes(const Check& check);
  void CheckSet1();
  void CheckFirst();
  void CheckTail();
  void CheckSum();
  void CheckMaximum();
  void Check16();
  void CheckWidening(const Format& format);
  void CheckNarrowing(const Format& format, bool is_of_exponentials);

  static constexpr size_t kRoom = 4096;
  alignas(4096) float a_[kRoom], b_[kRoom], c_[kRoom], y_[kRoom];
  size_t lanes_ = 0;
};

void WordTest::CheckLanes(const Check& check) {
  std::vector<Floats> cases;
  const size_t count = check.is_uniform ? (check.a.size() + lanes_ - 1) / lanes_ * lanes_ : check.a.size();
  for (float c : check.c) {
    for (float b : check.b) {
      for (size_t i = 0; i < count; i++) cases.push_back({check.a[i % check.a.size()], b, c});
    }
  }
  while (cases.size() % lanes_ != 0) cases.push_back(cases.front());
  for (size_t first = 0; first < cases.size(); first += lanes_) {
    for (size_t lane = 0; lane < lanes_; lane++) {
      a_[lane] = cases[first + lane][0];
      b_[lane] = cases[first + lane][1];
      c_[lane] = cases[first + lane][2];
    }
    Call();
    for (size_t lane = 0; lane < lanes_; lane++) {
      const Floats wanted = check.wanted(word(), a_[lane], b_[lane], c_[lane]);
      const auto is_same = [&](float each) { return AreSame(each, y_[lane]); };
      ASSERT_TRUE(!IsMeant(word(), a_[lane], b_[lane], c_[lane], wanted) ||
                  std::any_of(wanted.begin(), wanted.end(), is_same))
          << Here(lane) << ": of " << Shown(a_[lane]) << ", " << Shown(b_[lane]) << ", " << Shown(c_[lane])
          << "\n  got " << Shown(y_[lane]) << ", wanted " << Shown(wanted);
    }
  }
}

void WordTest::CheckSet1() {
  for (float a : kNumbers) {
    a_[0] = a;
    Call();
    for (size_t lane = 0; lane < lanes_; lane++) {
      ASSERT_TRUE(AreSame(y_[lane], a)) << Here(lane) << ": got " << Shown(y_[lane]) << ", wanted " << Shown(a);
    }
  }
}

void WordTest::CheckFirst() {
  for (float a : kNumbers) {
    a_[0] = a;
    Call();
    ASSERT_TRUE(AreSame(y_[0], a)) << Here(0) << ": got " << Shown(y_[0]) << ", wanted " << Shown(a);
  }
}

// load_tail has 0 in the lanes past the count, store_tail leaves them alone, and merge_tail has the old ones.
void WordTest::CheckTail() {
  const std::string name = word().name;
  for (size_t count = 1; count < lanes_; count++) {
    for (size_t lane = 0; lane < lanes_; lane++) {
      a_[lane] = static_cast<float>(lane + 1);
      b_[lane] = -a_[lane];
    }
    Call(count);
    float untouched;
    std::memset(&untouched, 0xAA, sizeof(untouched));
    for (size_t lane = 0; lane < lanes_; lane++) {
      const float first = name == "merge_tail" ? b_[lane] : a_[lane];
      const float other = name == "merge_tail" ? a_[lane] : name == "load_tail" ? 0 : untouched;
      const float wanted = lane < count ? first : other;
      ASSERT_TRUE(AreSame(y_[lane], wanted))
          << Here(lane) << " of a tail of " << count << ": got " << Shown(y_[lane]) << ", wanted " << Shown(wanted);
    }
  }
}

void WordTest::CheckSum() {
  // Powers of two, as long as their sum is exact: it tells which lanes are in it, and how often.
  for (size_t begin = 0; begin < lanes_; begin += 24) {
    float wanted = 0;
    for (size_t lane = 0; lane < lanes_; lane++) {
      const bool counts = lane >= begin && lane < begin + 24;
      a_[lane] = counts ? std::ldexp(1.0f, static_cast<int>(lane - begin)) : 0;
      wanted += a_[lane];
    }
    Call();
    ASSERT_TRUE(AreSame(y_[0], wanted)) << Here(begin) << ": got " << Shown(y_[0]) << ", wanted " << Shown(wanted);
  }
  for (float special : {kNaN, kInfinity, -kInfinity, FLT_MAX}) {
    for (size_t lane = 0; lane < lanes_; lane++) {
      std::fill_n(a_, lanes_, 0.0f);
      a_[lane] = special;
      Call();
      ASSERT_TRUE(AreSame(y_[0], special)) << Here(lane) << ": got " << Shown(y_[0]) << ", wanted " << Shown(special);
    }
  }
}

void WordTest::CheckMaximum() {
  for (float largest : kNumbers) {
    if (std::isnan(largest) || largest == -kInfinity) continue;
    for (float other : {-kInfinity, -FLT_MAX, std::nextafter(largest, -kInfinity)}) {
      if (other > largest) continue;
      for (size_t lane = 0; lane < lanes_; lane++) {
        std::fill_n(a_, lanes_, other);
        a_[lane] = largest;
        Call();
        ASSERT_TRUE(y_[0] == largest || !IsMeant(word(), other, largest, 0, {largest}))
            << Here(lane) << ": beside " << Shown(other) << " got " << Shown(y_[0]) << ", wanted " << Shown(largest);
      }
    }
  }
}

// load, store and set1 of 16 bits, and of those the ones of tails.
void WordTest::Check16() {
  const std::string name = word().name;
  const bool is_tail = name.find("_tail") != std::string::npos;
  uint16_t a[kRoom];
  for (size_t lane = 0; lane < lanes_; lane++) a[lane] = static_cast<uint16_t>(0xFFFF - 257 * lane);
  std::memcpy(a_, a, lanes_ * sizeof(a[0]));
  for (size_t count = is_tail ? 1 : lanes_; count < (is_tail ? lanes_ : lanes_ + 1); count++) {
    Call(count);
    uint16_t y[kRoom];
    std::memcpy(y, y_, (lanes_ + 1) * sizeof(y[0]));
    for (size_t lane = 0; lane <= lanes_; lane++) {
      const uint16_t past = name == "load_16_tail" && lane < lanes_ ? 0 : 0xAAAA;
      const uint16_t wanted = lane >= count ? past : name == "set1_16" ? a[0] : a[lane];
      ASSERT_EQ(y[lane], wanted) << Here(lane) << (is_tail ? " of a tail of " + std::to_string(count) : "");
    }
  }
}

void WordTest::CheckWidening(const Format& format) {
  for (size_t first = 0; first < 65536; first += lanes_) {
    uint16_t a[kRoom];
    for (size_t lane = 0; lane < lanes_; lane++) a[lane] = static_cast<uint16_t>(first + lane);
    std::memcpy(a_, a, lanes_ * sizeof(a[0]));
    Call();
    for (size_t lane = 0; lane < lanes_; lane++) {
      const float wanted = Widened(format, a[lane]);
      ASSERT_TRUE(AreSame(y_[lane], wanted))
          << Here(lane) << ": of " << a[lane] << " got " << Shown(y_[lane]) << ", wanted " << Shown(wanted);
    }
  }
}

void WordTest::CheckNarrowing(const Format& format, bool is_of_exponentials) {
  // Elements, what is halfway between them, and the floats beside that.
  Floats values = kNotNegative;
  for (uint32_t half = 0; half < format.infinity(); half += 5) {
    const float value = Widened(format, static_cast<uint16_t>(half));
    const float next = Widened(format, static_cast<uint16_t>(half + 1));
    const float middle = std::isinf(next) ? value : value / 2 + next / 2;
    for (float each : {value, middle, std::nextafter(middle, 0.0f), std::nextafter(middle, kInfinity)}) {
      values.push_back(each);
    }
  }
  values = WithNegatives(values);
  if (is_of_exponentials) {
    const auto is_other = [](float v) {
      return !(std::isnan(v) || (v == 0 && !std::signbit(v)) || (v >= FLT_MIN && v <= 0x1p+111f));
    };
    values.erase(std::remove_if(values.begin(), values.end(), is_other), values.end());
  }
  while (values.size() % lanes_ != 0) values.push_back(0);
  for (size_t first = 0; first < values.size(); first += lanes_) {
    std::copy_n(&values[first], lanes_, a_);
    Call();
    uint16_t y[kRoom];
    std::memcpy(y, y_, lanes_ * sizeof(y[0]));
    for (size_t lane = 0; lane < lanes_; lane++) {
      const uint16_t wanted = Narrowed(format, a_[lane]);
      ASSERT_TRUE(y[lane] == wanted || (std::isnan(a_[lane]) && std::isnan(Widened(format, y[lane]))))
          << Here(lane) << ": of " << Shown(a_[lane]) << " got " << y[lane] << ", wanted " << wanted;
    }
  }
}

TEST_P(WordTest, ComputesWhatItSays) {
  const std::string name = word().name;
  const auto check = kChecks.find(name);
  if (check != kChecks.end()) return CheckLanes(check->second);
  if (name == "set1") return CheckSet1();
  if (name == "first") return CheckFirst();
  if (name == "load_tail" || name == "store_tail" || name == "merge_tail") return CheckTail();
  if (name == "reduce_add") return CheckSum();
  if (name == "reduce_max") return CheckMaximum();
  if (name == "widen_f16" || name == "widen_bf16") return CheckWidening(kFormats[name == "widen_f16" ? 0 : 1]);
  if (name == "narrow_f16" || name == "narrow_bf16")
    return CheckNarrowing(kFormats[name == "narrow_f16" ? 0 : 1], false);
  if (name == "narrow_exponential_bf16") return CheckNarrowing(kFormats[1], true);
  if (name.find("_16") != std::string::npos) return Check16();
  FAIL() << "no test knows what the word " << name << " has to compute";
}

INSTANTIATE_TEST_SUITE_P(Words, WordTest, testing::ValuesIn(kWords), [](const testing::TestParamInfo<Word>& info) {
  const std::string variant = info.param.variant;
  const std::string isa = info.param.isa;
  return isa + "__" + variant.substr(std::min(variant.size(), isa.size() + 1)) + (variant == isa ? "" : "_") +
         info.param.name;
});

}  // namespace
}  // namespace twopass_test
