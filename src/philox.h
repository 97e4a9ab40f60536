// Philox 4x32-10, the counter-based random numbers of "Parallel Random Numbers: As Easy as 1, 2, 3" (J. K. Salmon, M.
// A. Moraes, R. O. Dror and D. E. Shaw, 2011).
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_PHILOX_H_
#define TWOPASS_SRC_PHILOX_H_

#include <stdint.h>

namespace twopass {

// Ten rounds over four words of a counter, with a key of two words.
inline void philox(uint32_t counter[4], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0], product1 = uint64_t{0xCD9E8D57} * counter[2];
    const uint32_t high0 = static_cast<uint32_t>(product0 >> 32), high1 = static_cast<uint32_t>(product1 >> 32);
    counter[0] = high1 ^ counter[1] ^ key0;
    counter[2] = high0 ^ counter[3] ^ key1;
    counter[1] = static_cast<uint32_t>(product1);
    counter[3] = static_cast<uint32_t>(product0);
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

// A number from 0 to below 1, in steps of 2^-53.
inline double uniform(uint64_t seed, uint64_t counter) {
  uint32_t words[4] = {static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
  philox(words, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
  return static_cast<double>((uint64_t{words[1]} << 32 | words[0]) >> 11) * 0x1p-53;
}

}  // namespace twopass

#endif  // TWOPASS_SRC_PHILOX_H_
