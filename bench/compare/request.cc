// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "bench/compare/request.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace twopass_bench {
namespace {

std::vector<std::string> split(const std::string& list, char separator) {
  std::vector<std::string> result;
  std::stringstream stream(list);
  for (std::string part; std::getline(stream, part, separator);) result.push_back(part);
  return result;
}

}  // namespace

Request parse_request(int argc, char** argv) {
  std::map<std::string, std::string> values;
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    const size_t name_size = std::min(argument.find('='), argument.size());
    values[argument.substr(0, name_size)] = argument.substr(std::min(name_size + 1, argument.size()));
  }
  Request request;
  request.old_side = {values.at("old_library"), values.at("old_isa"), values.at("old_algorithm")};
  request.new_side = {values.at("new_library"), values.at("new_isa"), values.at("new_algorithm")};
  request.threads = std::stoul(values.at("threads"));
  request.in_place = values.at("in_place") == "1";
  request.bits = values.at("bits") == "1";
  request.repetitions = std::stoul(values.at("repetitions"));
  request.masks = split(values.at("masks"), ',');
  for (const std::string& shape : split(values.at("shapes"), ',')) {
    const std::vector<std::string> sizes = split(shape, 'x');
    request.shapes.push_back({std::stoul(sizes.at(0)), std::stoul(sizes.at(1))});
  }
  return request;
}

}  // namespace twopass_bench
