// Detection by cpuinfo or by the operating system.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "machine.h"

#include <stddef.h>
#include <unistd.h>

#if __has_include(<sys/auxv.h>)
#include <sys/auxv.h>
#endif

namespace twopass {

#if TWOPASS_USE_CPUINFO

namespace {

// cpuinfo returns NULL where it knows no such cache, as on some virtual and emulated machines.
size_t size_of(const struct cpuinfo_cache* cache) { return cache != nullptr ? cache->size : 0; }

}  // namespace

struct twopass_caches detect_caches() {
  struct twopass_caches caches = {};
  if (!cpuinfo_initialize()) return caches;
  const struct cpuinfo_cache* l3 = cpuinfo_get_l3_cache(0);
  caches.l1_bytes = size_of(cpuinfo_get_l1d_cache(0));
  caches.l2_bytes = size_of(cpuinfo_get_l2_cache(0));
  caches.l3_bytes = size_of(l3);
  caches.l3_cores = l3 != nullptr ? l3->processor_count : 0;
  return caches;
}

#elif defined(_SC_LEVEL1_DCACHE_SIZE)

namespace {

size_t size_of(int name) {
  const long size = sysconf(name);
  return size > 0 ? static_cast<size_t>(size) : 0;
}

}  // namespace

struct twopass_caches detect_caches() {
  struct twopass_caches caches = {};
  caches.l1_bytes = size_of(_SC_LEVEL1_DCACHE_SIZE);
  caches.l2_bytes = size_of(_SC_LEVEL2_CACHE_SIZE);
  caches.l3_bytes = size_of(_SC_LEVEL3_CACHE_SIZE);
  // That it may be more than one cache is not reported: as if all cores shared it.
  if (caches.l3_bytes != 0) caches.l3_cores = size_of(_SC_NPROCESSORS_CONF);
  return caches;
}

#else

struct twopass_caches detect_caches() { return {}; }

#endif

#if defined(AT_HWCAP)
bool has_hwcap(unsigned bit) { return (getauxval(AT_HWCAP) >> bit & 1) != 0; }
#else
bool has_hwcap(unsigned) { return false; }
#endif

}  // namespace twopass
