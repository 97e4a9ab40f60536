// The frequency at which the core runs at this moment.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_BENCH_CORE_CLOCK_H_
#define TWOPASS_BENCH_CORE_CLOCK_H_

namespace twopass_bench {

// In Hz; 0 where it cannot be told. Takes about a tenth of a millisecond. To be called right after the code of
// interest, as a core that runs wide vectors may slow down for them.
double core_clock();

}  // namespace twopass_bench

#endif  // TWOPASS_BENCH_CORE_CLOCK_H_
