// The format: a magic string, two bytes of version, the length of the header, the header, the elements. The header is a
// Python literal such as
//     {'descr': '<f4', 'fortran_order': False, 'shape': (200, 6625), }
// with its keys in any order.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/npy.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace example {
namespace {

using std::size_t;

constexpr std::string_view kMagic = "\x93NUMPY";

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Takes `count` bytes off the front of what is left.
std::string_view take(std::string_view& left, size_t count, const char* of_what) {
  if (left.size() < count) {
    fail("cut short: " + std::to_string(count) + " bytes of " + of_what + " expected, " + std::to_string(left.size()) +
         " left");
  }
  const std::string_view taken = left.substr(0, count);
  left.remove_prefix(count);
  return taken;
}

struct Header {
  std::string descr;
  bool fortran_order;
  std::vector<size_t> shape;
};

// Reads the literal from left to right. A value of another type than its key's is an error, and so is a missing,
// repeated or unknown key.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : left_(text) {}

  Header parse() {
    std::optional<std::string> descr;
    std::optional<bool> fortran_order;
    std::optional<std::vector<size_t>> shape;
    expect("{");
    while (!accept("}")) {
      const std::string key = parse_string();
      expect(":");
      if (key == "descr" && !descr) {
        if (peek() == '[') fail("a structured type, expected '<f4'");
        descr = parse_string();
      } else if (key == "fortran_order" && !fortran_order) {
        fortran_order = parse_bool();
      } else if (key == "shape" && !shape) {
        shape = parse_shape();
      } else {
        malformed();
      }
      if (!accept(",") && peek() != '}') malformed();
    }
    skip_space();
    if (!left_.empty() || !descr || !fortran_order || !shape) malformed();
    return {*descr, *fortran_order, *shape};
  }

 private:
  [[noreturn]] static void malformed() { fail("malformed .npy header"); }

  void skip_space() {
    while (!left_.empty() && (left_[0] == ' ' || left_[0] == '\n')) left_.remove_prefix(1);
  }

  // The next character after space; 0 at the end.
  char peek() {
    skip_space();
    return left_.empty() ? '\0' : left_[0];
  }

  bool accept(std::string_view token) {
    skip_space();
    if (left_.substr(0, token.size()) != token) return false;
    left_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) malformed();
  }

  // Printable ASCII without escapes is all that the keys and the simple types need, and safe to print.
  std::string parse_string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') malformed();
    const size_t end = left_.find(quote, 1);
    if (end == std::string_view::npos) malformed();
    const std::string_view content = left_.substr(1, end - 1);
    for (char c : content) {
      if (c < ' ' || c > '~' || c == '\\') malformed();
    }
    left_.remove_prefix(end + 1);
    return std::string(content);
  }

  bool parse_bool() {
    if (accept("True")) return true;
    expect("False");
    return false;
  }

  size_t parse_size() {
    constexpr size_t kMax = std::numeric_limits<size_t>::max();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_digit(peek())) malformed();
    size_t value = 0;
    for (; !left_.empty() && is_digit(left_[0]); left_.remove_prefix(1)) {
      const size_t digit = static_cast<size_t>(left_[0] - '0');
      if (value > (kMax - digit) / 10) fail("shape too large");
      value = value * 10 + digit;
    }
    return value;
  }

  // A tuple: "()", "(5,)", "(200, 6625)". One number in parentheses without a comma is not one.
  std::vector<size_t> parse_shape() {
    std::vector<size_t> shape;
    expect("(");
    if (accept(")")) return shape;
    shape.push_back(parse_size());
    expect(",");
    while (!accept(")")) {
      shape.push_back(parse_size());
      if (!accept(",") && peek() != ')') malformed();
    }
    return shape;
  }

  std::string_view left_;
};

size_t multiply(size_t a, size_t b) {
  if (b != 0 && a > std::numeric_limits<size_t>::max() / b) fail("shape too large");
  return a * b;
}

}  // namespace

Array parse_npy(std::string_view bytes, size_t rank) {
  if (bytes.substr(0, kMagic.size()) != kMagic) fail("not a .npy file");
  bytes.remove_prefix(kMagic.size());

  const std::string_view version = take(bytes, 2, "version");
  const int major = static_cast<unsigned char>(version[0]);
  const int minor = static_cast<unsigned char>(version[1]);
  if (major < 1 || major > 3 || minor != 0) {
    fail("unknown .npy version " + std::to_string(major) + "." + std::to_string(minor));
  }
  const size_t header_length = little_endian(take(bytes, major == 1 ? 2 : 4, "header length"));
  const Header header = HeaderParser(take(bytes, header_length, "header")).parse();

  if (header.descr != "<f4") fail("elements of type '" + header.descr.substr(0, 40) + "', expected '<f4'");
  if (header.fortran_order) fail("elements in Fortran order, expected C order");
  if (header.shape.size() != rank) {
    fail("an array of rank " + std::to_string(header.shape.size()) + ", expected " + std::to_string(rank));
  }
  size_t count = 1;
  for (size_t length : header.shape) count = multiply(count, length);
  const size_t size = multiply(count, sizeof(float));
  if (count == 0) fail("an array without elements");

  const std::string_view elements = take(bytes, size, "elements");
  if (!bytes.empty()) fail(std::to_string(bytes.size()) + " bytes too many after the elements");

  Array array = {header.shape, std::vector<float>(count)};
  for (size_t i = 0; i < count; i++) {
    const std::uint32_t bits = little_endian(elements.substr(i * sizeof(float), sizeof(float)));
    std::memcpy(&array.elements[i], &bits, sizeof(float));
  }
  return array;
}

}  // namespace example
