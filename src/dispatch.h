// What was found out about the machine, and the ISA in use.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_DISPATCH_H_
#define TWOPASS_SRC_DISPATCH_H_

#include <stddef.h>

#include "kernels.h"
#include "twopass_debug.h"

namespace twopass {

// The kernels of one ISA that the operator uses: one of each family. Those with non-temporal stores (_nt) are NULL where the ISA
// has none.
struct Kernels {
  twopass_f32_vsoftmax_fn* vsoftmax;
  twopass_f32_rmax_fn* rmax;
  twopass_f32_raddexpminusmax_fn* raddexpminusmax;
  twopass_f32_raddstoreexpminusmax_fn* raddstoreexpminusmax;
  twopass_f32_vscaleexpminusmax_fn* vscaleexpminusmax;
  twopass_f32_vscaleexpminusmax_fn* vscaleexpminusmax_nt;
  twopass_f32_raddexpanchor_fn* raddexpanchor;
  twopass_f32_raddstoreexpanchor_fn* raddstoreexpanchor;
  twopass_f32_vmulc_fn* vmulc;
  twopass_f32_raddextexp_fn* raddextexp;
  twopass_f32_vscaleextexp_fn* vscaleextexp;
  twopass_f32_vscaleextexp_fn* vscaleextexp_nt;

  static constexpr size_t kMaxNames = 12;
  const char* names[kMaxNames];  // NULL after the last
};

struct Isa {
  const char* name;
  bool (*is_available)();  // on this machine, after detection
  bool (*is_preferred)();  // where it is available: whether to take it before it is asked for
  Kernels kernels;
};

// The ISA in use. The first call detects the machine. Fails as twopass_initialize does.
twopass_status active_isa(const Isa** isa);

// The bytes of cache that a core may count on: its own, or its share of the last level. The first call detects the machine.
size_t cache_bytes();

}  // namespace twopass

#endif  // TWOPASS_SRC_DISPATCH_H_
