// Three logits become probabilities, in C++20.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <twopass.hpp>
#include <vector>

int main() {
  const std::vector<float> logits = {1.0f, 2.0f, 3.0f};
  std::vector<float> probabilities(logits.size());
  const twopass::status status = twopass::softmax(logits, probabilities);
  if (status != TWOPASS_OK) return std::fprintf(stderr, "%s\n", twopass_status_string(status)), 1;
  for (float probability : probabilities) std::printf("%.4f\n", probability);
}
