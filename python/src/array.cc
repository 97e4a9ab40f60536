// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include "array.h"

#include <nanobind/ndarray.h>

#include <cstring>
#include <string>

#include "errors.h"

namespace twopass_python {
namespace {

// NumPy's number for what holds elements of the type.
int numpy_type(std::uint32_t type) {
  return type == TWOPASS_F32 ? NPY_FLOAT : type == TWOPASS_F16 ? NPY_HALF : NPY_UINT16;
}

// NumPy's number for the elements of a DLPack tensor, but that bfloat16 is uint16; NPY_NOTYPE for what it lacks.
int numpy_type(nb::dlpack::dtype type) {
  using Code = nb::dlpack::dtype_code;
  const auto by_bits = [&](int of_8, int of_16, int of_32, int of_64) {
    return type.bits == 8 ? of_8 : type.bits == 16 ? of_16 : type.bits == 32 ? of_32 : type.bits == 64 ? of_64 : -1;
  };
  int number = -1;
  if (type.lanes != 1) return NPY_NOTYPE;
  if (type.code == static_cast<std::uint8_t>(Code::Float)) number = by_bits(-1, NPY_HALF, NPY_FLOAT, NPY_DOUBLE);
  if (type.code == static_cast<std::uint8_t>(Code::Bfloat)) number = by_bits(-1, NPY_UINT16, -1, -1);
  if (type.code == static_cast<std::uint8_t>(Code::Int)) number = by_bits(NPY_INT8, NPY_INT16, NPY_INT32, NPY_INT64);
  if (type.code == static_cast<std::uint8_t>(Code::UInt))
    number = by_bits(NPY_UINT8, NPY_UINT16, NPY_UINT32, NPY_UINT64);
  if (type.code == static_cast<std::uint8_t>(Code::Bool)) number = by_bits(NPY_BOOL, -1, -1, -1);
  return number == -1 ? NPY_NOTYPE : number;
}

bool is_bfloat16(const PyArray_Descr* descr) {
  if (descr->type_num < NPY_USERDEF) return false;
  const char* const name = descr->typeobj->tp_name;
  const char* const dot = std::strrchr(name, '.');
  return std::strcmp(dot != nullptr ? dot + 1 : name, "bfloat16") == 0;
}

// The dtype of ml_dtypes.
nb::object bfloat16_dtype() {
  try {
    const nb::object type = nb::module_::import_("ml_dtypes").attr("bfloat16");
    PyArray_Descr* descr = nullptr;
    if (PyArray_DescrConverter(type.ptr(), &descr) != NPY_SUCCEED) throw nb::python_error();
    return nb::steal(reinterpret_cast<PyObject*>(descr));
  } catch (const nb::python_error&) {
    raise_value_error("dtype: an array of NumPy's has bfloat16 only with the package ml_dtypes, which is missing");
  }
}

PyArrayObject* as_numpy(nb::handle object) { return reinterpret_cast<PyArrayObject*>(object.ptr()); }

// The same memory with elements of another type of that size.
nb::object view_as(const nb::object& array, nb::object descr) {
  auto* const given = reinterpret_cast<PyArray_Descr*>(descr.release().ptr());
  return stolen(PyArray_View(as_numpy(array), given, &PyArray_Type));
}

nb::object view_as_bits(const nb::object& array) {
  return view_as(array, nb::steal(reinterpret_cast<PyObject*>(PyArray_DescrFromType(NPY_UINT16))));
}

// An array of NumPy's that shares the memory of a tensor, and the tensor's type of elements.
struct Shared {
  nb::object array;
  bool is_bfloat16;
};

// Of a tensor that is to be `done`, which is "read" or "written".
template <class Tensor>
Shared share(nb::handle argument, const char* name, const char* done, int flags) {
  if (is_true(nb::getattr(argument, "requires_grad", nb::bool_(false)))) {
    raise_type_error("%s requires gradients, which would get lost here: detach it, or use twopass.torch", name);
  }
  Tensor tensor;
  if (!nb::try_cast(argument, tensor, false)) {
    try {
      argument.attr("__dlpack__")();
    } catch (nb::python_error& reason) {
      nb::raise_from(reason, PyExc_TypeError, "%s cannot be %s by DLPack", name, done);
    }
    raise_type_error("%s: %s is not in main memory, or cannot be %s there", name, Py_TYPE(argument.ptr())->tp_name,
                     done);
  }
  const int number = numpy_type(tensor.dtype());
  if (number == NPY_NOTYPE) raise_type_error("%s: elements of a type that is not supported", name);
  const int axes = static_cast<int>(tensor.ndim());
  if (axes > kMaxAxes) raise_value_error("%s has too many axes", name);
  npy_intp shape[kMaxAxes], strides[kMaxAxes];
  for (int axis = 0; axis < axes; axis++) {
    shape[axis] = static_cast<npy_intp>(tensor.shape(axis));
    strides[axis] = static_cast<npy_intp>(tensor.stride(axis) * static_cast<std::int64_t>(tensor.itemsize()));
  }
  void* const data = const_cast<void*>(static_cast<const void*>(tensor.data()));
  nb::object array = stolen(PyArray_New(&PyArray_Type, axes, shape, number, strides, data, 0, flags, nullptr));
  const nb::capsule owner(new Tensor(tensor), [](void* held) noexcept { delete static_cast<Tensor*>(held); });
  if (PyArray_SetBaseObject(as_numpy(array), owner.inc_ref().ptr()) != 0) throw nb::python_error();
  PyArray_UpdateFlags(as_numpy(array), NPY_ARRAY_ALIGNED | NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_F_CONTIGUOUS);
  return {array, tensor.dtype().code == static_cast<std::uint8_t>(nb::dlpack::dtype_code::Bfloat)};
}

Shared share_input(nb::handle argument, const char* name) {
  return share<nb::ndarray<nb::ro, nb::device::cpu>>(argument, name, "read", NPY_ARRAY_ALIGNED);
}

Shared share_output(nb::handle argument, const char* name) {
  return share<nb::ndarray<nb::device::cpu>>(argument, name, "written", NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE);
}

// The strides, in bytes, of elements that lie one behind the other in that order of axes.
void set_strides(npy_intp* strides, int axes, const npy_intp* shape, npy_intp size, const int* order) {
  for (int i = axes - 1; i >= 0; i--) {
    strides[order[i]] = size;
    size *= shape[order[i]];
  }
}

nb::object new_numpy(int axes, const npy_intp* shape, int number, const int* order) {
  npy_intp strides[kMaxAxes];
  PyArray_Descr* const descr = PyArray_DescrFromType(number);
  set_strides(strides, axes, shape, PyDataType_ELSIZE(descr), order);
  return stolen(PyArray_NewFromDescr(&PyArray_Type, descr, axes, shape, strides, nullptr, 0, nullptr));
}

// An array of NumPy's with elements of the type, aligned and of the machine's byte order, and what else the flags say.
nb::object convert(const nb::object& array, const char* name, std::uint32_t type, int flags) {
  PyArray_Descr* const descr = PyArray_DESCR(as_numpy(array));
  const int number = descr->type_num;
  if (!PyTypeNum_ISINTEGER(number) && !PyTypeNum_ISFLOAT(number) && !PyTypeNum_ISBOOL(number) && !is_bfloat16(descr)) {
    raise_type_error("%s: elements must be real numbers, not %S", name, descr);
  }
  return stolen(PyArray_FromArray(as_numpy(array), PyArray_DescrFromType(numpy_type(type)),
                                  NPY_ARRAY_ALIGNED | NPY_ARRAY_NOTSWAPPED | NPY_ARRAY_FORCECAST | flags));
}

// Whether the library can work on the elements as they are; then *type is theirs.
bool get_type(PyArrayObject* array, std::uint32_t* type) {
  const int number = PyArray_TYPE(array);
  if (number != NPY_FLOAT && number != NPY_HALF) return false;
  *type = number == NPY_FLOAT ? TWOPASS_F32 : TWOPASS_F16;
  return PyArray_ISALIGNED(array) && PyArray_ISNOTSWAPPED(array);
}

}  // namespace

nb::object read_numpy(nb::handle argument, const char* name) {
  if (PyArray_Check(argument.ptr())) return nb::borrow(argument);
  if (nb::hasattr(argument, "__dlpack__")) {
    const Shared shared = share_input(argument, name);
    if (shared.is_bfloat16) raise_type_error("%s: bfloat16 is not supported here", name);
    return shared.array;
  }
  return stolen(PyArray_FromAny(argument.ptr(), nullptr, 0, 0, 0, nullptr));
}

bool is_true(nb::handle argument) {
  const int truth = PyObject_IsTrue(argument.ptr());
  if (truth < 0) throw nb::python_error();
  return truth != 0;
}

Array read_input(nb::handle argument, const char* name) {
  nb::object array = nb::borrow(argument);
  if (!PyArray_Check(argument.ptr())) {
    if (nb::hasattr(argument, "__dlpack__")) {
      const Shared shared = share_input(argument, name);
      array = shared.array;
      if (shared.is_bfloat16) return Array(array, TWOPASS_BF16);
    } else {
      array = stolen(PyArray_FromAny(argument.ptr(), nullptr, 0, 0, 0, nullptr));
    }
  }
  std::uint32_t type;
  if (get_type(as_numpy(array), &type)) return Array(array, type);

  const PyArray_Descr* const descr = PyArray_DESCR(as_numpy(array));
  if (is_bfloat16(descr)) {
    const nb::object bits = view_as_bits(array);
    const bool is_aligned = PyArray_ISALIGNED(as_numpy(bits));
    return Array(is_aligned ? bits : stolen(PyArray_NewCopy(as_numpy(bits), NPY_CORDER)), TWOPASS_BF16);
  }
  type = descr->type_num == NPY_HALF ? TWOPASS_F16 : TWOPASS_F32;
  return Array(convert(array, name, type, 0), type);
}

Array read_floats(nb::handle argument, const char* name) {
  return Array(convert(read_numpy(argument, name), name, TWOPASS_F32, NPY_ARRAY_C_CONTIGUOUS), TWOPASS_F32);
}

nb::object read_booleans(nb::handle argument, const char* name) {
  nb::object array = read_numpy(argument, name);
  const int number = PyArray_TYPE(as_numpy(array));
  if (number != NPY_BOOL && number != NPY_UINT8) {
    raise_type_error("%s must be of bool or uint8, not %S", name, PyArray_DESCR(as_numpy(array)));
  }
  return array;
}

namespace {

nb::object read_any_integers(nb::handle argument, const char* name) {
  nb::object array = read_numpy(argument, name);
  if (!PyTypeNum_ISINTEGER(PyArray_TYPE(as_numpy(array)))) {
    raise_type_error("%s must be integers, not %S", name, PyArray_DESCR(as_numpy(array)));
  }
  return array;
}

// A new array of elements of NumPy's type `number`.
nb::object converted_copy(PyArrayObject* array, const char* name, int number, int axes, const npy_intp* shape,
                          const int* order) {
  nb::object copy = new_numpy(axes, shape, number, order);
  if (PyArray_CopyInto(as_numpy(copy), array) != 0) raise_cannot_broadcast(name);
  return copy;
}

}  // namespace

nb::object read_integers(nb::handle argument, const char* name, bool is_broadcast, int axes, const npy_intp* shape,
                         const int* order) {
  const nb::object array = read_any_integers(argument, name);
  PyArrayObject* const given = as_numpy(array);
  const bool has_shape = PyArray_NDIM(given) == axes && PyArray_CompareLists(PyArray_DIMS(given), shape, axes);
  if (!has_shape && !is_broadcast) raise_value_error("%s must have the shape of the input without its axis", name);
  npy_intp strides[kMaxAxes];
  set_strides(strides, axes, shape, sizeof(std::int64_t), order);
  if (has_shape && PyArray_TYPE(given) == NPY_INT64 && PyArray_ISALIGNED(given) && PyArray_ISNOTSWAPPED(given) &&
      PyArray_CompareLists(PyArray_STRIDES(given), strides, axes)) {
    return array;
  }
  return converted_copy(given, name, NPY_INT64, axes, shape, order);
}

nb::object read_counts(nb::handle argument, const char* name, int axes, const npy_intp* shape, const int* order) {
  const nb::object given = read_any_integers(argument, name);
  const nb::object counts = converted_copy(as_numpy(given), name, NPY_UINT64, axes, shape, order);
  if (PyTypeNum_ISSIGNED(PyArray_TYPE(as_numpy(given)))) {
    const auto* const count = static_cast<const std::int64_t*>(PyArray_DATA(as_numpy(counts)));
    for (npy_intp i = 0; i < PyArray_SIZE(as_numpy(counts)); i++) {
      if (count[i] < 0) raise_value_error("%s must not be negative", name);
    }
  }
  return counts;
}

std::int64_t read_integer(nb::handle argument, const char* name) {
  if (!PyIndex_Check(argument.ptr())) {
    raise_type_error("%s must be an integer, not %s", name, Py_TYPE(argument.ptr())->tp_name);
  }
  const Py_ssize_t number = PyNumber_AsSsize_t(argument.ptr(), nullptr);
  if (number == -1 && PyErr_Occurred()) throw nb::python_error();
  return number;
}

float read_number(nb::handle argument, const char* name) {
  const double number = PyFloat_AsDouble(argument.ptr());
  if (number == -1.0 && PyErr_Occurred()) {
    raise_type_error("%s must be a number, not %s", name, Py_TYPE(argument.ptr())->tp_name);
  }
  return static_cast<float>(number);
}

Array read_output(nb::handle argument, const char* name, int axes, const npy_intp* shape) {
  nb::object array = nb::borrow(argument);
  std::uint32_t type;
  if (!PyArray_Check(argument.ptr())) {
    if (!nb::hasattr(argument, "__dlpack__")) {
      raise_type_error("%s must be an array, not %s", name, Py_TYPE(argument.ptr())->tp_name);
    }
    const Shared shared = share_output(argument, name);
    array = shared.array;
    type = TWOPASS_BF16;
    if (!shared.is_bfloat16 && !get_type(as_numpy(array), &type)) array.reset();
  } else if (is_bfloat16(PyArray_DESCR(as_numpy(array)))) {
    array = view_as_bits(array);
    type = TWOPASS_BF16;
  } else if (!get_type(as_numpy(array), &type)) {
    array.reset();
  }
  if (!array.is_valid() || !PyArray_ISALIGNED(as_numpy(array))) {
    raise_type_error("%s: elements must be aligned float32, float16 or bfloat16 of this machine's byte order", name);
  }
  if (!PyArray_ISWRITEABLE(as_numpy(array))) raise_value_error("%s is read-only", name);
  const Array output(array, type);
  if (output.axes() != axes || !PyArray_CompareLists(output.shape(), shape, axes)) {
    raise_value_error("%s has another shape than the results", name);
  }
  return output;
}

std::uint32_t read_dtype(nb::handle argument, std::uint32_t fallback) {
  if (argument.is_none()) return fallback;
  const nb::object text = PyType_Check(argument.ptr()) ? nb::object(argument.attr("__name__")) : nb::str(argument);
  std::string name = nb::str(text).c_str();
  name.erase(0, name.rfind('.') + 1);  // that of PyTorch is torch.float32
  if (name == "float32") return TWOPASS_F32;
  if (name == "float16") return TWOPASS_F16;
  if (name == "bfloat16") return TWOPASS_BF16;
  PyArray_Descr* descr = nullptr;
  if (PyArray_DescrConverter(argument.ptr(), &descr) != NPY_SUCCEED) throw nb::python_error();
  const nb::object held = nb::steal(reinterpret_cast<PyObject*>(descr));
  if (descr->type_num == NPY_FLOAT) return TWOPASS_F32;
  if (descr->type_num == NPY_HALF) return TWOPASS_F16;
  raise_type_error("dtype must be float32, float16 or bfloat16, not %S", descr);
}

Array new_array(int axes, const npy_intp* shape, std::uint32_t type, const int* order) {
  return Array(new_numpy(axes, shape, numpy_type(type), order), type);
}

Array new_c_array(int axes, const npy_intp* shape, std::uint32_t type) {
  return Array(stolen(PyArray_SimpleNew(axes, shape, numpy_type(type))), type);
}

Array copy_in_order(const Array& array, const int* order) {
  Array copy = new_array(array.axes(), array.shape(), array.type(), order);
  copy_into(copy, array);
  return copy;
}

nb::object new_integers(int axes, const npy_intp* shape, const int* order) {
  return new_numpy(axes, shape, NPY_INT64, order);
}

nb::object broadcast_copy(PyArrayObject* array, const char* name, int axes, const npy_intp* shape, const int* order) {
  return converted_copy(array, name, PyArray_TYPE(array), axes, shape, order);
}

void copy_into(const Array& to, const Array& from) {
  if (PyArray_CopyInto(to.get(), from.get()) != 0) throw nb::python_error();
}

Array reshape(const Array& array, int axes, const npy_intp* shape) {
  PyArray_Dims dims = {const_cast<npy_intp*>(shape), axes};
  return Array(stolen(PyArray_Newshape(array.get(), &dims, NPY_CORDER)), array.type());
}

namespace {

// The function that makes an array of `like`'s library of any tensor; none where that library is NumPy.
nb::object importer_of(nb::handle like) {
  if (PyArray_Check(like.ptr()) || !nb::hasattr(like, "__dlpack__")) return {};
  if (nb::hasattr(like, "__array_namespace__")) return like.attr("__array_namespace__")().attr("from_dlpack");
  for (nb::handle type : like.type().attr("__mro__")) {
    const std::string module = nb::cast<nb::str>(type.attr("__module__")).c_str();
    const std::string library = module.substr(0, module.find('.'));
    const nb::handle loaded = PyDict_GetItemString(PyImport_GetModuleDict(), library.c_str());
    if (loaded.is_valid() && nb::hasattr(loaded, "from_dlpack")) return loaded.attr("from_dlpack");
  }
  return {};
}

// An array of NumPy's as one of another library, which calls its elements by that code of DLPack.
nb::object import_by(const nb::object& import, const nb::object& object, nb::dlpack::dtype_code code) {
  PyArrayObject* const array = as_numpy(object);
  const npy_intp size = PyArray_ITEMSIZE(array);
  std::size_t shape[kMaxAxes];
  std::int64_t strides[kMaxAxes];
  for (int axis = 0; axis < PyArray_NDIM(array); axis++) {
    shape[axis] = static_cast<std::size_t>(PyArray_DIM(array, axis));
    strides[axis] = PyArray_STRIDE(array, axis) / size;
  }
  const nb::dlpack::dtype dtype = {static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(8 * size), 1};
  const nb::ndarray<nb::array_api> tensor(PyArray_DATA(array), static_cast<std::size_t>(PyArray_NDIM(array)), shape,
                                          object, strides, dtype);
  return import(tensor);
}

// A scalar where the array has no axes.
nb::object as_scalar(nb::object array) {
  return nb::steal(PyArray_Return(reinterpret_cast<PyArrayObject*>(array.release().ptr())));
}

}  // namespace

nb::object export_like(nb::handle like, const Array& array) {
  using Code = nb::dlpack::dtype_code;
  const bool is_bfloat16 = array.type() == TWOPASS_BF16;
  const nb::object import = importer_of(like);
  if (import.is_valid()) return import_by(import, array.object(), is_bfloat16 ? Code::Bfloat : Code::Float);
  return as_scalar(is_bfloat16 ? view_as(array.object(), bfloat16_dtype()) : array.object());
}

nb::object export_integers_like(nb::handle like, const nb::object& integers) {
  const nb::object import = importer_of(like);
  return import.is_valid() ? import_by(import, integers, nb::dlpack::dtype_code::Int) : as_scalar(integers);
}

bool have_same_shape(const Array& a, const Array& b) {
  return a.axes() == b.axes() && PyArray_CompareLists(a.shape(), b.shape(), a.axes());
}

namespace {

struct Extent {
  const char* begin;
  const char* end;
};

Extent extent_of(PyArrayObject* array) {
  Extent extent = {PyArray_BYTES(array), PyArray_BYTES(array) + PyArray_ITEMSIZE(array)};
  for (int axis = 0; axis < PyArray_NDIM(array); axis++) {
    if (PyArray_DIM(array, axis) == 0) return {extent.begin, extent.begin};
    const npy_intp reach = PyArray_STRIDE(array, axis) * (PyArray_DIM(array, axis) - 1);
    (reach < 0 ? extent.begin : extent.end) += reach;
  }
  return extent;
}

}  // namespace

bool may_overlap(PyArrayObject* a, PyArrayObject* b) {
  const Extent first = extent_of(a), second = extent_of(b);
  return first.begin < second.end && second.begin < first.end;
}

bool lie_alike(const Array& a, const Array& b) {
  if (!have_same_shape(a, b)) return false;
  const auto size_of_a = static_cast<npy_intp>(size_of(a.type())), size_of_b = static_cast<npy_intp>(size_of(b.type()));
  for (int axis = 0; axis < a.axes(); axis++) {
    if (a.shape()[axis] > 1 && a.strides()[axis] * size_of_b != b.strides()[axis] * size_of_a) return false;
  }
  return true;
}

bool are_same(const Array& a, const Array& b) {
  return a.data() == b.data() && size_of(a.type()) == size_of(b.type()) && lie_alike(a, b);
}

}  // namespace twopass_python
