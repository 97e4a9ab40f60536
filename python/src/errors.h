// Errors of Python's, which name the argument that they are about.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_ERRORS_H_
#define TWOPASS_PYTHON_SRC_ERRORS_H_

#include <nanobind/nanobind.h>

#include "twopass.h"

namespace twopass_python {

// The format is that of PyErr_Format.
template <class... Arguments>
[[noreturn]] void raise(PyObject* type, const char* format, Arguments... arguments) {
  PyErr_Format(type, format, arguments...);
  throw nanobind::python_error();
}

template <class... Arguments>
[[noreturn]] void raise_value_error(const char* format, Arguments... arguments) {
  raise(PyExc_ValueError, format, arguments...);
}

template <class... Arguments>
[[noreturn]] void raise_type_error(const char* format, Arguments... arguments) {
  raise(PyExc_TypeError, format, arguments...);
}

[[noreturn]] inline void raise_cannot_broadcast(const char* name) {
  PyErr_Clear();
  raise_value_error("%s cannot be broadcast to the shape that it is for", name);
}

// What a call of Python's C interface returned; NULL is an error of Python's.
inline nanobind::object stolen(PyObject* object) {
  if (object == nullptr) throw nanobind::python_error();
  return nanobind::steal(object);
}

// An error of Python's where the status is one.
inline void check(twopass_status status) {
  if (status == TWOPASS_OK) return;
  raise(status == TWOPASS_INVALID_ARGUMENT ? PyExc_ValueError : PyExc_RuntimeError, "twopass: %s",
        twopass_status_string(status));
}

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_ERRORS_H_
