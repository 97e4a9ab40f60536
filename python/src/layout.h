// From arrays and the axes of a softmax to calls of the library: a shape of [outer, columns, inner] and strides, and a
// loop over the axes that do not go into one call.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_LAYOUT_H_
#define TWOPASS_PYTHON_SRC_LAYOUT_H_

#include <cstddef>

#include "array.h"

namespace twopass_python {

// The axes that a softmax goes over, of an array of so many axes.
class Axes {
 public:
  // What the argument `axis` says: an integer, a tuple of them, or None for all.
  Axes(nb::handle argument, int count);

  // None.
  Axes() = default;

  bool contains(int axis) const { return contains_[axis]; }

 private:
  bool contains_[kMaxAxes] = {};
};

// The axes of an array as they lie in memory, each from the outermost to the innermost: first those that tell the rows
// apart, then those of the columns.
struct Order {
  Order(const Array& array, const Axes& columns);

  int axes[kMaxAxes];
  int rows;   // how many of them
  int count;  // of all
};

// What an operand of a call holds.
enum class Role {
  kElements,  // an element wherever the array has one
  kValues,    // a value for each row, one behind the other in the order of the rows
  kStrided,   // something for each row, at any distance
  kHeads      // a value for each head, one behind the other, where rows are those of heads
};

// Where it begins, and its strides along each axis of the array, which are 0 where it is the same all along, and along
// columns but for elements. In bytes, as all of NumPy's.
struct Operand {
  Role role;
  std::size_t size;  // of an element
  char* data;
  std::ptrdiff_t strides[kMaxAxes];
};

constexpr int kMaxOperands = 12;

// The calls for operands of an array of that shape, which has elements.
class Layout {
 public:
  Layout(const Order& order, const npy_intp* shape, const Operand* operands, int count);
  Layout(const Layout&) = delete;

  // Whether calls of the library can do it without a copy. The rest is for layouts that do.
  bool fits() const { return fits_; }

  // What is the same for all calls: the shape, the strides of elements, and those of what is for each row, as
  // twopass_logits has them but in bytes.
  const twopass_shape& shape() const { return shape_; }
  twopass_tensor tensor(int operand, char* data, std::uint32_t type) const {
    return {data, type, outer_strides_[operand], column_strides_[operand]};
  }
  std::size_t rows_of_head() const { return rows_of_head_; }
  std::ptrdiff_t head_stride(int operand) const { return head_ != nullptr ? head_->strides[operand] : 0; }
  std::ptrdiff_t row_stride(int operand) const { return row_ != nullptr ? row_->strides[operand] : 0; }

  // function(data) for each call, with where each operand begins.
  template <class Function>
  void for_each_call(Function&& function) const {
    char* data[kMaxOperands];
    for (int i = 0; i < count_; i++) data[i] = operands_[i].data;
    std::size_t position[kMaxAxes];
    for (int axis = 0; axis < loops_; axis++) position[axis] = 0;
    for (;;) {
      function(static_cast<char* const*>(data));
      int axis = loops_ - 1;
      for (; axis >= 0; axis--) {
        const Axis& loop = rows_[axis];
        for (int i = 0; i < count_; i++) data[i] += loop.strides[i];
        if (++position[axis] < loop.length) break;
        for (int i = 0; i < count_; i++) data[i] -= loop.strides[i] * static_cast<std::ptrdiff_t>(loop.length);
        position[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

 private:
  struct Axis {
    std::size_t length;
    std::ptrdiff_t strides[kMaxOperands];
  };

  // Appends the axis, or makes one with the last of what is appended already where both are one for all operands.
  void append(Axis* to, int* length, const Axis& axis) const;

  // Whether function(operand) is true for all operands of that role.
  template <class Function>
  bool all_of(Role role, Function&& function) const {
    for (int i = 0; i < count_; i++) {
      if (operands_[i].role == role && !function(i)) return false;
    }
    return true;
  }

  // Whether each head is the rows along an axis; whether each row along it is a head.
  bool are_within_heads(const Axis& axis) const;
  bool are_heads(const Axis& axis) const;

  // Whether rows along the axis lie side by side within one column; whether they are at least as far apart as they are
  // long.
  bool is_inner(const Axis& axis) const;
  bool is_outer(const Axis& axis) const;

  const Operand* operands_;
  int count_;
  bool fits_;
  twopass_shape shape_ = {1, 1, 1};
  std::size_t outer_strides_[kMaxOperands];  // of elements, and in elements, as the library has them
  std::size_t column_strides_[kMaxOperands];
  std::size_t rows_of_head_ = 0;
  const Axis* head_ = nullptr;
  const Axis* row_ = nullptr;
  Axis rows_[kMaxAxes];
  int loops_;  // the first of the axes of rows, which calls loop over
};

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_LAYOUT_H_
