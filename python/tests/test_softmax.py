"""softmax, log_softmax, logsumexp and entropy of arrays of NumPy.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import importlib.metadata

import ml_dtypes
import numpy as np
import pytest
import reference

import twopass

RANDOM = np.random.default_rng(1)
SHAPES = [(5,), (3, 4), (1, 7), (7, 1), (2, 3, 4), (2, 3, 4, 5)]
TYPES = ["float32", "float16", ml_dtypes.bfloat16]


def logits(shape, dtype=np.float32):
    return (3 * RANDOM.standard_normal(shape)).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES)
def test_any_axes_and_strides(shape):
    for x in reference.views_of(logits(shape)):
        for axis in reference.axes_of(x.ndim):
            expected = reference.softmax(x, axis)
            reference.assert_close(twopass.softmax(x, axis), expected, reference.SOFTMAX_TOLERANCE)
            out = np.empty(x.shape[::-1], np.float32).T
            assert twopass.softmax(x, axis, out=out) is out
            reference.assert_close(out, expected, reference.SOFTMAX_TOLERANCE)
            reference.assert_close(twopass.log_softmax(x, axis), np.log(expected), 0, 6e-6)
            for keepdims in (False, True):
                reference.assert_close(
                    twopass.logsumexp(x, axis, keepdims), reference.logsumexp(x, axis, keepdims), 1e-6, 1e-6)
            axes = tuple(range(x.ndim)) if axis is None else axis
            reference.assert_close(twopass.entropy(x, axis), -np.sum(expected * np.log(expected), axes), 1e-6, 1e-6)


def test_strides_of_large_arrays():
    x = logits((6, 1000, 40))
    for view, axis in [(x, 1), (x, 0), (x[:, ::3], 2), (x[..., ::2], 1), (x.transpose(2, 0, 1), 2), (x[::-1], 1)]:
        reference.assert_close(twopass.softmax(view, axis), reference.softmax(view, axis), reference.SOFTMAX_TOLERANCE)
        reference.assert_close(twopass.logsumexp(view, axis), reference.logsumexp(view, axis), 1e-6, 1e-6)


def test_result_keeps_the_order_of_axes():
    x = logits((3, 4, 5)).transpose(2, 0, 1)
    assert twopass.softmax(x, 0).strides == x.strides


def test_negative_axes():
    x = logits((3, 4, 5))
    for axis in range(3):
        assert np.array_equal(twopass.softmax(x, axis), twopass.softmax(x, axis - 3))
    assert np.array_equal(twopass.softmax(x, (0, -1)), twopass.softmax(x, (2, 0)))
    assert np.array_equal(twopass.softmax(x), twopass.softmax(x, 2))


@pytest.mark.parametrize("output", TYPES)
@pytest.mark.parametrize("input", TYPES)
def test_types(input, output):
    x = logits((4, 30), input)
    name = np.dtype(output).name
    tolerance = reference.SOFTMAX_TOLERANCE + reference.ROUNDING[name] * 1.001
    tiny = 2.0**-25 if name == "float16" else 0.0
    for axis in (0, 1):
        y = twopass.softmax(x, axis, dtype=output)
        assert y.dtype == np.dtype(output)
        reference.assert_close(y, reference.softmax(x, axis), tolerance, tiny)
    assert twopass.softmax(x).dtype == x.dtype
    out = np.empty(x.shape, output)
    assert np.array_equal(twopass.softmax(x, out=out).astype("f"), twopass.softmax(x, dtype=output).astype("f"))
    assert twopass.logsumexp(x).dtype == np.float32


@pytest.mark.parametrize("dtype", ["float64", "int64", "uint8", "int16", "bool", "longdouble", ">f4", ">f2"])
def test_other_types_are_converted(dtype):
    x = np.arange(12).reshape(3, 4).astype(dtype)
    assert twopass.softmax(x).dtype == (np.float16 if dtype == ">f2" else np.float32)
    assert np.array_equal(twopass.softmax(x, dtype="float32"), twopass.softmax(x.astype(np.float32)))


def test_unaligned():
    x = np.frombuffer(b"x" + logits((3, 4)).tobytes(), np.uint8)[1:].view(np.float32).reshape(3, 4)
    assert not x.flags.aligned
    assert np.array_equal(twopass.softmax(x), twopass.softmax(x.copy()))
    fields = np.zeros(5, [("tag", "u1"), ("x", ml_dtypes.bfloat16)])
    assert np.array_equal(twopass.softmax(fields["x"]).astype("f"), np.full(5, ml_dtypes.bfloat16(0.2)).astype("f"))


def test_read_only():
    x = logits((3, 4))
    x.flags.writeable = False
    reference.assert_close(twopass.softmax(x), reference.softmax(x), reference.SOFTMAX_TOLERANCE)


def test_in_place():
    for axis in (0, 1, 2, (0, 2), None):
        x = logits((3, 4, 5))
        expected = twopass.softmax(x, axis)
        assert twopass.softmax(x, axis, out=x) is x
        assert np.array_equal(x, expected)


def test_overlap_is_as_if_there_were_none():
    for axis in (0, 1):
        for shift in (-1, 1):
            buffer = logits((6, 5))
            x, out = (buffer[:-1], buffer[1:]) if shift > 0 else (buffer[1:], buffer[:-1])
            expected = twopass.softmax(x, axis)
            twopass.softmax(x, axis, out=out)
            assert np.array_equal(out, expected)
    x = logits((4, 4))
    expected = twopass.softmax(x)
    twopass.softmax(x, out=x.T)
    assert np.array_equal(x.T, expected)


def test_out_between_other_elements():
    x, whole = logits((3, 4)), np.full((3, 8), 7, np.float32)
    twopass.softmax(x, out=whole[:, ::2])
    assert np.array_equal(whole[:, ::2], twopass.softmax(x))
    assert (whole[:, 1::2] == 7).all()


def test_out_of_reductions():
    x = logits((3, 4))
    out = np.empty(3, np.float32)
    assert twopass.logsumexp(x, 1, out=out) is out
    assert np.array_equal(out, twopass.logsumexp(x, 1))
    strided = np.empty((3, 2), np.float32)[:, :1]
    assert twopass.entropy(x, 1, True, out=strided) is strided
    assert np.array_equal(strided, twopass.entropy(x, 1, keepdims=True))


@pytest.mark.parametrize("call, error, words", [
    (lambda x: twopass.softmax(x, 2), ValueError, "axis 2 is out of bounds"),
    (lambda x: twopass.softmax(x, -3), ValueError, "axis -3 is out of bounds"),
    (lambda x: twopass.softmax(x, (0, -2)), ValueError, "axis -2 is named more than once"),
    (lambda x: twopass.softmax(x, 1.0), TypeError, "axis must be an integer"),
    (lambda x: twopass.softmax(x, (0, "1")), TypeError, "axis must be an integer"),
    (lambda x: twopass.softmax(x, dtype="float64"), TypeError, "dtype must be float32"),
    (lambda x: twopass.softmax(x, dtype="nonsense"), TypeError, "nonsense"),
    (lambda x: twopass.softmax(x, out=np.empty(x.shape, "f"), dtype="float16"), ValueError, "dtype"),
    (lambda x: twopass.softmax(x, out=np.empty(x.shape)), TypeError, "out"),
    (lambda x: twopass.softmax(x, out=np.empty(3, "f")), ValueError, "out has another shape"),
    (lambda x: twopass.softmax(x, out=[1, 2]), TypeError, "out must be an array"),
    (lambda x: twopass.softmax(x, out=np.broadcast_to(np.float32(0), x.shape)), ValueError, "out is read-only"),
    (lambda x: twopass.softmax(x, threads=-1), ValueError, "threads must not be negative"),
    (lambda x: twopass.softmax(x, threads="2"), TypeError, "threads must be an integer"),
    (lambda x: twopass.softmax("text"), TypeError, "x: elements must be real numbers"),
    (lambda x: twopass.softmax(x.astype(complex)), TypeError, "x: elements must be real numbers"),
    (lambda x: twopass.softmax(None), TypeError, "x: elements must be real numbers"),
    (lambda x: twopass.logsumexp(x + 0j), TypeError, "a: elements must be real numbers"),
    (lambda x: twopass.logsumexp(x, 1, out=np.empty(3, "e")), TypeError, "out must be of float32"),
    (lambda x: twopass.logsumexp(x, 1, out=np.empty((3, 1), "f")), ValueError, "out has another shape"),
    (lambda x: twopass.softmax_backward(x, x[:1]), ValueError, "dy has another shape"),
    (lambda x: twopass.softmax(x, nonsense=1), TypeError, "softmax"),
])
def test_errors_name_the_argument(call, error, words):
    x = logits((3, 4))
    before = x.copy()
    with pytest.raises(error, match=words):
        call(x)
    assert np.array_equal(x, before)


def test_gradients():
    for shape in [(5,), (3, 4), (2, 3, 4)]:
        for x in reference.views_of(logits(shape)):
            for axis in range(x.ndim):
                y, dy = reference.softmax(x, axis), logits(x.shape)
                expected = y * (dy - np.sum(y * dy, axis, keepdims=True))
                reference.assert_close(twopass.softmax_backward(y, dy, axis), expected, 0, 1e-5)
                out = np.empty(x.shape[::-1], "f").T
                assert twopass.softmax_backward(y.astype("f"), dy, axis, out=out) is out
                reference.assert_close(out, expected, 0, 1e-5)
                expected = dy - y * np.sum(dy, axis, keepdims=True)
                reference.assert_close(twopass.log_softmax_backward(np.log(y), dy, axis), expected, 0, 1e-5)
                assert twopass.softmax_backward(y.astype("f"), dy, axis, out=dy) is dy


def test_sigmoid_and_softplus_l1():
    x, dy = logits((4, 6)), logits((4, 6))
    y = 1 / (1 + np.exp(-x.astype("d")))
    reference.assert_close(twopass.sigmoid(x), y, 6 * reference.EPSILON)
    rounded = y.astype("f").astype("d")
    reference.assert_close(twopass.sigmoid_backward(y, dy), dy * rounded * (1 - rounded), 3 * reference.EPSILON)
    for axis in (0, 1):
        s = np.log1p(np.exp(x.astype("d")))
        total = np.sum(s, axis, keepdims=True)
        reference.assert_close(twopass.softplus_l1(x, axis), s / total, 12 * reference.EPSILON)
        expected = y / total * (dy - np.sum(s / total * dy, axis, keepdims=True))
        reference.assert_close(twopass.softplus_l1_backward(x, dy, axis), expected, 0, 1e-5)


def test_info():
    info = twopass.info()
    assert info["isa"] in info["available_isas"]
    assert any(info["isa"] in kernel for kernel in info["kernels"])
    assert set(info["caches"]) == {"l1_bytes", "l2_bytes", "l3_bytes", "l3_cores"}
    assert info["processors"] >= 1


def test_version():
    assert twopass.__version__ == importlib.metadata.version("twopass")
