// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "tokens.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "twopass_tokens.h"

namespace twopass_python {
namespace {

// A call whose rows go along the last axis, over a vocabulary.
class TokenProblem : public Problem {
 public:
  TokenProblem(nb::handle x, const HowArguments& how) : Problem(x, "x", nb::int_(-1), how) {
    if (input().axes() == 0) raise_value_error("x must have an axis of tokens");
    for (int axis = 0; axis < rows().axes; axis++) row_count_ *= static_cast<std::size_t>(rows().shape[axis]);
  }

  npy_intp vocabulary() const { return input().shape()[input().axes() - 1]; }
  std::size_t row_count() const { return row_count_; }

  // Makes calls call(shape, logits, first_row, options) of the library until all rows are done.
  template <class Call>
  void compute_rows(const LogitsArguments& logits, Call call) {
    std::vector<char> rows(row_count_);  // whose addresses tell which row a call begins with
    add_values(rows.data(), 1);
    set_logits(logits);
    if (is_empty()) {
      const twopass_shape shape = {row_count_, 0, 1};
      const twopass_tensor nothing = {nullptr, TWOPASS_F32, 0, 0};
      return check(call(&shape, &nothing, std::size_t{0}, options()));
    }
    compute([&](const twopass_shape* shape, const twopass_tensor* tensors, char* const* values,
                const twopass_options* options) {
      return call(shape, &tensors[0], static_cast<std::size_t>(values[0] - rows.data()), options);
    });
  }

 private:
  std::size_t row_count_ = 1;
};

// Results for each row: one, or with another axis several. The arrays are not made where they are not wanted.
class Results {
 public:
  explicit Results(const Rows& rows) : shape_(rows) {}
  Results(const Rows& rows, npy_intp count) : shape_(rows), count_(count) {
    shape_.shape[shape_.axes] = count;
    shape_.order[shape_.axes] = shape_.axes;
    shape_.axes++;
  }

  const Rows& shape() const { return shape_; }
  std::size_t count() const { return static_cast<std::size_t>(count_); }
  nb::object new_integers() const { return twopass_python::new_integers(shape_.axes, shape_.shape, shape_.order); }
  nb::object new_floats() const { return new_array(shape_.axes, shape_.shape, TWOPASS_F32, shape_.order).object(); }

 private:
  Rows shape_;
  npy_intp count_ = 1;
};

// The elements of an array of NumPy's; NULL where there is none.
template <class Type>
Type* elements_of(const nb::object& array) {
  return array.is_valid() ? static_cast<Type*>(PyArray_DATA(reinterpret_cast<PyArrayObject*>(array.ptr()))) : nullptr;
}

// What is returned for them.
nb::object floats_like(nb::handle x, const nb::object& floats) {
  return floats.is_valid() ? export_like(x, Array(floats, TWOPASS_F32)) : nb::none();
}
nb::object integers_like(nb::handle x, const nb::object& integers) {
  return integers.is_valid() ? export_integers_like(x, integers) : nb::none();
}

// One token for each row, or several where the argument has an axis more.
Results results_of_tokens(const Rows& rows, const nb::object& tokens) {
  auto* const array = reinterpret_cast<PyArrayObject*>(tokens.ptr());
  if (PyArray_NDIM(array) <= rows.axes) return Results(rows);
  return Results(rows, PyArray_DIM(array, PyArray_NDIM(array) - 1));
}

nb::object read_tokens(const nb::object& tokens, const Results& results, npy_intp vocabulary) {
  const Rows& shape = results.shape();
  const nb::object array = read_integers(tokens, "tokens", true, shape.axes, shape.shape, shape.order);
  const auto* const token = elements_of<std::int64_t>(array);
  for (npy_intp i = 0; i < PyArray_SIZE(reinterpret_cast<PyArrayObject*>(array.ptr())); i++) {
    if (token[i] >= vocabulary) {
      raise_value_error("tokens: %lld is not below the length of the last axis, %zd", static_cast<long long>(token[i]),
                        vocabulary);
    }
  }
  return array;
}

std::vector<twopass_sampler> read_samplers(const SamplerArguments& arguments, const Rows& rows, std::size_t count) {
  const auto floats = [&](nb::handle argument, const char* name) { return read_floats_of_rows(argument, name, rows); };
  const auto counts = [&](nb::handle argument, const char* name) {
    return read_counts(argument, name, rows.axes, rows.shape, rows.order);
  };
  const nb::object temperature = floats(arguments.temperature, "temperature");
  const nb::object top_k = counts(arguments.top_k, "top_k");
  const nb::object top_p = floats(arguments.top_p, "top_p");
  const nb::object min_p = floats(arguments.min_p, "min_p");
  const nb::object seed = counts(arguments.seed, "seed");
  const nb::object counter = counts(arguments.counter, "counter");
  const std::uint32_t flags = is_true(arguments.joint) ? TWOPASS_SAMPLE_JOINT : 0;

  std::vector<twopass_sampler> samplers(count);
  for (std::size_t row = 0; row < count; row++) {
    twopass_sampler& sampler = samplers[row];
    sampler.temperature = elements_of<float>(temperature)[row];
    sampler.top_k = elements_of<std::uint64_t>(top_k)[row];
    sampler.top_p = elements_of<float>(top_p)[row];
    sampler.min_p = elements_of<float>(min_p)[row];
    sampler.seed = elements_of<std::uint64_t>(seed)[row];
    sampler.counter = elements_of<std::uint64_t>(counter)[row];
    sampler.flags = flags;
    if (!(sampler.temperature >= 0 && std::isfinite(sampler.temperature))) {
      raise_value_error("temperature must be finite and not negative");
    }
    if (!(sampler.top_p >= 0)) raise_value_error("top_p must not be negative");
    if (!(sampler.min_p >= 0 && sampler.min_p <= 1)) raise_value_error("min_p must be from 0 to 1");
  }
  return samplers;
}

}  // namespace

nb::object statistics(nb::handle result, nb::handle x, nb::handle tokens, nb::handle top, const LogitsArguments& logits,
                      const HowArguments& how) {
  TokenProblem problem(x, how);
  const std::int64_t top_count = read_integer(top, "top");
  if (top_count < 0 || top_count > TWOPASS_MAX_TOP) raise_value_error("top must be from 0 to %d", TWOPASS_MAX_TOP);

  const Results of_rows(problem.rows());
  const nb::object log_sums = of_rows.new_floats(), entropies = of_rows.new_floats();
  const nb::object argmaxes = of_rows.new_integers();
  nb::object token_array, log_probabilities, ranks, top_tokens, top_log_probabilities;
  std::size_t tokens_per_row = 0;
  if (!tokens.is_none()) {
    const nb::object given = read_numpy(tokens, "tokens");
    const Results of_tokens = results_of_tokens(problem.rows(), given);
    tokens_per_row = of_tokens.count();
    token_array = read_tokens(given, of_tokens, problem.vocabulary());
    log_probabilities = of_tokens.new_floats();
    ranks = of_tokens.new_integers();
  }
  if (top_count != 0) {
    const Results of_top(problem.rows(), static_cast<npy_intp>(top_count));
    top_tokens = of_top.new_integers();
    top_log_probabilities = of_top.new_floats();
  }

  problem.compute_rows(logits, [&, top_count = static_cast<std::size_t>(top_count)](
                                   const twopass_shape* shape, const twopass_tensor* tensor, std::size_t row,
                                   const twopass_options* options) {
    // What a result of the library points to, for a call that begins with that row.
    const auto set = [row](auto*& pointer, const nb::object& array, std::size_t count_per_row) {
      using Type = std::remove_reference_t<decltype(*pointer)>;
      if (array.is_valid()) pointer = elements_of<Type>(array) + row * count_per_row;
    };
    struct twopass_statistics wanted = {};
    set(wanted.log_sums, log_sums, 1);
    set(wanted.entropies, entropies, 1);
    set(wanted.argmaxes, argmaxes, 1);
    wanted.tokens_per_row = tokens_per_row;
    set(wanted.tokens, token_array, tokens_per_row);
    set(wanted.log_probabilities, log_probabilities, tokens_per_row);
    set(wanted.ranks, ranks, tokens_per_row);
    wanted.top_count = top_count;
    set(wanted.top_tokens, top_tokens, top_count);
    set(wanted.top_log_probabilities, top_log_probabilities, top_count);
    return twopass_compute_statistics(shape, tensor, &wanted, options);
  });
  return result(floats_like(x, log_sums), floats_like(x, entropies), integers_like(x, argmaxes),
                floats_like(x, log_probabilities), integers_like(x, ranks), integers_like(x, top_tokens),
                floats_like(x, top_log_probabilities));
}

nb::object sample(nb::handle result, nb::handle x, const SamplerArguments& sampler, const LogitsArguments& logits,
                  const HowArguments& how) {
  TokenProblem problem(x, how);
  const std::vector<twopass_sampler> samplers = read_samplers(sampler, problem.rows(), problem.row_count());
  std::vector<twopass_sample> samples(problem.row_count());
  problem.compute_rows(logits, [&](const twopass_shape* shape, const twopass_tensor* tensor, std::size_t row,
                                   const twopass_options* options) {
    return twopass_sample_tokens(shape, tensor, samplers.data() + row, samples.data() + row, options);
  });

  const Results of_rows(problem.rows());
  const nb::object tokens = of_rows.new_integers(), log_probabilities = of_rows.new_floats();
  const nb::object kept = of_rows.new_integers();
  for (std::size_t row = 0; row < samples.size(); row++) {
    elements_of<std::int64_t>(tokens)[row] = samples[row].token;
    elements_of<float>(log_probabilities)[row] = samples[row].log_probability;
    elements_of<std::int64_t>(kept)[row] = static_cast<std::int64_t>(samples[row].kept);
  }
  return result(integers_like(x, tokens), floats_like(x, log_probabilities), integers_like(x, kept));
}

}  // namespace twopass_python
