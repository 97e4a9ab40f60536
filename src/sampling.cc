// The public calls that draw tokens.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <float.h>
#include <math.h>

#include "arguments.h"
#include "perform.h"
#include "philox.h"
#include "tokens.h"
#include "twopass_tokens.h"

namespace twopass {
namespace {

using Sampler = struct twopass_sampler;
using Sample = struct twopass_sample;

struct Sampling {
  const Sampler* samplers;
  Sample* samples;
};

constexpr Sample kNoSample = {-1, 0, NAN};

// Every filter keeps a prefix of the tokens in the order of their logits. By its distance from the largest logit, and
// by its index where distances are equal, a token is before another. The last one that is kept is all there is to know
// of the filters.
struct Cut {
  float distance;
  int64_t token;

  bool keeps(float distance_of_token, int64_t token_of) const {
    return distance_of_token < distance || (distance_of_token == distance && token_of <= token);
  }
};

constexpr Cut kNoCut = {FLT_MAX, INT64_MAX};  // but for -infinity

// What is min_p times as probable as the largest, or more.
Cut cut_by_min_p(float min_p) {
  return min_p > 0.0f ? Cut{static_cast<float>(-log_in_double(min_p)), INT64_MAX} : kNoCut;
}

bool has_top_p(const Sampler& sampler) { return sampler.top_p < 1.0f; }
bool is_joint(const Sampler& sampler) { return (sampler.flags & TWOPASS_SAMPLE_JOINT) != 0; }

Sample sample_of(int64_t token, size_t kept, double log_probability) {
  return {token, kept, normal_float(fmin(log_probability, 0.0))};
}

// ---- Few tokens are left: the largest ones, in order

Sample draw_from_largest(const Row& row, const Sampler& sampler, size_t top_k) {
  const Plan& plan = row.plan;
  const bool needs_sum = is_joint(sampler) && has_top_p(sampler);
  SumsByMax sums;
  Largest<TWOPASS_MAX_SORTED_TOP> largest(top_k);
  bool has_number = true;
  for_each_block(row, [&](size_t start, size_t count, const float* x) {
    const float max = max_of(plan, x, count);
    if (needs_sum) sums.add(plan, start, count, x, max);
    if (has_nan_or_infinity(x, count)) has_number = false;
    if (max > largest.bound()) largest.add(plan, start, count, x);
  });
  largest.sort();
  if (!has_number || largest.count() == 0) return kNoSample;

  const float max = largest[0].x;
  double weights[TWOPASS_MAX_SORTED_TOP], sum = 0.0;
  for (size_t i = 0; i < largest.count(); i++) {
    weights[i] = exp_in_double(static_cast<double>(largest[i].x) - max);
    sum += weights[i];
  }
  size_t kept = largest.count();
  if (has_top_p(sampler)) {
    const double enough = sampler.top_p * (needs_sum ? sums.sum() : sum);
    double sum_of_kept = weights[0];
    kept = 1;
    while (kept < largest.count() && sum_of_kept < enough) sum_of_kept += weights[kept++];
  }
  const Cut cut = cut_by_min_p(sampler.min_p);
  while (!cut.keeps(max - largest[kept - 1].x, largest[kept - 1].token)) kept--;

  sum = 0.0;
  for (size_t i = 0; i < kept; i++) {
    weights[i] = exp_in_double((static_cast<double>(largest[i].x) - max) / sampler.temperature);
    sum += weights[i];
  }
  double left = uniform(sampler.seed, sampler.counter) * sum;
  size_t drawn = 0;
  while (drawn + 1 < kept && left >= weights[drawn]) left -= weights[drawn++];
  const double distance = static_cast<double>(largest[drawn].x) - max;
  return sample_of(largest[drawn].token, kept, distance / sampler.temperature - log_in_double(sum));
}

// ---- Many tokens are left: the last one is found by histograms
//
// What is not inlined here keeps its histograms and candidates on the stack: one at a time, where an inlined function
// would have them all at once.

// A row, once its largest logit is known.
struct Peak {
  const Row& row;
  float max;

  // Calls function(token, distance, exponential) for each token of [begin, end) from one distance to another, in the
  // order of their indices, where the exponential is exp((x - max) / temperature).
  template <class Function>
  void for_each_token(size_t begin, size_t end, float least, float most, float temperature,
                      const Function& function) const {
    const Plan& plan = row.plan;
    const float bound = max - most - (fabsf(max) + most) * 0x1p-20f;  // for every x that counts is above it
    const float inverse = fminf(1.0f / temperature, FLT_MAX);
    const struct twopass_params params = {0.0f, 0.0f, 1.0f, 0.0f, 0.0f, false};
    float buffer[kMaxCopied], distances[kMaxSearched], exponentials[kMaxSearched];
    uint16_t places[kMaxSearched];  // of those that are wanted: a branch for each token would be hard to predict
    for_each_piece(begin, end, kMaxCopied, [&](size_t start, size_t count) {
      const float* const x = load(plan, plan.operation->input, row.index, start, count, buffer);
      for_each_piece_above(plan, x, count, bound, [&](size_t first, size_t some) {
        for (size_t i = 0; i < some; i++) {
          distances[i] = max - x[first + i];
          exponentials[i] = -distances[i] * inverse;
        }
        size_t wanted = 0;
        for (size_t i = 0; i < some; i++) {
          places[wanted] = static_cast<uint16_t>(i);
          wanted += (distances[i] >= least) & (distances[i] <= most);
        }
        if (wanted == 0) return;
        plan.isa->kernels_of_floats().vscaleexpminusmax(some, exponentials, exponentials, &params);
        for (size_t i = 0; i < wanted; i++) {
          const size_t place = places[i];
          function(static_cast<int64_t>(start + first + place), distances[place], exponentials[place]);
        }
      });
    });
  }
  template <class Function>
  void for_each_token(float least, float most, const Function& function) const {
    for_each_token(0, row.columns, least, most, 1.0f, function);
  }
};

// What tokens add up to: how many they are, or their exponentials.
struct Amount {
  bool is_count;
  double of(double exponential) const { return is_count ? 1.0 : exponential; }
};

// The tokens at some distances from the largest logit.
struct Bin {
  size_t count = 0;
  double amount = 0.0;
  float nearest = FLT_MAX;
  float farthest = 0.0f;

  void add(float distance, double more) {
    count++;
    amount += more;
    if (distance < nearest) nearest = distance;
    if (distance > farthest) farthest = distance;
  }
};

// The tokens that may be the last that a filter keeps: those before them amount to `before`, and with the last one it
// is enough.
struct Candidates {
  Amount amount;
  double enough;
  double before;
  float nearest;  // infinite where there are none
  float farthest;
};

constexpr Candidates kNoCandidates = {{true}, 0.0, 0.0, INFINITY, INFINITY};

constexpr size_t kBins = 512;
constexpr size_t kMaxCandidates = 512;

// Among the tokens up to a distance, a few where the amount becomes enough, or many at one distance. None where it
// never does.
TWOPASS_NOINLINE Candidates find_candidates(const Peak& peak, const Amount& amount, double enough, float most) {
  constexpr float kFirstRange = 24.0f;  // what is farther is rarely kept
  float low = 0.0f, high = most < kFirstRange ? most : kFirstRange;
  double before = 0.0;
  for (;;) {
    Bin bins[kBins];
    const double bins_of_distance = (kBins - 1) / (static_cast<double>(high) - low);
    peak.for_each_token(low, high, [&](int64_t, float distance, float exponential) {
      const double bin = (static_cast<double>(distance) - low) * bins_of_distance;
      bins[low == high ? 0 : static_cast<size_t>(bin)].add(distance, amount.of(exponential));
    });
    const Bin* crossed = nullptr;
    for (const Bin& bin : bins) {
      if (bin.count != 0 && before + bin.amount >= enough) {
        crossed = &bin;
        break;
      }
      before += bin.amount;
    }
    if (crossed == nullptr) {
      if (high >= most) return kNoCandidates;
      low = high + high * 0x1p-23f;
      high = high * 16.0f < most ? high * 16.0f : most;
    } else if (crossed->count <= kMaxCandidates || crossed->nearest == crossed->farthest) {
      return {amount, enough, before, crossed->nearest, crossed->farthest};
    } else {
      low = crossed->nearest;
      high = crossed->farthest;
    }
  }
}

// Tells which of the candidates is the last, from all of them, which come in the order of their indices. Those that are
// kept are handed to keep(token, exponential): at once, or at last.
template <class Keep>
class Decision {
 public:
  Decision(const Candidates& candidates, const Keep& keep)
      : candidates_(candidates), keep_(keep), sum_(candidates.before), last_{candidates.nearest, -1} {}

  void add(int64_t token, float distance, float exponential) {
    if (candidates_.nearest == candidates_.farthest) {
      take({{distance, token}, exponential});
    } else {
      sorted_[count_++] = {{distance, token}, exponential};
    }
  }

  Cut decide() {
    std::sort(sorted_, sorted_ + count_);
    for (size_t i = 0; i < count_; i++) take(sorted_[i]);
    return last_;
  }

 private:
  struct Candidate {
    Cut place;
    float exponential;
    bool operator<(const Candidate& other) const {
      return place.distance < other.place.distance ||
             (place.distance == other.place.distance && place.token < other.place.token);
    }
  };

  void take(const Candidate& candidate) {
    if (last_.token >= 0 && sum_ >= candidates_.enough) return;
    sum_ += candidates_.amount.of(exp_in_double(-static_cast<double>(candidate.place.distance)));
    last_ = candidate.place;
    keep_(candidate.place.token, candidate.exponential);
  }

  const Candidates& candidates_;
  const Keep& keep_;
  double sum_;
  Cut last_;
  size_t count_ = 0;
  Candidate sorted_[kMaxCandidates];
};

TWOPASS_NOINLINE Cut find_cut(const Peak& peak, const Candidates& candidates) {
  if (candidates.nearest == INFINITY) return kNoCut;
  const auto keep = [](int64_t, float) {};
  Decision<decltype(keep)> decision(candidates, keep);
  peak.for_each_token(candidates.nearest, candidates.farthest, [&](int64_t token, float distance, float exponential) {
    decision.add(token, distance, exponential);
  });
  return decision.decide();
}

TWOPASS_NOINLINE double sum_of_kept(const Peak& peak, const Cut& cut) {
  double sum = 0.0;
  peak.for_each_token(0.0f, cut.distance, [&](int64_t token, float distance, float exponential) {
    if (cut.keeps(distance, token)) sum += exponential;
  });
  return sum;
}

// Some parts of a row, by whose sums a token is drawn.
constexpr size_t kParts = 256;
struct Parts {
  explicit Parts(size_t columns) : columns(columns), columns_of_part((columns - 1) / kParts + 1) {}
  size_t begin(size_t part) const { return std::min(part * columns_of_part, columns); }
  size_t end(size_t part) const { return begin(part + 1); }

  const size_t columns;
  const size_t columns_of_part;
};

// Draws of the tokens up to a cut, and of candidates up to their last: a part, and then a token of it.
TWOPASS_NOINLINE Sample draw(const Peak& peak, const Sampler& sampler, Cut cut, const Candidates& candidates) {
  const Parts parts(peak.row.columns);
  double sums[kParts] = {};
  size_t kept = 0;
  const auto keep = [&](int64_t token, float exponential) {
    sums[static_cast<size_t>(token) / parts.columns_of_part] += exponential;
    kept++;
  };
  Decision<decltype(keep)> decision(candidates, keep);
  const float most = std::min(cut.distance, candidates.farthest);
  for (size_t part = 0; part < kParts; part++) {
    double sum = 0.0;
    const auto add = [&](int64_t token, float distance, float exponential) {
      if (!cut.keeps(distance, token)) return;
      if (distance >= candidates.nearest) return decision.add(token, distance, exponential);
      sum += exponential;
      kept++;
    };
    peak.for_each_token(parts.begin(part), parts.end(part), 0.0f, most, sampler.temperature, add);
    sums[part] += sum;
  }
  const Cut last = decision.decide();
  if (candidates.nearest != INFINITY && last.token >= 0) cut = last;

  double sum = 0.0;
  for (double of_part : sums) sum += of_part;
  double left = uniform(sampler.seed, sampler.counter) * sum;
  size_t part = 0, last_part = kParts - 1;
  while (sums[last_part] == 0.0) last_part--;
  while (part < last_part && left >= sums[part]) left -= sums[part++];

  Sample sample = kNoSample;
  bool is_drawn = false;
  const auto look_at = [&](int64_t token, float distance, float exponential) {
    if (is_drawn || exponential == 0.0f || !cut.keeps(distance, token)) return;
    sample = sample_of(token, kept, -static_cast<double>(distance) / sampler.temperature - log_in_double(sum));
    is_drawn = left < exponential;
    left -= exponential;
  };
  peak.for_each_token(parts.begin(part), parts.end(part), 0.0f, cut.distance, sampler.temperature, look_at);
  return sample;
}

Sample draw_from_many(const Row& row, const Sampler& sampler) {
  SumsByMax sums;
  for_each_block(row, [&](size_t start, size_t count, const float* x) {
    sums.add(row.plan, start, count, x, max_of(row.plan, x, count));
  });
  if (!sums.is_number() || sums.is_empty()) return kNoSample;
  const Peak peak = {row, sums.max()};
  const Cut by_min_p = cut_by_min_p(sampler.min_p);
  Cut cut = kNoCut;
  Candidates candidates = kNoCandidates;
  if (sampler.top_k != 0 && sampler.top_k < row.columns)
    candidates = find_candidates(peak, {true}, static_cast<double>(sampler.top_k), cut.distance);
  if (has_top_p(sampler)) {
    cut = find_cut(peak, candidates);
    const bool is_of_all = is_joint(sampler) || cut.distance == FLT_MAX;
    const double sum = is_of_all ? sums.sum() : sum_of_kept(peak, cut);
    // All tokens that are farther than this together are less than what is left out, if the sum is that of all.
    const double share = (1.0 - sampler.top_p) * sums.sum() / static_cast<double>(row.columns);
    const float farthest = static_cast<float>(-log_in_double(share) + 0.01);
    const float most = is_of_all ? std::min(cut.distance, farthest) : cut.distance;
    candidates = find_candidates(peak, {false}, sampler.top_p * sum, most);
  }
  return draw(peak, sampler, cut.keeps(by_min_p.distance, by_min_p.token) ? by_min_p : cut, candidates);
}

// ---- Rows

bool begin(Row& row) {
  const Sampling& sampling = *static_cast<const Sampling*>(row.plan.operation->details);
  const Sampler& sampler = sampling.samplers[row.index];
  Sample& sample = sampling.samples[row.index];
  if (sampler.temperature == 0.0f) {  // the largest, and so it is whatever else is kept
    Sampler greedy = sampler;
    greedy.temperature = greedy.top_p = 1.0f;
    sample = draw_from_largest(row, greedy, 1);
  } else if (sampler.top_k != 0 && sampler.top_k <= TWOPASS_MAX_SORTED_TOP) {
    sample = draw_from_largest(row, sampler, sampler.top_k);
  } else {
    sample = draw_from_many(row, sampler);
  }
  return false;
}

const Kind kSampling = kind_in_fixed_order(begin, LogitsOfKind::kAllButSink);

bool is_valid(const Sampler& sampler) {
  const bool is_in_range = sampler.temperature >= 0.0f && sampler.temperature <= FLT_MAX && sampler.top_p >= 0.0f &&
                           sampler.min_p >= 0.0f && sampler.min_p <= 1.0f;
  const bool is_known = (sampler.flags & ~uint32_t{TWOPASS_SAMPLE_JOINT}) == 0;
  return is_in_range && is_known && are_zero(sampler.reserved);
}

}  // namespace
}  // namespace twopass

twopass_status twopass_sample_tokens(const struct twopass_shape* shape, const struct twopass_tensor* logits,
                                     const struct twopass_sampler* samplers, struct twopass_sample* samples,
                                     const struct twopass_options* options) {
  size_t rows, bytes;
  if (!twopass::get_rows(shape, &rows) || TWOPASS_MUL_OVERFLOWS(rows, sizeof(*samplers), &bytes))
    return TWOPASS_INVALID_ARGUMENT;
  if (rows != 0 && (samplers == nullptr || samples == nullptr)) return TWOPASS_INVALID_ARGUMENT;
  if (!twopass::is_aligned(samplers) || !twopass::is_aligned(samples)) return TWOPASS_INVALID_ARGUMENT;
  for (size_t row = 0; row < rows; row++) {
    if (!twopass::is_valid(samplers[row])) return TWOPASS_INVALID_ARGUMENT;
  }
  const twopass::Sampling sampling = {samplers, samples};
  const twopass_status status =
      twopass::perform({&twopass::kSampling, logits, nullptr, nullptr, nullptr, &sampling}, shape, options);
  if (status == TWOPASS_OK && shape->columns == 0) {
    for (size_t row = 0; row < rows; row++) samples[row] = twopass::kNoSample;
  }
  return status;
}
