// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "problem.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "threads.h"

namespace twopass_python {
namespace {

bool is_given(nb::handle argument) { return argument.is_valid() && !argument.is_none(); }

// The strides of an array that is broadcast to a shape, as NumPy does it; the name is for the error.
void broadcast(PyArrayObject* array, const char* name, int axes, const npy_intp* shape, npy_intp* strides) {
  const int missing = axes - PyArray_NDIM(array);
  bool fits = missing >= 0;
  for (int axis = 0; fits && axis < axes; axis++) {
    const npy_intp length = axis < missing ? 1 : PyArray_DIM(array, axis - missing);
    fits = length == 1 || length == shape[axis];
    strides[axis] = length == 1 ? 0 : PyArray_STRIDE(array, axis - missing);
  }
  if (!fits) raise_cannot_broadcast(name);
}

}  // namespace

std::size_t read_threads(nb::handle argument) {
  if (argument.is_none()) return 1;
  const std::int64_t count = read_integer(argument, "threads");
  if (count < 0) raise_value_error("threads must not be negative");
  return count == 0 ? available_processors() : static_cast<std::size_t>(count);
}

Rows::Rows(const Array& array, const Axes& columns, const Order& order) {
  int place[kMaxAxes];
  for (int axis = 0; axis < array.axes(); axis++) {
    if (columns.contains(axis)) continue;
    place[axis] = axes;
    shape[axes++] = array.shape()[axis];
  }
  for (int i = 0; i < axes; i++) this->order[i] = place[order.axes[i]];
}

nb::object read_floats_of_rows(nb::handle argument, const char* name, const Rows& rows) {
  return broadcast_copy(read_floats(argument, name).get(), name, rows.axes, rows.shape, rows.order);
}

Problem::Problem(nb::handle input, const char* name, nb::handle axis, const HowArguments& how)
    : arrays_{read_input(input, name)},
      columns_(axis, arrays_[0].axes()),
      order_(arrays_[0], columns_),
      rows_(arrays_[0], columns_, order_),
      runner_(runner_of(read_threads(how.threads))) {
  if (runner_.thread_count > 1) options_.runner = &runner_;
  const auto set_flag = [this](nb::handle argument, std::uint32_t flag) {
    if (argument.is_valid() && is_true(argument)) options_.flags |= flag;
  };
  set_flag(how.zero_masked_rows, TWOPASS_FLAG_MASKED_ROW_ZERO);
  set_flag(how.reproducible, TWOPASS_FLAG_REPRODUCIBLE);
  set_array(0, this->input());
}

void Problem::set_array(int index, const Array& array) {
  arrays_[index] = array;
  set_operand(index, Role::kElements, size_of(array.type()), array.data(), array.strides());
}

void Problem::set_operand(int index, Role role, std::size_t size, void* data, const npy_intp* strides) {
  Operand& operand = operands_[index];
  operand.role = role;
  operand.size = size;
  operand.data = static_cast<char*>(data);
  for (int axis = 0; axis < input().axes(); axis++) operand.strides[axis] = strides[axis];
}

int Problem::add_operand(Role role, std::size_t size, void* data, const npy_intp* strides) {
  set_operand(operand_count_, role, size, data, strides);
  return operand_count_++;
}

Array Problem::read_other_input(nb::handle argument, const char* name) const {
  const Array array = read_input(argument, name);
  if (!have_same_shape(array, input())) raise_value_error("%s has another shape than the first array", name);
  return array;
}

void Problem::add_input(nb::handle argument, const char* name) {
  set_array(array_count_++, read_other_input(argument, name));
  operand_count_++;
}

void Problem::add_part(nb::handle argument, const char* name) { parts_.push_back(read_other_input(argument, name)); }

twopass_tensor Problem::part(std::size_t index, const twopass_tensor& first) const {
  const Array& array = parts_[index];
  const auto elements =
      (static_cast<char*>(first.data) - input().data()) / static_cast<std::ptrdiff_t>(size_of(input().type()));
  return {array.data() + elements * static_cast<std::ptrdiff_t>(size_of(array.type())), array.type(),
          first.outer_stride, first.column_stride};
}

bool Problem::parts_lie_alike() const {
  return std::all_of(parts_.begin(), parts_.end(), [this](const Array& part) { return lie_alike(part, input()); });
}

Order Problem::in_memory() const { return Order(input(), Axes()); }

const Array& Problem::add_output(nb::handle argument, const char* name, std::uint32_t type) {
  Array output;
  if (argument.is_none()) {
    const Array& like = input();
    output = PyArray_IS_C_CONTIGUOUS(like.get()) ? new_c_array(like.axes(), like.shape(), type)
                                                 : new_array(like.axes(), like.shape(), type, in_memory().axes);
  } else {
    output = given_output_ = read_output(argument, name, input().axes(), input().shape());
    // What would be read after it was overwritten.
    const auto is_in_the_way = [&](const Array& array) {
      return may_overlap(array.get(), output.get()) && !are_same(array, output);
    };
    for (int i = 0; i < array_count_; i++) {
      if (is_in_the_way(arrays_[i])) set_array(i, copy_in_order(arrays_[i], in_memory().axes));
    }
    for (Array& part : parts_) {
      if (is_in_the_way(part)) part = copy_in_order(part, in_memory().axes);
    }
  }
  has_output_ = true;
  set_array(array_count_++, output);
  operand_count_++;
  return arrays_[array_count_ - 1];
}

Array Problem::begin_copies() {
  const int inputs = array_count_ - (has_output_ ? 1 : 0);
  for (int i = 0; i < inputs; i++) set_array(i, copy_in_order(arrays_[i], order_.axes));
  for (Array& part : parts_) part = copy_in_order(part, order_.axes);
  if (!has_output_) return {};
  const Array output = arrays_[inputs];
  set_array(inputs, new_array(output.axes(), output.shape(), output.type(), order_.axes));
  return output;
}

void Problem::end_copies(const Array& output) {
  if (output.has_value()) copy_into(output, arrays_[array_count_ - 1]);
}

int Problem::add_values(void* data, std::size_t size) {
  npy_intp strides[kMaxAxes];
  npy_intp stride = static_cast<npy_intp>(size);
  for (int i = order_.count - 1; i >= order_.rows; i--) strides[order_.axes[i]] = 0;
  for (int i = order_.rows - 1; i >= 0; i--) {
    strides[order_.axes[i]] = stride;
    stride *= input().shape()[order_.axes[i]];
  }
  return add_operand(Role::kValues, size, data, strides);
}

nb::object& Problem::hold(nb::object array) {
  auto* const given = reinterpret_cast<PyArrayObject*>(array.ptr());
  if (given_output_.has_value() && may_overlap(given, given_output_.get())) {
    array = stolen(PyArray_NewCopy(given, NPY_CORDER));
  }
  return held_[held_count_++] = std::move(array);
}

// Floats that are broadcast to the rows.
int Problem::add_of_rows(Role role, nb::handle argument, const char* name) {
  auto* const array = reinterpret_cast<PyArrayObject*>(hold(read_floats(argument, name).object()).ptr());
  npy_intp of_rows[kMaxAxes], strides[kMaxAxes];
  broadcast(array, name, rows_.axes, rows_.shape, of_rows);
  for (int axis = 0, row_axis = 0; axis < input().axes(); axis++) {
    strides[axis] = columns_.contains(axis) ? 0 : of_rows[row_axis++];
  }
  return add_operand(role, sizeof(float), PyArray_DATA(array), strides);
}

// An array of elements of that size that is broadcast to the input. The library has them side by side along columns; a
// copy has what the array has not.
int Problem::add_of_columns(nb::object argument, std::size_t size, const char* name) {
  auto* array = reinterpret_cast<PyArrayObject*>(hold(std::move(argument)).ptr());
  const int axes = input().axes();
  npy_intp strides[kMaxAxes];
  broadcast(array, name, axes, input().shape(), strides);
  bool is_usable = true;
  npy_intp stride = static_cast<npy_intp>(size);
  for (int i = axes - 1; i >= 0; i--) {
    const int axis = order_.axes[i];
    const npy_intp length = input().shape()[axis];
    if (i >= order_.rows) {
      is_usable = is_usable && (strides[axis] == stride || length == 1);
      stride *= length;
    } else {
      is_usable = is_usable && strides[axis] >= 0;
    }
  }
  if (!is_usable) {
    npy_intp shape[kMaxAxes];
    const int missing = axes - PyArray_NDIM(array);
    for (int axis = 0; axis < axes; axis++) {
      shape[axis] = columns_.contains(axis) ? input().shape()[axis]
                    : axis < missing        ? 1
                                            : PyArray_DIM(array, axis - missing);
    }
    array = reinterpret_cast<PyArrayObject*>(
        (held_[held_count_ - 1] = broadcast_copy(array, name, axes, shape, order_.axes)).ptr());
    broadcast(array, name, axes, input().shape(), strides);
  }
  for (int axis = 0; axis < axes; axis++) {
    if (columns_.contains(axis)) strides[axis] = 0;
  }
  return add_operand(Role::kStrided, size, PyArray_DATA(array), strides);
}

void Problem::set_logits(const LogitsArguments& arguments) {
  if (is_given(arguments.scale)) scale_ = add_of_rows(Role::kStrided, arguments.scale, "scale");
  if (is_given(arguments.slope)) slope_ = add_of_rows(Role::kHeads, arguments.slope, "slope");
  if (is_given(arguments.sink)) sink_ = add_of_rows(Role::kHeads, arguments.sink, "sink");
  if (is_given(arguments.bias)) {
    const Array bias = read_input(arguments.bias, "bias");
    logits_.bias_type = bias.type();
    bias_ = add_of_columns(bias.object(), size_of(bias.type()), "bias");
  }
  if (is_given(arguments.keep)) keep_ = add_of_columns(read_booleans(arguments.keep, "keep"), 1, "keep");
  if (is_given(arguments.lengths)) {
    if (order_.count - order_.rows != 1) raise_value_error("lengths are for rows along a single axis");
    nb::object lengths = read_integers(arguments.lengths, "lengths", true, rows_.axes, rows_.shape, rows_.order);
    auto* const length =
        static_cast<std::int64_t*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(hold(lengths).ptr())));
    const std::int64_t columns = input().shape()[order_.axes[order_.rows]];
    const npy_intp count = PyArray_SIZE(reinterpret_cast<PyArrayObject*>(lengths.ptr()));
    for (npy_intp row = 0; row < count; row++) {
      if (length[row] < 0 || length[row] > columns) {
        raise_value_error("lengths: %lld is not from 0 to the number of columns, %lld",
                          static_cast<long long>(length[row]), static_cast<long long>(columns));
      }
    }
    lengths_ = add_values(length, sizeof(std::int64_t));
  }
  if (is_given(arguments.softcap)) {
    logits_.softcap = read_number(arguments.softcap, "softcap");
    if (!(logits_.softcap >= 0 && std::isfinite(logits_.softcap))) {
      raise_value_error("softcap must be finite and not negative");
    }
  }
  if (held_count_ > 0 || logits_.softcap > 0) options_.logits = &logits_;
}

void Problem::set_log_sums(const Array& log_sums) { log_sums_ = add_values(log_sums.data(), sizeof(float)); }

void Problem::point_options(const Layout& layout, char* const* data) {
  // Where there is such an operand, where it begins and its strides in elements.
  const auto set = [&](int operand, auto** pointer, std::size_t* head_stride, std::size_t* row_stride) {
    if (operand < 0) return;
    const auto size = static_cast<std::ptrdiff_t>(operands_[operand].size);
    *pointer = reinterpret_cast<std::remove_reference_t<decltype(*pointer)>>(data[operand]);
    if (head_stride != nullptr) *head_stride = static_cast<std::size_t>(layout.head_stride(operand) / size);
    if (row_stride != nullptr) *row_stride = static_cast<std::size_t>(layout.row_stride(operand) / size);
  };
  logits_.rows_of_head = layout.rows_of_head();
  set(scale_, &logits_.scale, &logits_.scale_head_stride, &logits_.scale_row_stride);
  set(bias_, &logits_.bias, &logits_.bias_head_stride, &logits_.bias_row_stride);
  set(slope_, &logits_.slope, nullptr, nullptr);
  set(keep_, &logits_.keep, &logits_.keep_head_stride, &logits_.keep_row_stride);
  set(lengths_, &logits_.lengths, nullptr, nullptr);
  set(sink_, &logits_.sink, nullptr, nullptr);
  set(log_sums_, &options_.log_sums, nullptr, nullptr);
}

}  // namespace twopass_python
