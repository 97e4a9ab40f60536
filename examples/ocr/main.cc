// Reads the text in an image, from the logits that a text-recognition network gave for it:
//
//     ocr [--algorithm NAME] LOGITS.npy LABELS.txt
//
// Prints the text, how sure the network was, what twopass used, and how fast it was.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples/common/files.h"
#include "examples/common/npy.h"
#include "examples/common/timing.h"
#include "examples/ocr/ctc.h"
#include "examples/ocr/plain_softmax.h"
#include "twopass_debug.h"

namespace {

using example::about_file;
using example::Array;
using example::read_file;

constexpr char kUsage[] = "usage: ocr [--algorithm NAME] LOGITS.npy LABELS.txt";

struct Arguments {
  twopass_options options = {};
  std::vector<const char*> files;
};

std::string algorithm_names() {
  std::string names;
  for (uint32_t i = 0; const char* name = twopass_algorithm_name(i); i++) {
    names += (i == 0 ? "" : ", ") + std::string(name);
  }
  return names;
}

uint32_t parse_algorithm(const char* wanted) {
  for (uint32_t i = 0; const char* name = twopass_algorithm_name(i); i++) {
    if (std::strcmp(name, wanted) == 0) return i;
  }
  throw std::runtime_error("no algorithm '" + std::string(wanted) + "'; there are " + algorithm_names());
}

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i++) {
    if (std::strcmp(argv[i], "--algorithm") == 0) {
      if (++i == argc) throw std::runtime_error("--algorithm needs a name: " + algorithm_names());
      arguments.options.algorithm = parse_algorithm(argv[i]);
    } else if (argv[i][0] == '-') {
      throw std::runtime_error("no option '" + std::string(argv[i]) + "'; " + kUsage);
    } else {
      arguments.files.push_back(argv[i]);
    }
  }
  if (arguments.files.size() != 2) throw std::runtime_error(kUsage);
  return arguments;
}

void softmax(const Array& logits, const twopass_options& options, Array* probabilities) {
  const twopass_status status =
      twopass_softmax_f32(logits.rows(), logits.columns(), logits.elements.data(), logits.columns(),
                          probabilities->elements.data(), probabilities->columns(), &options);
  if (status != TWOPASS_OK) throw std::runtime_error(twopass_status_string(status));
}

void print_choices(const Array& logits, const twopass_options& options) {
  const uint32_t algorithm =
      twopass_choose_algorithm_f32(logits.rows(), logits.columns(), /*in_place=*/false, &options);
  std::printf("ISA         %s\n", twopass_active_isa());
  std::printf("algorithm   %s\n", twopass_algorithm_name(algorithm));
  const char* heading = "kernels";
  for (size_t i = 0; const char* name = twopass_kernel_name(i); i++) {
    std::printf("%-11s %s\n", heading, name);
    heading = "";
  }
}

void print_times(const Array& logits, const twopass_options& options) {
  Array output = logits;
  const std::vector<double> medians = example::race({
      [&] { softmax(logits, options, &output); },
      [&] {
        for (size_t i = 0; i < logits.rows(); i++) {
          ocr::plain_softmax(logits.columns(), logits.row(i), output.row(i));
        }
      },
  });
  const double microseconds_per_row = 1e6 / static_cast<double>(logits.rows());
  std::printf("softmax of a row    microseconds   times as fast\n");
  std::printf("plain C++ loop      %12.2f   %13.1f\n", medians[1] * microseconds_per_row, 1.0);
  std::printf("twopass             %12.2f   %13.1f\n", medians[0] * microseconds_per_row, medians[1] / medians[0]);
}

void run(const Arguments& arguments) {
  const char* logits_path = arguments.files[0];
  const char* labels_path = arguments.files[1];
  const Array logits = about_file(logits_path, [&] { return example::parse_npy(read_file(logits_path), 2); });
  const std::vector<std::string> labels =
      about_file(labels_path, [&] { return ocr::parse_labels(read_file(labels_path)); });
  if (labels.size() != logits.columns()) {
    throw std::runtime_error(std::string(labels_path) + ": " + std::to_string(labels.size()) + " labels, but " +
                             logits_path + " has " + std::to_string(logits.columns()) + " classes");
  }

  Array probabilities = logits;
  softmax(logits, arguments.options, &probabilities);
  const ocr::Decoded decoded = about_file(logits_path, [&] { return ocr::decode_greedily(probabilities, labels); });

  std::printf("%s\n\n", decoded.text.c_str());
  std::printf("confidence  %.4f\n", decoded.confidence);
  std::printf("frames      %zu of %zu classes\n", logits.rows(), logits.columns());
  print_choices(logits, arguments.options);
  std::printf("\n");
  print_times(logits, arguments.options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse_arguments(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ocr: %s\n", error.what());
    return 1;
  }
}
