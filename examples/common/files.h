// Files that an example reads and writes, and what it says of those that it cannot.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_EXAMPLES_COMMON_FILES_H_
#define TWOPASS_EXAMPLES_COMMON_FILES_H_

#include <stdexcept>
#include <string>

namespace example {

// All its bytes; std::runtime_error says why they cannot be read.
std::string read_file(const char* path);

// Makes them all that the file holds, or likewise.
void write_file(const char* path, const std::string& bytes);

// Calls function(), naming the file in what it throws.
template <class Function>
auto about_file(const char* path, Function function) {
  try {
    return function();
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string(path) + ": " + error.what());
  }
}

}  // namespace example

#endif  // TWOPASS_EXAMPLES_COMMON_FILES_H_
