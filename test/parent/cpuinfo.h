/* The header of test/fake_cpuinfo.c, for builds that find no other.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#ifndef CPUINFO_H
#define CPUINFO_H

#include <stdbool.h>
#include <stdint.h>

#define CPUINFO_ABI

#ifdef __cplusplus
extern "C" {
#endif

struct cpuinfo_cache {
  uint32_t size;
};

bool cpuinfo_initialize(void);
uint32_t cpuinfo_get_cores_count(void);
uint32_t cpuinfo_get_l1d_caches_count(void);
uint32_t cpuinfo_get_l2_caches_count(void);
uint32_t cpuinfo_get_l3_caches_count(void);
const struct cpuinfo_cache* cpuinfo_get_l1d_cache(uint32_t index);
const struct cpuinfo_cache* cpuinfo_get_l2_cache(uint32_t index);
const struct cpuinfo_cache* cpuinfo_get_l3_cache(uint32_t index);

#ifdef __cplusplus
}
#endif

#endif /* CPUINFO_H */
