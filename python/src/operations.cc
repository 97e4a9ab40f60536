// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "operations.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "twopass_merge.h"

namespace twopass_python {
namespace {

// What is returned: the argument where there is one, otherwise the results, in the kind of array that x is.
nb::object returned(nb::handle out, nb::handle x, const Array& results) {
  return out.is_none() ? export_like(x, results) : nb::borrow(out);
}

float* floats(void* data) { return static_cast<float*>(data); }
float* floats(const nb::object& array) { return floats(PyArray_DATA(reinterpret_cast<PyArrayObject*>(array.ptr()))); }

// A new array of a float for each row.
Array new_of_rows(const Rows& rows) { return new_array(rows.axes, rows.shape, TWOPASS_F32, rows.order); }

// The same with an axis of one element in place of each of the columns.
Array keep_axes(const Array& results, const Problem& problem) {
  npy_intp shape[kMaxAxes];
  const Array& input = problem.input();
  for (int axis = 0; axis < input.axes(); axis++) {
    shape[axis] = problem.columns().contains(axis) ? 1 : input.shape()[axis];
  }
  return reshape(results, input.axes(), shape);
}

// What a reduction of rows without elements gives.
template <class Call>
void reduce_nothing(Call call, const Array& results, const twopass_options* options) {
  const twopass_shape shape = {static_cast<std::size_t>(PyArray_SIZE(results.get())), 0, 1};
  const twopass_tensor nothing = {nullptr, TWOPASS_F32, 0, 0};
  check(call(&shape, &nothing, floats(results.data()), options));
}

}  // namespace

nb::object map(MapCall* call, nb::handle x, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle log_sums,
               const LogitsArguments& logits, const HowArguments& how) {
  Problem problem(x, "x", axis, how);
  const std::uint32_t type = read_dtype(dtype, problem.input().type());
  const Array output = problem.add_output(out, "out", type);
  if (!dtype.is_none() && output.type() != type) raise_value_error("dtype is another than that of out");
  problem.set_logits(logits);
  const bool has_sums = log_sums.is_valid() && is_true(log_sums);
  Array sums;
  if (has_sums) {
    sums = new_of_rows(problem.rows());
    problem.set_log_sums(sums);
  }
  if (!problem.is_empty()) {
    problem.compute([call](const twopass_shape* shape, const twopass_tensor* tensors, char* const*,
                           const twopass_options* options) { return call(shape, &tensors[0], &tensors[1], options); });
  } else if (has_sums) {
    reduce_nothing(twopass_log_sum_exp, sums, problem.options());
  }
  nb::object result = returned(out, x, output);
  return has_sums ? nb::make_tuple(result, export_like(x, sums)) : result;
}

nb::object reduce(ReduceCall* call, const Argument& x, nb::handle axis, nb::handle keepdims, nb::handle out,
                  const LogitsArguments& logits, const HowArguments& how) {
  Problem problem(x.value, x.name, axis, how);
  const Array results = new_of_rows(problem.rows());
  const Array shaped = is_true(keepdims) ? keep_axes(results, problem) : results;
  const Array output = out.is_none() ? Array() : read_output(out, "out", shaped.axes(), shaped.shape());
  if (output.has_value() && output.type() != TWOPASS_F32) raise_type_error("out must be of float32");
  problem.add_values(results.data(), sizeof(float));
  problem.set_logits(logits);
  if (problem.is_empty()) {
    reduce_nothing(call, results, problem.options());
  } else {
    problem.compute(
        [call](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
               const twopass_options* options) { return call(shape, &tensors[0], floats(values[0]), options); });
  }
  if (output.has_value()) copy_into(output, shaped);
  return returned(out, x.value, shaped);
}

nb::object compare(float* twopass_divergences::*wanted, nb::handle x, nb::handle y, nb::handle axis,
                   const HowArguments& how) {
  Problem problem(x, "x", axis, how);
  problem.add_input(y, "y");
  const Array results = new_of_rows(problem.rows());
  problem.add_values(results.data(), sizeof(float));
  if (problem.is_empty()) {
    PyArray_FILLWBYTE(results.get(), 0);
  } else {
    problem.compute([wanted](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
                             const twopass_options* options) {
      struct twopass_divergences divergences = {};
      divergences.*wanted = floats(values[0]);
      return twopass_divergence(shape, &tensors[0], &tensors[1], &divergences, options);
    });
  }
  return export_like(x, results);
}

nb::object compare_backward(nb::handle x, nb::handle y, nb::handle axis, nb::handle d, nb::handle out,
                            const HowArguments& how) {
  Problem problem(x, "x", axis, how);
  problem.add_input(y, "y");
  const Array output = problem.add_output(out, "out", problem.input(1).type());
  nb::object factors;
  if (!d.is_none()) {
    factors = read_floats_of_rows(d, "d", problem.rows());
    problem.add_values(floats(factors), sizeof(float));
  }
  if (!problem.is_empty()) {
    problem.compute([&](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
                        const twopass_options* options) {
      return twopass_divergence_backward(shape, &tensors[0], &tensors[1],
                                         factors.is_valid() ? floats(values[0]) : nullptr, &tensors[2], options);
    });
  }
  return returned(out, y, output);
}

nb::object merge_attention(nb::handle outputs, nb::handle log_sums, nb::handle axis, nb::handle out,
                           const HowArguments& how) {
  // An array is one along its first axis.
  const nb::object arrays = stolen(PySequence_Fast(outputs.ptr(), "outputs must be a sequence of arrays"));
  const nb::object arrays_of_sums = stolen(PySequence_Fast(log_sums.ptr(), "log_sums must be a sequence of arrays"));
  const std::size_t count = nb::len(arrays);
  if (count == 0) raise_value_error("outputs must have one part at least");
  if (nb::len(arrays_of_sums) != count) {
    raise_value_error("log_sums must have a part for each of the %zu outputs", count);
  }
  const nb::object first = arrays[0];
  Problem problem(first, "outputs", axis, how);
  std::vector<nb::object> part_log_sums;
  for (std::size_t i = 0; i < count; i++) {
    if (i > 0) problem.add_part(nb::object(arrays[i]), "outputs");
    part_log_sums.push_back(read_floats_of_rows(nb::object(arrays_of_sums[i]), "log_sums", problem.rows()));
  }
  const Array output = problem.add_output(out, "out", problem.input().type());
  const Array merged_log_sums = new_of_rows(problem.rows());
  problem.add_values(merged_log_sums.data(), sizeof(float));

  std::vector<twopass_attention_part> parts(count);
  const auto merge_log_sums = [&](const twopass_shape* shape, const twopass_tensor* merged, float* sums,
                                  const twopass_options* options) {
    const std::ptrdiff_t row = sums - floats(merged_log_sums.data());
    for (std::size_t i = 0; i < count; i++) parts[i].log_sums = floats(part_log_sums[i]) + row;
    return twopass_merge_attention(shape, parts.data(), count, merged, sums, nullptr, options);
  };
  if (problem.is_empty()) {
    reduce_nothing(merge_log_sums, merged_log_sums, problem.options());
  } else {
    problem.compute([&](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
                        const twopass_options* options) {
      parts[0].output = tensors[0];
      for (std::size_t i = 1; i < count; i++) parts[i].output = problem.part(i - 1, tensors[0]);
      return merge_log_sums(shape, &tensors[1], floats(values[0]), options);
    });
  }
  return nb::make_tuple(returned(out, first, output), export_like(first, merged_log_sums));
}

nb::object backward(BackwardCall* call, const Argument& first, nb::handle dy, nb::handle axis, nb::handle out,
                    const LogitsArguments& logits, const HowArguments& how) {
  Problem problem(first.value, first.name, axis, how);
  problem.add_input(dy, "dy");
  const Array output = problem.add_output(out, "out", problem.input().type());
  problem.set_logits(logits);
  if (!problem.is_empty()) {
    problem.compute(
        [call](const twopass_shape* shape, const twopass_tensor* tensors, char* const*,
               const twopass_options* options) { return call(shape, &tensors[0], &tensors[1], &tensors[2], options); });
  }
  return returned(out, first.value, output);
}

nb::object cross_entropy(nb::handle logits, nb::handle labels, nb::handle axis, const LossArguments& loss,
                         const HowArguments& how) {
  Problem problem(logits, "logits", axis, how);
  const Array& input = problem.input();
  const Rows& rows = problem.rows();
  if (!PyIndex_Check(axis.ptr())) raise_type_error("axis must be an integer, not %s", Py_TYPE(axis.ptr())->tp_name);
  if (input.axes() == 0) raise_value_error("logits must have an axis of classes");
  const npy_intp classes = input.shape()[problem.order().axes[problem.order().rows]];

  twopass_cross_entropy_options options = {};
  options.label_smoothing = read_number(loss.label_smoothing, "label_smoothing");
  options.z_loss = read_number(loss.z_loss, "z_loss");
  options.gradient_scale = read_number(loss.gradient_scale, "gradient_scale");
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1)) {
    raise_value_error("label_smoothing must be from 0 to 1");
  }
  if (!(options.z_loss >= 0 && std::isfinite(options.z_loss))) {
    raise_value_error("z_loss must be finite and not negative");
  }
  if (options.gradient_scale == 0 || !std::isfinite(options.gradient_scale)) {
    raise_value_error("gradient_scale must be finite and not 0");
  }
  Array weight;
  if (!loss.weight.is_none()) {
    weight = read_floats(loss.weight, "weight");
    if (weight.axes() != 1 || weight.shape()[0] != classes) {
      raise_value_error("weight must have one axis, of the %zd classes", classes);
    }
    options.class_weights = floats(weight.data());
  }
  std::int64_t ignored_label;
  if (!loss.ignore_index.is_none()) {
    ignored_label = read_integer(loss.ignore_index, "ignore_index");
    options.ignored_label = &ignored_label;
  }

  const nb::object label_array = read_integers(labels, "labels", false, rows.axes, rows.shape, rows.order);
  auto* const label = static_cast<std::int64_t*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(label_array.ptr())));
  const Array losses = new_of_rows(rows);
  const npy_intp row_count = PyArray_SIZE(losses.get());
  for (npy_intp row = 0; row < row_count; row++) {
    // The library looks at the labels of one call before it writes anything; there may be several calls here.
    if (label[row] >= classes && (options.ignored_label == nullptr || label[row] != ignored_label)) {
      raise_value_error("labels: %lld is not below the number of classes, %zd", static_cast<long long>(label[row]),
                        classes);
    }
  }

  const bool makes_gradient = loss.gradient.is(Py_True);
  const bool has_gradient = makes_gradient || !(loss.gradient.is_none() || loss.gradient.is(Py_False));
  const nb::handle gradient = makes_gradient ? nb::handle(Py_None) : loss.gradient;
  Array gradient_array;
  if (has_gradient) gradient_array = problem.add_output(gradient, "gradient", input.type());
  problem.add_values(label, sizeof(std::int64_t));
  problem.add_values(losses.data(), sizeof(float));
  if (problem.is_empty()) {
    PyArray_FILLWBYTE(losses.get(), 0);
  } else {
    problem.compute([&](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
                        const twopass_options* how) {
      return twopass_cross_entropy(shape, &tensors[0], reinterpret_cast<std::int64_t*>(values[0]), floats(values[1]),
                                   has_gradient ? &tensors[1] : nullptr, &options, how);
    });
  }
  nb::object result = export_like(logits, losses);
  return has_gradient ? nb::make_tuple(result, returned(gradient, logits, gradient_array)) : result;
}

}  // namespace twopass_python
