// A pool of threads that grows to the largest number asked for, and survives fork().
//
// Whoever hands in a job works on it too, so a job ends even where every thread of the pool is busy, or none could be
// started.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "threads.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace twopass_python {
namespace {

struct Job {
  void work() {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) task(context, i);
  }

  void (*task)(void* context, std::size_t i);
  void* context;
  std::size_t count;
  std::size_t wanted_helpers;
  std::size_t helpers = 0;  // at work now; guarded by the mutex of the pool
  std::atomic<std::size_t> next{0};
};

class Pool {
 public:
  void run(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      grow(job.wanted_helpers);
      jobs_.push_back(&job);
    }
    has_jobs_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    jobs_.remove(&job);
    helper_left_.wait(lock, [&] { return job.helpers == 0; });
  }

  std::mutex& mutex() { return mutex_; }

 private:
  void grow(std::size_t threads) {
    try {
      for (; threads_ < threads; threads_++) std::thread([this] { help(); }).detach();
    } catch (const std::system_error&) {  // no more threads are to be had
    }
  }

  void help() {
    std::unique_lock lock(mutex_);
    for (;;) {
      has_jobs_.wait(lock, [&] { return !jobs_.empty(); });
      Job& job = *jobs_.front();
      job.helpers++;
      if (--job.wanted_helpers == 0) jobs_.pop_front();
      lock.unlock();
      job.work();
      lock.lock();
      jobs_.remove(&job);  // nothing of it is left to begin with
      if (--job.helpers == 0) helper_left_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable has_jobs_;
  std::condition_variable helper_left_;
  std::list<Job*> jobs_;  // that want more helpers
  std::size_t threads_ = 0;
};

// The pool is never destroyed, as its threads wait in it until the process ends. A forked child has none of the
// threads, and begins with a new pool in the same place; what the old one owned is left alone.
alignas(Pool) unsigned char storage[sizeof(Pool)];

Pool& pool() {
  static Pool* const created = [] {
    Pool* const result = new (storage) Pool;
    pthread_atfork([] { reinterpret_cast<Pool*>(storage)->mutex().lock(); },
                   [] { reinterpret_cast<Pool*>(storage)->mutex().unlock(); }, [] { new (storage) Pool; });
    return result;
  }();
  return *created;
}

void run(void* threads, void (*task)(void* context, std::size_t i), void* context, std::size_t count) {
  const std::size_t thread_count = std::min<std::size_t>(reinterpret_cast<std::uintptr_t>(threads), count);
  Job job{task, context, count, thread_count > 1 ? thread_count - 1 : 0};
  if (job.wanted_helpers == 0) return job.work();
  pool().run(job);
}

}  // namespace

std::size_t available_processors() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

twopass_runner runner_of(std::size_t thread_count) {
  return {run, reinterpret_cast<void*>(static_cast<std::uintptr_t>(thread_count)), thread_count};
}

}  // namespace twopass_python
