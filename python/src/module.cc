// The functions of the module, and what they say of themselves.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>

#define TWOPASS_INITIALIZES_NUMPY
#include "docstrings.h"
#include "numpy.h"
#include "operations.h"
#include "shards.h"
#include "threads.h"
#include "tokens.h"
#include "twopass.h"
#include "twopass_debug.h"

namespace twopass_python {
namespace {

using nb::handle;

bool import_numpy() { return _import_array() == 0; }

std::string version() {
  const std::uint32_t number = twopass_version();
  return std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) + "." + std::to_string(number % 100);
}

nb::dict info() {
  nb::list isas, kernels;
  const char* name;
  for (std::size_t i = 0; (name = twopass_isa_name(i)) != nullptr; i++) {
    if (twopass_isa_is_available(name)) isas.append(name);
  }
  for (std::size_t i = 0; (name = twopass_kernel_name(i)) != nullptr; i++) kernels.append(name);
  const twopass_caches found = twopass_detected_caches();
  nb::dict caches;
  caches["l1_bytes"] = found.l1_bytes;
  caches["l2_bytes"] = found.l2_bytes;
  caches["l3_bytes"] = found.l3_bytes;
  caches["l3_cores"] = found.l3_cores;
  nb::dict result;
  result["isa"] = twopass_active_isa();
  result["available_isas"] = isas;
  result["kernels"] = kernels;
  result["caches"] = caches;
  result["processors"] = available_processors();
  return result;
}

// Arguments that these functions look at themselves, so that an error names the argument.
auto given(const char* name) { return nb::arg(name).none(); }
template <class Default>
auto given(const char* name, Default value) {
  return nb::arg(name).none() = value;
}
auto optional(const char* name) { return given(name, nb::none()); }

// Signatures, as Python writes them, of functions that are the same but for the name.
std::string signature(const char* name, const char* arguments) { return std::string("def ") + name + arguments; }

// sigmoid and softplus_l1, which stand in place of a softmax and have no sink.
void define_substitute(nb::module_& module, const char* name, const char* doc, MapCall* call) {
  const std::string text =
      signature(name,
                "(x, axis=-1, *, out=None, scale=None, softcap=None, bias=None, slope=None, keep=None, lengths=None, "
                "dtype=None, zero_masked_rows=False, threads=None)");
  module.def(
      name,
      [call](handle x, handle axis, handle out, handle scale, handle softcap, handle bias, handle slope, handle keep,
             handle lengths, handle dtype, handle zero_masked_rows, handle threads) {
        return map(call, x, axis, out, dtype, {}, {scale, softcap, bias, slope, keep, lengths, {}},
                   {zero_masked_rows, threads, {}});
      },
      given("x"), given("axis", -1), nb::kw_only(), optional("out"), optional("scale"), optional("softcap"),
      optional("bias"), optional("slope"), optional("keep"), optional("lengths"), optional("dtype"),
      given("zero_masked_rows", false), optional("threads"), doc, nb::sig(text.c_str()));
}

// The gradients that are computed from the output y of the call forward.
void define_backward(nb::module_& module, const char* name, const char* doc, BackwardCall* call) {
  const std::string text = signature(name, "(y, dy, axis=-1, *, out=None, threads=None)");
  module.def(
      name,
      [call](handle y, handle dy, handle axis, handle out, handle threads) {
        return backward(call, {y, "y"}, dy, axis, out, {}, {{}, threads, {}});
      },
      given("y"), given("dy"), given("axis", -1), nb::kw_only(), optional("out"), optional("threads"), doc,
      nb::sig(text.c_str()));
}

void define_divergence(nb::module_& module, const char* name, const char* doc, float* twopass_divergences::*wanted) {
  const std::string text = signature(name, "(x, y, axis=-1, *, threads=None)");
  module.def(
      name,
      [wanted](handle x, handle y, handle axis, handle threads) {
        return compare(wanted, x, y, axis, {{}, threads, {}});
      },
      given("x"), given("y"), given("axis", -1), nb::kw_only(), optional("threads"), doc, nb::sig(text.c_str()));
}

void define_divergence_backward(nb::module_& module, const char* name, const char* doc) {
  const std::string text = signature(name, "(x, y, axis=-1, *, d=None, out=None, threads=None)");
  module.def(
      name,
      [](handle x, handle y, handle axis, handle d, handle out, handle threads) {
        return compare_backward(x, y, axis, d, out, {{}, threads, {}});
      },
      given("x"), given("y"), given("axis", -1), nb::kw_only(), optional("d"), optional("out"), optional("threads"),
      doc, nb::sig(text.c_str()));
}

}  // namespace

NB_MODULE(_core, module) {
  if (!import_numpy()) throw nb::python_error();

  module.attr("__version__") = version().c_str();

  module.def(
      "softmax",
      [](handle x, handle axis, handle out, handle scale, handle softcap, handle bias, handle slope, handle keep,
         handle lengths, handle sink, handle dtype, handle log_sums, handle zero_masked_rows, handle reproducible,
         handle threads) {
        return map(twopass_softmax, x, axis, out, dtype, log_sums, {scale, softcap, bias, slope, keep, lengths, sink},
                   {zero_masked_rows, threads, reproducible});
      },
      given("x"), given("axis", -1), nb::kw_only(), optional("out"), optional("scale"), optional("softcap"),
      optional("bias"), optional("slope"), optional("keep"), optional("lengths"), optional("sink"), optional("dtype"),
      given("log_sums", false), given("zero_masked_rows", false), given("reproducible", false), optional("threads"),
      kSoftmaxDoc,
      nb::sig("def softmax(x, axis=-1, *, out=None, scale=None, softcap=None, bias=None, slope=None, keep=None, "
              "lengths=None, sink=None, dtype=None, log_sums=False, zero_masked_rows=False, reproducible=False, "
              "threads=None)"));
  module.def(
      "log_softmax",
      [](handle x, handle axis, handle out, handle scale, handle softcap, handle bias, handle slope, handle keep,
         handle lengths, handle sink, handle dtype, handle log_sums, handle zero_masked_rows, handle threads) {
        return map(twopass_log_softmax, x, axis, out, dtype, log_sums,
                   {scale, softcap, bias, slope, keep, lengths, sink}, {zero_masked_rows, threads, {}});
      },
      given("x"), given("axis", -1), nb::kw_only(), optional("out"), optional("scale"), optional("softcap"),
      optional("bias"), optional("slope"), optional("keep"), optional("lengths"), optional("sink"), optional("dtype"),
      given("log_sums", false), given("zero_masked_rows", false), optional("threads"), kLogSoftmaxDoc,
      nb::sig("def log_softmax(x, axis=-1, *, out=None, scale=None, softcap=None, bias=None, slope=None, keep=None, "
              "lengths=None, sink=None, dtype=None, log_sums=False, zero_masked_rows=False, threads=None)"));
  define_substitute(module, "sigmoid", kSigmoidDoc, twopass_sigmoid);
  define_substitute(module, "softplus_l1", kSoftplusL1Doc, twopass_softplus_l1);
  define_backward(module, "softmax_backward", kSoftmaxBackwardDoc, twopass_softmax_backward);
  define_backward(module, "log_softmax_backward", kLogSoftmaxBackwardDoc, twopass_log_softmax_backward);
  define_backward(module, "sigmoid_backward", kSigmoidBackwardDoc, twopass_sigmoid_backward);

  module.def(
      "softplus_l1_backward",
      [](handle x, handle dy, handle axis, handle out, handle scale, handle softcap, handle bias, handle slope,
         handle keep, handle lengths, handle zero_masked_rows, handle threads) {
        return backward(twopass_softplus_l1_backward, {x, "x"}, dy, axis, out,
                        {scale, softcap, bias, slope, keep, lengths, {}}, {zero_masked_rows, threads, {}});
      },
      given("x"), given("dy"), given("axis", -1), nb::kw_only(), optional("out"), optional("scale"),
      optional("softcap"), optional("bias"), optional("slope"), optional("keep"), optional("lengths"),
      given("zero_masked_rows", false), optional("threads"), kSoftplusL1BackwardDoc,
      nb::sig("def softplus_l1_backward(x, dy, axis=-1, *, out=None, scale=None, softcap=None, bias=None, slope=None, "
              "keep=None, lengths=None, zero_masked_rows=False, threads=None)"));

  module.def(
      "logsumexp",
      [](handle a, handle axis, handle keepdims, handle out, handle scale, handle softcap, handle bias, handle slope,
         handle keep, handle lengths, handle sink, handle threads) {
        return reduce(twopass_log_sum_exp, {a, "a"}, axis, keepdims, out,
                      {scale, softcap, bias, slope, keep, lengths, sink}, {{}, threads, {}});
      },
      given("a"), optional("axis"), given("keepdims", false), nb::kw_only(), optional("out"), optional("scale"),
      optional("softcap"), optional("bias"), optional("slope"), optional("keep"), optional("lengths"), optional("sink"),
      optional("threads"), kLogsumexpDoc,
      nb::sig("def logsumexp(a, axis=None, keepdims=False, *, out=None, scale=None, softcap=None, bias=None, "
              "slope=None, keep=None, lengths=None, sink=None, threads=None)"));
  module.def(
      "entropy",
      [](handle x, handle axis, handle keepdims, handle out, handle scale, handle softcap, handle bias, handle slope,
         handle keep, handle lengths, handle zero_masked_rows, handle threads) {
        return reduce(twopass_entropy, {x, "x"}, axis, keepdims, out, {scale, softcap, bias, slope, keep, lengths, {}},
                      {zero_masked_rows, threads, {}});
      },
      given("x"), given("axis", -1), given("keepdims", false), nb::kw_only(), optional("out"), optional("scale"),
      optional("softcap"), optional("bias"), optional("slope"), optional("keep"), optional("lengths"),
      given("zero_masked_rows", false), optional("threads"), kEntropyDoc,
      nb::sig("def entropy(x, axis=-1, keepdims=False, *, out=None, scale=None, softcap=None, bias=None, slope=None, "
              "keep=None, lengths=None, zero_masked_rows=False, threads=None)"));

  module.def(
      "cross_entropy",
      [](handle logits, handle labels, handle axis, handle weight, handle ignore_index, handle label_smoothing,
         handle z_loss, handle gradient, handle gradient_scale, handle zero_masked_rows, handle threads) {
        return cross_entropy(logits, labels, axis,
                             {weight, ignore_index, label_smoothing, z_loss, gradient, gradient_scale},
                             {zero_masked_rows, threads, {}});
      },
      given("logits"), given("labels"), given("axis", -1), nb::kw_only(), optional("weight"), optional("ignore_index"),
      given("label_smoothing", 0.0), given("z_loss", 0.0), given("gradient", false), given("gradient_scale", 1.0),
      given("zero_masked_rows", false), optional("threads"), kCrossEntropyDoc,
      nb::sig("def cross_entropy(logits, labels, axis=-1, *, weight=None, ignore_index=None, label_smoothing=0.0, "
              "z_loss=0.0, gradient=False, gradient_scale=1.0, zero_masked_rows=False, threads=None)"));

  define_divergence(module, "kl_divergence", kKlDivergenceDoc, &twopass_divergences::kl);
  define_divergence(module, "js_divergence", kJsDivergenceDoc, &twopass_divergences::jensen_shannon);
  define_divergence(module, "soft_cross_entropy", kSoftCrossEntropyDoc, &twopass_divergences::cross_entropy);
  define_divergence_backward(module, "kl_divergence_backward", kKlDivergenceBackwardDoc);
  define_divergence_backward(module, "soft_cross_entropy_backward", kSoftCrossEntropyBackwardDoc);

  module.def(
      "merge_attention",
      [](handle outputs, handle log_sums, handle axis, handle out, handle threads) {
        return merge_attention(outputs, log_sums, axis, out, {{}, threads, {}});
      },
      given("outputs"), given("log_sums"), given("axis", -1), nb::kw_only(), optional("out"), optional("threads"),
      kMergeAttentionDoc, nb::sig("def merge_attention(outputs, log_sums, axis=-1, *, out=None, threads=None)"));

  // Their results, tuples whose elements have names, are classes of Python's.
  const nb::module_ results = nb::module_::import_("twopass._results");
  module.def(
      "statistics",
      [result = nb::object(results.attr("Statistics"))](handle x, handle tokens, handle top, handle scale,
                                                        handle softcap, handle bias, handle slope, handle keep,
                                                        handle lengths, handle zero_masked_rows, handle threads) {
        return statistics(result, x, tokens, top, {scale, softcap, bias, slope, keep, lengths, {}},
                          {zero_masked_rows, threads, {}});
      },
      given("x"), nb::kw_only(), optional("tokens"), given("top", 0), optional("scale"), optional("softcap"),
      optional("bias"), optional("slope"), optional("keep"), optional("lengths"), given("zero_masked_rows", false),
      optional("threads"), kStatisticsDoc,
      nb::sig("def statistics(x, *, tokens=None, top=0, scale=None, softcap=None, bias=None, slope=None, keep=None, "
              "lengths=None, zero_masked_rows=False, threads=None)"));
  module.def(
      "sample",
      [result = nb::object(results.attr("Sample"))](handle x, handle temperature, handle top_k, handle top_p,
                                                    handle min_p, handle seed, handle counter, handle joint,
                                                    handle scale, handle softcap, handle bias, handle slope,
                                                    handle keep, handle lengths, handle threads) {
        return sample(result, x, {temperature, top_k, top_p, min_p, seed, counter, joint},
                      {scale, softcap, bias, slope, keep, lengths, {}}, {{}, threads, {}});
      },
      given("x"), nb::kw_only(), given("temperature", 1.0), given("top_k", 0), given("top_p", 1.0), given("min_p", 0.0),
      given("seed", 0), given("counter", 0), given("joint", false), optional("scale"), optional("softcap"),
      optional("bias"), optional("slope"), optional("keep"), optional("lengths"), optional("threads"), kSampleDoc,
      nb::sig("def sample(x, *, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, seed=0, counter=0, joint=False, "
              "scale=None, softcap=None, bias=None, slope=None, keep=None, lengths=None, threads=None)"));

  define_shards(module);

  module.def("info", info, kInfoDoc, nb::sig("def info()"));
}

}  // namespace twopass_python
