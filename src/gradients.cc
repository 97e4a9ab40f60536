// The public calls of the gradients of softmax and log-softmax.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "block.h"
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

using RowsFamily = StoringFamily<twopass_rows2_fn>;

// As long as a row may be for a kernel that sums all of it.
constexpr size_t kMaxSummed = 65536;

// The kernel that takes rows as they are; NULL where there is none.
twopass_rows2_fn* kernel_of_rows(const RowsFamily& family, const Operation& operation, const Isa& isa,
                                 bool stores_past_caches) {
  const Matrix &y = operation.input, &dy = operation.weights, &dx = operation.output;
  if (operation.columns > kMaxSummed || y.inner != 1 || !y.is_dense() || !dy.is_dense() || !dx.is_dense())
    return nullptr;
  if (y.element != dy.element || y.element != dx.element) return nullptr;
  return family.of(isa.kernels_of(y.element, y.element), stores_past_caches);
}

// False where there is none.
bool run_rows(const RowsFamily& family, const Plan& plan, size_t begin, size_t end) {
  const Operation& operation = *plan.operation;
  const Matrix &y = operation.input, &dy = operation.weights, &dx = operation.output;
  twopass_rows2_fn* const kernel = kernel_of_rows(family, operation, *plan.isa, plan.stores_past_caches);
  if (kernel == nullptr) return false;
  kernel(end - begin, operation.columns, address(y, begin, 0), y.outer_stride, address(dy, begin, 0), dy.outer_stride,
         address(dx, begin, 0), dx.outer_stride);
  return true;
}

bool takes_rows(const RowsFamily& family, const Operation& operation, const Isa& isa) {
  return operation.columns <= kMaxCopied || kernel_of_rows(family, operation, isa, false) != nullptr;
}

// Others become floats first, a row at a time.

// Calls call(y, dy, dx) for each row as floats.
template <class Call>
void for_each_short_row(const Plan& plan, size_t begin, size_t end, const Call& call) {
  const Operation& operation = *plan.operation;
  const size_t columns = operation.columns;
  float copy_of_y[kMaxCopied], copy_of_dy[kMaxCopied];
  for (size_t row = begin; row < end; row++) {
    const float* const y = load(plan, operation.input, row, 0, columns, copy_of_y);
    const float* const dy = load(plan, operation.weights, row, 0, columns, copy_of_dy);
    float* const dx = place_of(operation.output, row, 0, copy_of_y);
    call(y, dy, dx);
    store(plan, operation.output, row, 0, columns, dx);
  }
}

// ---- dx = y * (dy - sum of y * dy)

constexpr RowsFamily kRowsOfProducts = {&Kernels::vsoftmaxbackward, &Kernels::vsoftmaxbackward_nt};
constexpr Map2Family kProductsFamily = {&Kernels::vsoftmaxgrad, &Kernels::vsoftmaxgrad_nt};

struct twopass_params params_of_products(double sum) {
  return {static_cast<float>(sum), 0.0f, 1.0f, 0.0f, 0.0f, false};
}

bool takes_rows_of_products(const Operation& operation, const Isa& isa) {
  return takes_rows(kRowsOfProducts, operation, isa);
}

void products_of_rows(const Plan& plan, size_t begin, size_t end) {
  if (run_rows(kRowsOfProducts, plan, begin, end)) return;
  const size_t columns = plan.operation->columns;
  twopass_reduce2_fn* const rdot = plan.isa->kernels_of_floats().rdot;
  twopass_map2_fn* const vsoftmaxgrad = kernel_of_floats(kProductsFamily, plan);
  for_each_short_row(plan, begin, end, [&](const float* y, const float* dy, float* dx) {
    struct twopass_reduction sum;
    rdot(columns, y, dy, nullptr, &sum);
    const struct twopass_params params = params_of_products(sum.value);
    vsoftmaxgrad(columns, y, dy, dx, &params);
  });
}

Extexp reduce_products(const Block& block) { return reduce_by(&Kernels::rdot, block, {}); }

void finish_products(const Block& block) { map_by(kProductsFamily, block, params_of_products(block.row.details[0])); }

constexpr Algorithm kProducts = {0, "", false, false, reduce_products, finish_products};
const Kind kSoftmaxBackward = {&kProducts,          &kProducts, kBlock,  0.0f,    0.0f,
                               LogitsOfKind::kNone, conclude,   nullptr, nullptr, takes_rows_of_products,
                               products_of_rows};

// ---- dx = dy - exp(y) * sum of dy

constexpr RowsFamily kRowsOfExponentials = {&Kernels::vlogsoftmaxbackward, &Kernels::vlogsoftmaxbackward_nt};
constexpr Map2Family kExponentialsFamily = {&Kernels::vlogsoftmaxgrad, &Kernels::vlogsoftmaxgrad_nt};

struct twopass_params params_of_exponentials(double sum) {
  return {0.0f, 0.0f, static_cast<float>(sum), 0.0f, 0.0f, false};
}

bool takes_rows_of_exponentials(const Operation& operation, const Isa& isa) {
  return takes_rows(kRowsOfExponentials, operation, isa);
}

void exponentials_of_rows(const Plan& plan, size_t begin, size_t end) {
  if (run_rows(kRowsOfExponentials, plan, begin, end)) return;
  const size_t columns = plan.operation->columns;
  twopass_reduce_fn* const radd = plan.isa->kernels_of_floats().radd;
  twopass_map2_fn* const vlogsoftmaxgrad = kernel_of_floats(kExponentialsFamily, plan);
  for_each_short_row(plan, begin, end, [&](const float* y, const float* dy, float* dx) {
    struct twopass_reduction sum;
    radd(columns, dy, nullptr, nullptr, &sum);
    const struct twopass_params params = params_of_exponentials(sum.value);
    vlogsoftmaxgrad(columns, y, dy, dx, &params);
  });
}

Extexp reduce_weights(const Block& block) { return reduce_weights_by(&Kernels::radd, block, {}); }

void finish_exponentials(const Block& block) {
  map_by(kExponentialsFamily, block, params_of_exponentials(block.row.details[0]));
}

constexpr Algorithm kExponentials = {0, "", false, false, reduce_weights, finish_exponentials};
const Kind kLogSoftmaxBackward = {&kExponentials,      &kExponentials, kBlock,  0.0f,    0.0f,
                                  LogitsOfKind::kNone, conclude,       nullptr, nullptr, takes_rows_of_exponentials,
                                  exponentials_of_rows};

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
