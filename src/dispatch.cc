// The choice of an ISA from a best-first list, and the caches, which are detected once.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "caches.h"
#include "machine.h"
#include "once.h"

namespace twopass {
namespace {

// ---- The list of ISAs, best first

#define TWOPASS_KERNEL_IN_USE(x, y, role, symbol, label)                                      \
  kernels.of[static_cast<size_t>(Element::x)][static_cast<size_t>(Element::y)].role = symbol; \
  kernels.names[index++] = label;
#define TWOPASS_ISA(isa, available, preferred, excess, kernels_in_use)                      \
  Isa{#isa, []() -> bool { return available; }, []() -> bool { return preferred; }, excess, \
      [] {                                                                                  \
        KernelTable kernels{};                                                              \
        size_t index = 0;                                                                   \
        kernels_in_use return kernels;                                                      \
      }()},

constexpr Isa kIsas[] = {
#include "gen/isas.inc"
};

#undef TWOPASS_ISA
#undef TWOPASS_KERNEL_IN_USE

constexpr size_t kIsaCount = sizeof(kIsas) / sizeof(kIsas[0]);

// The same with none but the kernels that have the same bits on every ISA, where an ISA has those.
struct IsasInFixedOrder {
  constexpr IsasInFixedOrder() {
    for (size_t i = 0; i < kIsaCount; i++) {
      const Isa& isa = kIsas[i];
      of[i] = {isa.name, isa.is_available, isa.is_preferred, 0.0, {}};
#define TWOPASS_ROLE(shape, role)
#define TWOPASS_ROLE_OF(x, y, role)
#define TWOPASS_FIXED_ROLE(x, y, role, fixed)                                               \
  of[i].kernels.of[static_cast<size_t>(Element::x)][static_cast<size_t>(Element::y)].role = \
      isa.kernels_of(Element::x, Element::y).fixed;
#define TWOPASS_FIXED_ORDER(excess) of[i].ln2_excess = excess;
#include "gen/roles.inc"
#undef TWOPASS_ROLE
#undef TWOPASS_ROLE_OF
#undef TWOPASS_FIXED_ROLE
#undef TWOPASS_FIXED_ORDER
    }
  }

  Isa of[kIsaCount] = {};
};

constexpr IsasInFixedOrder kIsasInFixedOrder;

const Isa* find_isa(const char* name) {
  for (const Isa& isa : kIsas) {
    if (strcmp(isa.name, name) == 0) return &isa;
  }
  return nullptr;
}

const Isa* find_best_isa() {
  for (const Isa& isa : kIsas) {
    if (isa.is_available() && isa.is_preferred()) return &isa;
  }
  return nullptr;  // not reached: the last ISA is scalar
}

// ---- The caches

Once caches_once = TWOPASS_ONCE;
struct twopass_caches detected_caches = {};
size_t detected_cache_bytes = 1024 * 1024;  // where the machine does not tell

void detect() {
  detected_caches = detect_caches();
  const size_t l2 = detected_caches.l2_bytes;
  const size_t l3_share = detected_caches.l3_cores != 0 ? detected_caches.l3_bytes / detected_caches.l3_cores : 0;
  const size_t bytes = l2 > l3_share ? l2 : l3_share;
  if (bytes != 0) detected_cache_bytes = bytes;
}

void detect_caches_once() { call_once(caches_once, detect); }

// ---- The ISA in use

// The ISA that the environment names, otherwise the best one.
twopass_status find_default_isa(const Isa** isa) {
  const char* name = getenv("TWOPASS_ISA");
  const bool is_named = name != nullptr && name[0] != '\0';
  *isa = is_named ? find_isa(name) : find_best_isa();
  return *isa != nullptr && (*isa)->is_available() ? TWOPASS_OK : TWOPASS_UNSUPPORTED_ISA;
}

}  // namespace

std::atomic<const Isa*> isa_in_use{nullptr};

twopass_status choose_isa(const Isa** isa) {
  const Isa* default_isa;
  const twopass_status status = find_default_isa(&default_isa);
  if (status != TWOPASS_OK) return status;
  *isa = nullptr;
  // Another thread may have been here first, or have pinned an ISA: then that one stands.
  if (isa_in_use.compare_exchange_strong(*isa, default_isa)) *isa = default_isa;
  return TWOPASS_OK;
}

const Isa& in_fixed_order(const Isa& isa) {
  for (size_t i = static_cast<size_t>(&isa - kIsas); i < kIsaCount; i++) {
    const Isa& fixed = kIsasInFixedOrder.of[i];
    if (fixed.kernels_of_floats().raddxexp != nullptr && fixed.is_available()) return fixed;
  }
  return isa;  // not reached: scalar, the last, has them
}

size_t cache_bytes() {
  detect_caches_once();
  return detected_cache_bytes;
}

}  // namespace twopass

using twopass::Isa;
using twopass::KernelTable;

twopass_status twopass_initialize(void) {
  twopass::detect_caches_once();
  const Isa* isa;
  return twopass::active_isa(&isa);
}

twopass_status twopass_pin_isa(const char* name) {
  const Isa* isa;
  if (name == nullptr) {
    const twopass_status status = twopass::find_default_isa(&isa);
    if (status != TWOPASS_OK) return status;
  } else {
    isa = twopass::find_isa(name);
    if (isa == nullptr || !isa->is_available()) return TWOPASS_UNSUPPORTED_ISA;
  }
  twopass::isa_in_use.store(isa, std::memory_order_release);
  return TWOPASS_OK;
}

const char* twopass_active_isa(void) {
  const Isa* isa;
  return twopass::active_isa(&isa) == TWOPASS_OK ? isa->name : nullptr;
}

const char* twopass_isa_name(size_t index) { return index < twopass::kIsaCount ? twopass::kIsas[index].name : nullptr; }

int twopass_isa_is_available(const char* name) {
  if (name == nullptr) return 0;
  const Isa* isa = twopass::find_isa(name);
  return isa != nullptr && isa->is_available();
}

const char* twopass_kernel_name(size_t index) {
  const Isa* isa;
  if (index >= KernelTable::kMaxNames || twopass::active_isa(&isa) != TWOPASS_OK) return nullptr;
  return isa->kernels.names[index];
}

struct twopass_caches twopass_detected_caches(void) {
  twopass::detect_caches_once();
  return twopass::detected_caches;
}
