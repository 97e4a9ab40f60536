// The public calls of the gradients of softmax and log-softmax.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "block.h"
#include "compiler.h"
#include "perform.h"
#include "twopass.h"

namespace twopass {
namespace {

// The input is the softmax or log-softmax y, the weights are the gradient dy by it.

// The sum of the row, for the formulas below.
bool conclude(Row& row) {
  row.details[0] = value_of(row.total);
  return true;
}

// ---- Many rows at once, without the steps of a row, which take longer than a few elements

using Rows2Family = StoringFamily<twopass_rows2_fn>;

// As long as a row may be for a kernel that sums all of it.
constexpr size_t kMaxSummed = 65536;

// The kernel that takes rows as they are; NULL where there is none.
twopass_rows2_fn* kernel_of_rows(const Rows2Family& family, const Operation& operation, const Isa& isa,
                                 bool stores_past_caches) {
  const Matrix &y = operation.input, &dy = operation.weights, &dx = operation.output;
  if (operation.columns > kMaxSummed || y.inner != 1 || !y.is_dense() || !dy.is_dense() || !dx.is_dense())
    return nullptr;
  if (y.element != dy.element || y.element != dx.element) return nullptr;
  return family.of(isa.kernels_of(y.element, y.element), stores_past_caches);
}

// Others become floats first, a row at a time. (Not inline: rows as they are should not have the buffers on the stack.)
TWOPASS_NOINLINE void run_rows_as_floats(twopass_rows2_fn* kernel, const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const size_t columns = operation.columns;
  float copy_of_y[kMaxCopied], copy_of_dy[kMaxCopied];
  for (size_t row = begin; row < end; row++) {
    const float* const y = load(plan, operation.input, row, 0, columns, copy_of_y);
    const float* const dy = load(plan, operation.weights, row, 0, columns, copy_of_dy);
    float* const dx = place_of(operation.output, row, 0, copy_of_y);
    kernel(1, columns, y, columns, dy, columns, dx, columns);
    store(plan, operation.output, row, 0, columns, dx);
  }
}

template <const Rows2Family& kFamily>
bool takes_rows(const Operation& operation, const Isa& isa) {
  return operation.columns <= kMaxCopied || kernel_of_rows(kFamily, operation, isa, false) != nullptr;
}

template <const Rows2Family& kFamily>
void run_rows(const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const Matrix &y = operation.input, &dy = operation.weights, &dx = operation.output;
  twopass_rows2_fn* const kernel = kernel_of_rows(kFamily, operation, *plan.isa, plan.stores_past_caches);
  if (kernel == nullptr) return run_rows_as_floats(kernel_of_floats(kFamily, plan), plan, begin, end);
  kernel(end - begin, operation.columns, address(y, begin, 0), y.outer_stride, address(dy, begin, 0), dy.outer_stride,
         address(dx, begin, 0), dx.outer_stride);
}

// ---- dx = y * (dy - sum of y * dy)

constexpr Rows2Family kRowsOfProducts = {&Kernels::vsoftmaxbackward, &Kernels::vsoftmaxbackward_nt};
constexpr Map2Family kProductsFamily = {&Kernels::vsoftmaxgrad, &Kernels::vsoftmaxgrad_nt};

Extexp reduce_products(const Block& block) { return reduce_by(&Kernels::rdot, block, {}); }

void finish_products(const Block& block) {
  map_by(kProductsFamily, block, {static_cast<float>(block.row.details[0]), 0.0f, 1.0f, 0.0f, 0.0f, false});
}

constexpr Algorithm kProducts = {0, "", false, false, reduce_products, finish_products};
const Kind kSoftmaxBackward = {&kProducts,
                               &kProducts,
                               kBlock,
                               0.0f,
                               0.0f,
                               LogitsOfKind::kNone,
                               conclude,
                               nullptr,
                               nullptr,
                               takes_rows<kRowsOfProducts>,
                               run_rows<kRowsOfProducts>};

// ---- dx = dy - exp(y) * sum of dy

constexpr Rows2Family kRowsOfExponentials = {&Kernels::vlogsoftmaxbackward, &Kernels::vlogsoftmaxbackward_nt};
constexpr Map2Family kExponentialsFamily = {&Kernels::vlogsoftmaxgrad, &Kernels::vlogsoftmaxgrad_nt};

Extexp reduce_weights(const Block& block) { return reduce_weights_by(&Kernels::radd, block, {}); }

void finish_exponentials(const Block& block) {
  map_by(kExponentialsFamily, block, {0.0f, 0.0f, static_cast<float>(block.row.details[0]), 0.0f, 0.0f, false});
}

constexpr Algorithm kExponentials = {0, "", false, false, reduce_weights, finish_exponentials};
const Kind kLogSoftmaxBackward = {&kExponentials,
                                  &kExponentials,
                                  kBlock,
                                  0.0f,
                                  0.0f,
                                  LogitsOfKind::kNone,
                                  conclude,
                                  nullptr,
                                  nullptr,
                                  takes_rows<kRowsOfExponentials>,
                                  run_rows<kRowsOfExponentials>};

}  // namespace
}  // namespace twopass

twopass_status twopass_softmax_backward(const struct twopass_shape* shape, const struct twopass_tensor* y,
                                        const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                        const struct twopass_options* options) {
  return twopass::perform_gradient(twopass::kSoftmaxBackward, shape, y, dy, dx, options);
}

twopass_status twopass_log_softmax_backward(const struct twopass_shape* shape, const struct twopass_tensor* y,
                                            const struct twopass_tensor* dy, const struct twopass_tensor* dx,
                                            const struct twopass_options* options) {
  return twopass::perform_gradient(twopass::kLogSoftmaxBackward, shape, y, dy, dx, options);
}
