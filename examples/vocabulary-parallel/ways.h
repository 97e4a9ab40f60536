// Softmax and cross-entropy of rows whose columns are spread over ranks: the usual way, and this library's.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_WAYS_H_
#define TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_WAYS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "twopass_mpi.h"

namespace vocabulary_parallel {

// The columns of a rank: those of each row one behind the other, and which of the whole row is the first.
struct Part {
  std::size_t rows;
  std::size_t columns;
  std::size_t first_column;
  std::vector<float> logits;
};

// The ranks that share the rows. Either call is made by all of them, and gives their part of the softmax, or the losses
// of all rows; std::runtime_error says what went wrong.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual void softmax(const Part& part, float* probabilities) = 0;
  virtual void cross_entropy(const Part& part, const std::int64_t* labels, float* losses) = 0;
};

// All ranks agree on the largest logit of each row, then add up exp(x - largest). For a loss, the logit of the label is
// added up in an exchange of its own, as Megatron-LM does it.
class UsualWay : public Ranks {
 public:
  explicit UsualWay(MPI_Comm ranks) : ranks_(ranks) {}
  void softmax(const Part& part, float* probabilities) override;
  void cross_entropy(const Part& part, const std::int64_t* labels, float* losses) override;

 private:
  const MPI_Comm ranks_;
};

// Each rank's sum of exponentials needs no largest logit, and takes the label's logit with it.
class Twopass : public Ranks {
 public:
  Twopass(MPI_Comm ranks, std::size_t rows_at_once);
  Twopass(const Twopass&) = delete;
  ~Twopass() override { twopass_mpi_free(&mpi_); }
  void softmax(const Part& part, float* probabilities) override;
  void cross_entropy(const Part& part, const std::int64_t* labels, float* losses) override;

 private:
  struct twopass_mpi mpi_;
};

}  // namespace vocabulary_parallel

#endif  // TWOPASS_EXAMPLES_VOCABULARY_PARALLEL_WAYS_H_
