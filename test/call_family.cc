// Makes a call of the family for a script: takes its operands from the standard input, and writes what comes of it to
// the standard output.
//
//   usage: call_family CALL OUTER COLUMNS INNER [SMOOTHING IGNORED_LABEL HAS_CLASS_WEIGHTS]
//
//   input    the elements as floats; for a gradient the second operand likewise; for a cross-entropy its labels as
//            int64_t, and floats for the classes if there are such
//   output   the elements of the output as floats, if the call has one, and the results, if it has those
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "test/family.h"

namespace twopass_test {
namespace {

template <class T>
std::vector<T> Read(size_t count) {
  std::vector<T> values(count);
  if (std::fread(values.data(), sizeof(T), count, stdin) != count) std::exit(2);
  return values;
}

void Write(const std::vector<float>& values) { std::fwrite(values.data(), sizeof(float), values.size(), stdout); }

// Where element (row, column) is in memory.
size_t IndexOf(const twopass_shape& shape, size_t row, size_t column) {
  return (row / shape.inner * shape.columns + column) * shape.inner + row % shape.inner;
}

Rows ReadRows(const twopass_shape& shape) {
  const std::vector<float> elements = Read<float>(shape.outer * shape.columns * shape.inner);
  Rows rows(shape.outer * shape.inner, std::vector<float>(shape.columns));
  for (size_t row = 0; row < rows.size(); row++) {
    for (size_t c = 0; c < shape.columns; c++) rows[row][c] = elements[IndexOf(shape, row, c)];
  }
  return rows;
}

void WriteRows(const twopass_shape& shape, const Rows& rows) {
  std::vector<float> elements(rows.size() * shape.columns);
  for (size_t row = 0; row < rows.size(); row++) {
    for (size_t c = 0; c < shape.columns; c++) elements[IndexOf(shape, row, c)] = rows[row][c];
  }
  Write(elements);
}

int Main(const std::vector<std::string>& arguments) {
  Problem problem;
  bool is_known = false;
  for (Call call : kCalls) {
    if (NameOf(call) != arguments.at(0)) continue;
    problem.call = call;
    is_known = true;
  }
  if (!is_known) return 2;
  problem.shape = {std::stoul(arguments.at(1)), std::stoul(arguments.at(2)), std::stoul(arguments.at(3))};
  problem.input = ReadRows(problem.shape);
  if (HasWeights(problem.call)) problem.weights = ReadRows(problem.shape);
  if (problem.call == Call::kCrossEntropy) {
    problem.how.label_smoothing = std::stof(arguments.at(4));
    problem.ignored_label = {std::stoll(arguments.at(5))};
    problem.labels = Read<int64_t>(problem.RowCount());
    if (arguments.at(6) == "1") problem.class_weights = Read<float>(problem.shape.columns);
  }
  const Outcome outcome = Perform(problem);
  WriteRows(problem.shape, outcome.outputs);
  Write(outcome.results);
  return outcome.status;
}

}  // namespace
}  // namespace twopass_test

int main(int argc, char** argv) { return twopass_test::Main({argv + 1, argv + argc}); }
