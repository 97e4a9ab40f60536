// Draws tokens from logits, as a server of language models does for every word, and says how fast:
//
//     sampler [--rows COUNT] [--vocabulary COUNT] LOGITS.npy LABELS.txt
//
// Takes real logits, which a text-recognition network gave for an image, and made-up ones over the vocabulary of a
// large language model. Prints the text that is drawn from the real ones, and for both the tokens a second beside those
// of a plain sampler that sorts.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "examples/common/files.h"
#include "examples/common/npy.h"
#include "examples/common/timing.h"
#include "examples/ocr/ctc.h"
#include "examples/sampler/plain_sampler.h"
#include "examples/sampler/zipf.h"
#include "twopass_debug.h"
#include "twopass_tokens.h"

namespace {

using example::about_file;
using example::Array;
using example::read_file;

constexpr char kUsage[] = "usage: sampler [--rows COUNT] [--vocabulary COUNT] LOGITS.npy LABELS.txt";
constexpr std::size_t kMadeUpRows = 8;

struct Arguments {
  std::size_t rows = SIZE_MAX;      // to draw from at most
  std::size_t vocabulary = 151936;  // of the made-up logits
  std::vector<const char*> files;
};

std::size_t parse_count(const char* text) {
  std::size_t count = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, count);
  if (error != std::errc() || rest != end || count == 0) {
    throw std::runtime_error("no count: '" + std::string(text) + "'");
  }
  return count;
}

Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i++) {
    if (std::strcmp(argv[i], "--rows") == 0 && i + 1 < argc) {
      arguments.rows = parse_count(argv[++i]);
    } else if (std::strcmp(argv[i], "--vocabulary") == 0 && i + 1 < argc) {
      arguments.vocabulary = parse_count(argv[++i]);
    } else if (argv[i][0] == '-') {
      throw std::runtime_error(kUsage);
    } else {
      arguments.files.push_back(argv[i]);
    }
  }
  if (arguments.files.size() != 2) throw std::runtime_error(kUsage);
  return arguments;
}

// ---- Ways to draw

struct Way {
  const char* name;
  twopass_sampler sampler;
};

std::vector<Way> ways() {
  std::vector<Way> ways = {{"greedy", {}}, {"temperature 1", {}}, {"top-p 0.95", {}}, {"all four", {}}};
  for (Way& it : ways) {
    it.sampler.temperature = 1.0f;
    it.sampler.top_p = 1.0f;
  }
  ways[0].sampler.temperature = 0.0f;
  ways[2].sampler.top_p = 0.95f;
  ways[3].sampler.temperature = 0.8f;
  ways[3].sampler.top_k = 40;
  ways[3].sampler.top_p = 0.95f;
  ways[3].sampler.min_p = 0.05f;
  return ways;
}

// One for each row, which differ in the counter.
std::vector<twopass_sampler> samplers_of(const Way& way, std::size_t rows) {
  std::vector<twopass_sampler> samplers(rows, way.sampler);
  for (std::size_t row = 0; row < rows; row++) samplers[row].counter = row;
  return samplers;
}

void sample(const Array& logits, const std::vector<twopass_sampler>& samplers, std::vector<twopass_sample>* samples) {
  const twopass_status status =
      twopass_sample_tokens_f32(logits.rows(), logits.columns(), logits.elements.data(), logits.columns(),
                                samplers.data(), samples->data(), /*options=*/nullptr);
  if (status != TWOPASS_OK) throw std::runtime_error(twopass_status_string(status));
}

std::vector<twopass_sample> sample(const Array& logits, const Way& way) {
  std::vector<twopass_sample> samples(logits.rows());
  sample(logits, samplers_of(way, logits.rows()), &samples);
  return samples;
}

// ---- What is printed

void print_texts(const Array& logits, const std::vector<std::string>& labels) {
  std::printf("Drawn from what a text-recognition network gave for the image of a line:\n\n");
  for (const Way& way : ways()) {
    std::vector<std::size_t> path;
    for (const twopass_sample& it : sample(logits, way)) {
      if (it.token < 0) throw std::runtime_error("no token in row " + std::to_string(path.size()));
      path.push_back(static_cast<std::size_t>(it.token));
    }
    std::printf("%-14s  %s\n", way.name, ocr::text_of(path, labels).c_str());
  }
  std::printf("\n");
}

double mean_kept(const std::vector<twopass_sample>& samples) {
  double sum = 0.0;
  for (const twopass_sample& it : samples) sum += static_cast<double>(it.kept);
  return sum / static_cast<double>(samples.size());
}

void print_race(const Array& logits, const Way& way) {
  const std::vector<twopass_sampler> samplers = samplers_of(way, logits.rows());
  std::vector<twopass_sample> samples(logits.rows()), plain_samples(logits.rows());
  sampler::PlainSampler plain;
  const std::vector<double> seconds = example::race({
      [&] { sample(logits, samplers, &samples); },
      [&] {
        for (std::size_t row = 0; row < logits.rows(); row++) {
          plain_samples[row] = plain.sample(logits.columns(), logits.row(row), way.sampler);
        }
      },
  });
  const double rows = static_cast<double>(logits.rows());
  std::printf("%-14s %12.1f %12.1f %14.0f %12.0f %10.1f\n", way.name, mean_kept(samples), mean_kept(plain_samples),
              rows / seconds[0], rows / seconds[1], seconds[1] / seconds[0]);
}

void print_races(const char* name, const Array& logits) {
  std::printf("%s: %zu rows of %zu logits\n", name, logits.rows(), logits.columns());
  std::printf("                tokens left to draw from         tokens a second      times\n");
  std::printf("                    twopass        plain        twopass        plain    as fast\n");
  for (const Way& way : ways()) print_race(logits, way);
  std::printf("\n");
}

void print_legend() {
  std::printf(
      "All four: top-k 40, top-p 0.95, min-p 0.05, temperature 0.8.\n"
      "Plain: loops and sorts of the C++ library; it sorts the 40 largest, or for top-p everything, or nothing.\n"
      "Made-up logits follow Zipf's law, with exponents from 1.1 to 2.5; no language model has made them.\n");
}

Array read_logits(const char* path, std::size_t rows) {
  Array logits = about_file(path, [&] { return example::parse_npy(read_file(path), 2); });
  logits.shape[0] = std::min(logits.shape[0], rows);
  logits.elements.resize(logits.shape[0] * logits.columns());
  return logits;
}

void run(const Arguments& arguments) {
  const char* labels_path = arguments.files[1];
  const Array logits = read_logits(arguments.files[0], arguments.rows);
  const std::vector<std::string> labels =
      about_file(labels_path, [&] { return ocr::parse_labels(read_file(labels_path)); });
  if (labels.size() != logits.columns()) throw std::runtime_error("not as many labels as columns of logits");

  print_texts(logits, labels);
  std::printf("One thread, %s kernels\n\n", twopass_active_isa());
  print_races("Text recognition", logits);
  print_races("Made up", sampler::zipf_logits(std::min(arguments.rows, kMadeUpRows), arguments.vocabulary));
  print_legend();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse_arguments(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sampler: %s\n", error.what());
    return 1;
  }
}
