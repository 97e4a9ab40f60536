// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/vocabulary-parallel/ways.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace vocabulary_parallel {
namespace {

void expect_ok(twopass_status status) {
  if (status != TWOPASS_OK) throw std::runtime_error(twopass_mpi_status_string(status));
}

void all_reduce(std::vector<float>& values, MPI_Op operation, MPI_Comm ranks) {
  if (MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_FLOAT, operation, ranks) !=
      MPI_SUCCESS)
    throw std::runtime_error("MPI_Allreduce failed");
}

std::vector<float> largest_of_rows(const Part& part, MPI_Comm ranks) {
  std::vector<float> largest(part.rows, -std::numeric_limits<float>::infinity());
  for (std::size_t row = 0; row < part.rows; row++) {
    for (std::size_t i = 0; i < part.columns; i++)
      largest[row] = std::max(largest[row], part.logits[row * part.columns + i]);
  }
  all_reduce(largest, MPI_MAX, ranks);
  return largest;
}

// The sum of exp(x - largest) over each whole row. Where the exponentials are wanted, they are kept.
std::vector<float> sums_of_rows(const Part& part, const std::vector<float>& largest, float* exponentials,
                                MPI_Comm ranks) {
  std::vector<float> sums(part.rows);
  for (std::size_t row = 0; row < part.rows; row++) {
    double sum = 0;
    for (std::size_t i = row * part.columns; i < (row + 1) * part.columns; i++) {
      const float exponential = std::exp(part.logits[i] - largest[row]);
      if (exponentials) exponentials[i] = exponential;
      sum += exponential;
    }
    sums[row] = static_cast<float>(sum);
  }
  all_reduce(sums, MPI_SUM, ranks);
  return sums;
}

}  // namespace

void UsualWay::softmax(const Part& part, float* probabilities) {
  const std::vector<float> largest = largest_of_rows(part, ranks_);
  const std::vector<float> sums = sums_of_rows(part, largest, probabilities, ranks_);
  for (std::size_t row = 0; row < part.rows; row++) {
    for (std::size_t i = 0; i < part.columns; i++) probabilities[row * part.columns + i] /= sums[row];
  }
}

void UsualWay::cross_entropy(const Part& part, const std::int64_t* labels, float* losses) {
  const std::vector<float> largest = largest_of_rows(part, ranks_);
  std::vector<float> logits_of_labels(part.rows);
  for (std::size_t row = 0; row < part.rows; row++) {
    const std::size_t column = static_cast<std::size_t>(labels[row]) - part.first_column;  // wraps around below 0
    if (column < part.columns) logits_of_labels[row] = part.logits[row * part.columns + column] - largest[row];
  }
  all_reduce(logits_of_labels, MPI_SUM, ranks_);
  const std::vector<float> sums = sums_of_rows(part, largest, nullptr, ranks_);
  for (std::size_t row = 0; row < part.rows; row++) losses[row] = std::log(sums[row]) - logits_of_labels[row];
}

Twopass::Twopass(MPI_Comm ranks, std::size_t rows_at_once) {
  expect_ok(twopass_mpi_create(ranks, rows_at_once, &mpi_));
}

void Twopass::softmax(const Part& part, float* probabilities) {
  expect_ok(twopass_mpi_softmax_f32(&mpi_, part.rows, part.columns, part.logits.data(), part.columns, probabilities,
                                    part.columns, nullptr));
}

void Twopass::cross_entropy(const Part& part, const std::int64_t* labels, float* losses) {
  expect_ok(twopass_mpi_cross_entropy_f32(&mpi_, part.rows, part.columns, part.first_column, part.logits.data(),
                                          part.columns, labels, losses, nullptr, 0, nullptr, nullptr));
}

}  // namespace vocabulary_parallel
