// Detection of the caches by cpuinfo, where the library is built with it and it answers sensibly, otherwise by the
// processor (x86) or the C library (Linux).
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "caches.h"

#include <stddef.h>
#include <stdint.h>

#include "machine.h"

#ifdef __linux__
#include <unistd.h>
#endif
#if TWOPASS_USE_CPUINFO
#include <cpuinfo.h>
#endif

namespace twopass {
namespace {

// ---- What can be true

bool is_plausible_size(size_t bytes) { return bytes >= 1024 && bytes <= size_t{1024} * 1024 * 1024; }

// Caches that are missing are 0, except for the first level, which every machine has.
bool is_plausible(const struct twopass_caches& caches) {
  return is_plausible_size(caches.l1_bytes) && (caches.l2_bytes == 0 || is_plausible_size(caches.l2_bytes)) &&
         (caches.l3_bytes == 0 || (is_plausible_size(caches.l3_bytes) && caches.l3_cores >= 1));
}

// ---- By cpuinfo

#if TWOPASS_USE_CPUINFO

// Without its files cpuinfo fails, and complains on stderr.
bool has_files_of_cpuinfo() {
#ifdef __linux__
  constexpr const char* kFiles[] = {"/proc/cpuinfo", "/sys/devices/system/cpu/possible",
                                    "/sys/devices/system/cpu/present"};
  for (const char* file : kFiles) {
    if (access(file, R_OK) != 0) return false;
  }
#endif
  return true;
}

// The largest, where cores differ: long rows are for large cores. cpuinfo returns NULL where it knows no such cache.
size_t largest_size(uint32_t count, const struct cpuinfo_cache*(CPUINFO_ABI* get)(uint32_t)) {
  size_t largest = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct cpuinfo_cache* cache = get(i);
    if (cache != nullptr && cache->size > largest) largest = cache->size;
  }
  return largest;
}

// The shared library may be another version than the header, with other structs. Hence numbers come from functions, and
// only sizes, which are checked, from a struct.
struct twopass_caches caches_of_cpuinfo() {
  struct twopass_caches caches = {};
  if (!has_files_of_cpuinfo() || !cpuinfo_initialize()) return caches;
  caches.l1_bytes = largest_size(cpuinfo_get_l1d_caches_count(), cpuinfo_get_l1d_cache);
  caches.l2_bytes = largest_size(cpuinfo_get_l2_caches_count(), cpuinfo_get_l2_cache);
  const uint32_t l3_count = cpuinfo_get_l3_caches_count();
  caches.l3_bytes = largest_size(l3_count, cpuinfo_get_l3_cache);
  if (caches.l3_bytes != 0) caches.l3_cores = cpuinfo_get_cores_count() / l3_count;
  return caches;
}

#endif

// ---- By the processor or the C library

#if TWOPASS_IS_X86

unsigned bits(unsigned value, int first, int count) { return value >> first & ((1u << count) - 1); }

// A cache, as a subleaf of leaf 4 (Intel) or 0x8000001D (AMD) describes it.
enum Type { kNone = 0, kInstructions = 2 };
unsigned type_of(const Registers& cache) { return bits(cache.eax, 0, 5); }
unsigned level_of(const Registers& cache) { return bits(cache.eax, 5, 3); }
// The logical processors that share it; on some machines rounded up to a power of two.
unsigned sharers_of(const Registers& cache) { return bits(cache.eax, 14, 12) + 1; }
size_t size_of(const Registers& cache) {
  const size_t ways = bits(cache.ebx, 22, 10) + 1, partitions = bits(cache.ebx, 12, 10) + 1;
  const size_t line_bytes = bits(cache.ebx, 0, 12) + 1, sets = size_t{cache.ecx} + 1;
  return ways * partitions * line_bytes * sets;
}

// The caches of the core that this runs on. Leaf 11 has the logical processors of a core, and of a package, which no
// cache crosses; a processor without it shares the first level among those of a core.
struct twopass_caches caches_of_system() {
  unsigned threads_of_core = bits(cpuid(11, 0).ebx, 0, 16);
  const unsigned threads_of_package = bits(cpuid(11, 1).ebx, 0, 16);
  const unsigned leaf = type_of(cpuid(4, 0)) != kNone ? 4 : 0x8000001D;

  constexpr unsigned kMaxCaches = 8;  // the list ends earlier, if it is one
  struct twopass_caches caches = {};
  for (unsigned i = 0; i < kMaxCaches; i++) {
    const Registers cache = cpuid(leaf, i);
    if (type_of(cache) == kNone) break;
    if (type_of(cache) == kInstructions) continue;
    if (level_of(cache) == 1) {
      caches.l1_bytes = size_of(cache);
      if (threads_of_core == 0) threads_of_core = sharers_of(cache);
    } else if (level_of(cache) == 2) {
      caches.l2_bytes = size_of(cache);
    } else if (level_of(cache) == 3) {
      unsigned sharers = sharers_of(cache);
      if (threads_of_package != 0 && sharers > threads_of_package) sharers = threads_of_package;
      caches.l3_bytes = size_of(cache);
      caches.l3_cores = threads_of_core != 0 && sharers > threads_of_core ? sharers / threads_of_core : 1;
    }
  }
  return caches;
}

#elif defined(_SC_LEVEL1_DCACHE_SIZE)

size_t system_value(int name) {
  const long value = sysconf(name);
  return value > 0 ? static_cast<size_t>(value) : 0;
}

struct twopass_caches caches_of_system() {
  struct twopass_caches caches = {};
  caches.l1_bytes = system_value(_SC_LEVEL1_DCACHE_SIZE);
  caches.l2_bytes = system_value(_SC_LEVEL2_CACHE_SIZE);
  caches.l3_bytes = system_value(_SC_LEVEL3_CACHE_SIZE);
  // Not reported are how many such caches there are, and how many logical processors a core is: as if there were one of
  // each.
  if (caches.l3_bytes != 0) caches.l3_cores = system_value(_SC_NPROCESSORS_CONF);
  return caches;
}

#else

struct twopass_caches caches_of_system() {
  return {};
}

#endif

}  // namespace

struct twopass_caches detect_caches() {
#if TWOPASS_USE_CPUINFO
  const struct twopass_caches known = caches_of_cpuinfo();
  if (is_plausible(known)) return known;
#endif
  const struct twopass_caches caches = caches_of_system();
  return is_plausible(caches) ? caches : twopass_caches{};
}

}  // namespace twopass
