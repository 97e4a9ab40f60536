// The losses of two rows of logits in bf16, and in place of the logits the gradient by them, in C++20.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <cstdio>
#include <twopass.hpp>
#include <vector>

int main() {
  std::vector<twopass::bf16> logits = {{0x3F80}, {0x4000}, {0x4040}, {0}, {0}, {0}};  // 1, 2, 3 and 0, 0, 0
  const std::vector<std::int64_t> labels = {2, 0};
  std::vector<float> losses(2);
  const twopass::status status = twopass::cross_entropy(2, 3, logits, 3, labels, losses, /*gradient=*/logits, 3);
  if (status != TWOPASS_OK) return std::fprintf(stderr, "%s\n", twopass_status_string(status)), 1;
  for (float loss : losses) std::printf("%.4f\n", loss);  // 0.4076 and 1.0986
}
