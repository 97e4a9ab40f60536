// A call of the module: its arrays, what belongs to each row, and how it is to be computed.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_PROBLEM_H_
#define TWOPASS_PYTHON_SRC_PROBLEM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "array.h"
#include "errors.h"
#include "layout.h"
#include "twopass.h"

namespace twopass_python {

// Arguments of Python that many functions share, as they were given.
struct HowArguments {
  nb::handle zero_masked_rows;
  nb::handle threads;
  nb::handle reproducible;  // nothing where a function has no such argument
};

// How many threads the argument `threads` stands for.
std::size_t read_threads(nb::handle argument);

// Those that say what becomes of logits; None, or nothing, for those that are not there.
struct LogitsArguments {
  nb::handle scale, softcap, bias, slope, keep, lengths, sink;
};

// What has a value for each row of an array: its shape, which is that of the array without the columns, and the order
// of its axes in memory, which is that of the rows.
struct Rows {
  Rows(const Array& array, const Axes& columns, const Order& order);

  int axes = 0;
  npy_intp shape[kMaxAxes];
  int order[kMaxAxes];
};

// An input of a float for each row, or one that is broadcast to that, as a new array with the axes in that order.
nb::object read_floats_of_rows(nb::handle argument, const char* name, const Rows& rows);

class Problem {
 public:
  // Of the first of its inputs; its name is for errors.
  Problem(nb::handle input, const char* name, nb::handle axis, const HowArguments& how);
  Problem(const Problem&) = delete;

  const Array& input(int index = 0) const { return arrays_[index]; }
  const Axes& columns() const { return columns_; }
  const Order& order() const { return order_; }
  const Rows& rows() const { return rows_; }
  bool is_empty() const { return PyArray_SIZE(input().get()) == 0; }
  const twopass_options* options() const { return &options_; }

  // Another input, of the shape of the first.
  void add_input(nb::handle argument, const char* name);

  // An input of that shape too, of which there may be any number.
  void add_part(nb::handle argument, const char* name);

  // That part, counted from 0, as a call has it whose tensor of the first input is this.
  twopass_tensor part(std::size_t index, const twopass_tensor& first) const;

  // The output: that of the argument, or a new array of the type where that is None. Comes after the inputs.
  const Array& add_output(nb::handle argument, const char* name, std::uint32_t type);

  // Values for each row, one behind the other in the order of the rows. Come after the output. Returns the operand.
  int add_values(void* data, std::size_t size);

  void set_logits(const LogitsArguments& arguments);

  // The log-sum-exp of each row is to be written there too.
  void set_log_sums(const Array& log_sums);

  // Makes calls of the library, call(shape, tensors, values, options), with the tensors of the inputs and the output
  // and with values where they were added, until all is done. Inputs and outputs that the library cannot work on as
  // they lie are copied. The interpreter is let go, unless that takes longer than the calls. For arrays with elements.
  template <class Call>
  void compute(Call call) {
    if (const Layout layout(order_, input().shape(), operands_, operand_count_); layout.fits() && parts_lie_alike()) {
      return run(layout, call);
    }
    const Array output = begin_copies();
    run(Layout(order_, input().shape(), operands_, operand_count_), call);
    end_copies(output);
  }

 private:
  static constexpr int kMaxArrays = 3;

  // What fewer elements take is less than it takes others to get hold of the interpreter.
  static constexpr npy_intp kMinElementsWithoutInterpreter = 4096;

  // All axes of the input, as they lie in memory.
  Order in_memory() const;

  Array read_other_input(nb::handle argument, const char* name) const;

  // Whether what holds for the first input holds for the parts, but for where they begin.
  bool parts_lie_alike() const;

  void set_array(int index, const Array& array);
  void set_operand(int index, Role role, std::size_t size, void* data, const npy_intp* strides);
  int add_operand(Role role, std::size_t size, void* data, const npy_intp* strides);
  int add_of_rows(Role role, nb::handle argument, const char* name);
  int add_of_columns(nb::object array, std::size_t size, const char* name);

  // Keeps an array for as long as this; a copy of one that overlaps the output.
  nb::object& hold(nb::object array);

  // Copies of the arrays take their places; returns the output, which the results go to in the end.
  Array begin_copies();
  void end_copies(const Array& output);

  // The options of a call, whose operands begin at data.
  void point_options(const Layout& layout, char* const* data);

  template <class Call>
  void run(const Layout& layout, Call call) {
    twopass_status status = TWOPASS_OK;
    const auto run_all = [&] {
      layout.for_each_call([&](char* const* data) {
        if (status != TWOPASS_OK) return;
        twopass_tensor tensors[kMaxArrays];
        for (int i = 0; i < array_count_; i++) tensors[i] = layout.tensor(i, data[i], arrays_[i].type());
        if (options_.logits != nullptr || log_sums_ >= 0) point_options(layout, data);
        status = call(&layout.shape(), tensors, data + array_count_, &options_);
      });
    };
    if (PyArray_SIZE(input().get()) < kMinElementsWithoutInterpreter) {
      run_all();
    } else {
      const nb::gil_scoped_release release;
      run_all();
    }
    check(status);
  }

  Array arrays_[kMaxArrays];  // inputs, then the output
  int array_count_ = 1;
  std::vector<Array> parts_;
  bool has_output_ = false;
  Array given_output_;  // where it was not made here
  Axes columns_;
  Order order_;
  Rows rows_;
  Operand operands_[kMaxOperands];  // of the arrays, then the others
  int operand_count_ = 1;

  twopass_runner runner_;
  twopass_options options_ = {};
  twopass_logits logits_ = {};
  // Which operands they point to, -1 for none, and what has to live until then.
  int scale_ = -1, bias_ = -1, slope_ = -1, keep_ = -1, lengths_ = -1, sink_ = -1, log_sums_ = -1;
  nb::object held_[6];
  int held_count_ = 0;
};

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_PROBLEM_H_
