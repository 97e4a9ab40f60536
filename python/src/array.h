// Arrays as the calls take them: those of NumPy, of other libraries by DLPack, and what NumPy makes an array of.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_ARRAY_H_
#define TWOPASS_PYTHON_SRC_ARRAY_H_

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "numpy.h"
#include "twopass.h"

namespace twopass_python {

namespace nb = nanobind;

constexpr int kMaxAxes = NPY_MAXDIMS;

// The size of an element of a type of twopass.h, in bytes.
inline std::size_t size_of(std::uint32_t type) { return type == TWOPASS_F32 ? 4 : 2; }

// An array of NumPy, and the type of its elements for the library. Where bfloat16 came by DLPack, NumPy is told that it
// is uint16, as it has no such type of its own.
class Array {
 public:
  Array() = default;
  Array(nb::object array, std::uint32_t type) : object_(std::move(array)), type_(type) {}

  bool has_value() const { return object_.is_valid(); }
  PyArrayObject* get() const { return reinterpret_cast<PyArrayObject*>(object_.ptr()); }
  nb::object object() const { return object_; }
  std::uint32_t type() const { return type_; }

  char* data() const { return PyArray_BYTES(get()); }
  int axes() const { return PyArray_NDIM(get()); }
  const npy_intp* shape() const { return PyArray_DIMS(get()); }
  const npy_intp* strides() const { return PyArray_STRIDES(get()); }  // in bytes, as all of NumPy's

 private:
  nb::object object_;
  std::uint32_t type_ = TWOPASS_F32;
};

// An input. Elements of other types than those of the library become float32, in a copy; so do elements that are not
// aligned or not of the machine's byte order become what they are.
Array read_input(nb::handle argument, const char* name);

// Where results of that shape go: an array whose elements are written in place.
Array read_output(nb::handle argument, const char* name, int axes, const npy_intp* shape);

// An input of floats, as they lie one behind the other in the order of C; a copy where they do not.
Array read_floats(nb::handle argument, const char* name);

// An array of NumPy's, whatever the argument is an array of.
nb::object read_numpy(nb::handle argument, const char* name);

// An input of that shape, or one that is broadcast to it, as an array of int64 whose elements lie in that order of
// axes; a copy where they do not.
nb::object read_integers(nb::handle argument, const char* name, bool is_broadcast, int axes, const npy_intp* shape,
                         const int* order);

// Integers that are not negative, broadcast to that shape, as a new array of uint64 in that order of axes.
nb::object read_counts(nb::handle argument, const char* name, int axes, const npy_intp* shape, const int* order);

// An input of truth values of one byte each.
nb::object read_booleans(nb::handle argument, const char* name);

// Single values.
bool is_true(nb::handle argument);
std::int64_t read_integer(nb::handle argument, const char* name);
float read_number(nb::handle argument, const char* name);

// The type that the argument `dtype` names; `fallback` where it is None.
std::uint32_t read_dtype(nb::handle argument, std::uint32_t fallback);

// A new array whose elements lie one behind the other, the axes in this order from the outermost to the innermost; and
// one in the order of C.
Array new_array(int axes, const npy_intp* shape, std::uint32_t type, const int* order);
Array new_c_array(int axes, const npy_intp* shape, std::uint32_t type);

// The same of int64.
nb::object new_integers(int axes, const npy_intp* shape, const int* order);

// A copy of that order.
Array copy_in_order(const Array& array, const int* order);

// A copy of that order of what is broadcast to a shape; the name is for the error.
nb::object broadcast_copy(PyArrayObject* array, const char* name, int axes, const npy_intp* shape, const int* order);

// Between arrays of one shape; converts.
void copy_into(const Array& to, const Array& from);

// The same elements with another shape.
Array reshape(const Array& array, int axes, const npy_intp* shape);

// What is returned for an array of ours: one of the library that `like` is of, a scalar where it has no axes.
nb::object export_like(nb::handle like, const Array& array);
nb::object export_integers_like(nb::handle like, const nb::object& integers);

bool have_same_shape(const Array& a, const Array& b);

// Whether they have one shape, and as many elements from each to the next along every axis.
bool lie_alike(const Array& a, const Array& b);

// Whether they may share memory; whether they are the same elements of it.
bool may_overlap(PyArrayObject* a, PyArrayObject* b);
bool are_same(const Array& a, const Array& b);

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_ARRAY_H_
