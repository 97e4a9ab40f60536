// What statistics and samples of a vocabulary have in common: blocks of a row, sums by its maximum, the largest logits.
// All of it has the same bits on every ISA.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_TOKENS_H_
#define TWOPASS_SRC_TOKENS_H_

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>

#include "block.h"
#include "extexp.h"

namespace twopass {

// log(1 + x) for x >= 0, also where x is nothing beside 1.
inline double log_of_one_and(double x) {
  if (!(x <= 0.25)) return log_in_double(1.0 + x);
  const double s = x / (2.0 + x), square = s * s;  // 2 * atanh(s)
  double sum = kReciprocals.of[17];
  for (int k = 15; k > 0; k -= 2) sum = sum * square + kReciprocals.of[k];
  return 2.0 * s * sum;
}

// Calls block(start, count, x) for the logits of a row, some at a time, as floats that the nearest cache holds.
template <class Function>
void for_each_block(const Row& row, const Function& block) {
  float buffer[kMaxCopied];
  for_each_piece(0, row.columns, kMaxCopied, [&](size_t start, size_t count) {
    block(start, count, load(row.plan, row.plan.operation->input, row.index, start, count, buffer));
  });
}

inline float max_of(const Plan& plan, const float* x, size_t count) {
  struct twopass_reduction result;
  plan.isa->kernels_of_floats().rmax(count, x, nullptr, nullptr, &result);
  return result.value;
}

// Calls piece(start, count) for the parts of a block that have an x above the bound. Most have none, and a maximum is
// found faster than each x looked at.
constexpr size_t kMaxSearched = 256;
template <class Function>
void for_each_piece_above(const Plan& plan, const float* x, size_t count, float bound, const Function& piece) {
  for_each_piece(0, count, kMaxSearched, [&](size_t start, size_t some) {
    if (max_of(plan, x + start, some) > bound) piece(start, some);
  });
}

// Whether some floats have a NaN or +infinity.
bool has_nan_or_infinity(const float* x, size_t count);

// The sums of a row by its maximum, without the term of the maximum itself, so that they keep their digits beside it:
// those of e = exp(x - max), and of (x - max) * e.
class SumsByMax {
 public:
  // Adds a block that begins at a column, and whose maximum is known.
  void add(const Plan& plan, size_t start, size_t count, const float* x, float max_of_block);

  bool is_empty() const { return argmax_ < 0; }      // nothing but -infinity, if nothing else
  bool is_number() const { return rest_ == rest_; }  // no NaN, no +infinity
  float max() const { return max_; }
  int64_t argmax() const { return argmax_; }
  double sum() const { return 1.0 + rest_; }  // of e, with that of the maximum
  double log_sum() const { return log_of_one_and(rest_); }
  double entropy() const { return log_sum() - moment_ / sum(); }

 private:
  void add(const Plan& plan, const float* x, size_t count);
  void move_to(float max);

  float max_ = -HUGE_VALF;
  int64_t argmax_ = -1;
  double rest_ = 0.0;
  double moment_ = 0.0;
};

// A token and its logit.
struct Logit {
  float x;
  int64_t token;

  bool operator<(const Logit& other) const { return x > other.x || (x == other.x && token < other.token); }
};

// The largest logits, equal ones by their index, of those that are added in the order of their index.
template <size_t kMax>
class Largest {
 public:
  explicit Largest(size_t most) : most_(most), room_(2 * most + 64 < kRoom ? 2 * most + 64 : kRoom) {}

  // What is not above it need not be added.
  float bound() const { return bound_; }

  void add(const Plan& plan, size_t start, size_t count, const float* x) {
    for_each_piece_above(plan, x, count, bound_, [&](size_t first, size_t some) {
      for (size_t i = first; i < first + some; i++) {
        if (x[i] > bound_) add({x[i], static_cast<int64_t>(start + i)});
      }
    });
  }

  // In order, at last.
  void sort() {
    shrink();
    std::sort(logits_, logits_ + count_);
  }
  size_t count() const { return count_; }
  const Logit& operator[](size_t index) const { return logits_[index]; }

 private:
  void add(const Logit& logit) {
    logits_[count_++] = logit;
    if (count_ == room_) shrink();
  }
  void shrink() {
    if (count_ == 0 || count_ < most_) return;
    std::nth_element(logits_, logits_ + (most_ - 1), logits_ + count_);
    count_ = most_;
    bound_ = logits_[most_ - 1].x;
  }

  // With room for as many again, they are told apart only now and then.
  static constexpr size_t kRoom = 2 * kMax;
  const size_t most_;
  const size_t room_;
  size_t count_ = 0;
  float bound_ = -HUGE_VALF;
  Logit logits_[kRoom];
};

}  // namespace twopass

#endif  // TWOPASS_SRC_TOKENS_H_
