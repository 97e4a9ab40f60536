// Files as a whole.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace example {

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::strerror(errno));
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) throw std::runtime_error("cannot be read");
  return bytes;
}

void write_file(const char* path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::strerror(errno));
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
    throw std::runtime_error("cannot be written");
  }
}

}  // namespace example
