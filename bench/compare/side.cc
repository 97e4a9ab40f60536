// Compiled and linked with the header and the library of each revision that is compared, so it uses only what all have.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "side.h"

#include <cstring>

#include "twopass.h"
#if __has_include("twopass_debug.h")
#include "twopass_debug.h"
#endif
#if __has_include("twopass_pthreadpool.h")
#include "twopass_pthreadpool.h"
#endif

namespace {

using Algorithm = decltype(twopass_options::algorithm);  // an enum up to version 0.1, a number from then on

twopass_options options = {};

#if __has_include("twopass_pthreadpool.h")
void lend(pthreadpool* threads) {
  static twopass_pthreadpool pool = {threads, 0};
  static const twopass_runner runner = twopass_pthreadpool_runner(&pool);
  options.runner = &runner;
}
#else
void lend(pthreadpool* threads) { options.threadpool = threads; }
#endif

const char* set_up(const char* isa, const char* algorithm, pthreadpool* threads) {
  const auto status = isa != nullptr ? twopass_pin_isa(isa) : twopass_initialize();
  if (status != TWOPASS_OK) return twopass_status_string(status);
  if (threads != nullptr) lend(threads);
  for (int i = 0; const char* name = twopass_algorithm_name(static_cast<Algorithm>(i)); i++) {
    options.algorithm = static_cast<Algorithm>(i);
    if (std::strcmp(name, algorithm) == 0) return nullptr;
  }
  return "no algorithm of that name";
}

const char* algorithm_of(size_t rows, size_t columns, bool in_place) {
  return twopass_algorithm_name(twopass_choose_algorithm_f32(rows, columns, in_place, &options));
}

bool softmax(size_t rows, size_t columns, const float* input, float* output) {
  return twopass_softmax_f32(rows, columns, input, columns, output, columns, &options) == TWOPASS_OK;
}

}  // namespace

extern "C" __attribute__((visibility("default")))
const twopass_bench::Side twopass_compare_side = {__VERSION__, set_up, twopass_active_isa, algorithm_of, softmax};
