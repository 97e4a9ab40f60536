// NumPy's C interface, which one file of the module initialises: it defines TWOPASS_INITIALIZES_NUMPY before.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_NUMPY_H_
#define TWOPASS_PYTHON_SRC_NUMPY_H_

#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_1_23_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL twopass_numpy
#ifndef TWOPASS_INITIALIZES_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#endif  // TWOPASS_PYTHON_SRC_NUMPY_H_
