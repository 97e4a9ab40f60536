// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/sides.h"

#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

namespace twopass_bench {
namespace {

const Side* load(const SideRequest& request, const std::string& which, pthreadpool_t threads) {
  // Both define the same names, so none of them may be seen from outside.
  void* const library = dlopen(request.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto* const side = library == nullptr ? nullptr : static_cast<const Side*>(dlsym(library, kSideSymbol));
  if (side == nullptr) throw std::runtime_error(dlerror());

  const char* const isa = request.isa.empty() ? nullptr : request.isa.c_str();
  if (const char* problem = side->set_up(isa, request.algorithm.c_str(), threads)) {
    const char* const environment = std::getenv("TWOPASS_ISA");
    const std::string named = isa != nullptr ? isa : environment != nullptr ? environment : "";
    throw std::runtime_error("the " + which + " side, ISA '" + named + "', algorithm '" + request.algorithm +
                             "': " + problem);
  }
  return side;
}

}  // namespace

Sides load_sides(const Request& request) {
  Sides sides = {{nullptr, pthreadpool_destroy}, nullptr, nullptr};
  if (request.threads != 1) sides.threads.reset(pthreadpool_create(request.threads));
  sides.old_side = load(request.old_side, "old", sides.threads.get());
  sides.new_side = load(request.new_side, "new", sides.threads.get());
  return sides;
}

void softmax(const Side& side, const Shape& shape, const float* input, float* output) {
  if (!side.softmax(shape.rows, shape.columns, input, output)) throw std::runtime_error("a softmax returned an error");
}

std::string both(const std::string& of_old, const std::string& of_new) {
  return of_old == of_new ? of_new : of_old + " (old), " + of_new + " (new)";
}

}  // namespace twopass_bench
