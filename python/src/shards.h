// Rows in shards, for the modules of the package: what users have is made of these functions.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_SHARDS_H_
#define TWOPASS_PYTHON_SRC_SHARDS_H_

#include <nanobind/nanobind.h>

namespace twopass_python {

// Defines _reduce_shard, _merge_shards, _finish_shard and _log_totals. Elements are float32, row after row; totals are
// float64, a pair of mantissa and exponent for each row.
void define_shards(nanobind::module_& module);

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_SHARDS_H_
