// Numbers in the cells of a table.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_FORMAT_H_
#define TWOPASS_BENCH_FORMAT_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>

namespace twopass_bench {

// On the right of a cell of that width; a NaN, which stands for what was not measured, is a dash.
inline std::string number(double value, int width, int decimals) {
  char cell[64];
  if (std::isnan(value)) {
    std::snprintf(cell, sizeof cell, "%*s", width, "-");
  } else {
    std::snprintf(cell, sizeof cell, "%*.*f", width, decimals, value);
  }
  return cell;
}

// A time in the unit that suits it, on the right of a cell of that width: 1500 is "1.5 us".
inline std::string duration(double ns, int width) {
  if (std::isnan(ns)) return number(ns, width, 0);
  const char* units[] = {" ns", " us", " ms"};
  int unit = 0;
  for (; ns >= 1000.0 && unit < 2; ns /= 1000.0) unit++;
  return number(ns, width - 3, 1) + units[unit];
}

inline std::string text(const std::string& value, int width) {
  return std::string(std::max<ptrdiff_t>(0, width - ptrdiff_t(value.size())), ' ') + value;
}

// On the left of a cell of that width.
inline std::string text_on_left(const std::string& value, int width) {
  return value + std::string(std::max<ptrdiff_t>(0, width - ptrdiff_t(value.size())), ' ');
}

// 65536 is "64 Ki".
inline std::string binary_size(size_t n) {
  const char* prefixes[] = {"", " Ki", " Mi", " Gi"};
  int prefix = 0;
  for (; n % 1024 == 0 && prefix < 3; n /= 1024) prefix++;
  return std::to_string(n) + prefixes[prefix];
}

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_FORMAT_H_
