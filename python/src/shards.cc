// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "shards.h"

#include <nanobind/ndarray.h>

#include <cstddef>

#include "errors.h"
#include "problem.h"
#include "threads.h"
#include "twopass.h"

namespace twopass_python {
namespace {

template <class T>
using MatrixOf = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Input = MatrixOf<const float>;
using Output = MatrixOf<float>;
using Totals = nb::ndarray<double, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

twopass_extexp* totals_of(const Totals& totals) { return reinterpret_cast<twopass_extexp*>(totals.data()); }

void expect_rows(std::size_t rows, std::size_t expected) {
  if (rows != expected) raise_value_error("there are %zu rows, not %zu", expected, rows);
}

// Calls function(options) with as many threads, and without the interpreter.
template <class Function>
void compute(nb::handle threads, bool zero_masked_rows, Function function) {
  const twopass_runner runner = runner_of(read_threads(threads));
  twopass_options options = {};
  if (runner.thread_count > 1) options.runner = &runner;
  if (zero_masked_rows) options.flags = TWOPASS_FLAG_MASKED_ROW_ZERO;
  twopass_status status;
  {
    nb::gil_scoped_release released;
    status = function(&options);
  }
  check(status);
}

void reduce_shard(Input x, Totals totals, nb::handle threads) {
  const std::size_t rows = x.shape(0), columns = x.shape(1);
  expect_rows(totals.shape(0), rows);
  compute(threads, false, [&](const twopass_options* options) {
    return twopass_reduce_extexp_f32(rows, columns, x.data(), columns, totals_of(totals), options);
  });
}

void merge_shards(Totals from, Totals into) {
  expect_rows(into.shape(0), from.shape(0));
  for (std::size_t row = 0; row < from.shape(0); row++) {
    totals_of(into)[row] = twopass_merge_extexp(totals_of(from)[row], totals_of(into)[row]);
  }
}

void finish_shard(Input x, Totals totals, Output y, bool zero_masked_rows, nb::handle threads) {
  const std::size_t rows = x.shape(0), columns = x.shape(1);
  expect_rows(totals.shape(0), rows);
  expect_rows(y.shape(0), rows);
  if (y.shape(1) != columns) raise_value_error("y has other columns than x");
  compute(threads, zero_masked_rows, [&](const twopass_options* options) {
    return twopass_finish_extexp_f32(rows, columns, x.data(), columns, y.data(), columns, totals_of(totals), options);
  });
}

void log_totals(Totals totals, nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu> logarithms) {
  expect_rows(logarithms.shape(0), totals.shape(0));
  for (std::size_t row = 0; row < totals.shape(0); row++) {
    logarithms.data()[row] = twopass_log_extexp(totals_of(totals)[row]);
  }
}

}  // namespace

void define_shards(nb::module_& module) {
  using nb::arg;
  module.def("_reduce_shard", reduce_shard, arg("x").noconvert(), arg("totals").noconvert(), arg("threads").none(),
             "Writes the sum of exp(x) over each row to totals.");
  module.def("_merge_shards", merge_shards, arg("from_totals").noconvert(), arg("into_totals").noconvert(),
             "Adds from_totals to into_totals.");
  module.def("_finish_shard", finish_shard, arg("x").noconvert(), arg("totals").noconvert(), arg("y").noconvert(),
             arg("zero_masked_rows"), arg("threads").none(), "Writes exp(x) / total of its row to y.");
  module.def("_log_totals", log_totals, arg("totals").noconvert(), arg("logarithms").noconvert(),
             "Writes the logarithm of each total to logarithms.");
}

}  // namespace twopass_python
