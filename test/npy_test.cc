// The .npy reader of the examples: good files of every version, and every way that a file can be bad or lie.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/npy.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

constexpr char kDictionary[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

std::string Bytes(std::size_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; i++) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string Prelude(char major, std::size_t header_length) {
  return std::string("\x93NUMPY") + major + '\0' + Bytes(header_length, major == 1 ? 2 : 4);
}

// 1, -2, 0.5, 4, 8, 16
std::string Elements() {
  return Bytes(0x3f800000, 4) + Bytes(0xc0000000, 4) + Bytes(0x3f000000, 4) + Bytes(0x40800000, 4) +
         Bytes(0x41000000, 4) + Bytes(0x41800000, 4);
}

std::string File(const std::string& dictionary, const std::string& elements = Elements(), char major = 1) {
  return Prelude(major, dictionary.size()) + dictionary + elements;
}

// Parses from a heap block of exactly the file's size, so that the address sanitizer sees any read past its end.
example::Array Parse(const std::string& file, std::size_t rank = 2) {
  const std::unique_ptr<char[]> exact(new char[file.size()]);
  std::memcpy(exact.get(), file.data(), file.size());
  return example::parse_npy({exact.get(), file.size()}, rank);
}

void ExpectGood(const std::string& file) {
  const example::Array array = Parse(file);
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(array.rows(), 2u);
  EXPECT_EQ(array.columns(), 3u);
  EXPECT_EQ(array.elements, (std::vector<float>{1.0f, -2.0f, 0.5f, 4.0f, 8.0f, 16.0f}));
}

void ExpectBad(const std::string& file, const std::string& message) {
  SCOPED_TRACE(message);
  try {
    Parse(file);
    ADD_FAILURE() << "was accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

TEST(NpyTest, ReadsEveryVersion) {
  for (char major : {1, 2, 3}) ExpectGood(File(kDictionary, Elements(), major));
}

TEST(NpyTest, ReadsAHeaderHoweverItIsWritten) {
  ExpectGood(File("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}"));
  ExpectGood(File("{\"fortran_order\":False,\"descr\":\"<f4\",\"shape\":(2,3,),}"));
  ExpectGood(File("  { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 ) }   \n"));
}

TEST(NpyTest, ReadsEveryRank) {
  const auto with_shape = [](const std::string& shape) {
    return File("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }");
  };
  const example::Array line = Parse(with_shape("(6,)"), 1), stack = Parse(with_shape("(3, 1, 2)"), 3);
  EXPECT_EQ(line.shape, std::vector<std::size_t>{6});
  EXPECT_EQ(line.rows(), 1u);
  EXPECT_EQ(line.columns(), 6u);
  EXPECT_EQ(stack.shape, (std::vector<std::size_t>{3, 1, 2}));
  EXPECT_EQ(stack.rows(), 3u);
  EXPECT_EQ(stack.columns(), 2u);
  EXPECT_EQ(stack.elements, line.elements);
}

TEST(NpyTest, FindsRows) {
  EXPECT_EQ(*Parse(File(kDictionary)).row(0), 1.0f);
  EXPECT_EQ(*Parse(File(kDictionary)).row(1), 4.0f);
  EXPECT_EQ(*Parse(File("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1, 2)}"), 3).row(2), 8.0f);
}

TEST(NpyTest, RefusesWhatIsNotNpy) {
  ExpectBad("", "not a .npy file");
  ExpectBad("\x93NUMP", "not a .npy file");
  ExpectBad("PK\x03\x04 some other file", "not a .npy file");
  ExpectBad(File(kDictionary, Elements(), 4), "unknown .npy version 4.0");
  ExpectBad(std::string("\x93NUMPY\x00\x00\x10\x00", 10), "unknown .npy version 0.0");
  ExpectBad(std::string("\x93NUMPY\x01\x01\x10\x00", 10), "unknown .npy version 1.1");
}

TEST(NpyTest, RefusesEveryCut) {
  for (char major : {1, 2, 3}) {
    const std::string file = File(kDictionary, Elements(), major);
    for (std::size_t size = 6; size < file.size(); size++) ExpectBad(file.substr(0, size), "cut short");
  }
}

TEST(NpyTest, RefusesTrailingBytes) { ExpectBad(File(kDictionary) + "x", "1 bytes too many"); }

TEST(NpyTest, RefusesAHeaderLengthThatLies) {
  const std::string rest = kDictionary + Elements();
  ExpectBad(Prelude(1, 0) + rest, "malformed .npy header");
  ExpectBad(Prelude(1, sizeof(kDictionary) - 20) + rest, "malformed .npy header");
  ExpectBad(Prelude(1, sizeof(kDictionary) + 5) + rest, "malformed .npy header");
  ExpectBad(Prelude(1, 0xffff) + rest, "cut short");
  ExpectBad(Prelude(2, 0xffffffff) + rest, "cut short");
  ExpectBad(Prelude(3, 0xffffffff) + rest, "cut short");
}

TEST(NpyTest, RefusesOtherTypes) {
  for (const char* type : {"<f8", ">f4", "<f2", "<i4", "|u1", "f4", ""}) {
    const std::string dictionary = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (2, 3), }";
    ExpectBad(File(dictionary), std::string("elements of type '") + type + "', expected '<f4'");
  }
  ExpectBad(File("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }"), "a structured type");
}

TEST(NpyTest, RefusesFortranOrder) {
  ExpectBad(File("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"), "Fortran order");
}

TEST(NpyTest, RefusesOtherShapes) {
  const auto with_shape = [](const std::string& shape) {
    return File("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }");
  };
  ExpectBad(with_shape("()"), "rank 0, expected 2");
  ExpectBad(with_shape("(6,)"), "rank 1, expected 2");
  ExpectBad(with_shape("(1, 2, 3)"), "rank 3, expected 2");
  EXPECT_THROW(Parse(with_shape("(2, 3)"), 3), std::runtime_error);
  ExpectBad(with_shape("(0, 3)"), "without elements");
  ExpectBad(with_shape("(18446744073709551615, 0)"), "without elements");
  ExpectBad(with_shape("(2, 4)"), "cut short");
  ExpectBad(with_shape("(2, 2)"), "8 bytes too many");
  ExpectBad(with_shape("(18446744073709551616, 1)"), "shape too large");
  ExpectBad(with_shape("(99999999999999999999999999, 1)"), "shape too large");
  ExpectBad(with_shape("(4294967296, 4294967296)"), "shape too large");  // the product wraps to 0
  ExpectBad(with_shape("(4611686018427387904, 1)"), "shape too large");  // the size in bytes wraps to 0
  ExpectBad(with_shape("(4611686018427387905, 1)"), "shape too large");  // and here to 4
  ExpectBad(with_shape("(2305843009213693951, 1)"), "cut short");        // fits, but is not there
  for (const char* shape : {"(6)", "(-2, 3)", "(2, 3", "(2 3)", "(,)", "(2,, 3)", "[2, 3]", "(2.0, 3)", "2", ""}) {
    ExpectBad(with_shape(shape), "malformed .npy header");
  }
}

TEST(NpyTest, RefusesMalformedHeaders) {
  for (const char* dictionary : {
           "",
           " ",
           "{",
           "{}",
           "}",
           "nonsense",
           "{'descr'}",
           "{'descr':",
           "{'descr': '<f4",
           "{'descr: '<f4'}",
           "{'descr': '<f4', 'fortran_order': False}",                                    // no shape
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'shape': (2, 3)}",  // twice
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 'x'}",      // unknown
           "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}",                    // no comma
           "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}",                       // no bool
           "{'descr': 4, 'fortran_order': False, 'shape': (2, 3)}",                       // no string
           "{'descr': '<f4\n', 'fortran_order': False, 'shape': (2, 3)}",                 // unprintable
           "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2, 3)}",               // escaped
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} and more",
       }) {
    SCOPED_TRACE(dictionary);
    ExpectBad(File(dictionary), "malformed .npy header");
  }
}

TEST(NpyTest, CutsALongTypeInItsMessage) {
  const std::string dictionary =
      "{'descr': '" + std::string(5000, 'f') + "', 'fortran_order': False, 'shape': (2, 3), }";
  ExpectBad(File(dictionary), "elements of type '" + std::string(40, 'f') + "', expected");
}

}  // namespace
