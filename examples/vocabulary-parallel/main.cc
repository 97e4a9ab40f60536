// Spreads the columns of real logits over ranks, as a vocabulary-parallel layer does, and compares what two ways to
// their softmax and their cross-entropy exchange: the usual one, and this library's.
//
//     mpiexec -n 4 vocabulary_parallel LOGITS.npy
//     mpiexec -n 2 vocabulary_parallel --time ROWS COLUMNS
//
// Prints for 1, 2, ... ranks the all-reduces that were counted, their bytes, and the largest error. With --time, how
// long a softmax of that many made-up logits takes on 1, 2, ... ranks, which is of meaning where each has a core.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "examples/common/files.h"
#include "examples/common/npy.h"
#include "examples/vocabulary-parallel/all_reduces.h"
#include "examples/vocabulary-parallel/ways.h"

namespace {

using vocabulary_parallel::Part;
using vocabulary_parallel::Ranks;
using vocabulary_parallel::Twopass;
using vocabulary_parallel::UsualWay;

constexpr char kUsage[] = "usage: vocabulary_parallel LOGITS.npy | --time ROWS COLUMNS";

int rank_in(MPI_Comm ranks) {
  int rank;
  MPI_Comm_rank(ranks, &rank);
  return rank;
}

int size_of(MPI_Comm ranks) {
  int size;
  MPI_Comm_size(ranks, &size);
  return size;
}

bool prints() { return rank_in(MPI_COMM_WORLD) == 0; }

// The first `count` ranks; the others do without.
class FirstRanks {
 public:
  explicit FirstRanks(int count) {
    const bool is_one = rank_in(MPI_COMM_WORLD) < count;
    MPI_Comm_split(MPI_COMM_WORLD, is_one ? 0 : MPI_UNDEFINED, 0, &ranks_);
  }
  FirstRanks(const FirstRanks&) = delete;
  ~FirstRanks() {
    if (has_this_rank()) MPI_Comm_free(&ranks_);
  }
  bool has_this_rank() const { return ranks_ != MPI_COMM_NULL; }
  operator MPI_Comm() const { return ranks_; }

 private:
  MPI_Comm ranks_;
};

// The columns of this rank, as evenly as it goes, without their logits.
Part empty_part(std::size_t rows, std::size_t columns, MPI_Comm ranks) {
  const std::size_t rank = static_cast<std::size_t>(rank_in(ranks)), size = static_cast<std::size_t>(size_of(ranks));
  const std::size_t first = columns * rank / size, end = columns * (rank + 1) / size;
  return {rows, end - first, first, {}};
}

// ---- What is exchanged

// The class that the network gives to each row.
std::vector<std::int64_t> labels_of(const example::Array& logits) {
  std::vector<std::int64_t> labels;
  for (std::size_t row = 0; row < logits.rows(); row++) {
    const float* const x = logits.row(row);
    labels.push_back(std::max_element(x, x + logits.columns()) - x);
  }
  return labels;
}

double exact_log_sum(const example::Array& logits, std::size_t row) {
  const float* const x = logits.row(row);
  const double largest = *std::max_element(x, x + logits.columns());
  double sum = 0;
  for (std::size_t i = 0; i < logits.columns(); i++) sum += std::exp(x[i] - largest);
  return largest + std::log(sum);
}

struct Outcome {
  example::AllReduces all_reduces;
  double error;  // the largest on any rank
};

double largest_on(MPI_Comm ranks, double error) {
  MPI_Allreduce(MPI_IN_PLACE, &error, 1, MPI_DOUBLE, MPI_MAX, ranks);
  return error;
}

Outcome softmax(Ranks& way, MPI_Comm ranks, const example::Array& logits, const Part& part) {
  std::vector<float> probabilities(part.logits.size());
  example::take_all_reduces();
  way.softmax(part, probabilities.data());
  Outcome outcome = {example::take_all_reduces(), 0};
  for (std::size_t row = 0; row < part.rows; row++) {
    const double log_sum = exact_log_sum(logits, row);
    for (std::size_t i = 0; i < part.columns; i++) {
      const double exact = std::exp(logits.row(row)[part.first_column + i] - log_sum);
      outcome.error = std::max(outcome.error, std::fabs(probabilities[row * part.columns + i] / exact - 1));
    }
  }
  outcome.error = largest_on(ranks, outcome.error);
  return outcome;
}

Outcome cross_entropy(Ranks& way, MPI_Comm ranks, const example::Array& logits, const Part& part) {
  const std::vector<std::int64_t> labels = labels_of(logits);
  std::vector<float> losses(part.rows);
  example::take_all_reduces();
  way.cross_entropy(part, labels.data(), losses.data());
  Outcome outcome = {example::take_all_reduces(), 0};
  for (std::size_t row = 0; row < part.rows; row++) {
    const double exact = exact_log_sum(logits, row) - logits.row(row)[labels[row]];
    outcome.error = std::max(outcome.error, std::fabs(losses[row] - exact));
  }
  outcome.error = largest_on(ranks, outcome.error);
  return outcome;
}

Part part_of(const example::Array& logits, MPI_Comm ranks) {
  Part part = empty_part(logits.rows(), logits.columns(), ranks);
  for (std::size_t row = 0; row < part.rows; row++) {
    const float* const first = logits.row(row) + part.first_column;
    part.logits.insert(part.logits.end(), first, first + part.columns);
  }
  return part;
}

void print_line(const char* name, MPI_Comm ranks, const Part& part, const Outcome& usual, const Outcome& twopass) {
  if (!prints()) return;
  const auto bytes_of_row = [&](const Outcome& outcome) {
    return static_cast<double>(outcome.all_reduces.bytes) / static_cast<double>(part.rows);
  };
  std::printf("%-13s  %5d  %7zu  %6d  %7d  %6.1f  %7.1f  %7.1e  %7.1e\n", name, size_of(ranks), part.columns,
              usual.all_reduces.count, twopass.all_reduces.count, bytes_of_row(usual), bytes_of_row(twopass),
              usual.error, twopass.error);
}

void compare_exchanges(const char* path) {
  const example::Array logits =
      example::about_file(path, [&] { return example::parse_npy(example::read_file(path), 2); });
  if (prints()) {
    std::printf("%zu rows of %zu logits, whose columns are spread over ranks\n\n", logits.rows(), logits.columns());
    std::printf("                      columns    all-reduces     bytes a row      largest error\n");
    std::printf("               ranks  of each   usual  twopass   usual  twopass    usual  twopass\n");
  }
  using Operation = Outcome(Ranks&, MPI_Comm, const example::Array&, const Part&);
  for (const auto& [name, operation] :
       {std::pair<const char*, Operation*>{"softmax", softmax}, {"cross-entropy", cross_entropy}}) {
    for (int count = 1; count <= size_of(MPI_COMM_WORLD); count++) {
      const FirstRanks ranks(count);
      if (!ranks.has_this_rank()) continue;
      const Part part = part_of(logits, ranks);
      UsualWay usual(ranks);
      Twopass twopass(ranks, part.rows);
      print_line(name, ranks, part, operation(usual, ranks, logits, part), operation(twopass, ranks, logits, part));
    }
  }
  if (prints()) {
    std::printf(
        "\n"
        "All-reduces: exchanges in which every rank waits for all others, as they were counted.\n"
        "Usual: one for the largest logit of each row, one for the sum of exp(x - largest), which both are floats; "
        "for\n"
        "the cross-entropy one more, for the logit of the label. Twopass: one, of a sum that needs no largest logit,\n"
        "with the logit of the label; all rows go in it at once, and share its 24 bytes of header.\n"
        "Bytes a row: that a rank gives to the exchanges.\n"
        "Largest error: relative to a probability, of any rank, against a loop in double; of a loss, as it is.\n");
  }
}

// ---- How long it takes

constexpr int kRepetitions = 15;

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// On 1, 2, ... ranks in turn, again and again, while those that are left out wait.
void measure(std::size_t rows, std::size_t columns) {
  struct Team {
    explicit Team(int count) : ranks(count) {}
    FirstRanks ranks;
    Part part;
    std::vector<float> probabilities;
    std::unique_ptr<Twopass> twopass;
    std::vector<double> seconds;
  };
  std::vector<std::unique_ptr<Team>> teams;
  for (int count = 1; count <= size_of(MPI_COMM_WORLD); count++) {
    teams.push_back(std::make_unique<Team>(count));
    Team& team = *teams.back();
    if (!team.ranks.has_this_rank()) continue;
    team.part = empty_part(rows, columns, team.ranks);
    std::mt19937 random(1 + static_cast<unsigned>(rank_in(MPI_COMM_WORLD)));
    std::normal_distribution<float> normal(0, 3);
    for (std::size_t i = 0; i < rows * team.part.columns; i++) team.part.logits.push_back(normal(random));
    team.probabilities.resize(team.part.logits.size());
    team.twopass = std::make_unique<Twopass>(team.ranks, rows);
  }
  for (int repetition = -1; repetition < kRepetitions; repetition++) {  // the first is not counted
    for (const auto& team : teams) {
      MPI_Barrier(MPI_COMM_WORLD);
      const double start = MPI_Wtime();
      if (team->twopass) team->twopass->softmax(team->part, team->probabilities.data());
      MPI_Barrier(MPI_COMM_WORLD);
      if (repetition >= 0) team->seconds.push_back(MPI_Wtime() - start);
    }
  }
  if (!prints()) return;
  std::printf("Softmax of %zu rows of %zu logits\n\n", rows, columns);
  std::printf("ranks  columns of each  milliseconds  times as fast\n");
  for (const auto& team : teams) {
    const double seconds = median(team->seconds), alone = median(teams.front()->seconds);
    std::printf("%5d  %15zu  %12.2f  %13.2f\n", size_of(team->ranks), team->part.columns, 1e3 * seconds,
                alone / seconds);
  }
}

std::size_t parse_count(const char* text) {
  std::size_t count = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, count);
  if (error != std::errc() || rest != end || count == 0) throw std::runtime_error(kUsage);
  return count;
}

void run(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--time") == 0) {
    measure(parse_count(argv[2]), parse_count(argv[3]));
  } else if (argc == 2 && argv[1][0] != '-') {
    compare_exchanges(argv[1]);
  } else {
    throw std::runtime_error(kUsage);
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int status = 0;
  try {
    run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vocabulary_parallel: %s\n", error.what());
    status = 1;
  }
  if (status != 0) MPI_Abort(MPI_COMM_WORLD, status);  // the others may be waiting
  MPI_Finalize();
  return status;
}
