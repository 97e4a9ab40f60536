/* A library in the place of cpuinfo, for fake_cpuinfo_test.sh. What it says is in the environment variable
 * FAKE_CPUINFO: everything, nothing   nonsense, as from the structs of another version than that of the header: all
 * features and caches of 4 GiB, or no features and caches of 0 fails                 the detection fails smt four cores
 * of two logical processors share a cache of the third level mixed                 four small cores, listed first, and
 * four large ones share a cache of the third level
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* As in cpuinfo's header of 2022, where what lies between has other names. */
struct cpuinfo_cache {
  uint32_t size;
  uint32_t others[6];
  uint32_t processor_count;
};

/* What the predicates of features read, which are inline functions of the header. */
bool cpuinfo_isa[256];

static bool is_called(const char* name) {
  const char* fake = getenv("FAKE_CPUINFO");
  return fake != NULL && strcmp(fake, name) == 0;
}

bool cpuinfo_initialize(void) {
  memset(cpuinfo_isa, is_called("everything"), sizeof cpuinfo_isa);
  return !is_called("fails");
}

uint32_t cpuinfo_get_cores_count(void) { return is_called("mixed") ? 8 : 4; }
uint32_t cpuinfo_get_processors_count(void) { return 8; }
uint32_t cpuinfo_get_l1d_caches_count(void) { return cpuinfo_get_cores_count(); }
uint32_t cpuinfo_get_l2_caches_count(void) { return cpuinfo_get_cores_count(); }
uint32_t cpuinfo_get_l3_caches_count(void) { return 1; }

static const struct cpuinfo_cache* fill(struct cpuinfo_cache* cache, uint32_t size, uint32_t processor_count) {
  if (is_called("everything") || is_called("nothing")) {
    memset(cache, is_called("everything") ? 0xFF : 0, sizeof *cache);
  } else {
    cache->size = size;
    cache->processor_count = processor_count;
  }
  return cache;
}

static bool is_small(uint32_t core) { return is_called("mixed") && core < 4; }

const struct cpuinfo_cache* cpuinfo_get_l1d_cache(uint32_t core) {
  static struct cpuinfo_cache cache;
  return fill(&cache, is_small(core) ? 16 << 10 : 48 << 10, 2);
}

const struct cpuinfo_cache* cpuinfo_get_l2_cache(uint32_t core) {
  static struct cpuinfo_cache cache;
  return fill(&cache, is_small(core) ? 256 << 10 : 768 << 10, 2);
}

const struct cpuinfo_cache* cpuinfo_get_l3_cache(uint32_t index) {
  static struct cpuinfo_cache cache;
  return index == 0 ? fill(&cache, 12 << 20, 8) : NULL;
}
