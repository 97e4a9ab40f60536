// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "layout.h"

#include <cstdlib>

#include "errors.h"

namespace twopass_python {
namespace {

// An axis by its number, of which a negative one counts from the end. An array without axes counts as one of one axis.
void add_axis(nb::handle argument, int count, bool* contains) {
  if (!PyIndex_Check(argument.ptr())) {
    raise_type_error("axis must be an integer, a tuple of integers or None, not %s", Py_TYPE(argument.ptr())->tp_name);
  }
  const std::int64_t number = read_integer(argument, "axis"), known = count > 0 ? count : 1;
  if (number < -known || number >= known) {
    raise_value_error("axis %lld is out of bounds for an array of %d axes", static_cast<long long>(number), count);
  }
  bool& is_contained = contains[number < 0 ? number + known : number];
  if (is_contained) raise_value_error("axis %lld is named more than once", static_cast<long long>(number));
  is_contained = true;
}

}  // namespace

Axes::Axes(nb::handle argument, int count) {
  if (argument.is_none()) {
    for (int axis = 0; axis < count; axis++) contains_[axis] = true;
  } else if (PyTuple_Check(argument.ptr())) {
    for (nb::handle axis : nb::borrow<nb::tuple>(argument)) add_axis(axis, count, contains_);
  } else {
    add_axis(argument, count, contains_);
  }
}

Order::Order(const Array& array, const Axes& columns) : count(0) {
  const npy_intp* const strides = array.strides();
  const auto add = [&](bool is_column) {
    const int first = count;
    for (int axis = 0; axis < array.axes(); axis++) {
      if (columns.contains(axis) != is_column) continue;
      int place = count++;
      for (; place > first && std::labs(strides[axes[place - 1]]) < std::labs(strides[axis]); place--) {
        axes[place] = axes[place - 1];
      }
      axes[place] = axis;
    }
  };
  add(false);
  rows = count;
  add(true);
}

void Layout::append(Axis* to, int* length, const Axis& axis) const {
  if (axis.length == 1) return;
  if (*length > 0) {
    Axis& outer = to[*length - 1];
    bool is_one = true;
    for (int i = 0; i < count_; i++) {
      is_one = is_one && outer.strides[i] == axis.strides[i] * static_cast<std::ptrdiff_t>(axis.length);
    }
    if (is_one) {
      const std::size_t total = outer.length * axis.length;
      outer = axis;
      outer.length = total;
      return;
    }
  }
  to[(*length)++] = axis;
}

bool Layout::are_within_heads(const Axis& axis) const {
  return all_of(Role::kHeads, [&](int i) { return axis.strides[i] == 0; });
}

bool Layout::are_heads(const Axis& axis) const {
  return all_of(Role::kHeads, [&](int i) { return axis.strides[i] == static_cast<std::ptrdiff_t>(operands_[i].size); });
}

bool Layout::is_inner(const Axis& axis) const {
  return shape_.columns > 1 && all_of(Role::kElements, [&](int i) {
           return axis.strides[i] == static_cast<std::ptrdiff_t>(operands_[i].size) &&
                  column_strides_[i] >= axis.length;
         });
}

bool Layout::is_outer(const Axis& axis) const {
  return all_of(Role::kElements, [&](int i) {
    const std::size_t elements = (shape_.columns - 1) * column_strides_[i] + shape_.inner;
    return axis.strides[i] >= static_cast<std::ptrdiff_t>(elements * operands_[i].size);
  });
}

Layout::Layout(const Order& order, const npy_intp* shape, const Operand* operands, int count)
    : operands_(operands), count_(count), loops_(0) {
  Axis columns[kMaxAxes];
  int column_axes = 0;
  for (int i = 0; i < order.count; i++) {
    Axis axis;
    axis.length = static_cast<std::size_t>(shape[order.axes[i]]);
    for (int k = 0; k < count; k++) axis.strides[k] = operands[k].strides[order.axes[i]];
    if (i < order.rows) {
      append(rows_, &loops_, axis);
    } else {
      append(columns, &column_axes, axis);
    }
  }
  fits_ = column_axes <= 1;
  if (column_axes == 1) {
    shape_.columns = columns[0].length;
    fits_ = all_of(Role::kElements, [&](int i) { return columns[0].strides[i] > 0; });
  }
  if (!fits_) return;
  for (int i = 0; i < count; i++) {
    column_strides_[i] = column_axes == 1 ? static_cast<std::size_t>(columns[0].strides[i]) / operands[i].size : 1;
    outer_strides_[i] = 0;  // it may be anything where there is but one
  }

  // The axes of rows that go into one call, the last one first. Each is taken off those that calls loop over.
  if (loops_ == 0) return;
  const Axis* const last = &rows_[loops_ - 1];
  const bool every_row_is_a_head = !are_within_heads(*last);
  if (every_row_is_a_head && !are_heads(*last)) return;
  const Axis* outer = nullptr;
  if (is_inner(*last)) {
    shape_.inner = last->length;
  } else if (is_outer(*last)) {
    outer = last;
    shape_.outer = last->length;
  } else {
    return;
  }
  loops_--;
  (every_row_is_a_head ? head_ : row_) = last;
  if (every_row_is_a_head) rows_of_head_ = 1;

  // Another one, whose rows are a head each.
  if (loops_ > 0 && !every_row_is_a_head) {
    const Axis* const next = &rows_[loops_ - 1];
    const bool continues = outer == nullptr ? is_outer(*next) : all_of(Role::kElements, [&](int i) {
      return next->strides[i] == last->strides[i] * static_cast<std::ptrdiff_t>(last->length);
    });
    if (continues && are_heads(*next)) {
      if (outer == nullptr) outer = next;
      shape_.outer *= next->length;
      head_ = next;
      rows_of_head_ = last->length;
      loops_--;
    }
  }
  if (outer == nullptr) return;
  for (int i = 0; i < count; i++) {
    outer_strides_[i] = static_cast<std::size_t>(outer->strides[i]) / operands[i].size;
  }
}

}  // namespace twopass_python
