// The types of elements that matrices are made of.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_SRC_ELEMENT_H_
#define TWOPASS_SRC_ELEMENT_H_

#include <stddef.h>
#include <stdint.h>

#include "twopass.h"

namespace twopass {

// By the names that scripts/kernels.py has for them, and with the values of the public API.
enum class Element : uint8_t { f32, f16, bf16 };

constexpr size_t kElements = 3;

// For what there is once for each: define(name, type in C).
#define TWOPASS_FOR_EACH_ELEMENT(define) define(f32, float) define(f16, twopass_f16) define(bf16, twopass_bf16)

constexpr size_t size_of(Element element) { return element == Element::f32 ? 4 : 2; }

// Rows of one type of elements as a tensor, for the calls that have the type in their name.
inline struct twopass_tensor rows_of(const void* data, Element element, size_t stride) {
  return {const_cast<void*>(data), static_cast<uint32_t>(element), stride, 1};
}

}  // namespace twopass

#endif  // TWOPASS_SRC_ELEMENT_H_
