/* Three logits become probabilities, in C.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <twopass.h>

int main(void) {
  const float logits[3] = {1.0f, 2.0f, 3.0f};
  float probabilities[3];
  twopass_status status = twopass_softmax_f32(1, 3, logits, 3, probabilities, 3, NULL);
  if (status != TWOPASS_OK) return fprintf(stderr, "%s\n", twopass_status_string(status)), 1;
  for (int i = 0; i < 3; i++) printf("%.4f\n", probabilities[i]);
}
