// What was found out about the machine, and the ISA in use.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_DISPATCH_H_
#define TWOPASS_SRC_DISPATCH_H_

#include <stddef.h>

#include <atomic>

#include "element.h"
#include "kernels.h"
#include "twopass_debug.h"

namespace twopass {

// The kernels of one ISA for one pair of elements: one for each role, NULL where there is none.
struct Kernels {
#define TWOPASS_ROLE(shape, role) twopass_##shape##_fn* role;
#define TWOPASS_ROLE_OF(x, y, role)
#define TWOPASS_FIXED_ROLE(x, y, role, fixed)
#define TWOPASS_FIXED_ORDER(excess)
#include "gen/roles.inc"
#undef TWOPASS_ROLE
#undef TWOPASS_ROLE_OF
};

// A family that stores, with its kernel for stores past the caches, which an ISA may lack.
template <class Function>
struct StoringFamily {
  Function* Kernels::*plain;
  Function* Kernels::*past_caches;

  Function* of(const Kernels& kernels, bool is_past_caches) const {
    Function* const kernel = is_past_caches ? kernels.*past_caches : nullptr;
    return kernel != nullptr ? kernel : kernels.*plain;
  }
};

// Those of all pairs.
struct KernelTable {
  Kernels of[kElements][kElements];  // elements of x, and of y; what has no y stores floats, or nothing

#define TWOPASS_ROLE(shape, role)
#define TWOPASS_ROLE_OF(x, y, role) +1
  static constexpr size_t kMaxNames = 0
#include "gen/roles.inc"
      ;
#undef TWOPASS_ROLE
#undef TWOPASS_ROLE_OF
#undef TWOPASS_FIXED_ROLE
#undef TWOPASS_FIXED_ORDER

  const char* names[kMaxNames];  // of the kernels that are not NULL; NULL after the last
};

struct Isa {
  const char* name;
  bool (*is_available)();  // on this machine, after detection
  bool (*is_preferred)();  // where it is available: whether to take it before it is asked for
  // The ln 2 of its kernels is too large by this, so that they compute exp(x) * e^(-n * ln2_excess) for exp(x), n being
  // its exponent.
  double ln2_excess;
  KernelTable kernels;

  constexpr const Kernels& kernels_of(Element x, Element y) const {
    return kernels.of[static_cast<size_t>(x)][static_cast<size_t>(y)];
  }
  constexpr const Kernels& kernels_of_floats() const { return kernels_of(Element::f32, Element::f32); }
};

extern std::atomic<const Isa*> isa_in_use;  // NULL before the first call

// Puts the default in use where nothing is. Fails as twopass_initialize does.
twopass_status choose_isa(const Isa** isa);

// The ISA in use. The first call detects the machine. Fails as twopass_initialize does.
inline twopass_status active_isa(const Isa** isa) {
  *isa = isa_in_use.load(std::memory_order_acquire);
  return *isa != nullptr ? TWOPASS_OK : choose_isa(isa);
}

// An ISA for what has the same bits on every ISA: its kernels in the fixed order stand in for the others. It is the one
// that was handed in, where that has such kernels, otherwise the best below it.
const Isa& in_fixed_order(const Isa& isa);

// The bytes of cache that a core may count on: its own, or its share of the last level. The first call detects the
// machine.
size_t cache_bytes();

}  // namespace twopass

#endif  // TWOPASS_SRC_DISPATCH_H_
